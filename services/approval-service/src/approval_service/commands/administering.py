"""What only administrators do: jump to a node, terminate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.acting import Act
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Jump(Act):
    """Send the approval to the node ``to``; ``comment`` is the reason."""

    to: str


def jump(command: Jump, work: UnitOfWork) -> None:
    """Send the approval to any node that asks people. ``NodeUnknown`` (422)."""
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    approval.jump(command.to, command.actor, command.comment, routing, command.at)
    work.save(approval)


def terminate(command: Act, work: UnitOfWork) -> None:
    """End the approval; ``comment`` is the reason."""
    approval = work.get(Approval, command.approval_id)
    approval.terminate(command.actor, command.comment, command.at)
    work.save(approval)
