"""Hours of people who took part in presales (2-6, R-16)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.dispatching import dispatched
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances

DAY = 48
"""The half hours of a day."""


def total(entries: Iterable[dict[str, Any]]) -> int:
    """Half hours of all entries together."""
    return sum(entry["half_hours"] for entry in entries)


class Hours(Effect):
    """Who worked on which day for how many half hours, on what."""

    EVENT = events.PresalesHoursApproved

    def read(self, form: Form) -> Content:
        """``entries``, at least one."""
        return {
            "entries": [
                {
                    "person_id": line.text("person_id"),
                    "day": line.day("day"),
                    "half_hours": line.whole("half_hours", at_most=DAY),
                    "activity": line.text("activity", needed=False),
                }
                for line in form.lines("entries")
            ]
        }

    def figures(self, content: Content) -> dict[str, int]:
        """Half hours of all entries together."""
        return {"reported_half_hours": total(content["entries"])}

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """R-16: only people who were dispatched, for days that have come, within the day."""
        missing = []
        took_part = {slot["person_id"] for slot in dispatched(it)}
        today = at.instant.astimezone(around.zone).date()
        for index, entry in enumerate(content["entries"]):
            where = f"form.entries[{index}]"
            if entry["person_id"] not in took_part:
                detail = f"{entry['person_id']} was not dispatched to this opportunity."
                missing.append(Missing("R-16", "FIELD", f"{where}.person_id", detail))
            if date.fromisoformat(entry["day"]) > today:
                detail = f"{entry['day']} has not come yet."
                missing.append(Missing("R-16", "FIELD", f"{where}.day", detail))
        return missing + _beyond_the_day(it, content)

    def facts(self, facts: Facts, content: Content, around: Circumstances, at: Moment) -> Facts:
        """The approved half hours with these."""
        hours = facts.presales_half_hours + total(content["entries"])
        return facts.changed(presales_half_hours=hours)

    def undone(self, facts: Facts, content: Content, around: Circumstances) -> Facts:
        """Without them."""
        hours = facts.presales_half_hours - total(content["entries"])
        return facts.changed(presales_half_hours=hours)


def _beyond_the_day(it: Opportunity, content: Content) -> list[Missing]:
    half_hours: Counter[tuple[str, str]] = Counter()
    for entry in it.effect_lines(EffectKind.HOURS, "entries") + content["entries"]:
        half_hours[entry["person_id"], entry["day"]] += entry["half_hours"]
    return [
        Missing(
            "R-16", "LIMIT", "form.entries", f"{person} would have more than 24 hours on {day}."
        )
        for (person, day), count in half_hours.items()
        if count > DAY
    ]
