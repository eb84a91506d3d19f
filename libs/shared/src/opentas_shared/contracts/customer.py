"""Published events of customers, by lead-service. Phones and mail addresses stay out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from opentas_shared.contracts.contract import Contract

CUSTOMER_TOPIC = "opentas.lead-service.customer.v1"


class _CustomerFacts(Contract):
    """What an event of a customer carries: the company as it is after the event.

    ``verification_status`` says what TAS 1-2 found of its core information (R-22).
    """

    TOPIC: ClassVar[str] = CUSTOMER_TOPIC

    customer_id: UUID
    owner_id: str
    name: str
    website: str | None = None
    industry: str | None = None
    region: str | None = None
    registration_no: str | None = None
    legal_address: str | None = None
    verification_status: Literal["UNVERIFIED", "IN_ASSESSMENT", "VERIFIED", "REJECTED"]
    registered_at: datetime


class CustomerRegistered(_CustomerFacts):
    """A customer was registered."""

    TYPE: ClassVar[str] = "org.opentas.customer.registered.v1"


class CustomerChanged(Contract):
    """Facts of the company or its ``owner_id`` changed without an approval."""

    TYPE: ClassVar[str] = "org.opentas.customer.changed.v1"
    TOPIC: ClassVar[str] = CUSTOMER_TOPIC

    customer_id: UUID
    changes: dict[str, Any]
    """The new values by field; empty where only phones, addresses or the like changed."""


class CustomerApprovalRequested(_CustomerFacts):
    """TAS 1-2 or 1-3 is asked for; ``facts`` are to be pinned for the conditions of the flow.

    With TAS 1-3 the ``form`` holds the proposed change of core fields (R-21).
    """

    TYPE: ClassVar[str] = "org.opentas.customer.approval_requested.v1"

    approval_id: UUID
    flow: str
    request_no: int
    form: dict[str, Any]
    submitter_id: str
    facts: dict[str, Any]


class CustomerApprovalResultRecorded(_CustomerFacts):
    """The outcome of an approval has arrived; what it changes follows as an event of its own."""

    TYPE: ClassVar[str] = "org.opentas.customer.approval_result_recorded.v1"

    approval_id: UUID
    flow: str
    outcome: Literal["APPROVED", "REJECTED", "REVOKED", "TERMINATED"]
    in_effect: bool
    reason_code: str | None = None
    """Why an outcome is without effect."""


class CustomerInfoVerified(_CustomerFacts):
    """TAS 1-2 found the core information true (R-22)."""

    TYPE: ClassVar[str] = "org.opentas.customer.info_verified.v1"

    approval_id: UUID
    verified_by: str
    """Who took the last decision."""
    verified_at: datetime


class CustomerInfoRejected(_CustomerFacts):
    """TAS 1-2 did not find the core information true; it may be corrected and asked again."""

    TYPE: ClassVar[str] = "org.opentas.customer.info_rejected.v1"

    approval_id: UUID
    rejected_by: str


class CustomerVerificationWithdrawn(_CustomerFacts):
    """The approval that verified the customer was taken back: it is unverified again."""

    TYPE: ClassVar[str] = "org.opentas.customer.verification_withdrawn.v1"

    approval_id: UUID
    withdrawn_by: str


class CustomerCoreFieldChanged(_CustomerFacts):
    """Core fields changed by an approved TAS 1-3 (R-21)."""

    TYPE: ClassVar[str] = "org.opentas.customer.core_field_changed.v1"

    approval_id: UUID
    changes: dict[str, str | None]
    """The new values by field."""
    previous: dict[str, str | None]
