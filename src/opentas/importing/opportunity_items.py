"""From the events of a case to the steps of its opportunity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas.importing.cases import Event, cases
from opentas.importing.problems import BadRow
from opentas.importing.rows import filled
from opentas.importing.steps import Item, Plan, Step
from opentas.importing.values import amount_of

if TYPE_CHECKING:
    from datetime import datetime

    from opentas.importing.opportunity_mapping import OpportunitiesMapping
    from opentas.importing.rows import Row, Source

NOBODY = "unassigned"


def plan_opportunities(source: Source, mapping: OpportunitiesMapping) -> Plan:
    """One item per case; events that cannot follow each other are bad rows."""
    plan = Plan(bad=list(source.broken))
    for key, events in cases(source, mapping, plan).items():
        walk = Walk(mapping, plan, key)
        walk.go(events)
        if walk.item.steps:
            plan.items.append(walk.item)
    return plan


class Walk:
    """Goes through the events of one case in their order."""

    def __init__(self, mapping: OpportunitiesMapping, plan: Plan, key: str) -> None:
        self._mapping = mapping
        self._plan = plan
        self._order = mapping.order
        self._first = next(iter(mapping.stages.values()))
        head = {"natural_key": key, "waived_rules": list(mapping.waives)}
        self.item = Item(key, head)
        self._stage: str | None = None
        self._owner: str | None = None
        self._ended: Event | None = None
        self._unopened: Event | None = None

    def go(self, events: list[Event]) -> None:
        """Take every event; ``item`` holds what came of it."""
        outcome = self._outcome(events)
        opens = any(self._mapping.stages.get(event.activity) == self._first for event in events)
        for event in events:
            try:
                self._take(event, outcome, opens)
            except BadRow as bad:
                self._plan.bad.append((event.row, str(bad)))
                if self._is_opening(event):
                    self._unopened = event

    def _outcome(self, events: list[Event]) -> tuple[Event, ...]:
        """The events that end the case: the first that ends it, and all won ones if it is won."""
        mapping = self._mapping
        ends = {*mapping.won, *mapping.lost, *mapping.void}
        first = next((event for event in events if event.activity in ends), None)
        if first is None or first.activity not in mapping.won:
            return () if first is None else (first,)
        return tuple(event for event in events if event.activity in mapping.won)

    def _take(self, event: Event, outcome: tuple[Event, ...], opens: bool) -> None:
        if opens and self._stage is None and not self._is_opening(event):
            if self._unopened is not None:
                line = self._unopened.row.line
                raise BadRow(f"The event that opens its case, on line {line}, is a bad row.")
            raise BadRow(f"{event.activity} lies before the event that opens its case.")
        if self._ended is not None:
            ended = self._ended
            raise BadRow(
                f"Its case ended with {ended.activity} (line {ended.row.line}) before; "
                f"{event.activity} cannot follow."
            )
        if event in outcome:
            self._end(event, outcome)
        elif event.activity in self._mapping.stages:
            self._enter(event)
        else:
            raise BadRow(
                f"Its case has another outcome, {outcome[0].activity} on line "
                f"{outcome[0].row.line}; {event.activity} cannot be one too."
            )

    def _is_opening(self, event: Event) -> bool:
        return self._mapping.stages.get(event.activity) == self._first

    def _enter(self, event: Event) -> None:
        stage = self._mapping.stages[event.activity]
        if self._stage is None and stage == self._first:
            self._open(event)
        else:
            self._hand_over(event)
            self._move(event, stage)
        self._stage = stage

    def _open(self, event: Event) -> None:
        mapping = self._mapping
        self._owner = event.who or mapping.default_owner or NOBODY
        self._add(
            event.at,
            "OPEN",
            (event.row,),
            name=filled(mapping.title, event.row),
            owner_id=self._owner,
            stage_model=mapping.stage_model,
            amount=amount_of(event.row, mapping.amount),
        )

    def _move(self, event: Event, stage: str) -> None:
        rank = self._order[stage]
        before = -1 if self._stage is None else self._order[self._stage]
        if rank > before:
            self._add(event.at, "ADVANCE", (event.row,), to_stage=stage)
        elif rank < before:
            reason = f"{self._mapping.name}: {event.activity}"
            self._add(event.at, "REVERT", (event.row,), to_stage=stage, reason=reason)
        else:
            self.item.idle.append(event.row)

    def _end(self, event: Event, outcome: tuple[Event, ...]) -> None:
        last = outcome[-1]
        if event is not last:
            return
        self._hand_over(event)
        rows = tuple(entry.row for entry in outcome)
        mapping, activity = self._mapping, event.activity
        if activity in mapping.won:
            self._add(event.at, "WIN", rows)
        elif activity in mapping.lost:
            self._add(event.at, "LOSE", rows, reason=mapping.lost[activity])
        else:
            self._add(event.at, "VOID", rows, reason=mapping.void[activity])
        self._ended = event

    def _hand_over(self, event: Event) -> None:
        if event.who is not None and event.who != self._owner:
            self._owner = event.who
            self._add(event.at, "CHANGE_OWNER", (event.row,), owner_id=event.who)

    def _add(self, at: datetime, kind: str, rows: tuple[Row, ...], **fields: Any) -> None:
        given = {name: value for name, value in fields.items() if value is not None}
        body = {"step": kind, "effective_at": at.isoformat(), **given}
        self.item.steps.append(Step(body, rows))
