"""The organisation as the system knew it at any position of its history.

The recorded events of people, departments, calendars and delegations are folded, with the
projections that keep the live tables, into temporary tables which hide those from one session.
So every question is answered by the code and the SQL that answers it for live approvals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from approval_service.commands.importing import HistoryRouting
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.flows.policies import ApproverKind
from approval_service.domain.organisation.calendar import Calendar
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from approval_service.read_models.delegations import DELEGATIONS
from approval_service.read_models.organisation import ORGANISATION
from opentas_shared.domain.aggregate import AggregateEvent
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from approval_service.domain.approval.routing import Case, Resolution
    from approval_service.domain.flows.nodes import Approvers
    from approval_service.domain.flows.policies import Limit
    from opentas_shared.persistence.recorded import Recorded

PROJECTIONS = (ORGANISATION, DELEGATIONS)
TOPICS = frozenset(
    event.TOPIC
    for aggregate in (Person, Department, Calendar, Delegation)
    for event in vars(aggregate).values()
    if isinstance(event, type) and issubclass(event, AggregateEvent) and hasattr(event, "TOPIC")
)
"""The events that the organisation is made of."""


class RecordedDirectory:
    """The directory of one session; empty until events are taken in, in their order."""

    def __init__(self, connection: Connection) -> None:
        for projection in PROJECTIONS:
            for table in projection.tables:
                name = table.name
                connection.execute(
                    text(
                        f"CREATE TEMPORARY TABLE {name} (LIKE {name} INCLUDING ALL) ON COMMIT DROP"
                    )
                )
        self._store = RowStore(connection)
        self.rows = Rows(self._store)

    def take_in(self, event: Any, recorded: Recorded) -> None:
        """Let the organisation be as it was after the event."""
        for projection in PROJECTIONS:
            projection.apply(event, recorded, self.rows)
        self.rows.merge()


class RecordedRouting(DirectoryRouting):
    """The routing of live approvals by that directory; timers fire when history says so."""

    def instants(self, limit: Limit, assignee: str, since: datetime) -> tuple[datetime, ...]:
        """Every timer may fire at once."""
        return (since,) * (len(limit.remind) + 1)


class ImportedRouting(RecordedRouting):
    """The routing of approvals that an import brought in.

    Whoever history names was there, known to the directory or not, and nobody stood in.
    """

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._history = HistoryRouting(rows)

    def people(self, sources: tuple[Approvers, ...], case: Case) -> Resolution:
        """Where approvers choose, those whom history names."""
        if any(source.kind is ApproverKind.APPROVER_CHOICE for source in sources):
            return self._history.people(sources, case)
        return super().people(sources, case)

    def deputy(self, person: str, flow: str, at: datetime) -> str | None:
        """Nobody."""
        return None

    def active(self, person_id: str) -> bool:
        """Everybody."""
        return True
