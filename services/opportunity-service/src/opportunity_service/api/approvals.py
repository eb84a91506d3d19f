"""Asking for approvals of an opportunity, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.web.operations import changes, creates
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opportunity_service.api.access import Reader, Runner, Writer, fetch, run
from opportunity_service.api.approval_views import ApprovalRequestAnswer, RequestedApprovals
from opportunity_service.api.requests import ApprovalRequestBody
from opportunity_service.commands.approving import RequestApproval, request_approval
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.read_models.approvals import of_opportunity, requested_approvals, view

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork

REQUESTS = changes()
REQUESTS["responses"].pop(200)
REQUESTS["responses"][201] = creates()["responses"][201]

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["approvals"])


@router.post(
    "/approval-requests",
    response_model=ApprovalRequestAnswer,
    status_code=201,
    summary="Request an approval for an opportunity",
    **REQUESTS,
)
async def request_opportunity_approval(
    opportunity_id: UUID,
    body: ApprovalRequestBody,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """The one door to the 14 flows from 2-1 to 7-1 (domain.md §6).

    422 lists everything that is missing, each with its rule: answers (R-11), earlier flows (R-12,
    R-13, R-16, R-18, R-19), the win (R-20), what the form must say, and with whom it collides.
    `Location` is the approval, in a moment; whether it could start is seen in
    `GET .../approval-requests`.
    """
    at = commands.moment(body.effective_at, caller)
    command = RequestApproval(opportunity_id, at, body.flow, body.form, caller.subject)

    def answer(work: UnitOfWork) -> dict[str, Any]:
        opportunity = work.get(Opportunity, opportunity_id)
        approval_id = [*opportunity.approvals][-1]
        row = work.rows.get(requested_approvals, approval_id=UUID(approval_id))
        assert row is not None
        return {
            "id": opportunity_id,
            "version": opportunity.version,
            "approval_url": f"/v1/approvals/{approval_id}",
            **view(row),
        }

    return await run(
        request_approval,
        command,
        caller,
        request,
        commands,
        answer=answer,
        status=201,
        location="{approval_url}",
    )


@router.get(
    "/approval-requests",
    response_model=RequestedApprovals,
    summary="List the approvals requested for an opportunity",
    responses=problems(404),
)
def list_opportunity_approval_requests(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Oldest first, with their status; one that could not start or had no effect says why."""
    with resources(request).database.read() as connection:
        fetch(connection, opportunity_id, caller, request)
        rows = connection.execute(of_opportunity(opportunity_id)).mappings()
        return {"items": [view(row) for row in rows]}


@router.get(
    "/approvals",
    response_model=RequestedApprovals,
    summary="The former address of the approvals requested for an opportunity",
    responses=problems(404),
    deprecated=True,
)
def list_opportunity_approvals(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """The same as `GET .../approval-requests`."""
    return list_opportunity_approval_requests(opportunity_id, caller, request)
