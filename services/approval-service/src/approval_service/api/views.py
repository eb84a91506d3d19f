"""What the API answers on approvals and tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

FLOW = "tas_2_1_opportunity_initiation"


class TaskInRound(BaseModel):
    """What one person was asked, decided and said."""

    id: UUID
    assignee_id: str = Field(examples=["zhao.min"])
    status: str = Field(examples=["APPROVED"])
    decided_by: str | None
    on_behalf_of: str | None = Field(description="Set when an administrator acted for somebody.")
    on_behalf_reason: str | None
    comment: str
    reason_code: str | None = Field(description="Why a machine closed it.")
    assigned_at: datetime
    ended_at: datetime | None


class NodeInRound(BaseModel):
    """One node as it was entered or skipped."""

    activation_no: int
    node: str = Field(examples=["sales_director"])
    name: str
    name_zh: str
    status: str = Field(examples=["ACTIVE"])
    reason_code: str = Field(description="Why it was skipped, or where its approvers come from.")
    reason: str
    activated_at: datetime
    completed_at: datetime | None
    tasks: list[TaskInRound]


class RoundView(BaseModel):
    """One submission and everything that followed it."""

    round: int
    submitted_at: datetime
    submitted_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
    form: dict[str, Any]
    outcome: str | None = Field(examples=["RETURNED"])
    ended_at: datetime | None
    nodes: list[NodeInRound]


class ApprovalSummary(BaseModel):
    """An approval as lists show it."""

    id: UUID
    version: int
    flow: str = Field(examples=[FLOW])
    flow_name: str | None = Field(examples=["Opportunity initiation"])
    flow_name_zh: str | None = Field(examples=["商机立项流程"])
    request_no: int
    definition_version: int | None
    subject_type: str = Field(examples=["opportunity"])
    subject_id: str
    subject_url: str
    submitter_id: str = Field(examples=["chen.jing"])
    status: str = Field(examples=["RUNNING"])
    round: int = Field(description="Submissions so far; 0 for one that did not start.")
    current_node: str | None = Field(examples=["sales_director"])
    reason_code: str | None = Field(description="Why it did not start, or a machine's decision.")
    reason: str | None
    missing: list[str] = Field(description="What it lacked to start.")
    submitted_at: datetime | None
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


class InboxApproval(BaseModel):
    """The approval of an item of the inbox."""

    id: UUID
    version: int = Field(description="For If-Match when you decide.")
    flow: str = Field(examples=[FLOW])
    flow_name: str | None
    flow_name_zh: str | None
    subject_type: str
    subject_id: str
    subject_url: str
    submitter_id: str
    status: str
    round: int
    current_node: str | None
    created_at: datetime


class InboxTask(BaseModel):
    """The task of an item of the inbox."""

    id: UUID
    approval_id: UUID
    round: int
    node: str
    assignee_id: str
    status: str
    decided_by: str | None
    on_behalf_of: str | None
    comment: str | None
    reason_code: str | None
    assigned_at: datetime
    ended_at: datetime | None


class InboxItem(BaseModel):
    """One item of a box; ``task`` is null in the box of what one initiated."""

    approval: InboxApproval
    task: InboxTask | None


class InboxPage(BaseModel):
    """One page of a box."""

    items: list[InboxItem]
    next: str | None
    prev: str | None
    total: int | None = None


class InboxCounters(BaseModel):
    """How much lies in each box."""

    pending: int
    done: int
    initiated: int
