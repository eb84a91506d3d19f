"""What is to be delivered."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.web.operations import changes
from opportunity_service.api.access import Runner, Writer, run
from opportunity_service.api.requests import ScopeRevisionRequest
from opportunity_service.api.views import OpportunityView
from opportunity_service.commands.revising import ReviseScope, revise_scope

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])


@router.post(
    "/scope-revision",
    response_model=OpportunityView,
    summary="Revise the scope of an opportunity",
    **changes(),
)
async def revise_opportunity_scope(
    opportunity_id: UUID,
    body: ScopeRevisionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Until the contract is signed. Approvals that watch the scope are to be given again."""
    at = commands.moment(body.effective_at, caller)
    attachments = [attachment.model_dump() for attachment in body.attachments]
    command = ReviseScope(opportunity_id, at, body.text, attachments)
    return await run(revise_scope, command, caller, request, commands)
