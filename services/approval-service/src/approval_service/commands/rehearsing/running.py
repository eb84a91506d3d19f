"""Play the recorded approvals of a period by another definition, in the order of history."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select, text

from approval_service.commands.importing import HISTORY
from approval_service.commands.rehearsing.directory import (
    TOPICS,
    ImportedRouting,
    RecordedDirectory,
    RecordedRouting,
)
from approval_service.commands.rehearsing.report import Report
from approval_service.domain.approval.events import NodeActivated, Started
from approval_service.domain.approval.rehearsal import Rehearsal
from approval_service.domain.approval.routes import route
from approval_service.read_models.approvals import approvals
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.mapping import event_of, recorded_of
from opentas_shared.persistence.tables import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection

    from approval_service.domain.flows.definition import Definition

AT_ONCE = 500
"""Events read with one round trip."""


class Stopped(Exception):
    """Nobody wants the result any more."""


@dataclass(frozen=True)
class Period:
    """The approvals of a flow that started from ``since`` on and before ``until``."""

    flow: str
    since: datetime
    until: datetime

    def ids(self) -> Select[Any]:
        """The query for them."""
        return select(approvals.c.id).where(
            approvals.c.flow == self.flow,
            approvals.c.submitted_at >= self.since,
            approvals.c.submitted_at < self.until,
        )


def count(database: Database, period: Period) -> int:
    """How many approvals there are to play."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(period.ids().subquery())) or 0


def rehearse(
    database: Database,
    period: Period,
    definition: Definition,
    progress: Callable[[int], bool] = lambda done: True,
) -> dict[str, Any]:
    """The report; ``progress`` is told how many are done and says whether to go on.

    Raises ``Stopped`` when it does not. The session can write nothing but its own tables.
    """
    with _apart(database) as connection:
        directory = RecordedDirectory(connection)
        connection.execute(text("SET TRANSACTION READ ONLY"))
        player = _Player(connection, directory, definition)
        for row in connection.execution_options(yield_per=AT_ONCE).execute(_history(period)):
            if row.topic in TOPICS:
                directory.take_in(event_of(row), recorded_of(row))
            else:
                player.happened(row)
            if not progress(player.report.approvals):
                raise Stopped
        return player.report.as_dict()


@contextmanager
def _apart(database: Database) -> Iterator[Connection]:
    """A session of its own, with one view of the data from beginning to end."""
    own = Database(database.url, pool_size=1, application_name="approval-service rehearsal")
    try:
        with own.begin() as connection:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            yield connection
    finally:
        own.close()


def _history(period: Period) -> Select[Any]:
    return (
        select(events)
        .where(or_(events.c.topic.in_(TOPICS), events.c.originator_id.in_(period.ids())))
        .order_by(events.c.position)
    )


class _Player:
    """Plays approvals beside each other, as they happened beside each other."""

    def __init__(
        self, connection: Connection, directory: RecordedDirectory, definition: Definition
    ) -> None:
        self._connection = connection
        self._live = RecordedRouting(directory.rows)
        self._imported = ImportedRouting(directory.rows)
        self._definition = definition
        self._playing: dict[UUID, tuple[int, list[Any], Rehearsal]] = {}
        self._begun = 0
        self.report = Report()

    def happened(self, row: Any) -> None:
        """Take in the row of an approval's event; with its last one the approval is compared."""
        event = event_of(row)
        id = row.originator_id
        if isinstance(event, Started):
            history = self._history_of(id)
            routing = self._imported if _is_imported(history) else self._live
            rehearsal = Rehearsal(self._definition, history, routing)
            self._playing[id] = (self._begun, history, rehearsal)
            self._begun += 1
        if id not in self._playing:
            return
        no, history, rehearsal = self._playing[id]
        rehearsal.happened(event)
        if row.originator_version < history[-1].originator_version:
            return
        del self._playing[id]
        after = route(rehearsal.approval.pending_events)
        self.report.add(no, id, route(history), after, stopped=rehearsal.stopped)

    def _history_of(self, id: UUID) -> list[Any]:
        stream = select(events).where(events.c.originator_id == id)
        rows = self._connection.execute(stream.order_by(events.c.originator_version)).all()
        return [event_of(row) for row in rows]


def _is_imported(history: list[Any]) -> bool:
    """Whether an import has named the people."""
    entered = (event for event in history if isinstance(event, NodeActivated))
    return any(event.reason_code == HISTORY for event in entered)
