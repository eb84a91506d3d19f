"""What can happen to an approval. Nothing that a person said is ever overwritten.

Each event carries whose approval it is and of what, so that it can be published without
loading the aggregate. ``comment`` texts stay in the store and are never published.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from opentas_shared.domain.aggregate import AggregateEvent, CreatedEvent


class Created(CreatedEvent):
    """An approval was asked for; ``facts`` are pinned as they were then.

    ``subject_version`` is the version of the subject whose facts these are, 0 when not known.
    """

    TOPIC: ClassVar[str] = "approval.requested"
    flow: str
    request_no: int
    subject_type: str
    subject_id: str
    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]
    subject_version: int = 0


class ApprovalEvent(AggregateEvent):
    """What every later event carries. ``round`` counts submissions from 1, 0 before the first."""

    flow: str
    subject_type: str
    subject_id: str
    submitter_id: str
    definition_version: int
    round: int


class Started(ApprovalEvent):
    """The approval runs by this definition until its end, whatever is published later."""

    TOPIC: ClassVar[str] = "approval.started"
    definition: dict[str, Any]
    facts: dict[str, Any]
    form: dict[str, Any]


class NotStarted(ApprovalEvent):
    """The approval cannot run; ``missing`` names form fields without a value."""

    TOPIC: ClassVar[str] = "approval.not_started"
    reason_code: str
    reason: str
    missing: list[str]


class NodeSkipped(ApprovalEvent):
    """A machine decision: the node does not apply."""

    TOPIC: ClassVar[str] = "approval.node_skipped"
    activation_no: int
    node: str
    reason_code: str
    reason: str
    parent_no: int = 0


class NodeActivated(ApprovalEvent):
    """A node is entered: its approvers as resolved at this moment, and why them.

    ``candidates`` are those approvers in order, each with person, role and principal; a
    parallel node has ``branches`` instead. ``parent_no`` is the activation of the parallel
    node around it. ``back_to`` is where the approval comes straight back to.
    """

    TOPIC: ClassVar[str] = "approval.node_activated"
    activation_no: int
    node: str
    approvers: list[str]
    reason_code: str
    reason: str
    parent_no: int = 0
    candidates: list[dict[str, Any]] | None = None
    branches: list[str] | None = None
    back_to: str | None = None


class NodePassed(ApprovalEvent):
    """A machine went through a choice (``branch``), a copy or an automatic node."""

    TOPIC: ClassVar[str] = "approval.node_passed"
    activation_no: int
    node: str
    parent_no: int
    branch: str | None
    reason_code: str
    reason: str


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


class TaskDecided(ApprovalEvent):
    """A person has decided a task; ``decided_by`` acted for ``on_behalf_of`` where that is set.

    ``decision_no`` counts the decisions of the approval from 1. ``advice`` is what an adviser
    recommends (``APPROVED``, ``REJECTED``). ``form_changes`` are the fields that the node may
    write. ``next`` names who is asked next where approvers choose.
    """

    TOPIC: ClassVar[str] = "approval.task_decided"
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


class NodeCompleted(ApprovalEvent):
    """The node has its outcome: ``APPROVED``, ``REJECTED``, ``RETURNED`` or ``CANCELLED``."""

    TOPIC: ClassVar[str] = "approval.node_completed"
    activation_no: int
    node: str
    outcome: str
    reason_code: str | None = None


class NodeReopened(ApprovalEvent):
    """The decision that had completed the node was withdrawn."""

    TOPIC: ClassVar[str] = "approval.node_reopened"
    activation_no: int
    node: str


class PersonalEvent(ApprovalEvent):
    """What a person did besides deciding, for ``on_behalf_of`` where that is set, and why."""

    by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str


class DecisionWithdrawn(PersonalEvent):
    """撤回: an approver takes an own decision back; it stays visible."""

    TOPIC: ClassVar[str] = "approval.decision_withdrawn"
    task_id: UUID
    node: str
    decision_no: int


class SignerAdded(PersonalEvent):
    """加签: the task ``task_id`` gets a signer; the next ``TaskAssigned`` is theirs."""

    TOPIC: ClassVar[str] = "approval.signer_added"
    task_id: UUID
    node: str
    signer_id: str
    position: str


class SignerRemoved(PersonalEvent):
    """减签: the task of an added signer is not needed any more."""

    TOPIC: ClassVar[str] = "approval.signer_removed"
    task_id: UUID
    node: str
    signer_id: str


class TaskTransferred(PersonalEvent):
    """转交: the responsibility moves to ``to``."""

    TOPIC: ClassVar[str] = "approval.task_transferred"
    task_id: UUID
    node: str
    assignee_id: str
    to: str


class TaskDelegated(PersonalEvent):
    """委派: ``to`` is asked for advice, the decision returns to the owner."""

    TOPIC: ClassVar[str] = "approval.task_delegated"
    task_id: UUID
    node: str
    assignee_id: str
    to: str


class TaskClaimed(PersonalEvent):
    """Somebody takes a task that several were asked for themselves; ``released`` gives it back."""

    TOPIC: ClassVar[str] = "approval.task_claimed"
    task_id: UUID
    node: str
    released: bool


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


class Urged(PersonalEvent):
    """催办: the people who are asked now are told that it is urgent."""

    TOPIC: ClassVar[str] = "approval.urged"
    people: list[str]


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


class Returned(ApprovalEvent):
    """退回: the approval lies with its submitter, or with the earlier node ``to``.

    ``return_to_me``: it comes straight back to ``node`` afterwards.
    """

    TOPIC: ClassVar[str] = "approval.returned"
    node: str
    returned_by: str
    to: str = "submitter"
    return_to_me: bool = False


class Recalled(PersonalEvent):
    """The submitter takes the running approval back to change it."""

    TOPIC: ClassVar[str] = "approval.recalled"


class Resubmitted(ApprovalEvent):
    """A new round starts; the earlier rounds stay as they are."""

    TOPIC: ClassVar[str] = "approval.resubmitted"
    form: dict[str, Any]
    resubmitted_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str


class Jumped(PersonalEvent):
    """An administrator sends the running approval to a node."""

    TOPIC: ClassVar[str] = "approval.jumped"
    to: str


class Revoked(PersonalEvent):
    """撤销: the submitter ends the approval."""

    TOPIC: ClassVar[str] = "approval.revoked"


class Terminated(PersonalEvent):
    """An administrator ends the approval."""

    TOPIC: ClassVar[str] = "approval.terminated"


class Completed(ApprovalEvent):
    """The end: ``outcome`` is ``APPROVED``, ``REJECTED``, ``REVOKED`` or ``TERMINATED``.

    ``reason_code`` is set where a machine decided (no node applied, an automatic node).
    ``form`` is what was approved, with what approvers wrote into it.
    """

    TOPIC: ClassVar[str] = "approval.completed"
    outcome: str
    reason_code: str | None
    form: dict[str, Any] | None = None


class Reversed(PersonalEvent):
    """通过后撤销: what was approved is taken back; ``role`` is in whose name, empty for none."""

    TOPIC: ClassVar[str] = "approval.reversed"
    role: str


class WentStale(ApprovalEvent):
    """Watched facts have moved since they were approved (D4); a new round asks again.

    ``changes`` name each fact with its approved and its present value; ``facts`` are all as
    they are now.
    """

    TOPIC: ClassVar[str] = "approval.went_stale"
    changes: list[dict[str, Any]]
    facts: dict[str, Any]


class Refreshed(ApprovalEvent):
    """The watched facts are again what was approved: the approval holds as it was given."""

    TOPIC: ClassVar[str] = "approval.refreshed"
    facts: dict[str, Any]
