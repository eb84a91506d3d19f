"""Resources granted: people for presales (2-3), and what a presales test needs (4-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


def granted(it: Opportunity) -> list[dict[str, Any]]:
    """The lines of presales resources that hold now."""
    return it.effect_lines(EffectKind.PRESALES_RESOURCES, "resources")


def hours_of(lines: list[dict[str, Any]]) -> int:
    """The hours of all people together."""
    return sum(line["hours"] for line in lines)


class Resources(Effect):
    """Lines of what, how many, how many hours in total, and for which days."""

    WHAT: ClassVar[str]

    def read(self, form: Form) -> Content:
        """``resources``, at least one line."""
        lines = []
        for line in form.lines("resources"):
            read: dict[str, Any] = {
                self.WHAT: line.text(self.WHAT),
                "quantity": line.whole("quantity", at_most=10_000),
                "hours": line.whole("hours", at_most=1_000_000),
                "starts_on": line.day("from"),
                "ends_on": line.day("until"),
            }
            if read["starts_on"] and read["ends_on"] and read["ends_on"] < read["starts_on"]:
                line.fault("until", "it must not lie before from")
            lines.append(read)
        return {"resources": lines}

    def figures(self, content: Content) -> dict[str, int]:
        """How many people or things, and hours."""
        lines = content["resources"]
        return {
            "requested_people": sum(line["quantity"] for line in lines),
            "requested_hours": hours_of(lines),
        }


class PresalesResources(Resources):
    """People by role (R-12)."""

    EVENT = events.PresalesResourcesGranted
    WHAT = "role"

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """R-29: little for an unlikely opportunity, unless it gets strategic treatment (R-09)."""
        limit = around.policies.presales.low_probability_hours
        facts = it.facts
        if limit is None or facts.probability_grade != "LOW" or facts.strategic_treatment:
            return []
        asked = hours_of(content["resources"])
        before = hours_of(granted(it))
        if before + asked <= limit:
            return []
        detail = (
            f"An opportunity of low probability gets at most {limit} presales hours; "
            f"{before} are granted, {asked} are asked for."
        )
        return [Missing("R-29", "LIMIT", "form.resources", detail)]


class PresalesTest(Resources):
    """Things and places for a presales test (R-12)."""

    EVENT = events.PresalesTestGranted
    WHAT = "name"

    def read(self, form: Form) -> Content:
        """The same, and what the test is to show."""
        return {**super().read(form), "goal": form.text("goal", needed=False)}
