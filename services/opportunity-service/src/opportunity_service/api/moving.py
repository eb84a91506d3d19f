"""Moving an opportunity: up, back, and to another owner."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.web.operations import changes
from opportunity_service.api.access import Runner, Writer, run
from opportunity_service.api.requests import (
    AdvancementRequest,
    OwnerChangeRequest,
    ReversalRequest,
)
from opportunity_service.api.views import OpportunityView
from opportunity_service.commands.moving import (
    AdvanceStage,
    ChangeOwner,
    RevertStage,
    advance_stage,
    change_owner,
    revert_stage,
)

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])


@router.post(
    "/stage-advancement",
    response_model=OpportunityView,
    summary="Move an opportunity up",
    **changes(),
)
async def advance_opportunity_stage(
    opportunity_id: UUID,
    caller: Writer,
    request: Request,
    commands: Runner,
    body: AdvancementRequest | None = None,
) -> Response:
    """To the next stage, or further up when every stage in between has what it asks for.

    422 lists everything that is missing, each with its rule.
    """
    body = body or AdvancementRequest()
    command = AdvanceStage(
        opportunity_id,
        commands.moment(body.effective_at, caller),
        body.to_stage,
        commands.waived(body.waived_rules, caller),
    )
    return await run(advance_stage, command, caller, request, commands)


@router.post(
    "/stage-reversal",
    response_model=OpportunityView,
    summary="Move an opportunity back",
    **changes(),
)
async def revert_opportunity_stage(
    opportunity_id: UUID, body: ReversalRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """To an earlier stage, where the policy allows it."""
    at = commands.moment(body.effective_at, caller)
    command = RevertStage(opportunity_id, at, body.to_stage, body.reason)
    return await run(revert_stage, command, caller, request, commands)


@router.post(
    "/owner-change",
    response_model=OpportunityView,
    summary="Hand an opportunity to another owner",
    **changes(),
)
async def change_opportunity_owner(
    opportunity_id: UUID,
    body: OwnerChangeRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """The new owner must have a post that may own this amount grade (R-10)."""
    command = ChangeOwner(
        opportunity_id,
        commands.moment(body.effective_at, caller),
        body.owner_id,
        body.reason,
        commands.waived(body.waived_rules, caller),
    )
    return await run(change_owner, command, caller, request, commands)
