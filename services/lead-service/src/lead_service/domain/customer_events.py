"""What happens to a customer. Events are self-sufficient: they carry what subscribers need."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from opentas_shared.domain.aggregate import AggregateEvent, CreatedEvent


class Created(CreatedEvent):
    """The customer was registered."""

    TOPIC: ClassVar[str] = "customer.registered"
    owner_id: str
    facts: dict[str, Any]


class Changed(AggregateEvent):
    """Facts or the owner changed; ``previous`` holds the values before."""

    TOPIC: ClassVar[str] = "customer.changed"
    MOVES: ClassVar[bool] = False
    changes: dict[str, Any]
    previous: dict[str, Any]


class CustomerEvent(AggregateEvent):
    """A step of an approval; facts and verification are those after it."""

    owner_id: str
    facts: dict[str, Any]
    verification_status: str
    registered_at: datetime
    approval_id: str


class OpenApproval(CustomerEvent):
    """An approval that is to decide.

    With TAS 1-3 the form holds the proposed ``changes`` and ``previous`` the values before.
    """

    flow: str
    form: dict[str, Any]
    submitter_id: str
    previous: dict[str, Any]


class ApprovalRequested(OpenApproval):
    """TAS 1-2 or 1-3 was asked for.

    ``pinned`` are the facts that the conditions of the flow may look at.
    """

    TOPIC: ClassVar[str] = "customer.approval_requested"
    request_no: int
    pinned: dict[str, Any]


class ApprovalProgressed(OpenApproval):
    """The approval started, did not start (and why), was returned or is running again."""

    TOPIC: ClassVar[str] = "customer.approval_progressed"
    status: str
    reason_code: str | None
    reason: str | None
    missing: list[str]


class ApprovalResultRecorded(CustomerEvent):
    """The approval ended. Where it is without effect, ``reason_code`` and ``reason`` say why."""

    TOPIC: ClassVar[str] = "customer.approval_result_recorded"
    flow: str
    outcome: str
    in_effect: bool
    reason_code: str | None
    reason: str | None
    decided_by: str


class ApprovalReversed(CustomerEvent):
    """The approval was taken back after it was given."""

    TOPIC: ClassVar[str] = "customer.approval_reversed"
    flow: str
    reversed_by: str


class InfoVerified(CustomerEvent):
    """TAS 1-2 found the core information true (R-22)."""

    TOPIC: ClassVar[str] = "customer.info_verified"
    verified_by: str


class InfoRejected(CustomerEvent):
    """TAS 1-2 did not find the core information true."""

    TOPIC: ClassVar[str] = "customer.info_rejected"
    rejected_by: str


class VerificationWithdrawn(CustomerEvent):
    """The approval that verified the customer was taken back."""

    TOPIC: ClassVar[str] = "customer.verification_withdrawn"
    withdrawn_by: str


class CoreFieldChanged(CustomerEvent):
    """Core fields have the values of an approved TAS 1-3 (R-21)."""

    TOPIC: ClassVar[str] = "customer.core_field_changed"
    changes: dict[str, Any]
    previous: dict[str, Any]
