"""Refusals of the approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from opentas_shared.domain.errors import DomainError, Forbidden, Violation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ADMINISTRATOR = "admin"
"""The role that may act on behalf of others and gets tasks that nobody else can take."""


class TaskNotOpen(DomainError):
    """The person was asked, but the task is closed, decided, or waits for another."""

    code: ClassVar[str] = "TASK_NOT_OPEN"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The task is not open any more"
    title_zh: ClassVar[str] = "待办任务已关闭"


class NoApprover(DomainError):
    """The next node has no approver and the organisation has no administrator to take it."""

    code: ClassVar[str] = "NO_APPROVER"
    title: ClassVar[str] = "Nobody can approve the next node"
    title_zh: ClassVar[str] = "下一节点无可用审批人"

    def __init__(self, node: str) -> None:
        super().__init__(
            f"Nobody can approve the node {node}, and the organisation has no active person with "
            f"the role {ADMINISTRATOR}; add one to the organisation and decide again.",
            node=node,
        )


class ReasonMissing(DomainError):
    """Acting on behalf of somebody needs a reason, and so does every act of administrators."""

    code: ClassVar[str] = "REASON_MISSING"
    title: ClassVar[str] = "This act needs a reason"
    title_zh: ClassVar[str] = "该操作必须说明理由"

    def __init__(
        self,
        detail: str = "Say why you act on behalf of the other person.",
        pointer: str = "/on_behalf_reason",
    ) -> None:
        super().__init__(detail, violations=[Violation("MISSING", detail, pointer=pointer)])


class CommentMissing(DomainError):
    """The node asks for a comment with this decision."""

    code: ClassVar[str] = "COMMENT_MISSING"
    title: ClassVar[str] = "This decision needs a comment"
    title_zh: ClassVar[str] = "该审批意见必填"

    def __init__(self, node: str, decision: str) -> None:
        detail = f"The node {node} asks for a comment with {decision}; write one."
        super().__init__(detail, violations=[Violation("MISSING", detail, pointer="/comment")])


class NextNotAsked(DomainError):
    """Only an approver at a node of approvers' choice names who is asked next."""

    code: ClassVar[str] = "NEXT_NOT_ASKED"
    title: ClassVar[str] = "This node does not ask who comes next"
    title_zh: ClassVar[str] = "该节点不可指定下一审批人"

    def __init__(self, node: str) -> None:
        detail = f"The node {node} goes on by its definition; leave out next."
        super().__init__(detail, violations=[Violation("NOT_ALLOWED", detail, pointer="/next")])


class ReturnImpossible(DomainError):
    """退回 goes to the submitter or to an earlier node that has agreed in this round."""

    code: ClassVar[str] = "RETURN_IMPOSSIBLE"
    title: ClassVar[str] = "The approval cannot be returned there"
    title_zh: ClassVar[str] = "不能退回到该节点"

    def __init__(self, to: str, targets: Iterable[str], return_to_me: bool) -> None:
        back = " and come straight back" if return_to_me else ""
        detail = f"It cannot go to {to}{back}; possible are: {', '.join(targets) or 'none'}."
        super().__init__(detail, violations=[Violation("NOT_ALLOWED", detail, pointer="/to")])


class NodeUnknown(DomainError):
    """The definition of this approval has no node with this id that asks people."""

    code: ClassVar[str] = "NODE_UNKNOWN"
    title: ClassVar[str] = "There is no such node"
    title_zh: ClassVar[str] = "节点不存在"

    def __init__(self, node: str, nodes: Iterable[str]) -> None:
        detail = f"There is no node {node} that asks people; there are {', '.join(nodes)}."
        super().__init__(detail, violations=[Violation("UNKNOWN", detail, pointer="/to")])


class PersonUnknown(DomainError):
    """The organisation knows no active person with this id."""

    code: ClassVar[str] = "PERSON_UNKNOWN"
    title: ClassVar[str] = "There is no such person"
    title_zh: ClassVar[str] = "人员不存在或已停用"

    def __init__(self, person: str, pointer: str = "/person_id") -> None:
        detail = f"The organisation knows no active person {person}."
        super().__init__(detail, violations=[Violation("UNKNOWN", detail, pointer=pointer)])


class AlreadyAsked(DomainError):
    """The person has an open task in this node."""

    code: ClassVar[str] = "ALREADY_ASKED"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This person is asked in the node already"
    title_zh: ClassVar[str] = "该人员已在本节点审批"

    def __init__(self, person: str, node: str) -> None:
        super().__init__(f"{person} is asked in the node {node} already; name somebody else.")


