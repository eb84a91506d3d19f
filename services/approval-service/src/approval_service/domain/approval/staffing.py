"""Whom a node asks: what its sources name, then its policies (A8-A10, A18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.routing import Candidate
from approval_service.domain.approval.states import Reason, TaskStatus
from approval_service.domain.flows.policies import (
    AutomaticOutcome,
    EmptyApprover,
    RepeatedApprover,
    SubmitterIsApprover,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Case, Routing
    from approval_service.domain.flows.nodes import ApprovalNode

EMPTY = "EMPTY_APPROVER_"
"""With the policy's name: the reason code of approvers that no source named."""


@dataclass(frozen=True)
class Staff:
    """The people to ask and why them, or what a machine decides because there is nobody."""

    candidates: tuple[Candidate, ...]
    reason_code: str
    reason: str
    automatic: AutomaticOutcome | None = None


def staff(node: ApprovalNode, case: Case, routing: Routing) -> Staff:
    """Who is asked at the node now. ``NoApprover`` when nobody at all can be."""
    found = routing.people(node.approvers, case)
    candidates = _without_submitter(node, found.candidates, case.submitter_id, routing)
    if candidates:
        return Staff(candidates, found.reason_code, found.reason)
    if found.candidates and node.submitter_is_approver is SubmitterIsApprover.SKIP:
        reason = f"only the submitter could: {found.reason}"
        return Staff((), str(Reason.SUBMITTER_SKIPPED), reason, AutomaticOutcome.PASS)
    return _instead(node, f"nobody for {found.reason}", case, routing)


def _without_submitter(
    node: ApprovalNode, candidates: tuple[Candidate, ...], submitter: str, routing: Routing
) -> tuple[Candidate, ...]:
    if node.submitter_is_approver is SubmitterIsApprover.SELF:
        return candidates
    others = tuple(one for one in candidates if one.person != submitter)
    if others == candidates or node.submitter_is_approver is SubmitterIsApprover.SKIP:
        return others
    superior = routing.superior(submitter)
    if superior is None or superior in {one.person for one in others}:
        return others
    role = next(one.role for one in candidates if one.person == submitter)
    return (*others, Candidate(superior, role))


def _instead(node: ApprovalNode, why: str, case: Case, routing: Routing) -> Staff:
    code = EMPTY + node.empty_approver
    match node.empty_approver:
        case EmptyApprover.PASS:
            return Staff((), code, why, AutomaticOutcome.PASS)
        case EmptyApprover.REJECT:
            return Staff((), code, why, AutomaticOutcome.REJECT)
        case EmptyApprover.PERSON if node.empty_person and routing.active(node.empty_person):
            return Staff((Candidate(node.empty_person),), code, why)
    administrators = routing.administrators()
    others = [one for one in administrators if one != case.submitter_id]
    if not administrators:
        raise NoApprover(node.id)
    people = tuple(Candidate(one) for one in others or administrators)
    return Staff(people, EMPTY + EmptyApprover.ADMINISTRATOR, why)


def may_decide(approval: Approval, node_id: str, person: str) -> bool:
    """Whether a task of the node may be handed to the person: no submitter decides on a detour."""
    node = approval.plan.approval_node(node_id)
    own = person == approval.submitter_id
    return not own or node.submitter_is_approver is SubmitterIsApprover.SELF


def has_agreed(approval: Approval, node: ApprovalNode, activation_no: int, person: str) -> bool:
    """Whether the policy for repeated approvers spares the person this question.

    Only what was agreed since the round or the last return began counts: who sends an approval
    back wants it looked at again.
    """
    if node.repeated_approver is RepeatedApprover.EACH:
        return False
    agreed = {
        task.activation_no
        for task in approval.tasks.values()
        if task.assignee_id == person
        and task.status is TaskStatus.APPROVED
        and approval.fresh_from < task.activation_no < activation_no
    }
    if node.repeated_approver is RepeatedApprover.FIRST_ONLY:
        return bool(agreed)
    asked = (task.activation_no for task in approval.tasks.values())
    return max((no for no in asked if no < activation_no), default=0) in agreed
