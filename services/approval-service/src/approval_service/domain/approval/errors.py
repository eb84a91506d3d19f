"""Refusals of the approval."""

from __future__ import annotations

from typing import ClassVar

from opentas_shared.domain.errors import DomainError, Forbidden, Violation

ADMINISTRATOR = "admin"
"""The role that may act on behalf of others and gets tasks that nobody else can take."""


class TaskNotOpen(DomainError):
    """The person was asked, but the task is closed: decided already, by them or by another."""

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
    """Acting on behalf of somebody needs a reason."""

    code: ClassVar[str] = "REASON_MISSING"
    title: ClassVar[str] = "Acting on behalf of somebody needs a reason"
    title_zh: ClassVar[str] = "代为操作必须说明理由"

    def __init__(self) -> None:
        detail = "Say why you act on behalf of the other person."
        super().__init__(
            detail, violations=[Violation("MISSING", detail, pointer="/on_behalf_reason")]
        )


def not_assignee(person: str) -> Forbidden:
    """The refusal of a decision by somebody who was not asked."""
    return Forbidden(
        f"{person} has no task in the current node of this approval.", policy="task:assignee"
    )


def not_submitter(person: str, submitter: str) -> Forbidden:
    """The refusal of a resubmission by somebody else."""
    return Forbidden(
        f"Only the submitter {submitter} may resubmit, not {person}.",
        policy="approval:submitter",
    )


def not_administrator(person: str) -> Forbidden:
    """The refusal of acting on behalf of another without being an administrator."""
    return Forbidden(f"{person} may not act on behalf of others.", policy=f"role:{ADMINISTRATOR}")
