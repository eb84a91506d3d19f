"""How nodes are staffed and timed: conditions, the organisation directory, deputies, calendars.

Everything is resolved when a node starts and recorded by the approval then, so that later
changes of the organisation never rewrite whom an approval asked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from approval_service.commands.sources import candidates
from approval_service.configuration.conditions import ConditionWrong, holds
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.routing import Candidate, Resolution, Verdict
from approval_service.domain.approval.states import Reason
from approval_service.domain.flows.policies import Clock
from approval_service.read_models.deputies import deputy_of
from opentas_shared.organisation.directory import (
    calendar_for_person,
    holders,
    person,
    superior_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from approval_service.domain.approval.routing import Case
    from approval_service.domain.flows.nodes import Approvers
    from approval_service.domain.flows.policies import Limit
    from opentas_shared.persistence.rows import Rows

DIRECTORY = "DIRECTORY"
CONDITION_UNDECIDABLE = "CONDITION_UNDECIDABLE"


class DirectoryRouting:
    """The routing by the rows of a unit of work, or by those that a preview reads.

    A condition that these facts cannot answer counts as true, so that a person looks at the
    case.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def applies(self, when: str | None, case: Case) -> Verdict:
        """Whether the condition holds."""
        if when is None:
            return Verdict(True)
        try:
            applies = holds(when, case.facts)
        except ConditionWrong as error:
            return Verdict(True, CONDITION_UNDECIDABLE, f"{when}: {error}")
        if applies:
            return Verdict(True)
        return Verdict(False, str(Reason.CONDITION_FALSE), f"does not hold: {when}")

    def people(self, sources: tuple[Approvers, ...], case: Case) -> Resolution:
        """The active people that the sources name, in the order of the sources."""
        found: dict[str, Candidate] = {}
        reasons = []
        for source in sources:
            try:
                named = list(candidates(source, case, self._rows))
                reasons.append(f"{source.kind} {source.value}".strip())
            except ConditionWrong as error:
                named = []
                reasons.append(f"{source.kind} {source.value}: {error}")
            for one in named:
                if self.active(one.person):
                    found.setdefault(one.person, one)
        return Resolution(tuple(found.values()), DIRECTORY, ", ".join(reasons))

    def administrators(self) -> tuple[str, ...]:
        """The active administrators of the organisation."""
        return tuple(one.person_id for one in holders(self._rows, ADMINISTRATOR))

    def superior(self, person: str) -> str | None:
        """The active superior, else the nearest active head of department."""
        found = superior_of(self._rows, person)
        return found.person_id if found is not None else None

    def deputy(self, person: str, flow: str, at: datetime) -> str | None:
        """Who is asked instead of the person at this time (长期代理)."""
        asked = deputy_of(self._rows, person, flow, at).deputy
        return asked if asked != person else None

    def active(self, person_id: str) -> bool:
        """Whether the directory knows the person as active."""
        known = person(self._rows, person_id)
        return known is not None and known.active

    def instants(self, limit: Limit, assignee: str, since: datetime) -> tuple[datetime, ...]:
        """When each reminder and then the limit itself is reached, on the assignee's calendar."""
        durations = [timedelta(minutes=minutes) for minutes in (*limit.remind, limit.minutes)]
        if limit.clock is Clock.CALENDAR:
            return tuple(since + duration for duration in durations)
        calendar = calendar_for_person(self._rows, assignee)
        return tuple(calendar.add_working(since, duration) for duration in durations)
