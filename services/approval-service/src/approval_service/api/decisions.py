"""Decisions: approve, reject, return."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Reader, Runner, Writer, fetch_approval
from approval_service.api.acting import acts, run, said
from approval_service.api.requests import ApprovalRequest, DecisionRequest, ReturnRequest
from approval_service.api.views import ReturnTarget, ReturnTargets
from approval_service.commands.deciding import Decide, Return, approve, reject, return_approval
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.machine import Command
from approval_service.domain.approval.returning import targets
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.tasks import task_of
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

router = APIRouter(prefix="/v1/approvals/{approval_id}", tags=["approvals"])


@router.post("/approval", **acts("Approve"))
async def approve_task(
    approval_id: UUID, body: ApprovalRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """同意: agree in your open task; the next node is asked, after the last it is approved."""
    following = body.next.model_dump(exclude_none=True) if body.next is not None else None
    opinion = _opinion(body, caller, commands)
    command = Decide(approval_id, **opinion, next=following)
    return await run(approve, command, caller, request, commands)


@router.post("/rejection", **acts("Reject"))
async def reject_task(
    approval_id: UUID, body: DecisionRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """拒绝: refuse in your open task; the node says whether the approval ends or goes back."""
    command = Decide(approval_id, **_opinion(body, caller, commands))
    return await run(reject, command, caller, request, commands)


@router.post("/return", **acts("Return"))
async def return_task(
    approval_id: UUID, body: ReturnRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """退回: hand the approval back to its submitter or to an earlier node."""
    opinion = _opinion(body, caller, commands)
    command = Return(approval_id, **opinion, to=body.to, return_to_me=body.return_to_me)
    return await run(return_approval, command, caller, request, commands)


@router.get(
    "/return-targets",
    response_model=ReturnTargets,
    summary="Read where you can return it to",
    responses=problems(403, 404, 409),
)
def read_return_targets(
    approval_id: UUID, caller: Reader, request: Request, task_id: UUID | None = None
) -> ReturnTargets:
    """The submitter and the earlier nodes that your open task can send the approval to."""
    fetch_approval(approval_id, caller, request)
    approval = resources(request).events.load(Approval, approval_id)
    actor = Actor(caller.subject)
    approval.check(Command.RETURN, actor)
    task = task_of(approval.tasks.values(), actor, task_id)
    named = approval.plan.by_id
    return ReturnTargets(
        items=[
            ReturnTarget(
                to=one.node,
                name=named[one.node].name if one.node in named else "Submitter",
                name_zh=named[one.node].name_zh if one.node in named else "提交人",
                return_to_me=one.return_to_me,
            )
            for one in targets(approval, task)
        ]
    )


def _opinion(body: DecisionRequest, caller: Caller, commands: Commands) -> dict[str, Any]:
    return {
        **said(body, caller, commands),
        "task_id": body.task_id,
        "attachments": tuple(one.as_dict() for one in body.attachments),
        "form_changes": body.form_changes,
    }
