"""What a rehearsal found: how many approvals go another way, and who has more or less to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.states import NodeStatus

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.routes import Route, Stop

MOST_CHANGES = 1_000
"""So many changed approvals are listed; all are counted."""


@dataclass
class _Side:
    """One side of the comparison: what was, or what would be."""

    asked: Counter[str] = field(default_factory=Counter)
    nodes: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, route: Route, outcome: str | None) -> None:
        for stop in route.stops:
            self.asked.update(stop.people)
            if stop.status is NodeStatus.ACTIVE:
                self.nodes[stop.node] += 1
        self.outcomes[outcome or "RUNNING"] += 1


@dataclass
class Report:
    """The comparison of all approvals of the period, in the order of their start."""

    approvals: int = 0
    changed: int = 0
    before: _Side = field(default_factory=_Side)
    after: _Side = field(default_factory=_Side)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, no: int, id: UUID, before: Route, after: Route, *, stopped: bool) -> None:
        """Compare one approval; ``no`` is its place in the order of starts."""
        outcome = "STOPPED" if stopped else after.outcome
        self.approvals += 1
        self.before.add(before, before.outcome)
        self.after.add(after, outcome)
        if before.stops == after.stops and before.outcome == outcome:
            return
        self.changed += 1
        self.changes[no] = {
            "approval_id": str(id),
            "url": f"/v1/approvals/{id}",
            "outcome_before": before.outcome,
            "outcome_after": outcome,
            "before": [_stop(stop) for stop in before.stops],
            "after": [_stop(stop) for stop in after.stops],
        }

    def as_dict(self) -> dict[str, Any]:
        """The result as it is kept and shown."""
        listed = [self.changes[no] for no in sorted(self.changes)[:MOST_CHANGES]]
        return {
            "approvals": self.approvals,
            "changed": self.changed,
            "unchanged": self.approvals - self.changed,
            "outcomes": _compared("outcome", self.before.outcomes, self.after.outcomes),
            "nodes": _compared("node", self.before.nodes, self.after.nodes),
            "people": _compared("person_id", self.before.asked, self.after.asked),
            "changes": listed,
        }


def _stop(stop: Stop) -> dict[str, Any]:
    return {**vars(stop), "status": str(stop.status)}


def _compared(name: str, before: Counter[str], after: Counter[str]) -> list[dict[str, Any]]:
    """Both counts of each key, what changes most first."""
    keys = sorted(
        before.keys() | after.keys(), key=lambda key: (-abs(after[key] - before[key]), key)
    )
    return [{name: key, "before": before[key], "after": after[key]} for key in keys]
