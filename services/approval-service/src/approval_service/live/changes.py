"""What an event changes in whose inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.receipt import Receipt
from approval_service.domain.flows.nodes import SUBMITTER
from approval_service.domain.flows.policies import TimerAction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from opentas_shared.persistence.recorded import Recorded


@dataclass(frozen=True)
class Change:
    """Something new in the inbox of ``person_id``; ``position`` is that of its event."""

    position: int
    person_id: str
    name: str
    data: dict[str, Any]


TASK_EVENTS: dict[type[events.ApprovalEvent], str] = {
    events.TaskAssigned: "task_assigned",
    events.TaskOpened: "task_opened",
    events.TaskWaits: "task_waits",
    events.TaskDecided: "task_decided",
    events.TaskClosed: "task_closed",
}
SUBMITTER_EVENTS: dict[type[events.ApprovalEvent], str] = {
    events.Started: "approval_started",
    events.Resubmitted: "approval_resubmitted",
    events.Recalled: "approval_recalled",
    events.Completed: "approval_completed",
    events.Reversed: "approval_reversed",
    events.WentStale: "approval_went_stale",
    events.Refreshed: "approval_refreshed",
}


def changes_of(event: Any, recorded: Recorded) -> Iterator[Change]:
    """The changes of one event, at most one for each person concerned in each way."""
    for person_id, name, more in _changes(event):
        approval_id = getattr(event, "approval_id", event.originator_id)
        about = {"approval_id": str(approval_id), "version": recorded.originator_version}
        yield Change(recorded.position, person_id, name, {**about, **more})


def _changes(event: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    kind = type(event)
    task = next((name for base, name in TASK_EVENTS.items() if issubclass(kind, base)), None)
    if task is not None:
        yield from _of_task(event, task)
        return
    match event:
        case Receipt.Created():
            yield event.person_id, "copy_read", {"copy_id": str(event.originator_id)}
        case events.Created():
            yield event.submitter_id, "approval_requested", {"flow": event.flow}
        case events.Copied():
            for person in event.people:
                yield person, "copied", {"flow": event.flow, "by": event.by}
        case events.Urged():
            for person in event.people:
                yield person, "urged", {"by": event.by}
        case events.TimerFired() if event.action == TimerAction.REMIND:
            yield event.assignee_id, "task_reminder", _task(event.task_id, event.node)
        case events.Returned() if event.to == SUBMITTER:
            yield event.submitter_id, "approval_returned", {"node": event.node}
        case _:
            for base, name in SUBMITTER_EVENTS.items():
                if issubclass(kind, base):
                    outcome = getattr(event, "outcome", None)
                    yield event.submitter_id, name, {"outcome": outcome} if outcome else {}


def _of_task(event: Any, name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    about = _task(event.task_id, event.node)
    for member in ("decision", "reason_code", "status", "kind", "due_at"):
        if getattr(event, member, None) is not None:
            about[member] = getattr(event, member)
    people = {event.assignee_id, getattr(event, "decided_by", event.assignee_id)}
    for person in sorted(people):
        yield person, name, about


def _task(task_id: UUID, node: str) -> dict[str, Any]:
    return {"task_id": str(task_id), "node": node}
