"""Many decisions in one request, a result for each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from approval_service.api.access import Runner, Writer, check_visible
from approval_service.api.requests import Act
from approval_service.commands.deciding import Decide, Return, approve, reject, return_approval
from approval_service.read_models.approvals import approvals
from opentas_shared.web.batch import LARGEST_BATCH, BatchAnswer, BatchItem
from opentas_shared.web.bodies import LARGEST_NUMBER, ApiModel, Whole
from opentas_shared.web.problems import problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

router = APIRouter(prefix="/v1/decision-batches", tags=["approvals"])


class Decision(StrEnum):
    """What a batch can decide; what needs more input is decided one by one."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    RETURN = "RETURN"


class DecisionItem(Act):
    """One decision of an own open task; ``RETURN`` goes to the submitter."""

    approval_id: UUID
    version: Whole | None = Field(
        None, ge=1, le=LARGEST_NUMBER, description="The version that you have seen; null: any."
    )
    task_id: UUID | None = None
    decision: Decision


class DecisionBatch(ApiModel):
    """The decisions, in order."""

    items: list[DecisionItem] = Field(min_length=1, max_length=LARGEST_BATCH)


@router.post(
    "",
    response_model=BatchAnswer,
    status_code=207,
    summary="Decide many approvals",
    responses=problems(400, 403),
)
async def decide_many(
    body: DecisionBatch, caller: Writer, request: Request, commands: Runner
) -> Response:
    """批量审批: each item is decided or refused by itself, with its own result.

    An item whose node demands more than a batch can give (a field of the form) is refused.
    """
    items = [_item(one, caller, request, commands) for one in body.items]
    return await commands.batch(items, caller, request)


def _item(item: DecisionItem, caller: Caller, request: Request, commands: Commands) -> BatchItem:
    at = commands.moment(item.effective_at, caller)
    about = (item.approval_id, item.actor(caller), at, item.comment, item.task_id)
    command = Return(*about) if item.decision is Decision.RETURN else Decide(*about)

    def run(work: UnitOfWork) -> dict[str, Any]:
        check_visible(item.approval_id, caller, request, work.rows)
        FUNCTIONS[item.decision](command, work)
        row = work.rows.get(approvals, id=item.approval_id) or {}
        return {"id": str(item.approval_id), "version": row["version"], "state": row["status"]}

    seen = (item.approval_id, item.version)
    return BatchItem(str(item.approval_id), run, at, expected=seen, on_behalf_of=item.on_behalf_of)


FUNCTIONS: dict[Decision, Callable[[Any, UnitOfWork], None]] = {
    Decision.APPROVE: approve,
    Decision.REJECT: reject,
    Decision.RETURN: return_approval,
}
