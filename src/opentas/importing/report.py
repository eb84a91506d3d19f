"""What an import says: the progress while it runs and the counts at its end."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from opentas.importing.tally import Counts


@dataclass(frozen=True)
class FileReport:
    """What became of the rows of one file."""

    what: str
    counts: Counts
    ignored: dict[str, int]
    failed: Path


@contextmanager
def progress(what: str, steps: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; calling it with a number moves it on by so many steps."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=steps)
        yield lambda done: bar.advance(task, done)


def say(reports: list[FileReport], seconds: float, *, dry_run: bool = False) -> None:
    """Print the counts of each file and the speed."""
    read = sum(report.counts.read for report in reports)
    for report in reports:
        counts = report.counts
        typer.echo(f"{report.what}:")
        _line("rows read", counts.read)
        _line("would be imported" if dry_run else "imported", counts.imported)
        _line("already there", counts.already)
        _line("ignored", counts.ignored)
        for activity, count in sorted(report.ignored.items()):
            _line(f"  {activity}", count)
        _line("bad", counts.bad)
        if counts.unsent:
            _line("not sent", counts.unsent)
        if counts.bad:
            typer.echo(f"  The bad rows and why are in {report.failed}.")
    typer.echo(f"{read} rows in {seconds:.1f} s: {read / max(seconds, 0.001):,.0f} rows/s")


def _line(what: str, count: int) -> None:
    typer.echo(f"  {what:<28}{count:>10}")
