"""Bringing in history: many opportunities in one request, a result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from opentas_shared.web.batch import BatchAnswer, BatchItem
from opentas_shared.web.problems import problems
from opportunity_service.api.access import Importer, Runner
from opportunity_service.api.batch_requests import BatchItemBody, BatchRequest, OpenStepBody
from opportunity_service.commands.importing import (
    ChangeStep,
    ImportHistory,
    OpenStep,
    Step,
    import_history,
    look_up,
)
from opportunity_service.commands.opening import id_of
from opportunity_service.configuration.configured import configured
from opportunity_service.read_models.opportunities import opportunities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

LOOKED_UP_TOGETHER = 64
"""So many items find out with one statement whether their opportunities exist."""

router = APIRouter(prefix="/v1/opportunities", tags=["opportunities"])


@router.post(
    "/batch",
    response_model=BatchAnswer,
    status_code=207,
    summary="Import the history of opportunities",
    responses=problems(400),
)
async def import_opportunities(
    body: BatchRequest, caller: Importer, request: Request, commands: Runner
) -> Response:
    """Each item is done as a whole or not at all; steps that were done before are left out.

    An item whose opportunity a conversion has yet to open is refused with
    `OPPORTUNITY_NOT_YET_OPENED` and `retryable`: send it again.
    """
    caller.needs_role("importer")
    ids = [item.opportunity_id or id_of(item.natural_key) for item in body.items]
    items = [
        BatchItem(
            key=item.key,
            run=_unit(item, ids[_block(number)], caller, commands),
            waived=commands.waived(item.waived_rules, caller),
        )
        for number, item in enumerate(body.items)
    ]
    return await commands.batch(items, caller, request)


def _block(number: int) -> slice:
    start = number - number % LOOKED_UP_TOGETHER
    return slice(start, start + LOOKED_UP_TOGETHER)


def _unit(
    item: BatchItemBody, neighbours: Sequence[UUID], caller: Caller, commands: Commands
) -> Callable[[UnitOfWork], dict[str, Any]]:
    def unit(work: UnitOfWork) -> dict[str, Any]:
        look_up(neighbours, work)
        command = ImportHistory(
            steps=tuple(
                _step(step, f"/steps/{number}", item, caller, commands)
                for number, step in enumerate(item.steps)
            ),
            natural_key=item.natural_key,
            opportunity_id=item.opportunity_id,
            waived=frozenset(item.waived_rules),
        )
        done = import_history(command, work)
        row = work.rows.get(opportunities, id=command.id)
        assert row is not None
        outcome = {} if done else {"outcome": "UNCHANGED"}
        return {"id": str(row["id"]), "version": row["version"], "applied": done, **outcome}

    return unit


def _step(step: Any, pointer: str, item: BatchItemBody, caller: Caller, commands: Commands) -> Step:
    at = commands.moment(step.effective_at, caller)
    base_currency = configured().base_currency
    if isinstance(step, OpenStepBody):
        opening = step.opening(step.owner_id, item.natural_key, base_currency, f"{pointer}/amount")
        return OpenStep(at, opening, step.stage_model)
    return ChangeStep(
        at=at,
        kind=step.step,
        to_stage=step.to_stage,
        owner_id=step.owner_id or "",
        amount=step.amount.money(base_currency, f"{pointer}/amount") if step.amount else None,
        reason=step.reason,
        reason_text=step.reason_text,
    )
