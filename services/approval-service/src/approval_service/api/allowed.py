"""What a caller can do with an approval now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.machine import MACHINE, By, Command, Transition
from approval_service.domain.approval.routing import Actor
from opentas_shared.web.allowed import AllowedCommand, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.domain.approval.approval import Approval
    from opentas_shared.web.auth import Caller

ON_BEHALF = ("on_behalf_of", "on_behalf_reason")
REQUIRED: dict[Command, tuple[str, ...]] = {
    Command.ADD_SIGNER: ("person_id", "position"),
    Command.REMOVE_SIGNER: ("task_id",),
    Command.TRANSFER: ("person_id",),
    Command.DELEGATE: ("person_id",),
    Command.COPY: ("people",),
    Command.COMMENT: ("comment",),
    Command.JUMP: ("to", "comment"),
    Command.TERMINATE: ("comment",),
}
"""Fields without which the body of a command is refused."""


def allowed(approval: Approval, caller: Caller) -> Iterator[AllowedCommand]:
    """Every command of persons; administrators see those that they can give for others."""
    for row in MACHINE:
        if row.by is not By.SYSTEM:
            yield _allowed(row, approval, caller)


def _allowed(row: Transition, approval: Approval, caller: Caller) -> AllowedCommand:
    administrator = ADMINISTRATOR in caller.roles
    own = _attempt(row, approval, caller, Actor(caller.subject, administrator=administrator))
    other = _other(row, approval)
    if own.allowed or not administrator or other is None:
        return own
    actor = Actor(caller.subject, other, "asked what is allowed", administrator=True)
    return _attempt(row, approval, caller, actor)


def _other(row: Transition, approval: Approval) -> str | None:
    """For whom an administrator could give the command."""
    if row.by is By.SUBMITTER:
        return approval.submitter_id
    if row.command is Command.WITHDRAW:
        return approval.decisions[-1].acting_as if approval.decisions else None
    return next((task.assignee_id for task in approval.open_tasks), None)


def _attempt(row: Transition, approval: Approval, caller: Caller, actor: Actor) -> AllowedCommand:
    def check() -> None:
        approval.check(row.command, actor)
        caller.needs_scope("approvals:write")

    on_behalf = ON_BEHALF if actor.on_behalf_of is not None else ()
    return attempt(
        row.command,
        f"/v1/approvals/{approval.id}/{row.command}",
        check,
        required_fields=(*REQUIRED.get(row.command, ()), *on_behalf),
    )
