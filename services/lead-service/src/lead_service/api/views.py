"""What the API answers: the shapes of leads, customers and contacts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

LEAD_ID = "0198c5c2-6b1e-7cc0-b3a5-3f2f6f0e7a51"


class LeadView(BaseModel):
    """A lead as it is now."""

    id: UUID = Field(examples=[LEAD_ID])
    version: int = Field(examples=[3])
    status: str = Field(examples=["SCREENING"])
    source: str = Field(examples=["WEBSITE"], description='A lead source; `""` is a blank one.')
    generation_mode: str | None = Field(examples=["PASSIVE"])
    natural_key: str | None = Field(examples=["crm-4711"], description="Its id elsewhere.")
    title: str
    description: str | None
    customer_id: UUID | None
    contact_id: UUID | None
    scale: str | None = Field(examples=["LARGE"])
    customer_importance: str | None = Field(examples=["IMPORTANT"])
    expected_start: date | None = Field(description="When the customer's project starts.")
    solution_fit: str | None = Field(examples=["HIGH"])
    classification: str | None = Field(examples=["GENERAL_HOT"])
    classified_by_hand: bool | None
    classified_at: datetime | None
    owner_id: str = Field(examples=["chen.jing"])
    previous_owner_id: str | None = Field(
        description="Who owned a converted lead before sales took over (R-07)."
    )
    criteria: list[str] = Field(description="The creation criteria that are met.")
    qualified_at: datetime | None
    discarded_at: datetime | None
    discard_reason: str | None
    discard_reason_text: str | None
    converted_at: datetime | None
    opportunity_id: UUID | None
    opportunity_url: str | None
    created_at: datetime = Field(description="When it was captured in the business.")
    updated_at: datetime = Field(description="When the system last learnt something of it.")


class ProposedChange(BaseModel):
    """New values of core fields, and those before them."""

    approval_id: UUID
    submitter_id: str
    requested_at: datetime
    changes: dict[str, str | None] = Field(examples=[{"name": "Huaxin Machinery Group"}])
    previous: dict[str, str | None] = Field(examples=[{"name": "Huaxin Machinery"}])


class CustomerView(BaseModel):
    """A customer as it is now."""

    id: UUID
    version: int
    name: str = Field(examples=["Huaxin Machinery"])
    phone: str | None
    email: str | None
    website: str | None
    industry: str | None
    region: str | None
    address: str | None
    registration_no: str | None
    legal_address: str | None
    verification_status: str = Field(
        examples=["VERIFIED"], description="UNVERIFIED, IN_ASSESSMENT, VERIFIED or REJECTED."
    )
    verified_at: datetime | None
    verified_by: str | None = Field(description="Who took the last decision of TAS 1-2.")
    verification_approval_id: UUID | None
    proposed_changes: list[ProposedChange] = Field(
        description="Changes of core fields that a TAS 1-3 is to decide; nothing of them is live."
    )
    owner_id: str
    created_at: datetime
    updated_at: datetime


class ContactView(BaseModel):
    """A contact as it is now."""

    id: UUID
    version: int
    name: str
    phone: str | None
    email: str | None
    position: str | None
    role: str | None = Field(examples=["DECISION_MAKER"])
    customer_id: UUID | None
    owner_id: str
    created_at: datetime
    updated_at: datetime


class LeadPage(BaseModel):
    """One page of leads."""

    items: list[LeadView]
    next: str | None
    prev: str | None
    total: int | None = None


class CustomerPage(BaseModel):
    """One page of customers."""

    items: list[CustomerView]
    next: str | None
    prev: str | None
    total: int | None = None


class ContactPage(BaseModel):
    """One page of contacts."""

    items: list[ContactView]
    next: str | None
    prev: str | None
    total: int | None = None
