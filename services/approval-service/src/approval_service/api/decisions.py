"""Decisions and resubmissions of approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Runner, Writer, check_approval, shown
from approval_service.api.requests import DecisionRequest, ResubmissionRequest
from approval_service.api.views import ApprovalView
from approval_service.commands.deciding import Decide, approve, reject, return_to_submitter
from approval_service.commands.resubmitting import Resubmit, resubmit
from opentas_shared.web.auth import Caller
from opentas_shared.web.commands import Commands
from opentas_shared.web.operations import changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.unit_of_work import UnitOfWork

router = APIRouter(prefix="/v1/approvals/{approval_id}", tags=["approvals"])


@router.post("/approval", response_model=ApprovalView, summary="Approve", **changes(403, 422))
async def approve_task(
    approval_id: UUID, body: DecisionRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """同意: agree in your open task; the next node is asked, after the last it is approved."""
    return await _decide(approve, approval_id, body, caller, request, commands)


@router.post("/rejection", response_model=ApprovalView, summary="Reject", **changes(403, 422))
async def reject_task(
    approval_id: UUID, body: DecisionRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """拒绝: refuse in your open task; the approval ends."""
    return await _decide(reject, approval_id, body, caller, request, commands)


@router.post(
    "/return", response_model=ApprovalView, summary="Return to the submitter", **changes(403, 422)
)
async def return_task(
    approval_id: UUID, body: DecisionRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """退回: hand the approval back to its submitter, who may resubmit it."""
    return await _decide(return_to_submitter, approval_id, body, caller, request, commands)


@router.post("/resubmission", response_model=ApprovalView, summary="Resubmit", **changes(403, 422))
async def resubmit_approval(
    approval_id: UUID,
    body: ResubmissionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """重新提交: start a new round of a returned approval; the earlier rounds stay visible."""
    await check_approval(approval_id, caller, request)
    command = Resubmit(
        approval_id,
        body.actor(caller),
        commands.moment(body.effective_at, caller),
        body.form,
        body.comment,
    )
    return await commands.change(
        resubmit,
        command,
        id=approval_id,
        view=shown(approval_id),
        caller=caller,
        request=request,
    )


async def _decide(
    function: Callable[[Decide, UnitOfWork], None],
    approval_id: UUID,
    body: DecisionRequest,
    caller: Caller,
    request: Request,
    commands: Commands,
) -> Response:
    await check_approval(approval_id, caller, request)
    command = Decide(
        approval_id,
        body.actor(caller),
        commands.moment(body.effective_at, caller),
        body.comment,
    )
    return await commands.change(
        function,
        command,
        id=approval_id,
        view=shown(approval_id),
        caller=caller,
        request=request,
    )
