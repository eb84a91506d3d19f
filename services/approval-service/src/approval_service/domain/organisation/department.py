"""A department of the organisation, known by a text code such as ``sales_east``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment


def department_uuid(department_id: str) -> UUID:
    """The aggregate id of a department."""
    return derived_id("department", department_id)


@dataclass(frozen=True)
class Charter:
    """What the organisation says of a department; ``path`` are ids from the root to itself."""

    name: str
    name_zh: str
    parent_id: str | None
    path: tuple[str, ...]
    head_id: str | None = None
    calendar_id: str | None = None
    """Its working calendar; none: that of the department above."""

    def as_fields(self) -> dict[str, Any]:
        """The fields of an event."""
        return {**vars(self), "path": list(self.path)}


class Department(Aggregate):
    """A department in the tree of departments."""

    TOPIC: ClassVar[str] = "department"

    class Created(CreatedEvent):
        """The department joined the directory."""

        TOPIC: ClassVar[str] = "department.registered"
        department_id: str
        name: str
        name_zh: str
        parent_id: str | None
        path: list[str]
        head_id: str | None
        calendar_id: str | None = None

    class Changed(AggregateEvent):
        """Something about the department changed; the fields are the whole state after it."""

        TOPIC: ClassVar[str] = "department.changed"
        department_id: str
        name: str
        name_zh: str
        parent_id: str | None
        path: list[str]
        head_id: str | None
        calendar_id: str | None = None

    @event(Created)
    def __init__(
        self,
        department_id: str,
        name: str,
        name_zh: str,
        parent_id: str | None,
        path: list[str],
        head_id: str | None,
        calendar_id: str | None = None,
    ) -> None:
        self.department_id = department_id
        self.charter = Charter(name, name_zh, parent_id, tuple(path), head_id, calendar_id)

    @classmethod
    def register(cls, department_id: str, charter: Charter, at: Moment) -> Department:
        """Add a department to the directory."""
        return cls.create(
            cls.Created,
            department_uuid(department_id),
            at,
            department_id=department_id,
            **charter.as_fields(),
        )

    def change(self, charter: Charter, at: Moment) -> None:
        """Bring the department to ``charter``; without a difference nothing happens."""
        if charter != self.charter:
            self.trigger(
                Department.Changed,
                at,
                department_id=self.department_id,
                **charter.as_fields(),
            )

    @event(Changed)
    def _changed(
        self,
        name: str,
        name_zh: str,
        parent_id: str | None,
        path: list[str],
        head_id: str | None,
        calendar_id: str | None = None,
    ) -> None:
        self.charter = Charter(name, name_zh, parent_id, tuple(path), head_id, calendar_id)
