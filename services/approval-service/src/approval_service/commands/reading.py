"""已阅: mark a copy as read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.approval.receipt import Receipt
from approval_service.read_models.copies import copies
from opentas_shared.domain.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ReadCopy:
    """The person has read an own copy."""

    copy_id: UUID
    person_id: str
    at: Moment


def read_copy(command: ReadCopy, work: UnitOfWork) -> None:
    """Mark it; once more changes nothing. ``NotFound`` (404) for another's copy."""
    row = work.rows.get(copies, id=command.copy_id)
    if row is None or row["person_id"] != command.person_id:
        raise NotFound("copy", command.copy_id)
    if row["read_at"] is None:
        about = (command.copy_id, row["approval_id"], command.person_id)
        work.save(Receipt.give(*about, command.at))
