"""What a caller can do with an approval now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.machine import MACHINE, By, Transition
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import Status
from opentas_shared.web.allowed import AllowedCommand, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.domain.approval.approval import Approval
    from opentas_shared.web.auth import Caller

ON_BEHALF = ("on_behalf_of", "on_behalf_reason")


def allowed(approval: Approval, caller: Caller) -> Iterator[AllowedCommand]:
    """Every command of persons; administrators see those that they can give for others."""
    for row in MACHINE:
        if row.by is not By.SYSTEM:
            yield _allowed(row, approval, caller)


def _allowed(row: Transition, approval: Approval, caller: Caller) -> AllowedCommand:
    path = f"/v1/approvals/{approval.id}/{row.command}"
    own = _attempt(row, path, approval, caller, Actor(caller.subject))
    if own.allowed or ADMINISTRATOR not in caller.roles:
        return own
    other = _other(row, approval)
    if other is None:
        return own
    actor = Actor(caller.subject, other, "asked what is allowed", administrator=True)
    return _attempt(row, path, approval, caller, actor)


def _other(row: Transition, approval: Approval) -> str | None:
    if row.by is By.SUBMITTER:
        return approval.submitter_id if approval.status is Status.RETURNED else None
    return next((task.assignee_id for task in approval.open_tasks), None)


def _attempt(
    row: Transition, path: str, approval: Approval, caller: Caller, actor: Actor
) -> AllowedCommand:
    def check() -> None:
        approval.check(row.command, actor)
        caller.needs_scope("approvals:write")

    return attempt(
        row.command,
        path,
        check,
        required_fields=ON_BEHALF if actor.on_behalf_of is not None else (),
    )
