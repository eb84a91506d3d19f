"""Published events of approvals. What people wrote stays in approval-service."""

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
    """``NO_DEFINITION``, ``NO_APPROVER``, ``SUBMITTER_UNKNOWN`` or ``FORM_INCOMPLETE``."""
    reason: str
    missing: tuple[str, ...] = ()
    """Form fields that need a value, or nodes that nobody can approve."""


class TaskAssigned(_ApprovalFacts):
    """A person is asked to decide at a node."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_assigned.v1"

    task_id: UUID
    node: str
    assignee_id: str


class TaskDecided(_ApprovalFacts):
    """A person has decided at a node; ``decided_by`` acted for ``on_behalf_of`` where set."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_decided.v1"

    task_id: UUID
    node: str
    assignee_id: str
    decision: Literal["APPROVED", "REJECTED", "RETURNED"]
    decided_by: str
    on_behalf_of: str | None = None


class TaskClosed(_ApprovalFacts):
    """A task needs no decision any more, for the reason given by a machine."""

    TYPE: ClassVar[str] = "org.opentas.approval.task_closed.v1"

    task_id: UUID
    node: str
    assignee_id: str
    reason_code: str


class ApprovalReturned(_ApprovalFacts):
    """An approver handed the approval back to its submitter."""

    TYPE: ClassVar[str] = "org.opentas.approval.returned.v1"

    node: str
    returned_by: str


class ApprovalResubmitted(_ApprovalFacts):
    """The submitter has started a new round."""

    TYPE: ClassVar[str] = "org.opentas.approval.resubmitted.v1"

    resubmitted_by: str


class ApprovalCompleted(_ApprovalFacts):
    """An approval has ended."""

    TYPE: ClassVar[str] = "org.opentas.approval.completed.v1"

    outcome: Literal["APPROVED", "REJECTED"]
    completed_at: datetime
    """The instant of the last decision."""
