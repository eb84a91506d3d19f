"""Words to others: 催办, 抄送 and comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.acting import Act
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.errors import PersonUnknown

if TYPE_CHECKING:
    from datetime import timedelta

    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Urge(Act):
    """催办, at most once in ``pause``."""

    pause: timedelta


@dataclass(frozen=True, kw_only=True)
class Copy(Act):
    """抄送 to ``people``."""

    people: tuple[str, ...]


@dataclass(frozen=True)
class Comment(Act):
    """Say something without deciding."""

    attachments: tuple[dict[str, Any], ...] = ()


def urge(command: Urge, work: UnitOfWork) -> None:
    """催办: tell those who are asked that it is urgent. ``UrgedTooSoon`` (409)."""
    approval = work.get(Approval, command.approval_id)
    approval.urge(command.actor, command.comment, command.pause, command.at)
    work.save(approval)


def copy(command: Copy, work: UnitOfWork) -> None:
    """抄送: let people read the approval. ``PersonUnknown`` (422)."""
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    for index, person in enumerate(command.people):
        if not routing.active(person):
            raise PersonUnknown(person, f"/people/{index}")
    people = list(dict.fromkeys(command.people))
    approval.copy_to(people, command.actor, command.comment, command.at)
    work.save(approval)


def comment(command: Comment, work: UnitOfWork) -> None:
    """Say something."""
    approval = work.get(Approval, command.approval_id)
    approval.comment(command.actor, command.comment, command.attachments, command.at)
    work.save(approval)
