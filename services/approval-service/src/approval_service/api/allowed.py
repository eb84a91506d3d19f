"""What a caller can do with an approval now."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import ADMINISTRATOR, NotRemovable
from approval_service.domain.approval.machine import MACHINE, By, Command, Transition
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import SIGNERS
from approval_service.domain.approval.tasks import removable_task
from opentas_shared.domain.errors import DomainError
from opentas_shared.web.allowed import AllowedCommand, attempt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.approval.states import Task
    from opentas_shared.domain.time import Moment
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


Trial = Callable[["Approval", Actor], None]


def trials(routing: Routing, pause: timedelta, at: Moment) -> dict[Command, Trial]:
    """Commands that need no more input are tried, on a copy that is thrown away."""
    return {
        Command.CLAIM: lambda approval, actor: approval.claim(actor, "", routing, at),
        Command.RELEASE: lambda approval, actor: approval.release(actor, "", routing, at),
        Command.REVERSE: lambda approval, actor: approval.reverse(actor, "", at),
        Command.URGE: lambda approval, actor: approval.urge(actor, "", pause, at),
        Command.REMOVE_SIGNER: _removable,
    }


def _removable(approval: Approval, actor: Actor) -> None:
    signers = (task for task in approval.tasks.values() if task.kind in SIGNERS)
    if not any(_may_remove(approval, task, actor) for task in signers):
        raise NotRemovable


def _may_remove(approval: Approval, task: Task, actor: Actor) -> bool:
    try:
        removable_task(approval, task.id, actor)
    except DomainError:
        return False
    return True


@dataclass(frozen=True)
class Asking:
    """Somebody asks what can be done with an approval."""

    approval: Approval
    caller: Caller
    trials: Mapping[Command, Trial]

    def allowed(self) -> Iterator[AllowedCommand]:
        """Every command of persons; administrators see those that they can give for others."""
        for row in MACHINE:
            if row.by is not By.SYSTEM:
                yield self._allowed(row)

    def _allowed(self, row: Transition) -> AllowedCommand:
        administrator = ADMINISTRATOR in self.caller.roles
        own = self._attempt(row, Actor(self.caller.subject, administrator=administrator))
        other = self._other(row)
        if own.allowed or not administrator or other is None:
            return own
        reason = "asked what is allowed"
        return self._attempt(row, Actor(self.caller.subject, other, reason, administrator=True))

    def _other(self, row: Transition) -> str | None:
        """For whom an administrator could give the command."""
        approval = self.approval
        if row.by is By.SUBMITTER:
            return approval.submitter_id
        if row.command is Command.WITHDRAW:
            return approval.decisions[-1].acting_as if approval.decisions else None
        return next((task.assignee_id for task in approval.open_tasks), None)

    def _attempt(self, row: Transition, actor: Actor) -> AllowedCommand:
        def check() -> None:
            self.approval.check(row.command, actor)
            trial = self.trials.get(row.command)
            if trial is not None:
                trial(deepcopy(self.approval), actor)
            self.caller.needs_scope("approvals:write")

        on_behalf = ON_BEHALF if actor.on_behalf_of is not None else ()
        return attempt(
            row.command,
            f"/v1/approvals/{self.approval.id}/{row.command}",
            check,
            required_fields=(*REQUIRED.get(row.command, ()), *on_behalf),
        )
