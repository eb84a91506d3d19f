"""What submitters do: resubmit, recall, revoke, take back; and 撤回 of a decision."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Runner, Writer
from approval_service.api.acting import acts, run, said
from approval_service.api.requests import Act, ResubmissionRequest, ReversalRequest
from approval_service.commands import acting
from approval_service.commands.resubmitting import Resubmit, resubmit
from approval_service.commands.withdrawing import Reverse, recall, reverse, revoke, withdraw

router = APIRouter(prefix="/v1/approvals/{approval_id}", tags=["approvals"])


@router.post("/resubmission", **acts("Resubmit"))
async def resubmit_approval(
    approval_id: UUID,
    body: ResubmissionRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """重新提交: start a new round; the earlier rounds stay visible."""
    command = Resubmit(approval_id, **said(body, caller, commands), form=body.form)
    return await run(resubmit, command, caller, request, commands)


@router.post("/recall", **acts("Recall"))
async def recall_approval(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """取回修改: the submitter takes the running approval back to change and resubmit it."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(recall, command, caller, request, commands)


@router.post("/revocation", **acts("Revoke"))
async def revoke_approval(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """撤销: the submitter ends the approval."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(revoke, command, caller, request, commands)


@router.post("/reversal", **acts("Take back an approval"))
async def reverse_approval(
    approval_id: UUID, body: ReversalRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """通过后撤销: in the time that the definition gives, the submitter takes it back."""
    if body.role is not None:
        caller.needs_role("importer")
    command = Reverse(
        approval_id,
        **said(body, caller, commands),
        role=body.role or "",
        waived=commands.waived(body.waived_rules, caller),
    )
    return await run(reverse, command, caller, request, commands)


@router.post("/withdrawal", **acts("Withdraw your decision"))
async def withdraw_decision(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """撤回: take back your decision until anybody makes the next one; it stays visible."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(withdraw, command, caller, request, commands)
