"""Closing an opportunity, and the signature after a win."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.web.operations import changes
from opportunity_service.api.access import Runner, Writer, run
from opportunity_service.api.requests import (
    ContractSignatureRequest,
    ReasonRequest,
    WinRequest,
)
from opportunity_service.api.views import OpportunityView
from opportunity_service.commands.closing import (
    LoseOpportunity,
    SignContract,
    VoidOpportunity,
    WinOpportunity,
    lose_opportunity,
    sign_contract,
    void_opportunity,
    win_opportunity,
)

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])


@router.post("/win", response_model=OpportunityView, summary="Win an opportunity", **changes())
async def win_open_opportunity(
    opportunity_id: UUID,
    caller: Writer,
    request: Request,
    commands: Runner,
    body: WinRequest | None = None,
) -> Response:
    """From any open stage; what its stage model asks for before is listed when it is missing."""
    body = body or WinRequest()
    at = commands.moment(body.effective_at, caller)
    command = WinOpportunity(opportunity_id, at, commands.waived(body.waived_rules, caller))
    return await run(win_opportunity, command, caller, request, commands)


@router.post("/loss", response_model=OpportunityView, summary="Lose an opportunity", **changes())
async def lose_open_opportunity(
    opportunity_id: UUID, body: ReasonRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """With a reason of the configured list, or of its stage model's own."""
    at = commands.moment(body.effective_at, caller)
    command = LoseOpportunity(opportunity_id, at, body.reason, body.reason_text)
    return await run(lose_opportunity, command, caller, request, commands)


@router.post("/void", response_model=OpportunityView, summary="Void an opportunity", **changes())
async def void_open_opportunity(
    opportunity_id: UUID, body: ReasonRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """It never was real or is a duplicate: it counts in no win rate."""
    at = commands.moment(body.effective_at, caller)
    command = VoidOpportunity(opportunity_id, at, body.reason, body.reason_text)
    return await run(void_opportunity, command, caller, request, commands)


@router.post(
    "/contract-signature",
    response_model=OpportunityView,
    summary="Record the signed contract of a won opportunity",
    **changes(),
)
async def sign_opportunity_contract(
    opportunity_id: UUID,
    body: ContractSignatureRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Only after an approved TAS 7-1 (R-20); only a written contract is signed (R-30)."""
    command = SignContract(
        opportunity_id,
        commands.moment(body.effective_at, caller),
        body.contract_no,
        body.signed_on.isoformat(),
        commands.waived(body.waived_rules, caller),
    )
    return await run(sign_contract, command, caller, request, commands)
