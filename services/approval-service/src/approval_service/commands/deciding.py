"""Decide a task of an approval: approve, reject, return to the submitter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.routing import Actor
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Decide:
    """Decide the actor's open task in the approval; ``comment`` is the opinion."""

    approval_id: UUID
    actor: Actor
    at: Moment
    comment: str = ""


def approve(command: Decide, work: UnitOfWork) -> None:
    """Agree; the next node is asked, after the last one the approval is approved."""
    approval = work.get(Approval, command.approval_id)
    approval.approve(command.actor, command.comment, DirectoryRouting(work.rows), command.at)
    work.save(approval)


def reject(command: Decide, work: UnitOfWork) -> None:
    """Refuse; the approval ends."""
    approval = work.get(Approval, command.approval_id)
    approval.reject(command.actor, command.comment, command.at)
    work.save(approval)


def return_to_submitter(command: Decide, work: UnitOfWork) -> None:
    """退回: hand the approval back to its submitter."""
    approval = work.get(Approval, command.approval_id)
    approval.return_to_submitter(command.actor, command.comment, command.at)
    work.save(approval)
