"""What the API answers on approvals."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from approval_service.api.round_views import RoundView

FLOW = "tas_2_1_opportunity_initiation"


class ApprovalSummary(BaseModel):
    """An approval as lists show it."""

    id: UUID
    version: int
    flow: str = Field(examples=[FLOW])
    flow_name: str | None = Field(examples=["Opportunity initiation"])
    flow_name_zh: str | None = Field(examples=["商机立项流程"])
    number: str | None = Field(examples=["TAS 2-1"])
    request_no: int
    definition_version: int | None
    subject_type: str = Field(examples=["opportunity"])
    subject_id: str
    subject_name: str | None
    subject_version: int = Field(description="The version whose facts are pinned; 0: not known.")
    subject_url: str | None
    submitter_id: str = Field(examples=["chen.jing"])
    status: str = Field(examples=["RUNNING"])
    round: int = Field(description="Submissions so far; 0 for one that did not start.")
    current_node: str | None = Field(
        description="The first of `current_nodes`.", examples=["sales_director"]
    )
    current_nodes: list[str] = Field(description="Where people are asked now.")
    stale: bool = Field(description="A watched fact moved, and nobody has approved that yet.")
    due_at: datetime | None = Field(description="The earliest time limit of the open tasks.")
    reversible_until: datetime | None = Field(description="Until when it can be taken back.")
    reason_code: str | None = Field(description="Why it did not start, or a machine's decision.")
    reason: str | None
    missing: list[str] = Field(description="What it lacked to start.")
    submitted_at: datetime | None
    approved_at: datetime | None
    completed_at: datetime | None
    created_at: datetime = Field(description="When it was asked for in the business.")
    updated_at: datetime = Field(description="When the system last learnt something of it.")


class ApprovalView(ApprovalSummary):
    """An approval with all rounds, nodes, tasks and opinions."""

    facts: dict[str, Any] = Field(description="The subject's facts, pinned at the request.")
    form: dict[str, Any] = Field(description="The form of the last round.")
    rounds: list[RoundView]


class ApprovalPage(BaseModel):
    """One page of approvals."""

    items: list[ApprovalSummary]
    next: str | None
    prev: str | None
    total: int | None = None


class ReturnTarget(BaseModel):
    """Where an approval can be returned to; ``return_to_me``: whether it can come straight back."""

    to: str = Field(examples=["submitter"])
    name: str
    name_zh: str
    return_to_me: bool


class ReturnTargets(BaseModel):
    """The submitter first, then the earlier nodes."""

    items: list[ReturnTarget]
