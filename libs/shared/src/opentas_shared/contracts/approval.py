"""Published events of approvals. Opinions and comments stay in approval-service.

The form goes out when the approval is completed: its effect elsewhere is made of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from opentas_shared.contracts.contract import Contract

APPROVAL_TOPIC = "opentas.approval-service.approval.v1"


class _ApprovalFacts(Contract):
    """What every event of an approval carries.

    ``round`` counts the submissions from 1; round and ``definition_version`` are 0 for an
    approval that never started.
    """

    TOPIC: ClassVar[str] = APPROVAL_TOPIC

    approval_id: UUID
    flow: str
    subject_type: str
    subject_id: str
    submitter_id: str
    definition_version: int
    round: int


class ApprovalStarted(_ApprovalFacts):
    """An approval runs; ``facts`` are pinned as they were when it was asked for."""

    TYPE: ClassVar[str] = "org.opentas.approval.started.v1"

    facts: dict[str, Any]
    submitted_at: datetime
    """The instant of the first submission."""


class ApprovalNotStarted(_ApprovalFacts):
    """An approval that was asked for cannot run."""

    TYPE: ClassVar[str] = "org.opentas.approval.not_started.v1"

    reason_code: str
    """``NO_DEFINITION``, ``NO_APPROVER``, ``SUBMITTER_UNKNOWN``, ``SUBMITTER_NOT_ALLOWED`` or
    ``FORM_INCOMPLETE``."""
    reason: str
    missing: tuple[str, ...] = ()
    """Form fields that need a value, or nodes that nobody can approve."""


class NodeActivated(_ApprovalFacts):
    """A node is entered and asks its approvers, as resolved at this moment."""

    TYPE: ClassVar[str] = "org.opentas.approval.node_activated.v1"

    activation_no: int
    node: str
    approvers: tuple[str, ...]
    reason_code: str


class NodeCompleted(_ApprovalFacts):
    """A node has its outcome; a node that is entered again has another ``activation_no``."""

    TYPE: ClassVar[str] = "org.opentas.approval.node_completed.v1"

    activation_no: int
    node: str
    outcome: Literal["APPROVED", "REJECTED", "RETURNED", "CANCELLED"]


class TaskAssigned(_ApprovalFacts):
    """A person is asked to decide at a node; ``open`` is false while another task comes first.

    ``kind`` is ``ASSIGNED``, ``BEFORE``, ``AFTER``, ``PARALLEL`` (signers) or ``ADVICE``.
    """

    TYPE: ClassVar[str] = "org.opentas.approval.task_assigned.v1"

    task_id: UUID
    node: str
    assignee_id: str
    activation_no: int = 0
    kind: str = "ASSIGNED"
    open: bool = True
    role: str = ""
    """The role for which the person was asked; empty when not by a role."""
    principal_id: str | None = None
    """The person for whom a deputy was asked."""
    due_at: datetime | None = None


class TaskOpened(_ApprovalFacts):
    """A task that waited or had ended is to be decided (again): ``OPEN``, or ``WAITING``."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_opened.v1"

    task_id: UUID
    node: str
    assignee_id: str
    status: Literal["OPEN", "WAITING"]
    reason_code: str
    due_at: datetime | None = None


class TaskDecided(_ApprovalFacts):
    """A person has decided at a node; ``decided_by`` acted for ``on_behalf_of`` where set."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_decided.v1"

    task_id: UUID
    node: str
    assignee_id: str
    decision: Literal["APPROVED", "REJECTED", "RETURNED", "ADVISED"]
    decided_by: str
    on_behalf_of: str | None = None
    decision_no: int = 0
    """Counts the decisions of an approval from 1; 0 in events before that was kept."""
    role: str = ""
    principal_id: str | None = None


class TaskClosed(_ApprovalFacts):
    """A task needs no decision any more, for the reason given by a machine.

    ``outcome`` is set where the machine decided in the person's place.
    """

    TYPE: ClassVar[str] = "org.opentas.approval.task_closed.v1"

    task_id: UUID
    node: str
    assignee_id: str
    reason_code: str
    outcome: Literal["APPROVED", "REJECTED"] | None = None


class DecisionWithdrawn(_ApprovalFacts):
    """撤回: an approver took an own decision back; ``task_opened`` events follow."""

    TYPE: ClassVar[str] = "org.opentas.approval.decision_withdrawn.v1"

    task_id: UUID
    node: str
    decision_no: int
    by: str


class TaskTransferred(_ApprovalFacts):
    """转交: the responsibility of a task moves to ``to``; a ``task_assigned`` event follows."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_transferred.v1"

    task_id: UUID
    node: str
    assignee_id: str
    to: str
    by: str


