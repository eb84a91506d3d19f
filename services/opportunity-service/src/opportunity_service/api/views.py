"""What the API answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from opentas_shared.web.history import HistoryEntry


class AmountView(BaseModel):
    """Money with the rate to the base currency at the time of the event."""

    amount_minor: int = Field(examples=[12500000])
    currency: str = Field(examples=["CNY"])
    rate: str = Field(examples=["1"])


class BaseAmountView(BaseModel):
    """Money in the base currency."""

    amount_minor: int
    currency: str


class AnswerView(BaseModel):
    """An answer to a hidden-line question."""

    answer: bool | None
    note: str


class AttachmentView(BaseModel):
    """A reference to a file that is kept elsewhere."""

    name: str
    size: int = Field(description="Bytes.")
    sha256: str
    location: str


class ScopeView(BaseModel):
    """What is to be delivered, as last revised."""

    text: str
    attachments: list[AttachmentView]


class OpportunityView(BaseModel):
    """An opportunity as it is now."""

    id: UUID
    version: int
    status: str = Field(examples=["OPEN"])
    name: str
    description: str
    natural_key: str | None
    lead_id: str | None
    customer_id: str | None
    source: str = Field(description='The source of the lead; `""` is a blank one.')
    owner_id: str = Field(examples=["chen.jing"])
    stage_model: str = Field(examples=["SM-TAS"])
    stage_model_version: int
    requested_stage_model: str | None = Field(
        description="The model that the conversion named, when it is not configured."
    )
    stage: str = Field(examples=["VALIDATE_OPPORTUNITY"])
    stage_entered_at: datetime
    amount: AmountView | None
    base_amount: BaseAmountView | None
    base_currency: str
    amount_grade: str | None = Field(examples=["A"])
    strategic_grade: str = Field(examples=["KEY"])
    strategic_treatment: bool = Field(description="R-09: whatever the amount.")
    probability_grade: str | None = Field(examples=["MEDIUM"])
    tas_class: str | None
    partner_led: bool
    win_probability: int | None = Field(description="Per cent: the manual one, else the stage's.")
    win_probability_is_manual: bool
    stage_win_probability: int | None
    manual_win_probability: int | None
    expected_close_date: date | None
    go_no_go: dict[str, AnswerView]
    blocking_rules: list[str] = Field(
        description="Rules that it breaks; they block its next stage move until mended."
    )
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    close_reason_text: str | None
    contract_no: str | None
    contract_signed_on: date | None
    tas_class_override: str | None = Field(description="The class that an upgrade gave (2-4).")
    initiated_at: datetime | None = Field(description="Since when 2-1 is approved.")
    registered_until: datetime | None = Field(description="When the registration expires (2-2).")
    presales_half_hours: int = Field(description="Half hours of presales approved so far (2-6).")
    bid_allowed_at: datetime | None = Field(description="Since when 6-3 is approved.")
    scope_approved_at: datetime | None = Field(description="Since when 7-1 is approved.")
    scope: ScopeView | None
    scope_digest: str | None = Field(description="SHA-256 of the scope as last revised.")
    stale_flows: list[str] = Field(description="Flows to be approved again.")
    created_at: datetime
    updated_at: datetime


class OpportunityPage(BaseModel):
    """A page of opportunities."""

    items: list[OpportunityView]
    next: str | None
    prev: str | None
    total: int | None = None


class Change(BaseModel):
    """A value before and after an event."""

    old: Any
    new: Any


class OpportunityHistoryEntry(HistoryEntry):
    """One event, with every value that it changed (C30)."""

    changes: dict[str, Change]


class OpportunityHistory(BaseModel):
    """The whole life of an opportunity, oldest first."""

    items: list[OpportunityHistoryEntry]


class StageDuration(BaseModel):
    """How long an opportunity was in a stage; staying there again adds up (C18)."""

    stage: str
    stays: int = Field(description="How often it entered the stage; 0 for one that it skipped.")
    days: float = Field(description="Elapsed days of all stays, the current one until now.")
    is_current: bool
    planned_days: int | None


class StageDurations(BaseModel):
    """The stages that it reached, in the order of the stage model."""

    items: list[StageDuration]
