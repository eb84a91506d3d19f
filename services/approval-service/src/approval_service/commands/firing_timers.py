"""Fire the timer of a task that has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval
from approval_service.read_models.timers import timers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class FireTimer:
    """The timer ``timer_no`` of a task has come."""

    approval_id: UUID
    task_id: UUID
    timer_no: int
    at: Moment


def fire_timer(command: FireTimer, work: UnitOfWork) -> None:
    """Do what the timer says; nothing when it has fired or its task was decided meanwhile.

    The row is asked first, so that a second worker that comes to the same timer loads nothing.
    """
    if not _waits(command, work.rows):
        return
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    approval.fire_timer(command.task_id, command.timer_no, routing, command.at)
    work.save(approval)


def fire_together(commands: Sequence[FireTimer]) -> Iterator[Callable[[UnitOfWork], None]]:
    """A unit for each timer; the first of a transaction loads what all will need."""
    loaded: list[object] = [None]

    def unit(command: FireTimer) -> Callable[[UnitOfWork], None]:
        def fire(work: UnitOfWork) -> None:
            if work.rows.batch is not loaded[0]:
                loaded[0] = work.rows.batch
                work.rows.prefetch(timers, ({"task_id": one.task_id} for one in commands))
                waiting = [one for one in commands if _waits(one, work.rows)]
                work.prefetch(one.approval_id for one in waiting)
            fire_timer(command, work)

        return fire

    return map(unit, commands)


def _waits(command: FireTimer, rows: Rows) -> bool:
    row = rows.get(timers, task_id=command.task_id)
    return row is not None and row["timer_no"] == command.timer_no
