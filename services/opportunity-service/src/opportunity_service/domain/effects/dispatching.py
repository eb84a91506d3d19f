"""Dispatching people for half-hour slots, within what was granted (2-5, R-13)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.effects.resources import granted
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances

HALF_HOUR = timedelta(minutes=30)
Slot = dict[str, Any]
"""``person_id``, ``role``, ``starts_at`` and ``ends_at`` (RFC 3339, UTC)."""


@dataclass(frozen=True)
class Booking:
    """A slot of a person that is taken already, for whatever opportunity."""

    booking_id: str
    opportunity_id: str
    person_id: str
    starts_at: datetime
    ends_at: datetime


def begin(slot: Slot) -> datetime:
    """Where it starts."""
    return datetime.fromisoformat(slot["starts_at"])


def end(slot: Slot) -> datetime:
    """Where it ends, exclusive."""
    return datetime.fromisoformat(slot["ends_at"])


def half_hours(slots: Iterable[Slot]) -> int:
    """Their length together."""
    return sum((end(slot) - begin(slot)) // HALF_HOUR for slot in slots)


def dispatched(it: Opportunity) -> list[Slot]:
    """The slots that hold now."""
    return it.effect_lines(EffectKind.DISPATCH, "slots")


class Dispatch(Effect):
    """People and slots."""

    EVENT = events.PresalesDispatched

    def read(self, form: Form) -> Content:
        """``slots``, each on the half hour."""
        return {"slots": [slot for line in form.lines("slots") if (slot := _slot(line))]}

    def figures(self, content: Content) -> dict[str, int]:
        """How long all slots are together."""
        return {"booked_half_hours": half_hours(content["slots"])}

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """Beyond what was granted, or a person who is booked already."""
        slots = content["slots"]
        return [
            *_outside_the_grants(slots, granted(it), around),
            *_beyond_the_grants(slots, dispatched(it), granted(it)),
            *_double(slots),
            *_taken(slots, around.elsewhere.bookings),
        ]


def _slot(line: Form) -> Slot | None:
    person_id, role = line.text("person_id"), line.text("role")
    starts_at, ends_at = line.instant("from"), line.instant("until")
    for name, instant in (("from", starts_at), ("until", ends_at)):
        if instant is not None and (instant.minute % 30 or instant.second or instant.microsecond):
            line.fault(name, "it must lie on a half hour", "R-13")
            return None
    if starts_at is None or ends_at is None:
        return None
    if ends_at <= starts_at:
        line.fault("until", "it must lie after from")
        return None
    return {
        "person_id": person_id,
        "role": role,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }


def _outside_the_grants(
    slots: list[Slot], grants: list[dict[str, Any]], around: Circumstances
) -> list[Missing]:
    missing = []
    for index, slot in enumerate(slots):
        first = begin(slot).astimezone(around.zone).date()
        last = (end(slot) - HALF_HOUR).astimezone(around.zone).date()
        if not any(
            grant["role"] == slot["role"]
            and date.fromisoformat(grant["starts_on"]) <= first
            and last <= date.fromisoformat(grant["ends_on"])
            for grant in grants
        ):
            detail = f"No {slot['role']} is granted from {first} to {last}."
            missing.append(Missing("R-13", "LIMIT", f"form.slots[{index}]", detail))
    return missing


def _beyond_the_grants(
    slots: list[Slot], before: list[Slot], grants: list[dict[str, Any]]
) -> list[Missing]:
    missing = []
    for role in dict.fromkeys(slot["role"] for slot in slots):
        lines = [grant for grant in grants if grant["role"] == role]
        all_slots = [slot for slot in before + slots if slot["role"] == role]
        hours, people = sum(line["hours"] for line in lines), sum(g["quantity"] for g in lines)
        if not lines:
            continue
        if half_hours(all_slots) > 2 * hours:
            detail = f"{hours} hours of {role} are granted, the slots need more."
            missing.append(Missing("R-13", "LIMIT", "form.slots", detail))
        if len({slot["person_id"] for slot in all_slots}) > people:
            detail = f"{people} of {role} are granted, the slots name more people."
            missing.append(Missing("R-13", "LIMIT", "form.slots", detail))
    return missing


def _double(slots: list[Slot]) -> list[Missing]:
    by_person: dict[str, list[Slot]] = defaultdict(list)
    for slot in sorted(slots, key=begin):
        by_person[slot["person_id"]].append(slot)
    return [
        Missing(
            "R-13",
            "CONFLICT",
            "form.slots",
            f"{person} is named twice at {later['starts_at']}.",
        )
        for person, own in by_person.items()
        for earlier, later in pairwise(own)
        if begin(later) < end(earlier)
    ]


def _taken(slots: list[Slot], bookings: Iterable[Booking]) -> list[Missing]:
    return [
        Missing(
            "R-13",
            "CONFLICT",
            booking.booking_id,
            f"{booking.person_id} is booked for opportunity {booking.opportunity_id} from "
            f"{booking.starts_at.isoformat()} to {booking.ends_at.isoformat()} "
            f"(booking {booking.booking_id}).",
        )
        for booking in bookings
        if any(
            slot["person_id"] == booking.person_id
            and begin(slot) < booking.ends_at
            and booking.starts_at < end(slot)
            for slot in slots
        )
    ]
