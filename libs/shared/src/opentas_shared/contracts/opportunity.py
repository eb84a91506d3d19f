"""Published events of opportunities. Descriptions and notes stay in opportunity-service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from opentas_shared.contracts.contract import Contract

OPPORTUNITY_TOPIC = "opentas.opportunity-service.opportunity.v1"


class Amount(BaseModel):
    """Money with the rate to the base currency captured in the event (a decimal string)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    amount_minor: int
    currency: str
    rate: str = "1"


class StageNumbers(BaseModel):
    """What a report needs to know of a stage: probability and conversion in per cent, days."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    order: int
    win_probability: int | None = None
    expected_conversion: int | None = None
    planned_days: int | None = None


class OpportunityFacts(Contract):
    """What every event of an opportunity carries: its state after the event.

    ``source`` is the lead's source, ``""`` when it is blank or there is no lead. The three grades
    are independent; ``win_probability`` is per cent, null where the stage model has none and
    nobody set one.
    """

    TOPIC: ClassVar[str] = OPPORTUNITY_TOPIC

    opportunity_id: UUID
    lead_id: str | None
    customer_id: str | None = None
    source: str
    owner_id: str
    status: Literal["OPEN", "WON", "LOST", "VOID"]
    stage_model: str
    stage_model_version: int
    stage: str
    amount: Amount | None
    base_amount_minor: int | None
    base_currency: str
    amount_grade: str | None
    strategic_grade: str
    probability_grade: str | None
    tas_class: str | None = None
    win_probability: int | None
    manual_win_probability: int | None = None
    expected_close_date: date | None = None
    opened_at: datetime
    tas_class_override: str | None = None
    """The class that an approved upgrade (TAS 2-4) gives where the own one is not admitted."""
    initiated_at: datetime | None = None
    registered_until: datetime | None = None
    """When the partner's registration (TAS 2-2) expires."""
    presales_half_hours: int = 0
    """Half hours of presales that were approved (TAS 2-6)."""
    bid_allowed_at: datetime | None = None
    scope_approved_at: datetime | None = None
    scope_digest: str | None = None
    """SHA-256 of the scope as last revised; it returns when the scope does."""
    stale_flows: tuple[str, ...] = ()
    """Flows whose approval no longer fits and is to be given again."""
    blocking_rules: tuple[str, ...] = ()
    waived_rules: tuple[str, ...] = ()
    """Rules that the import which caused this event waived."""


class OpportunityOpened(OpportunityFacts):
    """An opportunity was opened; ``stages`` are the numbers of its stage model's version."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.opened.v1"

    stages: tuple[StageNumbers, ...] = ()
    natural_key: str | None = None


class StageAdvanced(OpportunityFacts):
    """It moved up; ``skipped`` are the stages in between, which count as reached (§14.13)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.stage_advanced.v1"

    from_stage: str
    to_stage: str
    skipped: tuple[str, ...] = ()


class StageReverted(OpportunityFacts):
    """It moved back to an earlier stage."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.stage_reverted.v1"

    from_stage: str
    to_stage: str


class AmountRevised(OpportunityFacts):
    """Its amount was revised."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.amount_revised.v1"

    previous_amount: Amount | None = None


class ProbabilityRevised(OpportunityFacts):
    """A manual win probability was set, or given up for the stage's default."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.probability_revised.v1"

    previous_win_probability: int | None = None


class CloseDateRevised(OpportunityFacts):
    """Its expected close date was revised."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.close_date_revised.v1"

    previous_close_date: date | None = None


class OwnerChanged(OpportunityFacts):
    """It was handed to another owner."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.owner_changed.v1"

    previous_owner_id: str


class GradeChanged(OpportunityFacts):
    """A grade was decided by people; the other two follow amount and probability."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.grade_changed.v1"

    dimension: Literal["STRATEGIC"]
    previous_grade: str


class PartnerLedChanged(OpportunityFacts):
    """A partner leads it from now on, or no longer; ``tas_class`` follows."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.partner_led_changed.v1"

    partner_led: bool


class ScopeRevised(OpportunityFacts):
    """What is to be delivered was written down anew; ``scope_digest`` tells whether it differs."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.scope_revised.v1"

    previous_scope_digest: str | None = None


class ApprovalRequested(OpportunityFacts):
    """An approval is asked for; ``facts`` are to be pinned for the conditions of the flow."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.approval_requested.v1"

    approval_id: UUID
    flow: str
    request_no: int
    form: dict[str, Any]
    submitter_id: str
    facts: dict[str, Any]


class ApprovalResultRecorded(OpportunityFacts):
    """The outcome of an approval has arrived, or it was taken back (``REVERSED``).

    Without effect when the opportunity was closed by then, or when what was approved is not
    possible any more; then ``reason_code`` says so.
    """

    TYPE: ClassVar[str] = "org.opentas.opportunity.approval_result_recorded.v1"

    approval_id: UUID
    flow: str
    outcome: Literal["APPROVED", "REJECTED", "REVOKED", "TERMINATED", "REVERSED"]
    in_effect: bool
    reason_code: str | None = None
    """``OPPORTUNITY_CLOSED`` or ``NOT_POSSIBLE_ANY_MORE``."""


class OpportunityWon(OpportunityFacts):
    """The customer decided for us."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.won.v1"


class OpportunityLost(OpportunityFacts):
    """The customer decided otherwise."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.lost.v1"

    reason: str
    reason_text: str = ""


class OpportunityVoided(OpportunityFacts):
    """It never was real, or is a duplicate; it counts in no win rate."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.voided.v1"

    reason: str


class ContractSigned(OpportunityFacts):
    """The written contract was signed on the day ``signed_on``; ``signed_at`` is this event."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.contract_signed.v1"

    contract_no: str
    signed_on: date
    signed_at: datetime


STAGE_MODEL_TOPIC = "opentas.opportunity-service.stage-model.v1"


class StageModelPublished(Contract):
    """A version of a stage model is in force; published at start for each file version.

    Reports then show its stages before the first opportunity is opened.
    """

    TYPE: ClassVar[str] = "org.opentas.stage_model.published.v1"
    TOPIC: ClassVar[str] = STAGE_MODEL_TOPIC

    stage_model: str
    version: int
    stages: tuple[StageNumbers, ...]
