"""What the API answers about requests for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class RequestedApprovalView(BaseModel):
    """An approval that was requested, as the opportunity knows it."""

    approval_id: UUID
    opportunity_id: UUID
    flow: str
    request_no: int
    status: str = Field(
        examples=["RUNNING"],
        description="See the reference `approval-statuses`.",
    )
    in_effect: bool = Field(
        description="False for a result that came too late or was not possible any more."
    )
    submitter_id: str
    form: dict[str, Any]
    reason_code: str | None = Field(description="Why it could not start, or had no effect.")
    reason: str | None
    missing: list[str]
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class RequestedApprovals(BaseModel):
    """All requests of an opportunity, oldest first."""

    items: list[RequestedApprovalView]


class ApprovalRequestAnswer(RequestedApprovalView):
    """The request; ``approval_url`` is where the approval is in a moment."""

    id: UUID
    version: int = Field(description="The version of the opportunity after the request.")
    approval_url: str
