"""``opentas dlq list|show|redrive|discard``: records that could not be handled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Column, Table

from opentas.databases import database_of, server
from opentas.folder import data_folder
from opentas.services import service, services
from opentas_shared.messaging.deadletters import DeadLetter, list_dead_letters, show_dead_letter
from opentas_shared.messaging.redriving import Redriver
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.executor import Executor
from opentas_shared.runtime.service import Service

app = typer.Typer(no_args_is_help=True, help="Dead letters: records that could not be handled.")
NAMED = re.compile(r"[A-Za-z_][\w.]*: ")
ServiceOption = Annotated[
    str | None, typer.Option("--service", help="Of this service; default: of all.")
]


@app.callback()
def dead_letters() -> None:
    """Dead letters: records that could not be handled."""


@app.command("list")
def list_letters(only: ServiceOption = None) -> None:
    """List the dead letters in the order in which they would be redriven."""
    table = Table(
        Column("id", no_wrap=True), "service", "kind", "topic", "position", "failed at", "error"
    )
    found = 0
    for each, database in _databases(only):
        with database.read() as connection:
            for letter in list_dead_letters(connection):
                found += 1
                table.add_row(
                    str(letter.id),
                    each.name,
                    letter.kind.value,
                    letter.topic,
                    str(letter.position),
                    letter.failed_at.isoformat(timespec="seconds"),
                    _said(letter.error),
                )
    if found:
        Console().print(table)
    typer.echo(f"{found} dead letters")


@app.command()
def show(id: Annotated[UUID, typer.Argument(help="As `opentas dlq list` shows it.")]) -> None:
    """Show one dead letter with the record as it was consumed and what went wrong."""
    for each, database in _databases(None):
        with database.read() as connection:
            letter = show_dead_letter(connection, id)
        if letter is not None:
            _print(each, letter)
            return
    typer.echo(f"There is no dead letter {id}.", err=True)
    raise typer.Exit(1)


@app.command()
def redrive(
    ids: Annotated[
        list[UUID] | None, typer.Argument(metavar="[ID]...", help="Default: all of them.")
    ] = None,
    only: ServiceOption = None,
) -> None:
    """Handle dead letters again, each with all that is parked behind it, in order."""
    applied = left = 0
    for each, database in _databases(only):
        with database.read() as connection:
            letters = list_dead_letters(connection, limit=1_000_000)
        chosen = [letter for letter in letters if not ids or letter.id in ids]
        if chosen:
            report = _redrive(each, database, chosen)
            applied, left = applied + report[0], left + report[1]
    typer.echo(f"{applied} handled, {left} left")
    if left:
        raise typer.Exit(1)


@app.command()
def discard(
    id: Annotated[UUID, typer.Argument(help="As `opentas dlq list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why it is given up; the log keeps it.")],
) -> None:
    """Give up a dead letter that can never be handled, like a foreign record."""
    for each, database in _databases(None):
        with _redriver(each, database) as redriver:
            if redriver.discard(id, reason):
                typer.echo(f"{id} of {each.name} is discarded.")
                return
    typer.echo(f"There is no dead letter {id}.", err=True)
    raise typer.Exit(1)


def _redrive(each: Service, database: Database, letters: Sequence[DeadLetter]) -> tuple[int, int]:
    with _redriver(each, database) as redriver:
        report = redriver.redrive(letters)
    return report.applied, report.left


@contextmanager
def _redriver(each: Service, database: Database) -> Iterator[Redriver]:
    executor = Executor(database, each.projections)
    executor.start()
    try:
        yield Redriver(each.name, executor, each.reactions)
    finally:
        executor.stop()


def _databases(only: str | None) -> Iterator[tuple[Service, Database]]:
    with server(data_folder()) as address:
        for each in [service(only)] if only else services():
            with _open(each, address) as database:
                yield each, database


@contextmanager
def _open(each: Service, address: str) -> Iterator[Database]:
    database = database_of(each, data_folder(), address)
    try:
        yield database
    finally:
        database.close()


def _said(error: str) -> str:
    """The line of a traceback that names the error, else its last line."""
    lines = [line for line in error.splitlines() if line.strip()]
    named = [line for line in lines if NAMED.match(line)]
    return (named or lines or [""])[-1].strip()


def _print(each: Service, letter: DeadLetter) -> None:
    typer.echo(f"service    {each.name} (consumer {letter.consumer})")
    typer.echo(f"kind       {letter.kind.value}, {letter.attempts} attempts")
    typer.echo(f"record     {letter.topic} partition {letter.partition} at {letter.position}")
    typer.echo(f"source     {letter.source} epoch {letter.epoch}, subject {letter.subject}")
    typer.echo(f"failed at  {letter.failed_at.isoformat()}")
    typer.echo(f"\n{letter.value.decode(errors='replace')}\n\n{letter.error}")
