"""Whose tasks go to whom, when and in which flows; what two such terms have to do with each other.

A term counts from ``from_at`` up to, not including, ``until_at``. No flows means all flows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime


@dataclass(frozen=True)
class Term:
    """One delegation as far as the choice of deputies is concerned."""

    principal_id: str
    deputy_id: str
    from_at: datetime
    until_at: datetime
    flows: frozenset[str] = frozenset()

    def covers(self, flow: str, at: datetime) -> bool:
        """Whether it counts in the flow at this instant."""
        return self.from_at <= at < self.until_at and (not self.flows or flow in self.flows)

    def shared_with(self, other: Term) -> Term | None:
        """This term within the time and the flows of the other one, if there is any of it."""
        begins, ends = max(self.from_at, other.from_at), min(self.until_at, other.until_at)
        flows = self.flows & other.flows if self.flows and other.flows else self.flows | other.flows
        if begins >= ends or (self.flows and other.flows and not flows):
            return None
        return replace(self, from_at=begins, until_at=ends, flows=flows)


def conflict(new: Term, others: Collection[Term]) -> Term | None:
    """A term of the same principal that names somebody else for some of the same tasks."""
    for other in others:
        if (
            other.principal_id == new.principal_id
            and other.deputy_id != new.deputy_id
            and other.shared_with(new) is not None
        ):
            return other
    return None


def circle(new: Term, others: Collection[Term]) -> tuple[str, ...] | None:
    """The people through whom a task would come back to the principal, the principal included."""
    return next(_returns((new.principal_id, new.deputy_id), new, others), None)


def _returns(
    people: tuple[str, ...], reach: Term, others: Collection[Term]
) -> Iterator[tuple[str, ...]]:
    for other in others:
        if other.principal_id != people[-1]:
            continue
        further = other.shared_with(reach)
        if further is None:
            continue
        if other.deputy_id == people[0]:
            yield (*people, other.deputy_id)
        elif other.deputy_id not in people:
            yield from _returns((*people, other.deputy_id), further, others)
