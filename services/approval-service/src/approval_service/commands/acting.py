"""What every command of a person to an approval has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.routing import Actor
    from opentas_shared.domain.time import Moment


@dataclass(frozen=True)
class Act:
    """Somebody does something to the approval and says ``comment``."""

    approval_id: UUID
    actor: Actor
    at: Moment
    comment: str = ""

    @property
    def on_behalf_of(self) -> str | None:
        """For whom the actor acts; it is recorded beside who acted."""
        return self.actor.on_behalf_of


@dataclass(frozen=True)
class TaskAct(Act):
    """Somebody does something in an own open task; none named is the first."""

    task_id: UUID | None = None
