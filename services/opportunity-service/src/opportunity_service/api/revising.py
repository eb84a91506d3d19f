"""Revising what is known: amount, probability, close date, strategic grade, go or no go."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.web.operations import changes
from opportunity_service.api.access import Runner, Writer, run
from opportunity_service.api.opening_fields import as_text
from opportunity_service.api.requests import (
    AmountRevisionRequest,
    CloseDateRevisionRequest,
    GoNoGoRequest,
    ProbabilityRevisionRequest,
    StrategicGradingRequest,
)
from opportunity_service.api.views import OpportunityView
from opportunity_service.commands.revising import (
    AnswerGoNoGo,
    GradeStrategically,
    ReviseAmount,
    ReviseCloseDate,
    ReviseProbability,
    answer_go_no_go,
    grade_strategically,
    revise_amount,
    revise_close_date,
    revise_probability,
)
from opportunity_service.configuration.configured import configured

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])


@router.post(
    "/amount-revision",
    response_model=OpportunityView,
    summary="Revise the amount of an opportunity",
    **changes(),
)
async def revise_opportunity_amount(
    opportunity_id: UUID,
    body: AmountRevisionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """The amount grade follows; an owner who may not own it blocks the next stage move (R-10)."""
    amount = body.amount
    command = ReviseAmount(
        opportunity_id,
        commands.moment(body.effective_at, caller),
        amount.money(configured().base_currency) if amount is not None else None,
        commands.waived(body.waived_rules, caller),
    )
    return await run(revise_amount, command, caller, request, commands)


@router.post(
    "/probability-revision",
    response_model=OpportunityView,
    summary="Revise the win probability of an opportunity",
    **changes(),
)
async def revise_opportunity_probability(
    opportunity_id: UUID,
    body: ProbabilityRevisionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """A manual value is kept apart from the stage's default; null goes back to automatic."""
    at = commands.moment(body.effective_at, caller)
    command = ReviseProbability(opportunity_id, at, body.win_probability)
    return await run(revise_probability, command, caller, request, commands)


@router.post(
    "/close-date-revision",
    response_model=OpportunityView,
    summary="Revise the expected close date of an opportunity",
    **changes(),
)
async def revise_opportunity_close_date(
    opportunity_id: UUID,
    body: CloseDateRevisionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Null takes the date away."""
    at = commands.moment(body.effective_at, caller)
    command = ReviseCloseDate(opportunity_id, at, as_text(body.expected_close_date))
    return await run(revise_close_date, command, caller, request, commands)


@router.post(
    "/strategic-grading",
    response_model=OpportunityView,
    summary="Set the strategic grade of an opportunity",
    **changes(),
)
async def grade_opportunity_strategically(
    opportunity_id: UUID,
    body: StrategicGradingRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Independent of amount and probability (R-08); STRATEGIC gets strategic treatment (R-09)."""
    at = commands.moment(body.effective_at, caller)
    command = GradeStrategically(opportunity_id, at, body.strategic_grade.value)
    return await run(grade_strategically, command, caller, request, commands)


@router.post(
    "/go-no-go",
    response_model=OpportunityView,
    summary="Answer the go or no-go questions of an opportunity",
    **changes(),
)
async def answer_opportunity_go_no_go(
    opportunity_id: UUID, body: GoNoGoRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """The first two must be answered yes before TAS 2-1 is requested (R-11)."""
    at = commands.moment(body.effective_at, caller)
    command = AnswerGoNoGo(opportunity_id, at, body.answers())
    return await run(answer_go_no_go, command, caller, request, commands)
