"""Asking for TAS 1-2 and 1-3 of a customer, and what became of them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from lead_service.api.access import Reader, Runner, Writer, check_access, fetch
from lead_service.api.approval_requests import AssessmentRequest, CustomerApprovalRequest
from lead_service.api.approval_views import (
    CustomerApprovalRequestAnswer,
    CustomerApprovals,
    CustomerApprovalView,
)
from lead_service.api.requested import REQUESTS, listed, newest, one
from lead_service.commands.requesting import (
    RequestAssessment,
    RequestCoreChange,
    request_assessment,
    request_core_change,
)
from lead_service.domain.customer import Customer
from lead_service.read_models.customer_queries import within
from lead_service.read_models.customers import customers
from opentas_shared.web.problems import problems

router = APIRouter(prefix="/v1/customers/{customer_id}", tags=["approvals"])


@router.post(
    "/approval-requests",
    response_model=CustomerApprovalRequestAnswer,
    status_code=201,
    summary="Request an approval for a customer",
    **REQUESTS,
)
async def request_customer_approval(
    customer_id: UUID,
    body: CustomerApprovalRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """TAS 1-2 assesses the core information (R-22), 1-3 changes verified core fields (R-21).

    What 1-3 proposes is seen on the customer and applied by its approval only. Whether the
    approval could start is seen in `GET .../approval-requests`.
    """
    await check_access(customers, within, customer_id, caller, request)
    at = commands.moment(body.effective_at, caller)
    function: Any
    command: RequestAssessment | RequestCoreChange
    if isinstance(body, AssessmentRequest):
        function = request_assessment
        command = RequestAssessment(customer_id, body.content(), caller.subject, at)
    else:
        function = request_core_change
        command = RequestCoreChange(
            customer_id, body.changes(), body.form.reason, caller.subject, at
        )
    return await commands.change(
        function,
        command,
        id=customer_id,
        view=newest(Customer, customer_id),
        caller=caller,
        request=request,
        status=201,
    )


@router.get(
    "/approval-requests",
    response_model=CustomerApprovals,
    summary="List the approvals requested for a customer",
    responses=problems(404),
)
def list_customer_approvals(
    customer_id: UUID,
    caller: Reader,
    request: Request,
    flow: Annotated[str | None, Query(description="TAS 1-2 or TAS 1-3.")] = None,
    status: Annotated[list[str] | None, Query(description="One or several states.")] = None,
) -> dict[str, Any]:
    """Oldest first, with their status; one that could not start or had no effect says why."""
    fetch(customers, within, customer_id, caller, request)
    return listed(request, customer_id, flow, status)


@router.get(
    "/approval-requests/{approval_id}",
    response_model=CustomerApprovalView,
    summary="Read an approval requested for a customer",
    responses=problems(404),
)
def read_customer_approval(
    customer_id: UUID, approval_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """The request, as the customer knows it; the approval itself is at `/v1/approvals/{id}`."""
    fetch(customers, within, customer_id, caller, request)
    return one(request, customer_id, approval_id)
