"""A working calendar of the organisation, known by a text code such as ``cn``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment


def calendar_uuid(calendar_id: str) -> UUID:
    """The aggregate id of a calendar."""
    return derived_id("calendar", calendar_id)


@dataclass(frozen=True)
class Plan:
    """When people work; the form of its parts is that of ``opentas_shared.organisation.plans``."""

    name: str
    name_zh: str
    is_default: bool
    time_zone: str
    weekdays: list[int]
    hours: list[str]
    holidays: list[dict[str, Any]]
    special_days: list[dict[str, Any]]

    def as_fields(self) -> dict[str, Any]:
        """The fields of an event."""
        return dict(vars(self))


class Calendar(Aggregate):
    """A working calendar; one of them is the default of the organisation."""

    TOPIC: ClassVar[str] = "calendar"

    class Created(CreatedEvent):
        """The calendar was added."""

        TOPIC: ClassVar[str] = "calendar.registered"
        calendar_id: str
        name: str
        name_zh: str
        is_default: bool
        time_zone: str
        weekdays: list[int]
        hours: list[str]
        holidays: list[dict[str, Any]]
        special_days: list[dict[str, Any]]

    class Changed(AggregateEvent):
        """Something about the calendar changed; the fields are the whole state after it."""

        TOPIC: ClassVar[str] = "calendar.changed"
        calendar_id: str
        name: str
        name_zh: str
        is_default: bool
        time_zone: str
        weekdays: list[int]
        hours: list[str]
        holidays: list[dict[str, Any]]
        special_days: list[dict[str, Any]]

    @event(Created)
    def __init__(
        self,
        calendar_id: str,
        name: str,
        name_zh: str,
        is_default: bool,
        time_zone: str,
        weekdays: list[int],
        hours: list[str],
        holidays: list[dict[str, Any]],
        special_days: list[dict[str, Any]],
    ) -> None:
        self.calendar_id = calendar_id
        self.plan = Plan(
            name, name_zh, is_default, time_zone, weekdays, hours, holidays, special_days
        )

    @classmethod
    def register(cls, calendar_id: str, plan: Plan, at: Moment) -> Calendar:
        """Add a calendar."""
        return cls.create(
            cls.Created,
            calendar_uuid(calendar_id),
            at,
            calendar_id=calendar_id,
            **plan.as_fields(),
        )

    def change(self, plan: Plan, at: Moment) -> None:
        """Bring the calendar to ``plan``; without a difference nothing happens."""
        if plan != self.plan:
            self.trigger(Calendar.Changed, at, calendar_id=self.calendar_id, **plan.as_fields())

    @event(Changed)
    def _changed(
        self,
        name: str,
        name_zh: str,
        is_default: bool,
        time_zone: str,
        weekdays: list[int],
        hours: list[str],
        holidays: list[dict[str, Any]],
        special_days: list[dict[str, Any]],
    ) -> None:
        self.plan = Plan(
            name, name_zh, is_default, time_zone, weekdays, hours, holidays, special_days
        )
