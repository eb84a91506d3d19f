"""The three independent grades of an opportunity and its TAS class (R-08, domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class StrategicGrade(StrEnum):
    """Strategic importance, decided by people (§4.2)."""

    STRATEGIC = "STRATEGIC"
    KEY = "KEY"
    STANDARD = "STANDARD"


@dataclass(frozen=True)
class Threshold:
    """One grade and where it begins: at a value (``at_least``) or beyond it (``above``)."""

    grade: str
    at_least: int | None = None
    above: int | None = None

    def holds(self, value: int) -> bool:
        """Whether ``value`` reaches this grade."""
        if self.above is not None:
            return value > self.above
        return value >= (self.at_least or 0)


@dataclass(frozen=True)
class GradingPolicy:
    """The configured thresholds, highest grade first.

    Amounts are minor units of the base currency, probabilities are per cent. Boundaries: exactly
    1,000,000 CNY is B, exactly 200,000 is B, exactly 70 % is HIGH, exactly 30 % is MEDIUM (§14.6).
    """

    amount: tuple[Threshold, ...]
    probability: tuple[Threshold, ...]
    tas_class: Mapping[str, str]
    partner_led_class: str = "E"
    admitted_classes: frozenset[str] = frozenset({"A", "B"})
    """The classes with an admission standard; an upgrade leads to one of them (R-14)."""

    def amount_grade(self, base_minor: int | None) -> str | None:
        """The grade of an amount; an unknown amount has none."""
        return _grade(self.amount, base_minor)

    def probability_grade(self, win_probability: int | None) -> str | None:
        """The grade of a win probability; a stage model without probabilities has none."""
        return _grade(self.probability, win_probability)

    def class_of(
        self, amount_grade: str | None, *, partner_led: bool, override: str | None = None
    ) -> str | None:
        """The TAS class: E when a partner leads, else that of the amount grade (§4.4).

        Outside the admitted classes an upgrade (``override``) counts instead.
        """
        own = self.partner_led_class if partner_led else self.tas_class.get(amount_grade or "")
        return own if own in self.admitted_classes else override or own


def _grade(thresholds: tuple[Threshold, ...], value: int | None) -> str | None:
    if value is None:
        return None
    return next((threshold.grade for threshold in thresholds if threshold.holds(value)), None)
