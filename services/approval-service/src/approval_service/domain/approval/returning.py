"""Where an approval can be sent back to: the submitter, and earlier nodes that agreed (A19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.approval.states import NodeStatus, TaskKind
from approval_service.domain.flows.nodes import SUBMITTER, ApprovalNode
from approval_service.domain.flows.places import precedes

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.states import Task


@dataclass(frozen=True)
class Target:
    """A node, or ``submitter``; ``return_to_me``: whether it can come straight back."""

    node: str
    return_to_me: bool


def targets(approval: Approval, task: Task) -> list[Target]:
    """Where the holder of the task can send the approval, the submitter first.

    It comes straight back only to where no join lies in between: a parallel node that is left
    starts anew as a whole.
    """
    if task.kind is TaskKind.ADVICE:
        return []
    plan, here = approval.plan, approval.activation(task.activation_no)
    found = {SUBMITTER: Target(SUBMITTER, here.parent_no == 0)}
    for one in approval.activations:
        if one.round != approval.round or one.status is not NodeStatus.APPROVED:
            continue
        place = plan.places[one.node]
        if isinstance(place.node, ApprovalNode) and precedes(place, plan.places[here.node]):
            same = place.parallels == plan.places[here.node].parallels
            found[one.node] = Target(one.node, same)
    return list(found.values())
