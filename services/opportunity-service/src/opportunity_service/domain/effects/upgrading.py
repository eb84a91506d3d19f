"""Raising an opportunity by hand (2-4, R-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.form import Form
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requested_approval import RequestedApproval
    from opportunity_service.domain.requirements import Circumstances

HIGHEST_FIRST = [str(grade) for grade in StrategicGrade]


def higher(grade: str, than: str) -> bool:
    """Whether one strategic grade lies above another."""
    return HIGHEST_FIRST.index(grade) < HIGHEST_FIRST.index(than)


class Upgrade(Effect):
    """A higher strategic grade, a TAS class of the admitted ones, or both."""

    EVENT = events.Upgraded

    def needs(self, it: Opportunity, around: Circumstances, at: Moment) -> list[Missing]:
        """R-14: only outside the classes that meet the standard by themselves."""
        tas_class = it.facts.tas_class
        if tas_class not in around.policies.grading.admitted_classes:
            return []
        detail = f"The opportunity is of class {tas_class} already and needs no upgrade."
        return [Missing("R-14", "STATE", "tas_class", detail)]

    def read(self, form: Form) -> Content:
        """``strategic_grade`` and ``tas_class``, one of them, and the ``demonstration_value``."""
        grade = form.choice("strategic_grade", HIGHEST_FIRST[:-1])
        tas_class = form.text("tas_class", needed=False) or None
        if grade is None and tas_class is None:
            form.fault("strategic_grade", "a strategic grade or a tas_class to raise it to", "R-14")
        value = form.text("demonstration_value", needed=False)
        if not value:
            form.fault("demonstration_value", "the major demonstration value is required", "R-14")
        return {"strategic_grade": grade, "tas_class": tas_class, "demonstration_value": value}

    def obstacles(
        self, it: Opportunity, content: Content, around: Circumstances, at: Moment
    ) -> list[Missing]:
        """Nothing is lowered, and only to a class that is admitted."""
        missing = []
        grade, tas_class = content["strategic_grade"], content["tas_class"]
        admitted = around.policies.grading.admitted_classes
        if grade is not None and not higher(grade, it.facts.strategic_grade):
            detail = f"{grade} is not above {it.facts.strategic_grade}."
            missing.append(Missing("R-14", "FIELD", "form.strategic_grade", detail))
        if tas_class is not None and tas_class not in admitted:
            detail = f"An upgrade leads to one of {', '.join(sorted(admitted))}."
            missing.append(Missing("R-14", "FIELD", "form.tas_class", detail))
        return missing

    def complete(
        self,
        it: Opportunity,
        content: Content,
        request: RequestedApproval,
        around: Circumstances,
        at: Moment,
    ) -> Content:
        """What it was before."""
        facts = it.facts
        return {
            **content,
            "previous_strategic_grade": facts.strategic_grade,
            "previous_tas_class": facts.tas_class,
            "previous_override": facts.tas_class_override,
        }

    def facts(self, facts: Facts, content: Content, around: Circumstances, at: Moment) -> Facts:
        """Raised."""
        raised = facts.changed(
            strategic_grade=content["strategic_grade"] or facts.strategic_grade,
            tas_class_override=content["tas_class"] or facts.tas_class_override,
        )
        return raised.classed(around.policies.grading)

    def undone(self, facts: Facts, content: Content, around: Circumstances) -> Facts:
        """As before, where nobody has changed it since."""
        if content["strategic_grade"] not in (None, facts.strategic_grade):
            grade = facts.strategic_grade
        else:
            grade = content["previous_strategic_grade"]
        override = facts.tas_class_override
        if content["tas_class"] is not None and content["tas_class"] == override:
            override = content["previous_override"]
        lowered = facts.changed(strategic_grade=grade, tas_class_override=override)
        return lowered.classed(around.policies.grading)
