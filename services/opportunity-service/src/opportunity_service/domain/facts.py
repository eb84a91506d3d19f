"""What is known of an opportunity at one moment, as it travels with every event."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentas_shared.domain.money import Money
    from opportunity_service.domain.grades import GradingPolicy


class OpportunityStatus(StrEnum):
    """The end states are won, lost and invalid; invalid counts in no win rate (§14.12)."""

    OPEN = "OPEN"
    WON = "WON"
    LOST = "LOST"
    VOID = "VOID"


@dataclass(frozen=True)
class Facts:
    """A snapshot; events keep its primitive form so that subscribers need no earlier event.

    ``amount`` is ``{"amount_minor", "currency", "rate"}``; ``win_probability`` is per cent, the
    manual one where there is one, else the stage's default; dates and instants are ISO 8601.
    Those from ``tas_class_override`` on change with approvals only (but for ``scope_digest``, the
    SHA-256 of the scope as last revised); ``stale_flows`` are to be approved again.
    """

    lead_id: str | None
    customer_id: str | None
    source: str
    owner_id: str
    status: str
    stage_model: str
    stage_model_version: int
    stage: str
    opened_at: str
    base_currency: str
    strategic_grade: str
    partner_led: bool = False
    amount: dict[str, Any] | None = None
    base_amount_minor: int | None = None
    amount_grade: str | None = None
    probability_grade: str | None = None
    tas_class: str | None = None
    stage_win_probability: int | None = None
    manual_win_probability: int | None = None
    win_probability: int | None = None
    expected_close_date: str | None = None
    blocking_rules: list[str] = field(default_factory=list)
    tas_class_override: str | None = None
    initiated_at: str | None = None
    registered_until: str | None = None
    presales_half_hours: int = 0
    bid_allowed_at: str | None = None
    scope_approved_at: str | None = None
    scope_digest: str | None = None
    stale_flows: list[str] = field(default_factory=list)

    @property
    def strategic_treatment(self) -> bool:
        """A strategic opportunity gets strategic treatment whatever its amount (R-09)."""
        return self.strategic_grade == "STRATEGIC"

    def with_amount(self, amount: Money | None, grading: GradingPolicy) -> Facts:
        """The facts with another amount and the grade and class that follow from it."""
        base = amount.base_minor if amount is not None else None
        grade = grading.amount_grade(base)
        return self.changed(
            amount=amount.as_dict() if amount is not None else None,
            base_amount_minor=base,
            amount_grade=grade,
        ).classed(grading)

    def classed(self, grading: GradingPolicy) -> Facts:
        """The facts with the TAS class that follows from them."""
        tas_class = grading.class_of(
            self.amount_grade, partner_led=self.partner_led, override=self.tas_class_override
        )
        return self.changed(tas_class=tas_class)

    def with_probability(
        self, stage_default: int | None, manual: int | None, grading: GradingPolicy
    ) -> Facts:
        """The facts with another stage default or manual win probability, and its grade."""
        effective = manual if manual is not None else stage_default
        return self.changed(
            stage_win_probability=stage_default,
            manual_win_probability=manual,
            win_probability=effective,
            probability_grade=grading.probability_grade(effective),
        )

    def changed(self, **changes: Any) -> Facts:
        """The facts with some of them changed."""
        return Facts(**{**vars(self), **changes})

    def as_dict(self) -> dict[str, Any]:
        """The primitive form kept in events."""
        return dict(vars(self))
