"""Who decides a task: 加签, 减签, 转交, 委派, claim and release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.commands.acting import Act, TaskAct
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.states import TaskKind
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class AddSigner(TaskAct):
    """加签: ``position`` is before, after or beside (PARALLEL) the own task."""

    person_id: str
    position: TaskKind


@dataclass(frozen=True, kw_only=True)
class RemoveSigner(Act):
    """减签: take back the signer's task."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class HandOver(TaskAct):
    """转交 or 委派 to another person."""

    person_id: str


def add_signer(command: AddSigner, work: UnitOfWork) -> None:
    """加签. ``PersonUnknown`` (422), ``AlreadyAsked`` (409)."""
    approval = work.get(Approval, command.approval_id)
    approval.add_signer(
        command.person_id,
        command.position,
        command.actor,
        command.comment,
        DirectoryRouting(work.rows),
        command.at,
        command.task_id,
    )
    work.save(approval)


def remove_signer(command: RemoveSigner, work: UnitOfWork) -> None:
    """减签. ``NotRemovable`` (422)."""
    approval = work.get(Approval, command.approval_id)
    approval.remove_signer(
        command.task_id, command.actor, command.comment, DirectoryRouting(work.rows), command.at
    )
    work.save(approval)


def transfer(command: HandOver, work: UnitOfWork) -> None:
    """转交: the task is the other person's from now on."""
    approval = work.get(Approval, command.approval_id)
    approval.transfer(
        command.person_id,
        command.actor,
        command.comment,
        DirectoryRouting(work.rows),
        command.at,
        command.task_id,
    )
    work.save(approval)


def delegate(command: HandOver, work: UnitOfWork) -> None:
    """委派: ask for advice; the decision returns to the actor."""
    approval = work.get(Approval, command.approval_id)
    approval.delegate(
        command.person_id,
        command.actor,
        command.comment,
        DirectoryRouting(work.rows),
        command.at,
        command.task_id,
    )
    work.save(approval)


def claim(command: Act, work: UnitOfWork) -> None:
    """Take a task that several people are asked for. ``NotClaimable`` (422)."""
    approval = work.get(Approval, command.approval_id)
    approval.claim(command.actor, command.comment, DirectoryRouting(work.rows), command.at)
    work.save(approval)


def release(command: Act, work: UnitOfWork) -> None:
    """Give a claimed task back. ``NotClaimable`` (422)."""
    approval = work.get(Approval, command.approval_id)
    approval.release(command.actor, command.comment, DirectoryRouting(work.rows), command.at)
    work.save(approval)
