"""The route of an approval: the nodes on its way in order, and who was asked at each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import NodeStatus

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class Stop:
    """One entry into a node; ``people`` are all who were asked there, deputies included."""

    round: int
    node: str
    status: NodeStatus
    branch: str | None = None
    people: list[str] = field(default_factory=list)


@dataclass
class Route:
    """The stops in order, and the outcome; none for an approval that still runs."""

    stops: list[Stop] = field(default_factory=list)
    outcome: str | None = None


def route(history: Iterable[Any]) -> Route:
    """The route that the events of one approval tell."""
    found = Route()
    stops: dict[int, Stop] = {}
    for event in history:
        match event:
            case events.NodeActivated():
                stops[event.activation_no] = _stop(event, NodeStatus.ACTIVE)
            case events.NodeSkipped():
                stops[event.activation_no] = _stop(event, NodeStatus.SKIPPED)
            case events.NodePassed():
                stops[event.activation_no] = _stop(event, NodeStatus.PASSED)
                stops[event.activation_no].branch = event.branch
            case events.TaskAssigned():
                stops[event.activation_no].people.append(event.assignee_id)
            case events.Resubmitted() | events.WentStale():
                found.outcome = None
            case events.Reversed():
                found.outcome = "REVERSED"
            case events.Refreshed():
                found.outcome = "APPROVED"
            case events.Completed():
                found.outcome = event.outcome
    found.stops = list(stops.values())
    return found


def _stop(
    event: events.NodeActivated | events.NodeSkipped | events.NodePassed, status: NodeStatus
) -> Stop:
    return Stop(event.round, event.node, status)
