"""From the events of a case to the steps of its approvals, one approval per document."""

from __future__ import annotations

from enum import Enum, auto
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opentas.importing.approval_mapping import ApprovalsMapping, Meaning
from opentas.importing.cases import Event, cases
from opentas.importing.problems import BadRow
from opentas.importing.rows import filled, value
from opentas.importing.steps import Item, Plan, Step

if TYPE_CHECKING:
    from opentas.importing.rows import Row, Source

DECISIONS = frozenset({Meaning.APPROVE, Meaning.FINAL_APPROVE, Meaning.REJECT})


def plan_approvals(source: Source, mapping: ApprovalsMapping) -> Plan:
    """One item per case and document; events that cannot follow each other are bad rows."""
    plan = Plan(bad=list(source.broken))
    for key, events in cases(source, mapping, plan).items():
        walk = Walk(mapping, key, _final_last(events, mapping), plan)
        walk.go()
        if walk.item.steps:
            plan.items.append(walk.item)
    return plan


def _final_last(events: list[Event], mapping: ApprovalsMapping) -> list[Event]:
    """At equal instants an approval comes before the final one, whatever their numbers."""
    ordered = list(events)
    for number, (one, other) in enumerate(pairwise(events)):
        meanings = [_meaning(each, mapping) for each in (one, other)]
        if one.at == other.at and meanings == [Meaning.FINAL_APPROVE, Meaning.APPROVE]:
            ordered[number : number + 2] = [other, one]
    return ordered


def _meaning(event: Event, mapping: ApprovalsMapping) -> Meaning:
    return mapping.document_of[event.activity].activities[event.activity]


class State(Enum):
    """Where a document is."""

    NEW = auto()
    RUNNING = auto()
    RETURNED = auto()
    """With its submitter: rejected, or taken back."""
    APPROVED = auto()


class Walk:
    """Goes through the events of one document in their order."""

    def __init__(
        self, mapping: ApprovalsMapping, key: str, events: list[Event], plan: Plan
    ) -> None:
        self._mapping = mapping
        self._events = events
        self._plan = plan
        self._state = State.NEW
        first = events[0]
        head = {
            "natural_key": key,
            "flow": mapping.document_of[first.activity].flow,
            "subject_id": filled(mapping.subject, first.row),
            "submitter_id": mapping.submitter,
            "waived_rules": list(mapping.waives),
        }
        self.item = Item(key, head)

    def go(self) -> None:
        """Take every event; ``item`` holds what came of it."""
        for event, after in zip(self._events, [*self._events[1:], None], strict=True):
            try:
                self._take(event, after)
            except BadRow as bad:
                self._plan.bad.append((event.row, str(bad)))

    def _take(self, event: Event, after: Event | None) -> None:
        meaning = _meaning(event, self._mapping)
        match meaning, self._state:
            case Meaning.SUBMIT, State.NEW | State.RETURNED:
                self._add(event, "SUBMIT", State.RUNNING, next=self._asked(after))
            case Meaning.APPROVE, State.RUNNING:
                by, following = self._named(event.row), self._asked(after)
                self._add(event, "APPROVE", State.RUNNING, by=by, next=following)
            case Meaning.FINAL_APPROVE, State.RUNNING:
                self._add(event, "APPROVE", State.APPROVED, by=self._named(event.row))
            case Meaning.REJECT, State.RUNNING:
                self._add(event, "REJECT", State.RETURNED, by=self._named(event.row))
            case Meaning.REJECT, State.APPROVED:
                self._add(event, "REVERSE", State.RETURNED, by=self._named(event.row))
            case Meaning.TAKE_BACK, State.RUNNING:
                self._add(event, "RECALL", State.RETURNED)
            case Meaning.TAKE_BACK, State.RETURNED:
                self._add(event, "COMMENT", State.RETURNED, comment=self._mapping.note)
            case _, State.NEW:
                raise BadRow(f"{event.activity} lies before the event that submits its document.")
            case _:
                raise BadRow(
                    f"{event.activity} cannot follow: its document is {STATES[self._state]}."
                )

    def _asked(self, after: Event | None) -> dict[str, str]:
        """Who was asked, as the next event says; where it is no decision, the unknown role."""
        if after is not None and _meaning(after, self._mapping) in DECISIONS:
            return self._named(after.row)
        return {"person_id": self._mapping.unknown_person, "role": self._mapping.unknown_role}

    def _named(self, row: Row) -> dict[str, str]:
        role = value(row, self._mapping.columns.role)
        return {"person_id": filled(self._mapping.person, row), "role": role}

    def _add(self, event: Event, kind: str, state: State, **fields: Any) -> None:
        body = {"step": kind, "effective_at": event.at.isoformat(), **fields}
        self.item.steps.append(Step(body, (event.row,)))
        self._state = state


STATES = {
    State.RUNNING: "being decided",
    State.RETURNED: "with its submitter",
    State.APPROVED: "approved",
}
