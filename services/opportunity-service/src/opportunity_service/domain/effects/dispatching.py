"""Dispatching people for half-hour slots, within what was granted (2-5, R-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.dispatch_limits import (
    beyond_the_grants,
    booked_already,
    named_twice,
    outside_the_grants,
)
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.effects.resources import granted
from opportunity_service.domain.effects.slots import Slot, half_hours

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.missing import Missing
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


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
            *outside_the_grants(slots, granted(it), around),
            *beyond_the_grants(slots, dispatched(it), granted(it)),
            *named_twice(slots),
            *booked_already(slots, around.elsewhere.bookings),
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
