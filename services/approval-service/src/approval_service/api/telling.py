"""Words to others (催办, 抄送, comments), and what administrators do (jump, terminate)."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Runner, Writer
from approval_service.api.acting import acts, run, said
from approval_service.api.known import urge_pause
from approval_service.api.requests import Act, CommentRequest, CopyRequest, JumpRequest
from approval_service.commands import acting
from approval_service.commands.administering import Jump, jump, terminate
from approval_service.commands.telling import Comment, Copy, Urge, comment, copy, urge

router = APIRouter(prefix="/v1/approvals/{approval_id}", tags=["approvals"])


@router.post("/urge", **acts("Urge"))
async def urge_approvers(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """催办: tell those who are asked now that it is urgent; again only after a pause."""
    command = Urge(approval_id, **said(body, caller, commands), pause=urge_pause(request))
    return await run(urge, command, caller, request, commands)


@router.post("/copy", **acts("Send copies"))
async def copy_approval(
    approval_id: UUID, body: CopyRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """抄送: people get to read the approval, in the box `copied` of their inbox."""
    command = Copy(approval_id, **said(body, caller, commands), people=tuple(body.people))
    return await run(copy, command, caller, request, commands)


@router.post("/comment", **acts("Comment"))
async def comment_on_approval(
    approval_id: UUID, body: CommentRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """评论: say something without deciding."""
    attachments = tuple(one.as_dict() for one in body.attachments)
    command = Comment(approval_id, **said(body, caller, commands), attachments=attachments)
    return await run(comment, command, caller, request, commands)


@router.post("/jump", **acts("Jump to a node"))
async def jump_to_node(
    approval_id: UUID, body: JumpRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """跳转: an administrator sends the approval to any node that asks people, with a reason."""
    command = Jump(approval_id, **said(body, caller, commands), to=body.to)
    return await run(jump, command, caller, request, commands)


@router.post("/termination", **acts("Terminate"))
async def terminate_approval(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """终止: an administrator ends the approval, with a reason."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(terminate, command, caller, request, commands)
