"""States and outcomes of approvals, nodes and tasks, and what an approval remembers of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID  # noqa: TC003 - part of the remembered state


class Status(StrEnum):
    """The state of an approval."""

    REQUESTED = "REQUESTED"
    NOT_STARTED = "NOT_STARTED"
    RUNNING = "RUNNING"
    RETURNED = "RETURNED"
    """It lies with its submitter, who may resubmit."""
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    REVOKED = "REVOKED"
    """撤销: the submitter ended it."""
    TERMINATED = "TERMINATED"
    """An administrator ended it."""
    REVERSED = "REVERSED"
    """通过后撤销: it was approved, and that was taken back; it may be resubmitted."""


ENDED = frozenset(
    {Status.NOT_STARTED, Status.APPROVED, Status.REJECTED, Status.REVOKED, Status.TERMINATED}
    | {Status.REVERSED}
)


class NodeStatus(StrEnum):
    """The state of one activation of a node."""

    ACTIVE = "ACTIVE"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    SKIPPED = "SKIPPED"
    PASSED = "PASSED"
    """A machine went through it: a choice, a copy, an automatic node."""
    CANCELLED = "CANCELLED"
    """The way did not need it any more: a return, a jump, a withdrawal or an end."""


class TaskStatus(StrEnum):
    """The state of a task; ``CLOSED`` is a machine's doing, the others a person's."""

    OPEN = "OPEN"
    WAITING = "WAITING"
    """Another task comes first: a signer before, advice, or the one after which it is asked."""
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    ADVISED = "ADVISED"
    CLOSED = "CLOSED"


LIVE_TASK = frozenset({TaskStatus.OPEN, TaskStatus.WAITING})


class TaskKind(StrEnum):
    """Why a task is there."""

    ASSIGNED = "ASSIGNED"
    """The node's own."""
    BEFORE = "BEFORE"
    """加签: must agree before the asking person decides."""
    AFTER = "AFTER"
    """加签: is asked when the asking person has agreed."""
    PARALLEL = "PARALLEL"
    """加签: is asked at the same time."""
    ADVICE = "ADVICE"
    """委派: gives advice, the decision returns to the owner."""


SIGNERS = frozenset({TaskKind.BEFORE, TaskKind.AFTER, TaskKind.PARALLEL})


HOLDING = frozenset({TaskKind.BEFORE, TaskKind.ADVICE})
"""Kinds whose task is decided before the one that it was added to."""


class Decision(StrEnum):
    """What a person can decide in a task."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    ADVISED = "ADVISED"


class Reason(StrEnum):
    """Reason codes of machine decisions (§14.14); none of them names a person."""

    CONDITION_FALSE = "CONDITION_FALSE"
    """The node's condition does not hold for the pinned facts."""
    CONDITION_TRUE = "CONDITION_TRUE"
    """The branch of a choice: the first whose condition holds."""
    DEFAULT_BRANCH = "DEFAULT_BRANCH"
    """The branch of a choice when no condition holds."""
    DONE_BY_OTHER = "DONE_BY_OTHER"
    """或签: somebody else decided first."""
    REJECTED_BY_OTHER = "REJECTED_BY_OTHER"
    """会签 and 依次: somebody else rejected."""
    RESULT_CERTAIN = "RESULT_CERTAIN"
    """票签: whatever this person decided, the result would be the same."""
    NO_NODE_APPLIES = "NO_NODE_APPLIES"
    """Every node was skipped, so nobody had to be asked."""
    AUTOMATIC = "AUTOMATIC"
    """An automatic node, or the node's policy for an empty list of approvers."""
    SUBMITTER_SKIPPED = "SUBMITTER_SKIPPED"
    """The only approver is the submitter, whom the node does not ask (A9)."""
    REPEATED_APPROVER = "REPEATED_APPROVER"
    """The person has agreed in this round already (A10)."""
    TIMED_OUT = "TIMED_OUT"
    """The task's time limit has decided it."""
    ESCALATED = "ESCALATED"
    """The time limit has handed the task to the superior."""
    TRANSFERRED = "TRANSFERRED"
    """转交: the task belongs to another person now."""
    CLAIMED = "CLAIMED"
    """Somebody else has taken the task for themselves."""
    SIGNER_REMOVED = "SIGNER_REMOVED"
    """减签: an added signer is not needed any more."""
    RETURNED = "RETURNED"
    """退回: the approval went back to an earlier node or to the submitter."""
    WITHDRAWN = "WITHDRAWN"
    """撤回: the decision that opened the task was taken back."""
    REVOKED = "REVOKED"
    RECALLED = "RECALLED"
    """The submitter took the running approval back to change it."""
    TERMINATED = "TERMINATED"
    JUMPED = "JUMPED"
    REJECTED = "REJECTED"
    """The approval was rejected elsewhere, in another branch."""
    VALUE_RETURNED = "VALUE_RETURNED"
    """A watched fact is again what was approved, so no second approval is needed."""


class NotStartedReason(StrEnum):
    """Why an approval cannot start."""

    NO_DEFINITION = "NO_DEFINITION"
    NO_APPROVER = "NO_APPROVER"
    SUBMITTER_UNKNOWN = "SUBMITTER_UNKNOWN"
    SUBMITTER_NOT_ALLOWED = "SUBMITTER_NOT_ALLOWED"
    FORM_INCOMPLETE = "FORM_INCOMPLETE"


@dataclass
class Timer:
    """Something that happens to a task when time has passed; ``fires_at`` is ISO 8601."""

    no: int
    action: str
    fires_at: str
    to: str | None = None
    fired: bool = False


def timers_of(entries: list[dict[str, Any]] | None) -> list[Timer]:
    """The timers as events keep them: ``no``, ``action``, ``fires_at`` and ``to``."""
    return [Timer(**entry) for entry in entries or ()]


@dataclass
class Task:
    """One question to one person.

    Tasks of one ``slot`` make one voice of the node: the approver, whom the task was
    transferred to, and the signers added to it. ``principal_id`` is the person for whom a
    deputy was asked (长期代理), ``parent_id`` the task that a signer or adviser was added to.
    """

    id: UUID
    activation_no: int
    node: str
    assignee_id: str
    slot: int = 0
    kind: TaskKind = TaskKind.ASSIGNED
    status: TaskStatus = TaskStatus.OPEN
    role: str = ""
    principal_id: str | None = None
    parent_id: UUID | None = None
    timers: list[Timer] = field(default_factory=list)
    by_machine: bool = False

    @property
    def live(self) -> bool:
        """Whether something is still to be decided in it."""
        return self.status in LIVE_TASK


@dataclass
class Activation:
    """One entry into a node; a node entered again gets a new one.

    ``parent_no`` is the activation of the parallel node around it, 0 for none. ``approvers``
    are those resolved when it started, in order. ``back_to`` is the node to come back to when
    this one is finished (``return_to_me``).
    """

    no: int
    round: int
    node: str
    status: NodeStatus
    parent_no: int = 0
    approvers: list[dict[str, Any]] = field(default_factory=list)
    back_to: str | None = None
    chosen: dict[str, Any] | None = None


@dataclass
class Said:
    """One decision of a person; it stays when it is withdrawn."""

    no: int
    task_id: UUID
    activation_no: int
    decided_by: str
    acting_as: str
    decision: str
    withdrawn: bool = False


@dataclass
class Before:
    """How things stood before the last decision of a person, so that it can be withdrawn."""

    decision_no: int
    status: Status
    activations: dict[int, NodeStatus]
    tasks: dict[UUID, TaskStatus]
    form: dict[str, Any]
    next: dict[str, Any] | None
    fresh_from: int
