"""The import of a file of events, whatever they are the history of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from opentas.importing.mappings import load
from opentas.importing.problems import Interrupted, Unusable
from opentas.importing.rows import read
from opentas.importing.session import Part, Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from opentas.importing.event_mapping import EventsMapping
    from opentas.importing.importer import Run
    from opentas.importing.rows import Source
    from opentas.importing.sending import Pace
    from opentas.importing.steps import Plan

M = TypeVar("M", bound="EventsMapping")


@dataclass(frozen=True)
class History:
    """One call for a file of events."""

    events: Path
    mapping: str
    url: str | None
    token: str | None
    failed: Path | None
    state: Path | None
    dry_run: bool
    pace: Pace

    def bring_in(
        self,
        shape: type[M],
        planned: Callable[[Source, M], Plan],
        send: Callable[[Run, Plan, M], Awaitable[None]],
    ) -> None:
        """Read, plan, send and report; ends with the exit code of the import."""
        try:
            chosen = load(self.mapping, shape)
            session = Session.begin([self.events], self.failed)
            source = read(self.events, chosen.event_columns, self.mapping, chosen.form)
            plan = planned(source, chosen)
            session.parts = [Part("events", source, plan, session.failed_for(self.events))]
            if not self.dry_run:
                session.run(
                    self.url,
                    self.token,
                    self.state,
                    chosen,
                    self.pace,
                    lambda run: send(run, plan, chosen),
                )
            code = session.finish(dry_run=self.dry_run)
        except (Unusable, Interrupted) as failure:
            raise ended(failure) from None
        raise typer.Exit(code)


def ended(failure: Unusable | Interrupted) -> typer.Exit:
    """Say what ended the import; the exit code says whether to run it again."""
    typer.echo(str(failure), err=True)
    return typer.Exit(3 if isinstance(failure, Interrupted) else 2)
