"""What the API answers about requested approvals."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class RequestedApprovalView(BaseModel):
    """An approval that was requested, as lead-service knows it."""

    approval_id: UUID
    flow: str = Field(examples=["tas_1_1_create_opportunity"])
    request_no: int
    status: str = Field(
        examples=["RUNNING"],
        description="REQUESTED, RUNNING, RETURNED, NOT_STARTED, APPROVED, REJECTED, REVOKED, "
        "TERMINATED or REVERSED.",
    )
    in_effect: bool = Field(
        description="False for a result that changed nothing here; `reason` then says why."
    )
    submitter_id: str
    form: dict[str, Any]
    reason_code: str | None = Field(description="Why it could not start, or is without effect.")
    reason: str | None
    missing: list[str]
    decided_by: str | None = Field(description="Who took the last decision.")
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class LeadApprovalView(RequestedApprovalView):
    """A TAS 1-1 of a lead."""

    lead_id: UUID


class CustomerApprovalView(RequestedApprovalView):
    """A TAS 1-2 or 1-3 of a customer."""

    customer_id: UUID


class LeadApprovals(BaseModel):
    """The requests of a lead, oldest first."""

    items: list[LeadApprovalView]


class CustomerApprovals(BaseModel):
    """The requests of a customer, oldest first."""

    items: list[CustomerApprovalView]


class LeadApprovalRequestAnswer(LeadApprovalView):
    """The request; ``approval_url`` is where the approval is in a moment."""

    id: UUID
    version: int = Field(description="The version of the lead after the request.")
    approval_url: str


class CustomerApprovalRequestAnswer(CustomerApprovalView):
    """The request; ``approval_url`` is where the approval is in a moment."""

    id: UUID
    version: int = Field(description="The version of the customer after the request.")
    approval_url: str
