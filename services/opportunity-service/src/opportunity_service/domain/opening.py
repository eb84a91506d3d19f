"""What an opportunity is opened with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opportunity_service.domain.facts import Facts, OpportunityStatus
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.requirements import Circumstances, broken_rules

if TYPE_CHECKING:
    from opentas_shared.domain.money import Money
    from opentas_shared.domain.time import Moment


@dataclass(frozen=True)
class Opening:
    """The facts given by a conversion or by the one who opens it directly.

    ``source`` is the lead's source, ``""`` when it is blank or there is no lead;
    ``requested_stage_model`` is set when a conversion named a model that is not configured.
    """

    name: str
    owner_id: str
    description: str = ""
    source: str = ""
    lead_id: str | None = None
    customer_id: str | None = None
    natural_key: str | None = None
    amount: Money | None = None
    win_probability: int | None = None
    expected_close_date: str | None = None
    strategic_grade: str = StrategicGrade.STANDARD
    partner_led: bool = False
    requested_stage_model: str | None = None

    def facts(
        self, circumstances: Circumstances, base_currency: str, at: Moment, waived: frozenset[str]
    ) -> Facts:
        """The first snapshot: graded, in the first stage, with the rules that it breaks."""
        model, policies = circumstances.model, circumstances.policies
        facts = Facts(
            lead_id=self.lead_id,
            customer_id=self.customer_id,
            source=self.source,
            owner_id=self.owner_id,
            status=OpportunityStatus.OPEN.value,
            stage_model=model.code,
            stage_model_version=model.version,
            stage=model.first.code,
            opened_at=at.instant.isoformat(),
            base_currency=base_currency,
            strategic_grade=str(self.strategic_grade),
            partner_led=self.partner_led,
            expected_close_date=self.expected_close_date,
        )
        facts = facts.with_amount(self.amount, policies.grading).with_probability(
            model.first.win_probability, self.win_probability, policies.grading
        )
        return facts.changed(blocking_rules=broken_rules(facts, circumstances, waived))
