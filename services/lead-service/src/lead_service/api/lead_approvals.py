"""Asking for TAS 1-1 of a lead, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from lead_service.api.access import Reader, Runner, Writer, check_access, fetch
from lead_service.api.approval_requests import CreationRequest
from lead_service.api.approval_views import (
    LeadApprovalRequestAnswer,
    LeadApprovals,
    LeadApprovalView,
)
from lead_service.api.requested import REQUESTS, listed, newest, one
from lead_service.commands.requesting import RequestCreation, request_creation
from lead_service.domain.lead import Lead
from lead_service.read_models.lead_queries import within
from lead_service.read_models.leads import leads
from opentas_shared.web.problems import problems

router = APIRouter(prefix="/v1/leads/{lead_id}", tags=["approvals"])


@router.post(
    "/approval-requests",
    response_model=LeadApprovalRequestAnswer,
    status_code=201,
    summary="Request an approval for a lead",
    **REQUESTS,
)
async def request_lead_approval(
    lead_id: UUID, body: CreationRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """TAS 1-1: may this lead become this opportunity? Refused with what is missing (R-01 to R-04).

    An approval converts the lead into exactly that; until it ends, conversion by hand is refused.
    Whether it could start is seen in `GET .../approval-requests`.
    """
    await check_access(leads, within, lead_id, caller, request)
    at = commands.moment(body.effective_at, caller)
    command = RequestCreation(lead_id, body.form.opening(), body.form.reason, caller.subject, at)
    return await commands.change(
        request_creation,
        command,
        id=lead_id,
        view=newest(Lead, lead_id),
        caller=caller,
        request=request,
        status=201,
    )


@router.get(
    "/approval-requests",
    response_model=LeadApprovals,
    summary="List the approvals requested for a lead",
    responses=problems(404),
)
def list_lead_approvals(
    lead_id: UUID,
    caller: Reader,
    request: Request,
    status: Annotated[list[str] | None, Query(description="One or several states.")] = None,
) -> dict[str, Any]:
    """Oldest first, with their status; one that could not start or had no effect says why."""
    fetch(leads, within, lead_id, caller, request)
    return listed(request, lead_id, None, status)


@router.get(
    "/approval-requests/{approval_id}",
    response_model=LeadApprovalView,
    summary="Read an approval requested for a lead",
    responses=problems(404),
)
def read_lead_approval(
    lead_id: UUID, approval_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """The request, as the lead knows it; the approval itself is at `/v1/approvals/{id}`."""
    fetch(leads, within, lead_id, caller, request)
    return one(request, lead_id, approval_id)
