"""Decide a task of an approval: approve, reject, return."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.commands.acting import TaskAct
from approval_service.commands.routing import DirectoryRouting
from approval_service.configuration.forms import check_changes, check_no_changes
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.errors import PersonUnknown
from approval_service.domain.approval.machine import Command
from approval_service.domain.approval.states import TaskKind
from approval_service.domain.approval.tasks import task_of
from approval_service.domain.flows.nodes import SUBMITTER

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Decide(TaskAct):
    """Decide the actor's open task in the approval; ``comment`` is the opinion."""

    attachments: tuple[dict[str, Any], ...] = ()
    form_changes: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] | None = None

    @property
    def opinion(self) -> Opinion:
        """What is said with the decision."""
        return Opinion(self.comment, self.attachments, self.form_changes, self.next)


@dataclass(frozen=True)
class Return(Decide):
    """退回: to the submitter or an earlier node; ``return_to_me``: straight back afterwards."""

    to: str = SUBMITTER
    return_to_me: bool = False


def approve(command: Decide, work: UnitOfWork) -> None:
    """Agree; the next node is asked, after the last one the approval is approved."""
    approval, routing = _decidable(Command.APPROVE, command, work)
    approval.approve(command.actor, command.opinion, routing, command.at, command.task_id)
    work.save(approval)


def reject(command: Decide, work: UnitOfWork) -> None:
    """Refuse; the node's policy says whether the approval ends or goes back."""
    approval, routing = _decidable(Command.REJECT, command, work)
    approval.reject(command.actor, command.opinion, routing, command.at, command.task_id)
    work.save(approval)


def return_approval(command: Return, work: UnitOfWork) -> None:
    """退回: hand the approval back."""
    approval, routing = _decidable(Command.RETURN, command, work)
    approval.return_to(
        command.to,
        command.actor,
        command.opinion,
        routing,
        command.at,
        return_to_me=command.return_to_me,
        task_id=command.task_id,
    )
    work.save(approval)


def _decidable(
    decision: Command, command: Decide, work: UnitOfWork
) -> tuple[Approval, DirectoryRouting]:
    """The approval, when the form may be changed so and whoever is named next is there."""
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    approval.check(decision, command.actor)
    task = task_of(approval.tasks.values(), command.actor, command.task_id)
    if task.kind is TaskKind.ADVICE:
        check_no_changes(task.node, command.form_changes)
    else:
        check_changes(
            approval.plan,
            approval.plan.approval_node(task.node),
            approval.form,
            command.form_changes,
            agreeing=decision is Command.APPROVE,
        )
    for index, person in enumerate((command.next or {}).get("people", ())):
        if not routing.active(person):
            raise PersonUnknown(person, f"/next/people/{index}")
    return approval, routing
