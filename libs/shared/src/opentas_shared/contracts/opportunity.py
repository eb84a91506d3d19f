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


class _OpportunityFacts(Contract):
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
    blocking_rules: tuple[str, ...] = ()
    waived_rules: tuple[str, ...] = ()
    """Rules that the import which caused this event waived."""


class OpportunityOpened(_OpportunityFacts):
    """An opportunity was opened; ``stages`` are the numbers of its stage model's version."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.opened.v1"

    stages: tuple[StageNumbers, ...] = ()
    natural_key: str | None = None


class StageAdvanced(_OpportunityFacts):
    """It moved up; ``skipped`` are the stages in between, which count as reached (§14.13)."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.stage_advanced.v1"

    from_stage: str
    to_stage: str
    skipped: tuple[str, ...] = ()


class StageReverted(_OpportunityFacts):
    """It moved back to an earlier stage."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.stage_reverted.v1"

    from_stage: str
    to_stage: str


class AmountRevised(_OpportunityFacts):
    """Its amount was revised."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.amount_revised.v1"

    previous_amount: Amount | None = None


class ProbabilityRevised(_OpportunityFacts):
    """A manual win probability was set, or given up for the stage's default."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.probability_revised.v1"

    previous_win_probability: int | None = None


class CloseDateRevised(_OpportunityFacts):
    """Its expected close date was revised."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.close_date_revised.v1"

    previous_close_date: date | None = None


class OwnerChanged(_OpportunityFacts):
    """It was handed to another owner."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.owner_changed.v1"

    previous_owner_id: str


class GradeChanged(_OpportunityFacts):
    """A grade was decided by people; the other two follow amount and probability."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.grade_changed.v1"

    dimension: Literal["STRATEGIC"]
    previous_grade: str


class ApprovalRequested(_OpportunityFacts):
    """An approval is asked for; ``facts`` are to be pinned for the conditions of the flow."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.approval_requested.v1"

    approval_id: UUID
    flow: str
    request_no: int
    form: dict[str, Any]
    submitter_id: str
    facts: dict[str, Any]


class ApprovalResultRecorded(_OpportunityFacts):
    """The outcome of an approval has arrived; without effect when it was closed by then."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.approval_result_recorded.v1"

    approval_id: UUID
    flow: str
    outcome: Literal["APPROVED", "REJECTED"]
    in_effect: bool


class OpportunityWon(_OpportunityFacts):
    """The customer decided for us."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.won.v1"


class OpportunityLost(_OpportunityFacts):
    """The customer decided otherwise."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.lost.v1"

    reason: str
    reason_text: str = ""


class OpportunityVoided(_OpportunityFacts):
    """It never was real, or is a duplicate; it counts in no win rate."""

    TYPE: ClassVar[str] = "org.opentas.opportunity.voided.v1"

    reason: str


class ContractSigned(_OpportunityFacts):
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
