"""Who may give which command now; ``allowed-commands`` asks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import (
    ReasonMissing,
    not_administrator,
    not_participant,
    not_submitter,
)
from approval_service.domain.approval.machine import TRANSITIONS, By, Command, require
from approval_service.domain.approval.tasks import permitted, task_of
from approval_service.domain.approval.withdrawing import withdrawable

if TYPE_CHECKING:
    from approval_service.domain.approval.memory import Memory
    from approval_service.domain.approval.routing import Actor


def check(approval: Memory, command: Command, actor: Actor) -> None:
    """Raise what speaks against ``actor`` giving the command now.

    ``IllegalTransition`` (409), ``Forbidden`` (403), ``TaskNotOpen`` (409), ``ReasonMissing``
    (422) or ``NotWithdrawable`` (409).
    """
    require(command, approval.status)
    permitted(actor)
    person = actor.acting_as
    match TRANSITIONS[command].by:
        case By.SUBMITTER if person != approval.submitter_id:
            raise not_submitter(person, approval.submitter_id)
        case By.ADMINISTRATOR if not actor.administrator:
            raise not_administrator(actor.person)
        case By.ASSIGNEE if command is not Command.REMOVE_SIGNER:
            task_of(approval.tasks.values(), actor)
        case By.PARTICIPANT if not actor.administrator and person not in approval.participants:
            raise not_participant(person)
    if command is Command.WITHDRAW:
        withdrawable(approval, actor)


def need_reason(comment: str) -> None:
    """Refuse an administrator's act without a reason (422)."""
    if not comment.strip():
        raise ReasonMissing("Say why, in the comment.", "/comment")
