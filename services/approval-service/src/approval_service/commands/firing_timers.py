"""Fire the timer of a task that has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class FireTimer:
    """The timer ``timer_no`` of a task has come."""

    approval_id: UUID
    task_id: UUID
    timer_no: int
    at: Moment


def fire_timer(command: FireTimer, work: UnitOfWork) -> None:
    """Do what the timer says; nothing when it has fired or its task was decided meanwhile."""
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    approval.fire_timer(command.task_id, command.timer_no, routing, command.at)
    work.save(approval)
