"""What callers send about opportunities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from opentas_shared.domain.errors import Violation
from opentas_shared.domain.money import LARGEST_MINOR, Money
from opentas_shared.web.refusals import RequestInvalid
from opentas_shared.web.requests import ApiModel, Flag, Whole
from opportunity_service.domain.go_no_go import Answers, Question
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.opening import Opening

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
UserId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Note = Annotated[str, StringConstraints(max_length=2000)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]
NaturalKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}-\d{1,4}$")]

Instant = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC))]


class Timed(ApiModel):
    """A command that an importer may date back."""

    effective_at: Instant | None = Field(
        None,
        description="When it happened in the business; only importers may set it.",
        examples=["2026-03-01T09:00:00+08:00"],
    )


class Waivable(Timed):
    """A command for which an importer may waive rules."""

    waived_rules: list[RuleId] = Field(
        default_factory=list,
        max_length=50,
        description="Rules that an import does not ask for; only importers may waive.",
    )


class AmountBody(ApiModel):
    """Money, with the price of one unit of its currency in the base currency that day."""

    amount_minor: Whole = Field(ge=0, le=LARGEST_MINOR, examples=[12500000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])
    rate: str | None = Field(
        None,
        pattern=r"^\d{1,9}(\.\d{1,12})?$",
        description="Needed for every currency but the base currency.",
        examples=["7.8123"],
    )

    def money(self, base_currency: str, pointer: str = "/amount") -> Money:
        """As the domain knows it. Raises ``RequestInvalid`` (422) for a missing or wrong rate."""
        rate = self.rate
        if self.currency == base_currency:
            if rate is not None and Decimal(rate) != 1:
                raise _wrong(pointer, f"the rate of {base_currency}, the base currency, is 1")
            rate = "1"
        if rate is None:
            raise _wrong(pointer, f"the rate of {self.currency} to {base_currency} is missing")
        if Decimal(rate) == 0:
            raise _wrong(pointer, "the rate cannot be 0")
        money = Money(self.amount_minor, self.currency, rate)
        if money.base_minor > LARGEST_MINOR:
            raise _wrong(pointer, f"its worth in {base_currency} is too large")
        return money


def _wrong(pointer: str, detail: str) -> RequestInvalid:
    return RequestInvalid(
        f"The amount is wrong: {detail}.",
        violations=[Violation("INVALID", detail, pointer=f"{pointer}/rate")],
    )


class OpeningFields(ApiModel):
    """What an opportunity is opened with."""

    name: Name = Field(examples=["MES for the Suzhou plant"])
    description: LongText = ""
    source: str = Field("", max_length=64, description='A lead source; `""` is a blank one.')
    customer_id: UUID | None = None
    stage_model: Code | None = Field(None, description="Default: the configured one.")
    amount: AmountBody | None = None
    win_probability: Whole | None = Field(
        None, ge=0, le=100, description="Per cent, instead of the stage's default."
    )
    expected_close_date: date | None = None
    strategic_grade: StrategicGrade = StrategicGrade.STANDARD
    partner_led: Flag = Field(False, description="Followed by a partner: TAS class E.")

    def opening(
        self,
        owner_id: str,
        natural_key: str | None,
        base_currency: str,
        pointer: str = "/amount",
    ) -> Opening:
        """As the domain knows it."""
        return Opening(
            name=self.name,
            owner_id=owner_id,
            description=self.description,
            source=self.source,
            customer_id=str(self.customer_id) if self.customer_id else None,
            natural_key=natural_key,
            amount=self.amount.money(base_currency, pointer) if self.amount else None,
            win_probability=self.win_probability,
            expected_close_date=as_text(self.expected_close_date),
            strategic_grade=self.strategic_grade.value,
            partner_led=self.partner_led,
        )


def as_text(day: date | None) -> str | None:
    """The ISO 8601 form of a day."""
    return day.isoformat() if day is not None else None


class OpeningRequest(OpeningFields, Waivable):
    """A new opportunity without a lead. One ``natural_key``, one opportunity."""

    owner_id: UserId | None = Field(None, description="Default: the caller.")
    natural_key: NaturalKey | None = Field(None, examples=["crm-4711"])


class ChangeRequest(Timed):
    """What is not sent stays."""

    name: Name | None = None
    description: LongText | None = None


class AdvancementRequest(Waivable):
    """A move up."""

    to_stage: Code | None = Field(None, description="Default: the next stage.")


class ReversalRequest(Timed):
    """A move back."""

    to_stage: Code
    reason: Note = ""


class AmountRevisionRequest(Waivable):
    """A new amount; null takes it away."""

    amount: AmountBody | None


class ProbabilityRevisionRequest(Timed):
    """A manual win probability in per cent; null goes back to the stage's default."""

    win_probability: Whole | None = Field(ge=0, le=100)


class CloseDateRevisionRequest(Timed):
    """A new expected close date; null takes it away."""

    expected_close_date: date | None


class OwnerChangeRequest(Waivable):
    """A new owner."""

    owner_id: UserId
    reason: Note = ""


class StrategicGradingRequest(Timed):
    """A strategic grade."""

    strategic_grade: StrategicGrade


class AnswerBody(ApiModel):
    """An answer; null takes it back."""

    answer: Flag | None
    note: Note = ""


class GoNoGoRequest(Timed):
    """Answers to some of the three questions (domain.md §3)."""

    is_it_an_opportunity: AnswerBody | None = None
    are_we_competitive: AnswerBody | None = None
    can_we_win: AnswerBody | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.answers():
            raise ValueError("answer at least one of the questions")
        return self

    def answers(self) -> Answers:
        """The questions that were answered."""
        bodies = {question.value: getattr(self, question.value) for question in Question}
        return {
            question: body.model_dump() for question, body in bodies.items() if body is not None
        }


class ApprovalRequestBody(Timed):
    """Ask for an approval; ``form`` is what the form of the flow wants to know."""

    flow: Code = Field(examples=["tas_2_1_opportunity_initiation"])
    form: dict[str, Any] = Field(default_factory=dict, max_length=100)


class WinRequest(Waivable):
    """Nothing else to say."""


class ReasonRequest(Timed):
    """A reason of the configured list."""

    reason: Code = Field(examples=["PRICE"])
    reason_text: Note = Field("", description="Needed for OTHER.")


class ContractSignatureRequest(Waivable):
    """The written contract (R-30)."""

    contract_no: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)
    ] = Field(examples=["HT-2026-0042"])
    signed_on: date = Field(description="The date that is written in the contract.")
