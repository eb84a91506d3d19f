"""Tasks: one question to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from approval_service.domain.approval.events.about import ApprovalEvent, PersonalEvent
from approval_service.domain.approval.states import (
    Reason,
    Said,
    Task,
    TaskKind,
    TaskStatus,
    timers_of,
)
from approval_service.domain.flows.policies import TimerAction

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval


class TaskAssigned(ApprovalEvent):
    """A person is asked to decide; ``open`` is false while another task comes first.

    ``slot`` numbers the voices of the node. ``principal_id`` is for whom a deputy is asked,
    ``parent_id`` the task that a signer or an adviser was added to. ``timers`` and ``due_at``
    are instants in ISO 8601, resolved on the assignee's working calendar at this moment.
    """

    TOPIC: ClassVar[str] = "approval.task_assigned"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    slot: int = 0
    kind: str = "ASSIGNED"
    open: bool = True
    role: str = ""
    principal_id: str | None = None
    parent_id: UUID | None = None
    due_at: str | None = None
    timers: list[dict[str, Any]] | None = None

    def apply(self, approval: Approval) -> None:
        approval.tasks[self.task_id] = Task(
            self.task_id,
            self.activation_no,
            self.node,
            self.assignee_id,
            self.slot or len(approval.tasks) + 1,
            TaskKind(self.kind),
            TaskStatus.OPEN if self.open else TaskStatus.WAITING,
            self.role,
            self.principal_id,
            self.parent_id,
            timers_of(self.timers),
        )


class TaskOpened(ApprovalEvent):
    """A task that waited for another, or that had ended, is to be decided (again).

    ``reason_code`` says why: ``BEFORE_AGREED``, ``ADVISED``, ``AFTER_AGREED``, ``RELEASED`` or
    ``WITHDRAWN``. Timers run anew.
    """

    TOPIC: ClassVar[str] = "approval.task_opened"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    status: str
    reason_code: str
    due_at: str | None
    timers: list[dict[str, Any]] | None

    def apply(self, approval: Approval) -> None:
        task = approval.tasks[self.task_id]
        task.status = TaskStatus(self.status)
        task.by_machine = False
        task.timers = timers_of(self.timers)
        approval.claimed.discard(self.task_id)


class TaskWaits(ApprovalEvent):
    """Another task comes first: ``BEFORE_ADDED`` or ``DELEGATED``. The time limit goes on."""

    TOPIC: ClassVar[str] = "approval.task_waits"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    reason_code: str

    def apply(self, approval: Approval) -> None:
        approval.tasks[self.task_id].status = TaskStatus.WAITING


class TaskDecided(ApprovalEvent):
    """A person has decided a task; ``decided_by`` acted for ``on_behalf_of`` where that is set.

    ``decision_no`` counts the decisions of the approval from 1. ``advice`` is what an adviser
    recommends (``APPROVED``, ``REJECTED``). ``form_changes`` are the fields that the node may
    write. ``next`` names who is asked next where approvers choose.
    """

    TOPIC: ClassVar[str] = "approval.task_decided"
    ACT: ClassVar[bool] = True
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    decision: str
    decided_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
    decision_no: int = 0
    role: str = ""
    principal_id: str | None = None
    advice: str | None = None
    form_changes: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] | None = None
    next: dict[str, Any] | None = None

    def apply(self, approval: Approval) -> None:
        approval.remember_before(self.decision_no)
        approval.tasks[self.task_id].status = TaskStatus(self.decision)
        approval.decisions.append(
            Said(
                self.decision_no,
                self.task_id,
                self.activation_no,
                self.decided_by,
                self.on_behalf_of or self.decided_by,
                self.decision,
            )
        )
        approval.form = {**approval.form, **(self.form_changes or {})}
        if self.next is not None:
            approval.activation(self.activation_no).chosen = self.next
            approval.next = self.next


class TaskClosed(ApprovalEvent):
    """A machine decision: the task needs no decision any more.

    ``outcome`` is ``APPROVED`` or ``REJECTED`` where the machine decided in the person's place.
    """

    TOPIC: ClassVar[str] = "approval.task_closed"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    reason_code: str
    outcome: str | None = None
    reason: str = ""

    def apply(self, approval: Approval) -> None:
        task = approval.tasks[self.task_id]
        task.status = TaskStatus(self.outcome or TaskStatus.CLOSED)
        task.by_machine = True
        if self.reason_code == Reason.CLAIMED:
            approval.claimed.add(self.task_id)


class DecisionWithdrawn(PersonalEvent):
    """撤回: an approver takes an own decision back; it stays visible."""

    TOPIC: ClassVar[str] = "approval.decision_withdrawn"
    task_id: UUID
    node: str
    decision_no: int

    def apply(self, approval: Approval) -> None:
        approval.decisions[self.decision_no - 1].withdrawn = True
        approval.restore_before()


class TimerFired(ApprovalEvent):
    """A reminder or the time limit of a task has come; ``superior_id`` is who it went to."""

    TOPIC: ClassVar[str] = "approval.timer_fired"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    timer_no: int
    action: str
    to: str | None

    def apply(self, approval: Approval) -> None:
        approval.tasks[self.task_id].timers[self.timer_no - 1].fired = True
        if self.action != TimerAction.REMIND:
            approval.before = None
