"""Published events of lead-service. Personal data stays out: ids only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from opentas_shared.contracts.contract import Contract

LEAD_TOPIC = "opentas.lead-service.lead.v1"


class Amount(BaseModel):
    """Minor units of a currency; ``rate`` is its price in the base currency at that moment."""

    model_config = ConfigDict(frozen=True, extra="allow")

    amount_minor: int
    currency: str
    rate: str = "1"


class _LeadFacts(Contract):
    """What every event of a lead carries; ``source`` is ``""`` when it is blank."""

    TOPIC: ClassVar[str] = LEAD_TOPIC

    lead_id: UUID
    source: str
    owner_id: str
    """The owner after the event."""
    captured_at: datetime


class LeadCaptured(_LeadFacts):
    """A lead was captured."""

    TYPE: ClassVar[str] = "org.opentas.lead.captured.v1"

    generation_mode: str | None = None
    customer_id: UUID | None = None
    natural_key: str | None = None


class LeadClassified(_LeadFacts):
    """A lead was classified, by policy or by hand."""

    TYPE: ClassVar[str] = "org.opentas.lead.classified.v1"

    classification: str
    by_hand: bool = False


class LeadAssigned(_LeadFacts):
    """A lead moved to another owner."""

    TYPE: ClassVar[str] = "org.opentas.lead.assigned.v1"

    previous_owner_id: str


class LeadQualified(_LeadFacts):
    """A lead meets the creation criteria."""

    TYPE: ClassVar[str] = "org.opentas.lead.qualified.v1"


class LeadDiscarded(_LeadFacts):
    """A lead was given up; ``reason`` is a code."""

    TYPE: ClassVar[str] = "org.opentas.lead.discarded.v1"

    reason: str


class LeadConverted(_LeadFacts):
    """A lead became an opportunity; ``owner_id`` is the salesperson that took over.

    ``opportunity_id`` is derived from the lead's id. ``win_probability`` is a percentage;
    ``waived`` lists the rules that an import waived.
    """

    TYPE: ClassVar[str] = "org.opentas.lead.converted.v1"

    opportunity_id: UUID
    opportunity_name: str
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    stage_model: str | None = None
    amount: Amount | None = None
    win_probability: int | None = None
    expected_close_date: date | None = None
    strategic_grade: str | None = None
    previous_owner_id: str | None = None
    waived: tuple[str, ...] = ()
    converted_by: str


class LeadApprovalRequested(_LeadFacts):
    """TAS 1-1 is asked for; ``facts`` are to be pinned for the conditions of the flow."""

    TYPE: ClassVar[str] = "org.opentas.lead.approval_requested.v1"

    approval_id: UUID
    flow: str
    request_no: int
    form: dict[str, Any]
    """The opportunity that the approval would open."""
    submitter_id: str
    facts: dict[str, Any]


class LeadApprovalResultRecorded(_LeadFacts):
    """The outcome of an approval has arrived; an approved one in effect converts the lead."""

    TYPE: ClassVar[str] = "org.opentas.lead.approval_result_recorded.v1"

    approval_id: UUID
    flow: str
    outcome: Literal["APPROVED", "REJECTED", "REVOKED", "TERMINATED"]
    in_effect: bool
    reason_code: str | None = None
    """Why an outcome is without effect."""
