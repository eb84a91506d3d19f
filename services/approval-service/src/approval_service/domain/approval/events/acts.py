"""What people do besides deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from approval_service.domain.approval.events.about import ApprovalEvent, PersonalEvent

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval


class TaskAct(PersonalEvent):
    """What changes who decides: from now on the last decision cannot be withdrawn."""

    def apply(self, approval: Approval) -> None:
        approval.before = None


class SignerAdded(TaskAct):
    """加签: the task ``task_id`` gets a signer; the next ``TaskAssigned`` is theirs."""

    TOPIC: ClassVar[str] = "approval.signer_added"
    task_id: UUID
    node: str
    signer_id: str
    position: str


class SignerRemoved(TaskAct):
    """减签: the task of an added signer is not needed any more."""

    TOPIC: ClassVar[str] = "approval.signer_removed"
    task_id: UUID
    node: str
    signer_id: str


class TaskTransferred(TaskAct):
    """转交: the responsibility moves to ``to``."""

    TOPIC: ClassVar[str] = "approval.task_transferred"
    task_id: UUID
    node: str
    assignee_id: str
    to: str


class TaskDelegated(TaskAct):
    """委派: ``to`` is asked for advice, the decision returns to the owner."""

    TOPIC: ClassVar[str] = "approval.task_delegated"
    task_id: UUID
    node: str
    assignee_id: str
    to: str


class TaskClaimed(TaskAct):
    """Somebody takes a task that several were asked for themselves; ``released`` gives it back."""

    TOPIC: ClassVar[str] = "approval.task_claimed"
    task_id: UUID
    node: str
    released: bool


class Urged(PersonalEvent):
    """催办: the people who are asked now are told that it is urgent."""

    TOPIC: ClassVar[str] = "approval.urged"
    people: list[str]

    def apply(self, approval: Approval) -> None:
        approval.urged_at = self.timestamp


class Copied(ApprovalEvent):
    """抄送: people get to read it, from a node or (``by``) from a person."""

    TOPIC: ClassVar[str] = "approval.copied"
    node: str | None
    people: list[str]
    by: str | None
    comment: str


class Commented(PersonalEvent):
    """Somebody said something without deciding."""

    TOPIC: ClassVar[str] = "approval.commented"
    MOVES: ClassVar[bool] = False
    attachments: list[dict[str, Any]] | None
