"""What the API answers on the inbox."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from approval_service.api.views import FLOW


class InboxApproval(BaseModel):
    """The approval of an item of the inbox."""

    id: UUID
    version: int = Field(description="For If-Match when you decide.")
    flow: str = Field(examples=[FLOW])
    number: str | None = Field(examples=["TAS 2-1"])
    flow_name: str | None
    flow_name_zh: str | None
    subject_type: str
    subject_id: str
    subject_name: str | None
    subject_url: str | None
    submitter_id: str
    status: str
    round: int
    current_node: str | None
    current_nodes: list[str]
    stale: bool
    due_at: datetime | None
    created_at: datetime


class InboxTask(BaseModel):
    """The task of an item of the inbox."""

    id: UUID
    approval_id: UUID
    round: int
    node: str
    kind: str = Field(examples=["ASSIGNED"])
    slot: int
    role: str
    assignee_id: str
    principal_id: str | None = Field(description="For whom you are asked as a deputy.")
    parent_id: UUID | None
    status: str
    decided_by: str | None
    on_behalf_of: str | None
    comment: str | None
    advice: str | None
    reason_code: str | None
    due_at: datetime | None
    assigned_at: datetime
    ended_at: datetime | None


class InboxCopy(BaseModel):
    """The copy of an item of the box `copied`: from a node, or from a person."""

    id: UUID
    approval_id: UUID
    person_id: str
    node: str | None
    sent_by: str | None
    comment: str
    copied_at: datetime
    read_at: datetime | None


class CopyReceipt(InboxCopy):
    """The copy that you have read."""

    version: int = Field(description="Of the receipt: 1.")


class InboxItem(BaseModel):
    """One item of a box: with its task in pending and done, with its copy in copied."""

    approval: InboxApproval
    task: InboxTask | None
    copy_: InboxCopy | None = Field(alias="copy")


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
    copied: int
    copied_unread: int
