"""The shapes of the reports' answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

Links = dict[str, str]


class Rate(BaseModel):
    """A share from 0 to 1 with its sample; ``value`` is null below the minimum sample (R-27)."""

    value: float | None = Field(examples=[0.179209])
    numerator: int | None = Field(examples=[1336])
    denominator: int = Field(examples=[7455])
    reason: str | None = Field(
        description="`BELOW_MINIMUM_SAMPLE`, or `LAST_STAGE` where there is no next stage.",
        examples=[None],
    )


class Medians(BaseModel):
    """Exact percentiles by linear interpolation; null for n = 0."""

    n: int = Field(examples=[1336])
    p50: float | None = Field(examples=[14.7204])
    p90: float | None = Field(examples=[29.8397])


class BaseMoney(BaseModel):
    """An amount in base currency."""

    amount_minor: int = Field(examples=[12500000])
    currency: str = Field(examples=["CNY"])


class ReportAnswer(BaseModel):
    """What every answer says of itself."""

    as_of: datetime = Field(description="Only events with a time before this instant count.")
    time_zone: str = Field(examples=["Asia/Shanghai"])
    positions: dict[str, int] = Field(
        description="The highest position applied, per source of events.",
        examples=[{"/opentas/lead-service": 4711}],
    )
    age_seconds: float = Field(
        description="How long ago the oldest event was recorded that is not applied yet.",
        examples=[0.0],
    )


class LeadConversionNumbers(BaseModel):
    """The leads of a cohort; durations in fractional days."""

    leads: int
    converted: int
    won: int
    lost: int
    conversion_rate: Rate
    win_rate: Rate
    conversion_days: Medians = Field(description="Captured to converted.")
    cycle_days: Medians = Field(description="Captured to won.")
    links: Links = Field(description="The list behind each number.")


class LeadConversionItem(LeadConversionNumbers):
    """The same per key; the key of a blank source or of no owner is the empty text."""

    key: str = Field(examples=["organic_search"])


class LeadConversionAnswer(ReportAnswer):
    """Lead conversion by cohort."""

    total: LeadConversionNumbers
    items: list[LeadConversionItem]


class StageNumbers(BaseModel):
    """One stage of a funnel. ``weighted_amount`` is null without a win probability."""

    stage: str = Field(examples=["VALIDATE_OPPORTUNITY"])
    open_count: int
    open_amount: BaseMoney
    weighted_amount: BaseMoney | None
    reached_count: int
    conversion_rate: Rate = Field(description="Reached the next stage, of those who reached this.")
    expected_conversion_rate: float | None = Field(examples=[0.8])
    duration_days: Medians = Field(
        description="Of each opportunity the sum of its completed stays."
    )
    open_stay_count: int
    planned_days: int | None = Field(examples=[7])
    links: Links


class LostNumbers(BaseModel):
    """Opportunities lost for one reason."""

    count: int
    cycle_days: Medians = Field(description="Opened to lost.")
    links: Links


class FunnelNumbers(BaseModel):
    """A funnel; void opportunities count as opened and reached, and nowhere in the win rate."""

    stages: list[StageNumbers]
    opened: int
    open: int
    won: int
    lost: int
    void: int
    lost_by_reason: dict[str, LostNumbers]
    win_rate: Rate
    cycle_days: Medians = Field(description="Opened to won.")
    links: Links


class FunnelItem(FunnelNumbers):
    """The funnel of one key."""

    key: str = Field(examples=["chen.jing"])


class FunnelAnswer(ReportAnswer, FunnelNumbers):
    """The funnel over everything and, with ``group_by``, per key."""

    stage_model: str = Field(examples=["SM-TAS"])
    items: list[FunnelItem]
