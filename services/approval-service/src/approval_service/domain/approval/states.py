"""States and outcomes of approvals, nodes and tasks, and what an approval remembers of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID  # noqa: TC003 - part of the remembered state


class Status(StrEnum):
    """The state of an approval."""

    REQUESTED = "REQUESTED"
    NOT_STARTED = "NOT_STARTED"
    RUNNING = "RUNNING"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


ENDED = frozenset({Status.NOT_STARTED, Status.APPROVED, Status.REJECTED})


class NodeStatus(StrEnum):
    """The state of one activation of a node."""

    ACTIVE = "ACTIVE"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    SKIPPED = "SKIPPED"


class TaskStatus(StrEnum):
    """The state of a task; ``CLOSED`` is a machine's doing, the others a person's."""

    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"
    CLOSED = "CLOSED"


class Decision(StrEnum):
    """What a person can decide in a task."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RETURNED = "RETURNED"


class Reason(StrEnum):
    """Reason codes of machine decisions (§14.14); none of them names a person."""

    CONDITION_FALSE = "CONDITION_FALSE"
    """The node's condition does not hold for the pinned facts."""
    DONE_BY_OTHER = "DONE_BY_OTHER"
    """或签: somebody else decided first."""
    NO_NODE_APPLIES = "NO_NODE_APPLIES"
    """Every node was skipped, so nobody had to be asked."""


class NotStartedReason(StrEnum):
    """Why an approval cannot start."""

    NO_DEFINITION = "NO_DEFINITION"
    NO_APPROVER = "NO_APPROVER"
    SUBMITTER_UNKNOWN = "SUBMITTER_UNKNOWN"
    FORM_INCOMPLETE = "FORM_INCOMPLETE"


@dataclass
class Task:
    """One question to one person."""

    id: UUID
    activation_no: int
    node: str
    assignee_id: str
    status: TaskStatus = TaskStatus.OPEN


@dataclass
class Activation:
    """One entry into a node; a node entered again gets a new one."""

    no: int
    round: int
    node: str
    status: NodeStatus
