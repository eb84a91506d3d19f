"""Whose task it is: the assignee's own, or an administrator's on behalf of the assignee."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.domain.approval.errors import (
    NotRemovable,
    ReasonMissing,
    TaskNotOpen,
    not_adder,
    not_administrator,
    not_assignee,
)
from approval_service.domain.approval.states import SIGNERS, TaskStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from approval_service.domain.approval.memory import Memory
    from approval_service.domain.approval.routing import Actor
    from approval_service.domain.approval.states import Task


def permitted(actor: Actor) -> None:
    """Refuse acting on behalf without being an administrator (403) or without a reason (422)."""
    if actor.on_behalf_of is None:
        return
    if not actor.administrator:
        raise not_administrator(actor.person)
    if not (actor.reason or "").strip():
        raise ReasonMissing


def task_of(tasks: Iterable[Task], actor: Actor, task_id: UUID | None = None) -> Task:
    """The open task that the actor may decide: the one named, else the first.

    Raises ``Forbidden`` (403) for somebody who was not asked and ``TaskNotOpen`` (409) for
    somebody who was, but whose task is closed by now or waits for another.
    """
    permitted(actor)
    mine = [
        task for task in tasks if task.assignee_id == actor.acting_as and task_id in {None, task.id}
    ]
    for task in mine:
        if task.status is TaskStatus.OPEN:
            return task
    if not mine:
        raise not_assignee(actor.acting_as)
    raise TaskNotOpen(
        f"The task of {actor.acting_as} in the node {mine[-1].node} is {mine[-1].status}.",
        task_status=str(mine[-1].status),
    )


def removable_task(approval: Memory, task_id: UUID, actor: Actor) -> Task:
    """The signer's task that the actor may take back.

    ``NotRemovable`` (422) when it is none, ``Forbidden`` (403) for somebody else's signer.
    """
    task = approval.tasks.get(task_id)
    if task is None or task.kind not in SIGNERS or not task.live:
        raise NotRemovable
    voice = [one for one in approval.tasks.values() if one.slot == task.slot]
    owners = {one.assignee_id for one in voice if one.kind not in SIGNERS}
    if actor.acting_as not in owners and not actor.administrator:
        raise not_adder(actor.acting_as)
    return task
