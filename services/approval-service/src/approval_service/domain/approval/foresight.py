"""What will happen when everybody agrees: the aggregate itself, played to its end in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import ENDED, NodeStatus, Status

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.approval.states import Activation
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment

AGREEMENT = Opinion(comment="preview")


@dataclass
class Asked:
    """One person who is asked; ``principal_id`` is for whom, ``reason_code`` a machine's answer."""

    person_id: str
    role: str
    principal_id: str | None = None
    reason_code: str | None = None


@dataclass
class Step:
    """One node on the way: asked, skipped or passed, and why.

    ``within`` are the parallel nodes around it with the branch in each, the outermost first.
    """

    node: str
    status: NodeStatus
    reason_code: str
    reason: str
    branch: str | None = None
    within: tuple[tuple[str, str], ...] = ()
    people: list[Asked] = field(default_factory=list)


@dataclass(frozen=True)
class Foresight:
    """The steps in their order, and how it ends; ``stopped`` is why it cannot go on."""

    steps: tuple[Step, ...]
    outcome: str | None
    stopped: str | None = None


def start(approval: Approval, definition: Definition, routing: Routing, at: Moment) -> Foresight:
    """The whole way of a request that is not started yet; the approval is used up by this."""
    try:
        approval.start(definition, routing, at)
    except NoApprover as refusal:
        return _seen(approval, {}, refusal.detail)
    return _play_out(approval, {}, routing, at)


def rest(approval: Approval, routing: Routing, at: Moment) -> Foresight:
    """The rest of the way from where the approval stands; the approval is used up by this."""
    active = [one for one in approval.activations if one.status is NodeStatus.ACTIVE]
    return _play_out(approval, {one.no: _now(approval, one) for one in active}, routing, at)


def _play_out(
    approval: Approval, steps: dict[int, Step], routing: Routing, at: Moment
) -> Foresight:
    try:
        while approval.status is Status.RUNNING and approval.open_tasks:
            task = approval.open_tasks[0]
            approval.approve(Actor(task.assignee_id), AGREEMENT, routing, at, task.id)
    except NoApprover as refusal:
        return _seen(approval, steps, refusal.detail)
    return _seen(approval, steps, None)


def _seen(approval: Approval, steps: dict[int, Step], stopped: str | None) -> Foresight:
    _collect(approval, steps)
    outcome = str(approval.status) if approval.status in ENDED else None
    return Foresight(tuple(steps.values()), outcome, stopped)


def _now(approval: Approval, activation: Activation) -> Step:
    waiting = [task for task in approval.tasks_in(activation.no) if task.live]
    people = [Asked(task.assignee_id, task.role, task.principal_id) for task in waiting]
    within = approval.plan.places[activation.node].parallels
    return Step(activation.node, NodeStatus.ACTIVE, "", "", within=within, people=people)


def _collect(approval: Approval, steps: dict[int, Step]) -> None:
    """Read the steps out of what has just happened to the approval."""
    asked: dict[UUID, Asked] = {}
    copied: dict[str, list[Asked]] = {}
    for event in approval.pending_events:
        match event:
            case events.NodeActivated():
                steps[event.activation_no] = _step(approval, event, NodeStatus.ACTIVE)
            case events.NodeSkipped():
                steps[event.activation_no] = _step(approval, event, NodeStatus.SKIPPED)
            case events.NodePassed():
                step = _step(approval, event, NodeStatus.PASSED)
                step.branch = event.branch
                step.people = copied.pop(event.node, [])
                steps[event.activation_no] = step
            case events.Copied() if event.node is not None:
                copied[event.node] = [Asked(person, "") for person in event.people]
            case events.TaskAssigned():
                asked[event.task_id] = Asked(event.assignee_id, event.role, event.principal_id)
                steps[event.activation_no].people.append(asked[event.task_id])
            case events.TaskClosed() if event.outcome is not None and event.task_id in asked:
                asked[event.task_id].reason_code = event.reason_code


def _step(
    approval: Approval,
    event: events.NodeActivated | events.NodeSkipped | events.NodePassed,
    status: NodeStatus,
) -> Step:
    within = approval.plan.places[event.node].parallels
    return Step(event.node, status, event.reason_code, event.reason, within=within)
