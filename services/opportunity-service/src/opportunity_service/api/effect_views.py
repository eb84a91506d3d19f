"""What the API answers about the effects of approvals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from opportunity_service.api.views import AttachmentView


class EffectView(BaseModel):
    """The approval that an effect comes from."""

    approval_id: UUID
    flow: str
    kind: str = Field(examples=["PRESALES_RESOURCES"])
    approved_at: datetime
    holds: bool = Field(description="False when the approval was taken back.")
    ended_at: datetime | None


class RegistrationView(BaseModel):
    """A class E registration."""

    id: UUID = Field(description="The id of its approval.")
    opportunity_id: UUID
    partner: str
    customer_id: str | None
    customer: str
    project: str
    status: str = Field(examples=["LIVE"], description="LIVE, EXPIRED or ENDED.")
    registered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None = Field(description="RENEWED, REVERSED or another outcome.")


class RegistrationPage(BaseModel):
    """A page of registrations."""

    items: list[RegistrationView]
    next: str | None
    prev: str | None
    total: int | None = None


class Registrations(BaseModel):
    """The registrations of one opportunity, newest first."""

    items: list[RegistrationView]


class ResourceLine(BaseModel):
    """What is granted: people of a role (2-3), or a thing by its name (4-1)."""

    role: str | None = None
    name: str | None = None
    quantity: int
    hours: int = Field(description="Of all together.")
    starts_on: date
    ends_on: date


class GrantView(EffectView):
    """Resources granted by one approval."""

    resources: list[ResourceLine]
    goal: str | None = None


class Grants(BaseModel):
    """Resources granted for presales and for tests, oldest first."""

    items: list[GrantView]


class SlotView(BaseModel):
    """A person's time, on half hours."""

    person_id: str
    role: str
    starts_at: datetime
    ends_at: datetime


class DispatchView(EffectView):
    """What one approval dispatched."""

    slots: list[SlotView]


class Dispatches(BaseModel):
    """Dispatches of an opportunity, oldest first."""

    items: list[DispatchView]


class BookingView(SlotView):
    """A slot that is booked."""

    id: UUID
    approval_id: UUID
    opportunity_id: UUID


class BookingPage(BaseModel):
    """A page of bookings."""

    items: list[BookingView]
    next: str | None
    prev: str | None
    total: int | None = None


class HoursLine(BaseModel):
    """What a person did on a day."""

    person_id: str
    day: date
    half_hours: int
    activity: str


class HoursView(EffectView):
    """Hours of one approval."""

    entries: list[HoursLine]


class PersonHours(BaseModel):
    """The approved half hours of a person."""

    person_id: str
    half_hours: int


class Hours(BaseModel):
    """Approved hours, oldest first; the sums count what holds."""

    items: list[HoursView]
    total_half_hours: int
    by_person: list[PersonHours]


class PlanView(EffectView):
    """A version of a plan, or of the scope of the contract."""

    plan: str = Field(examples=["TECHNICAL_PROPOSAL"])
    plan_version: int
    text: str
    attachments: list[AttachmentView]


class Plans(BaseModel):
    """Approved plans, oldest first."""

    items: list[PlanView]


class DocumentLine(BaseModel):
    """A certificate or sealed document."""

    document: str
    copies: int
    purpose: str
    due_back_on: date | None


class DocumentsView(EffectView):
    """What one approval issued."""

    documents: list[DocumentLine]


class Documents(BaseModel):
    """Documents issued, oldest first."""

    items: list[DocumentsView]
