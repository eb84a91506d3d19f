"""What can happen to an approval. Nothing that a person said is ever overwritten.

Each event carries whose approval it is and of what, so that it can be published without
loading the aggregate. ``comment`` texts stay in the store and are never published.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from opentas_shared.domain.aggregate import AggregateEvent, CreatedEvent


class Created(CreatedEvent):
    """An approval was asked for; ``facts`` are pinned as they were then."""

    TOPIC: ClassVar[str] = "approval.requested"
    flow: str
    request_no: int
    subject_type: str
    subject_id: str
    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]


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


class NodeActivated(ApprovalEvent):
    """A node asks its approvers, as resolved at this moment, and why them."""

    TOPIC: ClassVar[str] = "approval.node_activated"
    activation_no: int
    node: str
    approvers: list[str]
    reason_code: str
    reason: str


class TaskAssigned(ApprovalEvent):
    """A person is asked to decide."""

    TOPIC: ClassVar[str] = "approval.task_assigned"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str


class TaskDecided(ApprovalEvent):
    """A person has decided a task; ``decided_by`` acted for ``on_behalf_of`` where that is set."""

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


class TaskClosed(ApprovalEvent):
    """A machine decision: the task needs no decision any more."""

    TOPIC: ClassVar[str] = "approval.task_closed"
    activation_no: int
    node: str
    task_id: UUID
    assignee_id: str
    reason_code: str


class NodeCompleted(ApprovalEvent):
    """The node has its outcome: ``APPROVED``, ``REJECTED`` or ``RETURNED``."""

    TOPIC: ClassVar[str] = "approval.node_completed"
    activation_no: int
    node: str
    outcome: str


class Returned(ApprovalEvent):
    """退回: the approval lies with its submitter, who may resubmit."""

    TOPIC: ClassVar[str] = "approval.returned"
    node: str
    returned_by: str


class Resubmitted(ApprovalEvent):
    """A new round starts; the earlier rounds stay as they are."""

    TOPIC: ClassVar[str] = "approval.resubmitted"
    form: dict[str, Any]
    resubmitted_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str


class Completed(ApprovalEvent):
    """The end: ``outcome`` is ``APPROVED`` or ``REJECTED``.

    ``reason_code`` is set where a machine decided (no node applied).
    """

    TOPIC: ClassVar[str] = "approval.completed"
    outcome: str
    reason_code: str | None
