"""``opentas org import FILE...``: departments, people and calendars, read from files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
    outcome,
)
from approval_service.configuration.organisation_csv import by_row, parse_csv
from approval_service.configuration.organisation_file import OrganisationFile, demonstration, parse
from approval_service.domain.organisation.errors import CalendarInvalid, OrganisationInvalid
from approval_service.read_models.organisation import people
from opentas.databases import create_and_migrate, database_of, server
from opentas.folder import data_folder
from opentas.services import service
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.unit_of_work import UnitOfWork

app = typer.Typer(no_args_is_help=True, help="The organisation: departments, people and calendars.")


@app.callback()
def organisation() -> None:
    """The organisation: departments, people and calendars."""


@app.command("import")
def import_file(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """Load departments, people and calendars; a second time changes nothing.

    FILES is one YAML or JSON file, or people.csv and departments.csv together or one of them.
    Their headers are id,name,department_id,posts,roles,superior_id,active (codes by semicolons)
    and id,name,name_zh,parent_id,head_id,calendar_id.
    """
    in_rows = all(file.suffix.lower() == ".csv" for file in files)
    if len(files) > 1 and not in_rows:
        raise typer.BadParameter("several files are only read when all of them are CSV files")
    try:
        content = from_csv(files) if in_rows else parse(files[0].read_bytes())
        with _approval_service() as (executor, _):
            counts = load(executor, content)
    except (OrganisationInvalid, CalendarInvalid) as error:
        shown = by_row(error) if in_rows and isinstance(error, OrganisationInvalid) else error
        typer.echo(shown.detail, err=True)
        for violation in shown.violations:
            typer.echo(f"  {violation.pointer or ''} {violation.detail}", err=True)
        raise typer.Exit(1) from None
    for kind, count in counts.items():
        typer.echo(
            f"{kind}: {count['in_file']} in the file, {count['registered']} registered, "
            f"{count['changed']} changed"
        )


@app.command("demonstration")
def import_demonstration() -> None:
    """Load the demonstration organisation where nobody is registered yet, as `up` does."""
    with _approval_service() as (executor, database):
        loaded = load_demonstration(executor, database)
    typer.echo(f"{loaded} people registered" if loaded else "There is an organisation already.")


@contextmanager
def _approval_service() -> Iterator[tuple[Executor, Database]]:
    """An executor on the database of the approval-service, which owns the directory."""
    owner = service("approval")
    with server(data_folder()) as address:
        create_and_migrate([owner], data_folder(), address)
        database = database_of(owner, data_folder(), address)
        executor = Executor(database, owner.projections)
        executor.start()
        try:
            yield executor, database
        finally:
            executor.stop()
            database.close()


def from_csv(files: list[Path]) -> OrganisationFile:
    """What the files say together; at most one of people and one of departments."""
    content = OrganisationFile()
    for file in files:
        further = parse_csv(file.read_bytes())
        for kind in ("departments", "people"):
            if getattr(content, kind) and getattr(further, kind):
                raise typer.BadParameter(f"{file} is a second file of {kind}; make it one file")
        content = content.with_(further)
    return content


def load(executor: Executor, content: OrganisationFile) -> dict[str, Any]:
    """Bring the directory to what the file says; what was registered and changed."""
    context = Context(actor="system:organisation-import")

    def unit(work: UnitOfWork) -> dict[str, Any]:
        import_organisation(ImportOrganisation(content, Moment.now()), work)
        return outcome(content, work)

    return executor.submit(unit, context).result()


def load_demonstration(executor: Executor, database: Database) -> int:
    """Load the demonstration organisation where nobody is registered yet; how many it has."""
    with database.read() as connection:
        if connection.scalar(select(func.count()).select_from(people)):
            return 0
    content = demonstration()
    load(executor, content)
    return len(content.people)
