"""已阅: that a person has read a copy of an approval, kept as a thing of its own.

It is no event of the approval: reading must neither change its version nor wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from opentas_shared.domain.aggregate import Aggregate, CreatedEvent, event

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment


class Receipt(Aggregate):
    """The receipt of one copy; its id is the copy's."""

    TOPIC: ClassVar[str] = "copy_receipt"

    class Created(CreatedEvent):
        """The person has read the copy."""

        TOPIC: ClassVar[str] = "copy_receipt.given"
        approval_id: UUID
        person_id: str

    @event(Created)
    def __init__(self, approval_id: UUID, person_id: str) -> None:
        self.approval_id = approval_id
        self.person_id = person_id

    @classmethod
    def give(cls, copy_id: UUID, approval_id: UUID, person_id: str, at: Moment) -> Receipt:
        """Say that the person has read the copy."""
        return cls.create(cls.Created, copy_id, at, approval_id=approval_id, person_id=person_id)
