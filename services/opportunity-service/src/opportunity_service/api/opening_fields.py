"""What an opportunity is opened with, its money and the rules waived, as callers send them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from opentas_shared.domain.errors import Violation
from opentas_shared.domain.money import LARGEST_MINOR, Money
from opentas_shared.web.bodies import (
    ApiModel,
    Code,
    Flag,
    LongText,
    RuleId,
    Timed,
    Whole,
)
from opentas_shared.web.refusals import RequestInvalid
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.opening import Opening

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Note = Annotated[str, StringConstraints(max_length=2000)]


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