class TaskDelegated(_ApprovalFacts):
    """委派: ``to`` is asked for advice; the decision returns to the owner of the task."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_delegated.v1"

    task_id: UUID
    node: str
    assignee_id: str
    to: str
    by: str


class SignerAdded(_ApprovalFacts):
    """加签: a signer ``BEFORE``, ``AFTER`` or ``PARALLEL`` to a task."""

    TYPE: ClassVar[str] = "org.opentas.approval.signer_added.v1"

    task_id: UUID
    node: str
    signer_id: str
    position: Literal["BEFORE", "AFTER", "PARALLEL"]
    by: str


class SignerRemoved(_ApprovalFacts):
    """减签: an added signer is not needed any more."""

    TYPE: ClassVar[str] = "org.opentas.approval.signer_removed.v1"

    task_id: UUID
    node: str
    signer_id: str
    by: str


class TimerFired(_ApprovalFacts):
    """A reminder or the time limit of a task has come."""

    TYPE: ClassVar[str] = "org.opentas.approval.timer_fired.v1"

    task_id: UUID
    node: str
    assignee_id: str
    action: Literal["REMIND", "ESCALATE", "TRANSFER", "APPROVE", "REJECT"]
    to: str | None = None


class ApproverUrged(_ApprovalFacts):
    """催办: the people who are asked now are told that it is urgent."""

    TYPE: ClassVar[str] = "org.opentas.approval.urged.v1"

    people: tuple[str, ...]
    by: str


class CopySent(_ApprovalFacts):
    """抄送: people get to read the approval; ``by`` is none when a node sent it."""

    TYPE: ClassVar[str] = "org.opentas.approval.copied.v1"

    people: tuple[str, ...]
    node: str | None
    by: str | None


class ApprovalReturned(_ApprovalFacts):
    """An approver handed the approval back to its submitter, or to an earlier node ``to``."""

    TYPE: ClassVar[str] = "org.opentas.approval.returned.v1"

    node: str
    returned_by: str
    to: str = "submitter"
    return_to_me: bool = False


class ApprovalRecalled(_ApprovalFacts):
    """The submitter took the running approval back to change it."""

    TYPE: ClassVar[str] = "org.opentas.approval.recalled.v1"

    by: str


class ApprovalResubmitted(_ApprovalFacts):
    """The submitter has started a new round."""

    TYPE: ClassVar[str] = "org.opentas.approval.resubmitted.v1"

    resubmitted_by: str


class ApprovalCompleted(_ApprovalFacts):
    """An approval has ended.

    ``REVOKED``: its submitter ended it (撤销); ``TERMINATED``: an administrator did. ``form`` is
    what was approved, with what approvers wrote into it.
    """

    TYPE: ClassVar[str] = "org.opentas.approval.completed.v1"

    outcome: Literal["APPROVED", "REJECTED", "REVOKED", "TERMINATED"]
    completed_at: datetime
    """The instant of the last decision."""
    reason_code: str | None = None
    """Why a machine decided; none for people."""
    form: dict[str, Any] | None = None


class ApprovalReversed(_ApprovalFacts):
    """通过后撤销: what was approved is taken back; its effects are to be undone."""

    TYPE: ClassVar[str] = "org.opentas.approval.reversed.v1"

    by: str
    role: str = ""
    """The role in whose name it was done; empty when not by a role."""
    reversed_at: datetime


class ApprovalWentStale(_ApprovalFacts):
    """Watched facts moved after the approval; the gate is not passed until approved again.

    A new round follows by itself.
    """

    TYPE: ClassVar[str] = "org.opentas.approval.went_stale.v1"

    changes: tuple[dict[str, Any], ...]
    """Each with ``fact``, ``approved`` and ``now``."""


class ApprovalRefreshed(_ApprovalFacts):
    """The watched facts are again what was approved: the approval holds as it was given."""

    TYPE: ClassVar[str] = "org.opentas.approval.refreshed.v1"