class SubmitterIsNoApprover(DomainError):
    """A node that does not ask the submitter cannot be decided by them on a detour either."""

    code: ClassVar[str] = "SUBMITTER_IS_NO_APPROVER"
    title: ClassVar[str] = "The submitter cannot decide here"
    title_zh: ClassVar[str] = "提交人不能审批本节点"

    def __init__(self, person: str, node: str) -> None:
        detail = f"{person} submitted this approval, and {node} is not for its submitter."
        super().__init__(
            detail, violations=[Violation("NOT_ALLOWED", detail, pointer="/person_id")]
        )


class NotRemovable(DomainError):
    """减签: only signers that 加签 added and that have not decided can be removed."""

    code: ClassVar[str] = "NOT_REMOVABLE"
    title: ClassVar[str] = "This signer cannot be removed"
    title_zh: ClassVar[str] = "不能减签该人员"

    def __init__(self) -> None:
        super().__init__("Only a signer who was added and has not decided yet can be removed.")


class NotClaimable(DomainError):
    """Only a task that several people were asked for can be claimed, and then released."""

    code: ClassVar[str] = "NOT_CLAIMABLE"
    title: ClassVar[str] = "This task cannot be claimed or released"
    title_zh: ClassVar[str] = "该任务不可签收或释放"

    def __init__(self) -> None:
        super().__init__(
            "A task is claimed where several people are asked and the first decides (ANY); only "
            "who has claimed it can release it."
        )


class NotWithdrawable(DomainError):
    """撤回: an own decision can be taken back until the next decision of anybody."""

    code: ClassVar[str] = "NOT_WITHDRAWABLE"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is no decision to withdraw"
    title_zh: ClassVar[str] = "没有可撤回的审批意见"

    def __init__(self) -> None:
        super().__init__(
            "Only the last decision of the approval can be withdrawn, once, and by who made it."
        )


class UrgedTooSoon(DomainError):
    """催办 is limited to once in a configured time."""

    code: ClassVar[str] = "URGED_TOO_SOON"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The approvers were urged a moment ago"
    title_zh: ClassVar[str] = "催办过于频繁"

    def __init__(self, again: datetime) -> None:
        super().__init__(
            f"The approvers were urged already; you may again from {again.isoformat()}.",
            again_at=again.isoformat(),
        )


class NotReversible(DomainError):
    """通过后撤销 is possible only in the time that the definition gives for it."""

    code: ClassVar[str] = "NOT_REVERSIBLE"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The approval cannot be taken back any more"
    title_zh: ClassVar[str] = "已超过通过后撤销时限"

    def __init__(self, hours: int | None) -> None:
        limit = "never" if hours is None else f"within {hours} hours of its approval"
        super().__init__(f"By its definition this approval can be taken back {limit}.")


def not_assignee(person: str) -> Forbidden:
    """The refusal of a decision by somebody who was not asked."""
    return Forbidden(
        f"{person} has no task in the current node of this approval.", policy="task:assignee"
    )


def not_adder(person: str) -> Forbidden:
    """The refusal of 减签 by somebody beside whom the signer was not added."""
    return Forbidden(
        f"{person} is not whom this signer was added to; that person may remove the signer.",
        policy="task:assignee",
    )


def not_submitter(person: str, submitter: str) -> Forbidden:
    """The refusal of a submitter's command by somebody else."""
    return Forbidden(
        f"Only the submitter {submitter} may do this, not {person}.", policy="approval:submitter"
    )


def not_administrator(person: str) -> Forbidden:
    """The refusal of what only administrators may do."""
    return Forbidden(
        f"{person} is no administrator, who alone may act on behalf of others, jump and terminate.",
        policy=f"role:{ADMINISTRATOR}",
    )


def not_participant(person: str) -> Forbidden:
    """The refusal of an act of somebody who has nothing to do with the approval."""
    return Forbidden(
        f"{person} neither submitted this approval nor was asked in it.",
        policy="approval:participant",
    )


class ApprovalNotYetSubmitted(DomainError):
    """No step of this history submits the approval, and there is none yet."""

    code: ClassVar[str] = "APPROVAL_NOT_YET_SUBMITTED"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The approval has not been submitted"
    title_zh: ClassVar[str] = "审批尚未提交"

    def __init__(self, natural_key: str) -> None:
        super().__init__(f"No step submits the approval {natural_key}, and there is none yet.")


class FlowNotInForce(DomainError):
    """An import names a flow that has no definition in force."""

    code: ClassVar[str] = "FLOW_NOT_IN_FORCE"
    title: ClassVar[str] = "The flow has no definition in force"
    title_zh: ClassVar[str] = "该流程没有生效的定义"

    def __init__(self, flow: str) -> None:
        super().__init__(f"There is no definition in force of the flow {flow}; publish one.")
