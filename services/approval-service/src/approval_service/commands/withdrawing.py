"""What was done is taken back: 撤回, recall, 撤销 and 通过后撤销."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.acting import Act
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork

REVERSAL_TIME = "A-22"
"""What an import waives to take back an approval whenever that happened."""


@dataclass(frozen=True)
class Reverse(Act):
    """通过后撤销; ``role``: in whose name, where history knows only that."""

    role: str = ""
    waived: frozenset[str] = frozenset()


def withdraw(command: Act, work: UnitOfWork) -> None:
    """撤回: take back the own last decision. ``NotWithdrawable`` (409)."""
    approval = work.get(Approval, command.approval_id)
    approval.withdraw(command.actor, command.comment, DirectoryRouting(work.rows), command.at)
    work.save(approval)


def recall(command: Act, work: UnitOfWork) -> None:
    """The submitter takes the running approval back to change it."""
    approval = work.get(Approval, command.approval_id)
    approval.recall(command.actor, command.comment, command.at)
    work.save(approval)


def revoke(command: Act, work: UnitOfWork) -> None:
    """撤销: the submitter ends the approval."""
    approval = work.get(Approval, command.approval_id)
    approval.revoke(command.actor, command.comment, command.at)
    work.save(approval)


def reverse(command: Reverse, work: UnitOfWork) -> None:
    """通过后撤销: take back what was approved. ``NotReversible`` (409) when it is too late."""
    approval = work.get(Approval, command.approval_id)
    late = REVERSAL_TIME in command.waived
    approval.reverse(command.actor, command.comment, command.at, role=command.role, late=late)
    work.save(approval)
