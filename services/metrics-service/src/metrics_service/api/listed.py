"""The items of the lists behind the numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping


class PageOf(BaseModel):
    """What every list has besides its items."""

    next: str | None = Field(None, description="Cursor of the next page.")
    prev: str | None = Field(None, description="Cursor of the page before.")
    total: int | None = Field(None, description="With `include_total=true`.")


class MetricLead(BaseModel):
    """A lead as of the instant, and the end of the opportunity that it became."""

    lead_id: UUID
    state: str = Field(examples=["CONVERTED"])
    owner_id: str
    source: str
    generation_mode: str | None
    classification: str | None
    captured_at: datetime
    converted_at: datetime | None
    opportunity_id: UUID | None
    outcome: str | None = Field(examples=["WON"])
    ended_at: datetime | None
    month: str = Field(examples=["2026-03"])


class MetricLeadList(PageOf):
    """Leads behind a number."""

    items: list[MetricLead]


class MetricOpportunity(BaseModel):
    """An opportunity as of the instant; ``win_probability`` in per cent."""

    opportunity_id: UUID
    status: str = Field(examples=["OPEN"])
    stage: str
    owner_id: str
    source: str
    lead_id: str | None
    base_amount_minor: int | None
    win_probability: int | None
    opened_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    month: str = Field(examples=["2026-03"])


class MetricOpportunityList(PageOf):
    """Opportunities behind a number."""

    items: list[MetricOpportunity]


class MetricApproval(BaseModel):
    """An approval as of the instant."""

    approval_id: UUID
    status: str = Field(examples=["RUNNING"])
    flow: str
    subject_id: str
    submitter_id: str
    resubmissions: int
    rejections: int
    reversals: int
    submitted_at: datetime
    approved_at: datetime | None
    completed_at: datetime | None
    month: str = Field(examples=["2026-03"])


class MetricApprovalList(PageOf):
    """Approvals behind a number."""

    items: list[MetricApproval]


class MetricTask(BaseModel):
    """A task as of the instant; without ``task_id`` a final approval that was taken back."""

    id: str
    approval_id: UUID
    task_id: UUID | None
    flow: str
    node: str
    role: str
    person_id: str
    status: str = Field(examples=["OPEN", "APPROVED", "REJECTED", "RETURNED"])
    opened_at: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    overdue: bool


class MetricTaskList(PageOf):
    """Tasks behind a number."""

    items: list[MetricTask]


class Violation(BaseModel):
    """``happened`` came at ``at``, while ``required`` did not stand then.

    ``required_at`` is when it stood at last, null for never.
    """

    id: str
    rule: str = Field(examples=["R-20"])
    title: str = Field(examples=["Contract signed before its scope was approved"])
    title_zh: str = Field(examples=["工作范围未批准即签合同"])
    kind: str = Field(examples=["AFTER_THE_FACT", "MISSING"])
    waived: bool
    subject_type: str = Field(examples=["opportunity"])
    subject_id: str
    person_id: str
    happened: str = Field(examples=["SIGNED"])
    happened_to: str = Field(description="The flow or the stage.", examples=[""])
    at: datetime
    approval_id: UUID | None
    required: str = Field(examples=["APPROVED"])
    required_of: str = Field(examples=["tas_7_1_contract_scope_review"])
    required_at: datetime | None
    required_approval_id: UUID | None
    links: dict[str, str]


class ViolationList(PageOf):
    """Violations, the latest first."""

    items: list[Violation]


def item(row: RowMapping) -> dict[str, Any]:
    """A row as an item, without the columns that only sort."""
    return {name: value for name, value in row.items() if not str(name).startswith("sort_")}
