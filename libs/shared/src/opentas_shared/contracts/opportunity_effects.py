"""Published effects of approvals at opportunities.

Texts of plans are in the forms of their approvals, not here.

An effect holds until an ``ApprovalResultRecorded`` of the same approval says otherwise
(``REVERSED``, or another outcome than ``APPROVED`` of a later round).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import BaseModel, ConfigDict

from opentas_shared.contracts.opportunity import OpportunityFacts


class _Line(BaseModel):
    """A part of an effect."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)


class _Effect(OpportunityFacts):
    """The approval that took effect."""

    approval_id: UUID
    flow: str


class OpportunityInitiated(_Effect):
    """The company invests resources in it (TAS 2-1)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.initiated.v1"


class ClassERegistered(_Effect):
    """A partner's claim to a customer and project is registered until it expires (TAS 2-2)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.class_e_registered.v1"

    partner: str
    project: str
    claim: str
    """Customer and project as they are compared; one live registration at most holds it."""
    expires_at: datetime
    renews: tuple[UUID, ...] = ()
    """The approvals of own registrations that it replaces."""


class PresalesResource(_Line):
    """People of a role, with hours of all of them together, for the days of a period."""

    role: str
    quantity: int
    hours: int
    starts_on: date
    ends_on: date


class PresalesResourcesGranted(_Effect):
    """Presales people and hours were granted (TAS 2-3)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.presales_resources_granted.v1"

    resources: tuple[PresalesResource, ...]


class OpportunityUpgraded(_Effect):
    """Its strategic grade or TAS class was raised (TAS 2-4)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.upgraded.v1"

    previous_strategic_grade: str
    previous_tas_class: str | None


class PresalesSlot(_Line):
    """A person's time, on half hours."""

    person_id: str
    role: str
    starts_at: datetime
    ends_at: datetime


class PresalesDispatched(_Effect):
    """People were dispatched (TAS 2-5)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.presales_dispatched.v1"

    slots: tuple[PresalesSlot, ...]


class PresalesHours(_Line):
    """Half hours of a person on a day."""

    person_id: str
    day: date
    half_hours: int


class PresalesHoursApproved(_Effect):
    """Hours of people who took part were approved (TAS 2-6)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.presales_hours_approved.v1"

    entries: tuple[PresalesHours, ...]


class PlanApproved(_Effect):
    """A version of a plan was approved (TAS 3-1, 3-2, 6-1, 6-2)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.plan_approved.v1"

    plan: str
    """``TECHNICAL_GUIDANCE_PLAN``, ``BUSINESS_RELATIONS_PLAN``, ``TECHNICAL_PROPOSAL`` or
    ``COMMERCIAL_PLAN``."""
    plan_version: int


class PresalesTestResource(_Line):
    """A thing or place for a test."""

    name: str
    quantity: int
    hours: int
    starts_on: date
    ends_on: date


class PresalesTestGranted(_Effect):
    """Resources for a presales test were granted (TAS 4-1)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.presales_test_granted.v1"

    resources: tuple[PresalesTestResource, ...]


class BidAllowed(_Effect):
    """We may take part in the bid (TAS 6-3)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.bid_allowed.v1"


class IssuedDocument(_Line):
    """A certificate or sealed document."""

    document: str
    copies: int
    purpose: str
    due_back_on: date | None = None


class DocumentsIssued(_Effect):
    """Certificates and sealed documents were issued (TAS 6-4)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.documents_issued.v1"

    documents: tuple[IssuedDocument, ...]


class ScopeApproved(_Effect):
    """The scope of the contract was approved: it may be signed (TAS 7-1)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.scope_approved.v1"

    plan_version: int
