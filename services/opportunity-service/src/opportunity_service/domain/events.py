"""What can happen to an opportunity. Each event carries the facts after it.

So it can be published without loading the opportunity, and a subscriber needs no earlier event.
"""

from __future__ import annotations

from typing import Any, ClassVar

from opentas_shared.domain.aggregate import AggregateEvent, CreatedEvent
from opportunity_service.domain.facts import Facts


def price(amount: dict[str, Any] | None) -> str:
    """An amount with its currency and rate as one text."""
    return "" if amount is None else "{amount_minor} {currency} {rate}".format(**amount)


class OpportunityEvent(AggregateEvent):
    """A change; ``facts`` is the snapshot after it."""

    TOPIC: ClassVar[str]
    facts: dict[str, Any]

    def apply(self, aggregate: Any) -> None:
        """Take over the facts; handlers of single events do the rest."""
        aggregate.facts = Facts(**self.facts)
        aggregate.applied.add((self.TOPIC, self.timestamp, self.discriminator()))

    def discriminator(self) -> str:
        """What tells two events of one kind at one instant apart, for imports."""
        return ""


class Created(OpportunityEvent, CreatedEvent):
    """It was opened, by a conversion or directly; ``stages`` are the model's numbers."""

    TOPIC: ClassVar[str] = "opportunity.opened"
    name: str
    description: str
    natural_key: str | None
    stages: list[dict[str, Any]]
    requested_stage_model: str | None


class Described(OpportunityEvent):
    """Its name or description was changed."""

    TOPIC: ClassVar[str] = "opportunity.described"
    name: str
    description: str


class StageAdvanced(OpportunityEvent):
    """It moved up; ``skipped`` are the stages in between."""

    TOPIC: ClassVar[str] = "opportunity.stage_advanced"
    from_stage: str
    to_stage: str
    skipped: list[str]

    def discriminator(self) -> str:
        """The new value."""
        return self.to_stage


class StageReverted(OpportunityEvent):
    """It moved back."""

    TOPIC: ClassVar[str] = "opportunity.stage_reverted"
    from_stage: str
    to_stage: str
    reason: str

    def discriminator(self) -> str:
        """The new value."""
        return self.to_stage


class AmountRevised(OpportunityEvent):
    """Its amount was revised, with the rate of the day."""

    TOPIC: ClassVar[str] = "opportunity.amount_revised"
    previous_amount: dict[str, Any] | None

    def discriminator(self) -> str:
        """The new value."""
        return price(self.facts["amount"])


class ProbabilityRevised(OpportunityEvent):
    """A manual win probability was set, or given up for the stage's default."""

    TOPIC: ClassVar[str] = "opportunity.probability_revised"
    previous_win_probability: int | None


class CloseDateRevised(OpportunityEvent):
    """The expected close date was revised."""

    TOPIC: ClassVar[str] = "opportunity.close_date_revised"
    previous_close_date: str | None


class OwnerChanged(OpportunityEvent):
    """It was handed to another owner."""

    TOPIC: ClassVar[str] = "opportunity.owner_changed"
    previous_owner_id: str
    reason: str

    def discriminator(self) -> str:
        """The new value."""
        return str(self.facts["owner_id"])


class GradeChanged(OpportunityEvent):
    """Its strategic grade was set; the other two grades follow amount and probability."""

    TOPIC: ClassVar[str] = "opportunity.grade_changed"
    dimension: str
    previous_grade: str


class PartnerLedChanged(OpportunityEvent):
    """A partner leads it from now on, or no longer."""

    TOPIC: ClassVar[str] = "opportunity.partner_led_changed"
    previous_partner_led: bool


class ScopeRevised(OpportunityEvent):
    """What is to be delivered was written down anew; ``scope_digest`` is its SHA-256."""

    TOPIC: ClassVar[str] = "opportunity.scope_revised"
    text: str
    attachments: list[dict[str, Any]]
    previous_scope_digest: str | None


class GoNoGoAnswered(OpportunityEvent):
    """Hidden-line questions were answered; ``answers`` holds all that are known."""

    TOPIC: ClassVar[str] = "opportunity.go_no_go_answered"
    answers: dict[str, dict[str, Any]]


class Won(OpportunityEvent):
    """The customer decided for us."""

    TOPIC: ClassVar[str] = "opportunity.won"


class Lost(OpportunityEvent):
    """The customer decided otherwise."""

    TOPIC: ClassVar[str] = "opportunity.lost"
    reason: str
    reason_text: str


class Voided(OpportunityEvent):
    """It never was real, or is a duplicate."""

    TOPIC: ClassVar[str] = "opportunity.voided"
    reason: str
    reason_text: str


class ContractSigned(OpportunityEvent):
    """The written contract was signed (R-30); ``signed_on`` is its date."""

    TOPIC: ClassVar[str] = "opportunity.contract_signed"
    contract_no: str
    signed_on: str
