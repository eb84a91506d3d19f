"""What callers send to convert a lead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from lead_service.api.customer_requests import NewCustomer
from lead_service.api.lead_requests import Title
from lead_service.commands.registering import RegisterCustomer
from lead_service.configuration.configured import configured
from lead_service.domain.errors import RateInvalid
from lead_service.domain.opening import Opening
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.money import LARGEST_MINOR, Money
from opentas_shared.domain.time import Moment
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel, Code, Timed, UserId, Whole


class MoneyRequest(ApiModel):
    """An amount; ``rate`` is the price of one unit of its currency in the base currency."""

    amount_minor: Whole = Field(ge=0, le=10**15, examples=[125000000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])
    rate: str | None = Field(
        None,
        pattern=r"^\d{1,9}(\.\d{1,12})?$",
        examples=["1"],
        description="Needed unless the currency is the base currency.",
    )

    def money(self) -> Money:
        """As the domain knows it; ``RateInvalid`` (422) without a fitting rate."""
        base = configured().base_currency
        rate = self.rate or ("1" if self.currency == base else "0")
        if Decimal(rate) <= 0:
            raise RateInvalid(f"An amount in {self.currency} needs its rate to {base}.")
        if self.currency == base and Decimal(rate) != 1:
            raise RateInvalid(f"The rate of {base} to itself is 1.")
        money = Money(self.amount_minor, self.currency, rate)
        if money.base_minor > LARGEST_MINOR:
            raise RateInvalid(f"With this rate its worth in {base} is too large.")
        return money


class OpeningFields(ApiModel):
    """The facts of the opportunity that a conversion opens, all of them optional."""

    name: Title | None = Field(None, description="Default: the title of the lead.")
    owner_id: UserId | None = Field(
        None, description="The salesperson that takes over (R-07). Default: see the conversion."
    )
    customer_id: UUID | None = Field(None, description="Default: the customer of the lead.")
    contact_id: UUID | None = None
    stage_model: Code | None = Field(None, examples=["SM-TAS"])
    amount: MoneyRequest | None = None
    win_probability: Whole | None = Field(None, ge=0, le=100, description="Percent.")
    expected_close_date: date | None = None
    strategic_grade: Literal["STRATEGIC", "KEY", "STANDARD"] | None = None

    def opening(self) -> Opening:
        """As the domain knows it; a missing owner is blank until the command finds one."""
        return Opening(
            owner_id=self.owner_id or "",
            name=self.name,
            customer_id=self.customer_id,
            contact_id=self.contact_id,
            stage_model=self.stage_model,
            amount=self.amount.money() if self.amount else None,
            win_probability=self.win_probability,
            expected_close_date=self.expected_close_date,
            strategic_grade=self.strategic_grade,
        )


class ConversionRequest(OpeningFields, Timed):
    """The opportunity to be opened; ``new_customer`` registers its customer on the way."""

    new_customer: NewCustomer | None = Field(
        None, description="Instead of `customer_id`, when the customer is not known yet."
    )

    def customer(self, caller: Caller, at: Moment) -> RegisterCustomer | None:
        """The command that registers the new customer."""
        new = self.new_customer
        if new is None:
            return None
        owner_id = new.owner_id or self.owner_id or caller.subject
        return RegisterCustomer(new_id(), new.facts(), owner_id, new.force, at)
