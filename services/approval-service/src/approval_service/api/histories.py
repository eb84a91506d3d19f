"""Bringing in history: many approvals in one request, a result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Importer, Runner
from approval_service.api.history_requests import HistoriesRequest, HistoryBody, NamedBody, StepBody
from approval_service.commands.importing import (
    ImportApproval,
    Named,
    Step,
    id_of,
    import_approval,
    look_up,
)
from approval_service.read_models.approvals import approvals
from opentas_shared.web.batch import BatchAnswer, BatchItem
from opentas_shared.web.problems import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

LOOKED_UP_TOGETHER = 64
"""So many items find out with one statement whether their approvals exist."""

router = APIRouter(prefix="/v1/approvals", tags=["approvals"])


@router.post(
    "/batch",
    response_model=BatchAnswer,
    status_code=207,
    summary="Import the history of approvals",
    responses=problems(400),
)
async def import_approvals(
    body: HistoriesRequest, caller: Importer, request: Request, commands: Runner
) -> Response:
    """Each item is done as a whole or not at all; steps that were done before are left out.

    The people need not be known to the organisation directory. An approval is taken back at any
    time after its end when `waived_rules` has `A-22`. Times of the past start no time limits.
    """
    caller.needs_role("importer")
    ids = [id_of(item.natural_key) for item in body.items]
    items = [
        BatchItem(
            key=item.natural_key,
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
    item: HistoryBody, neighbours: Sequence[UUID], caller: Caller, commands: Commands
) -> Callable[[UnitOfWork], dict[str, Any]]:
    def unit(work: UnitOfWork) -> dict[str, Any]:
        look_up(neighbours, work)
        command = ImportApproval(
            natural_key=item.natural_key,
            flow=item.flow,
            subject_id=item.subject_id,
            submitter_id=item.submitter_id,
            steps=tuple(_step(step, caller, commands) for step in item.steps),
            facts=item.facts,
            waived=frozenset(item.waived_rules),
        )
        done = import_approval(command, work)
        row = work.rows.get(approvals, id=command.id)
        assert row is not None
        outcome = {} if done else {"outcome": "UNCHANGED"}
        return {"id": str(row["id"]), "version": row["version"], "steps_taken": done, **outcome}

    return unit


def _step(step: StepBody, caller: Caller, commands: Commands) -> Step:
    at = commands.moment(step.effective_at, caller)
    return Step(at, step.step, _named(step.by), _named(step.next), step.comment)


def _named(body: NamedBody | None) -> Named | None:
    return None if body is None else Named(body.person_id, body.role)
