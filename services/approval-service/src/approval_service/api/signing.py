"""Who decides: 加签, 减签, 转交, 委派, claim and release."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from approval_service.api.access import Runner, Writer
from approval_service.api.acting import acts, run, said
from approval_service.api.requests import (
    Act,
    PersonRequest,
    SignerRemovalRequest,
    SignerRequest,
)
from approval_service.commands import acting
from approval_service.commands.signing import (
    AddSigner,
    HandOver,
    RemoveSigner,
    add_signer,
    claim,
    delegate,
    release,
    remove_signer,
    transfer,
)

router = APIRouter(prefix="/v1/approvals/{approval_id}", tags=["approvals"])


@router.post("/signer", **acts("Add a signer"))
async def add_approval_signer(
    approval_id: UUID, body: SignerRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """加签: before, the own task waits; after, the signer is asked next; parallel, both decide."""
    command = AddSigner(
        approval_id,
        **said(body, caller, commands),
        task_id=body.task_id,
        person_id=body.person_id,
        position=body.position,
    )
    return await run(add_signer, command, caller, request, commands)


@router.post("/signer-removal", **acts("Remove a signer"))
async def remove_approval_signer(
    approval_id: UUID,
    body: SignerRemovalRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """减签: only signers that were added, and have not decided, can be removed."""
    command = RemoveSigner(approval_id, **said(body, caller, commands), task_id=body.task_id)
    return await run(remove_signer, command, caller, request, commands)


@router.post("/transfer", **acts("Transfer the task"))
async def transfer_task(
    approval_id: UUID, body: PersonRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """转交: the task is the other person's; you keep seeing it."""
    command = HandOver(
        approval_id,
        **said(body, caller, commands),
        task_id=body.task_id,
        person_id=body.person_id,
    )
    return await run(transfer, command, caller, request, commands)


@router.post("/delegation", **acts("Ask for advice"))
async def delegate_task(
    approval_id: UUID, body: PersonRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """委派: the other person advises, then the decision is yours again."""
    command = HandOver(
        approval_id,
        **said(body, caller, commands),
        task_id=body.task_id,
        person_id=body.person_id,
    )
    return await run(delegate, command, caller, request, commands)


@router.post("/claim", **acts("Claim the task"))
async def claim_task(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """签收: take a task that several people are asked for; theirs are closed."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(claim, command, caller, request, commands)


@router.post("/release", **acts("Release the task"))
async def release_task(
    approval_id: UUID, body: Act, caller: Writer, request: Request, commands: Runner
) -> Response:
    """释放: give a claimed task back to all who were asked."""
    command = acting.Act(approval_id, **said(body, caller, commands))
    return await run(release, command, caller, request, commands)
