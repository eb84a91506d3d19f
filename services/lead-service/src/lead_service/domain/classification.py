"""Classification of leads by policy: R-05, R-06 and the table of domain.md §2.4."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentas_shared.domain.errors import RequirementsMissing, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime, tzinfo

    from lead_service.domain.facts import LeadFacts

COMPANY_MAJOR = "COMPANY_MAJOR"
IMPORTANT = "IMPORTANT"
NOT_A_LEAD = "NOT_A_LEAD"


@dataclass(frozen=True)
class Horizon:
    """A general lead whose project starts within ``months`` calendar months is of this class."""

    classification: str
    months: int


@dataclass(frozen=True)
class ClassificationPolicy:
    """The boundaries of the classes; all of them are configuration.

    ``zone`` is the organisation's time zone: the day of the command is a day there.
    """

    large_scales: frozenset[str]
    tiny_scales: frozenset[str]
    important_customers: frozenset[str]
    especially_important_customers: frozenset[str]
    high_fits: frozenset[str]
    low_fits: frozenset[str]
    horizons: tuple[Horizon, ...]
    beyond: str
    zone: tzinfo

    @property
    def classes(self) -> tuple[str, ...]:
        """Every class a lead can have."""
        general = (horizon.classification for horizon in self.horizons)
        return (COMPANY_MAJOR, IMPORTANT, *general, self.beyond, NOT_A_LEAD)

    def classify(self, facts: LeadFacts, at: datetime) -> str:
        """The class of a lead with these facts at this instant.

        Raises ``RequirementsMissing`` with the dimensions that are not known yet.
        """
        if self._is_no_lead(facts):
            return NOT_A_LEAD
        missing = [
            Violation("MISSING", f"{name} is not known yet.", pointer=f"/{name}", rule=rule)
            for name, rule in (
                ("scale", "R-05"),
                ("customer_importance", "R-05"),
                ("solution_fit", "R-05"),
                ("expected_start", "R-06"),
            )
            if getattr(facts, name) is None
        ]
        if missing:
            raise RequirementsMissing(
                "The policy needs more facts to classify this lead; add them, or classify it "
                "by hand with a reason.",
                violations=missing,
            )
        if not any(self._short_of_important(facts)):
            especially = facts.customer_importance in self.especially_important_customers
            return COMPANY_MAJOR if especially else IMPORTANT
        return self._general(facts, at)

    def against(self, classification: str, facts: LeadFacts, at: datetime) -> list[Violation]:
        """The rules that speak against a class asked for by hand."""
        if classification in (COMPANY_MAJOR, IMPORTANT):
            found = list(self._short_of_important(facts))
            if (
                classification == COMPANY_MAJOR
                and facts.customer_importance not in self.especially_important_customers
            ):
                found.append(_short("the customer is not especially important", "R-05"))
            return found
        if classification == NOT_A_LEAD:
            return [] if self._is_no_lead(facts) else [_short("it looks like a lead", "R-03")]
        if facts.expected_start is None:
            return [_short("expected_start is not known", "R-06")]
        dated = self._general(facts, at)
        if classification != dated:
            return [_short(f"by its expected start it is {dated}", "R-06")]
        return []

    def _is_no_lead(self, facts: LeadFacts) -> bool:
        tiny = facts.scale in self.tiny_scales
        ordinary = (
            facts.customer_importance is not None
            and facts.customer_importance not in self.important_customers
        )
        return facts.solution_fit in self.low_fits or (tiny and ordinary)

    def _short_of_important(self, facts: LeadFacts) -> Iterator[Violation]:
        if facts.scale not in self.large_scales:
            yield _short("the scale is not large", "R-05")
        if facts.customer_importance not in self.important_customers:
            yield _short("the customer is not important", "R-05")
        if facts.expected_start is None:
            yield _short("expected_start is not known", "R-05")
        if facts.solution_fit not in self.high_fits:
            yield _short("the solution fit is not high", "R-05")

    def _general(self, facts: LeadFacts, at: datetime) -> str:
        assert facts.expected_start is not None
        today = at.astimezone(self.zone).date()
        for horizon in self.horizons:
            if facts.expected_start <= months_after(today, horizon.months):
                return horizon.classification
        return self.beyond


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it has no such day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def _short(why: str, rule: str) -> Violation:
    return Violation("CLASSIFICATION", f"Not of this class: {why}.", rule=rule)
