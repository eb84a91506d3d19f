"""What speaks against a dispatch: the limits of the grants, and other bookings (R-13)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from opportunity_service.domain.effects.slots import (
    HALF_HOUR,
    Booking,
    Slot,
    begin,
    end,
    half_hours,
)
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opportunity_service.domain.requirements import Circumstances


def outside_the_grants(
    slots: list[Slot], grants: list[dict[str, Any]], around: Circumstances
) -> list[Missing]:
    """Slots for a role or a day that nothing granted."""
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


def beyond_the_grants(
    slots: list[Slot], before: list[Slot], grants: list[dict[str, Any]]
) -> list[Missing]:
    """More hours or people of a role than all grants together."""
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


def named_twice(slots: list[Slot]) -> list[Missing]:
    """People who are to be in two places."""
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


def booked_already(slots: list[Slot], bookings: Iterable[Booking]) -> list[Missing]:
    """People who are booked already, for whatever opportunity."""
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
