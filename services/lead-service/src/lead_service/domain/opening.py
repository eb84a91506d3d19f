"""What a conversion says of the opportunity that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from lead_service.domain.approval_errors import FormInvalid
from lead_service.domain.facts import primitive
from opentas_shared.domain.money import LARGEST_MINOR, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lead_service.domain.facts import LeadFacts

P = TypeVar("P")


@dataclass(frozen=True)
class Opening:
    """The facts of the new opportunity; all but the owner are optional.

    ``owner_id`` is the salesperson that takes over (R-07), ``win_probability`` a percentage.
    What is not given comes from the lead: its title, its customer, its contact.
    """

    owner_id: str
    name: str | None = None
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    stage_model: str | None = None
    amount: Money | None = None
    win_probability: int | None = None
    expected_close_date: date | None = None
    strategic_grade: str | None = None

    def recorded(self, lead: LeadFacts) -> dict[str, Any]:
        """As the event of the conversion keeps it (C2)."""
        return {
            "owner_id": self.owner_id,
            "opportunity_name": self.name or lead.title,
            "customer_id": primitive(self.customer_id or lead.customer_id),
            "contact_id": primitive(self.contact_id or lead.contact_id),
            "stage_model": self.stage_model,
            "amount": self.amount.as_dict() if self.amount else None,
            "win_probability": self.win_probability,
            "expected_close_date": primitive(self.expected_close_date),
            "strategic_grade": self.strategic_grade,
        }

    def as_form(self, lead: LeadFacts) -> dict[str, Any]:
        """As the form of TAS 1-1 asks for it; what is not known is left out."""
        recorded = self.recorded(lead)
        form = {"name": recorded.pop("opportunity_name"), **recorded}
        return {field: value for field, value in form.items() if value is not None}

    @classmethod
    def from_form(cls, form: Mapping[str, Any]) -> Self:
        """What an approved form opens. Raises ``FormInvalid`` (422) for one that cannot be."""
        return cls(
            owner_id=_text(form, "owner_id", needed=True),
            name=_text(form, "name", needed=True),
            customer_id=_parsed(form, "customer_id", UUID),
            contact_id=_parsed(form, "contact_id", UUID),
            stage_model=_text(form, "stage_model") or None,
            amount=_amount(form),
            win_probability=_whole(form, "win_probability", 100),
            expected_close_date=_parsed(form, "expected_close_date", date.fromisoformat),
            strategic_grade=_text(form, "strategic_grade") or None,
        )


def _text(form: Mapping[str, Any], field: str, *, needed: bool = False) -> str:
    value = form.get(field)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise FormInvalid(field, "a text is needed")
    return value


def _parsed(form: Mapping[str, Any], field: str, parse: Callable[[str], P]) -> P | None:
    text = _text(form, field)
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as error:
        raise FormInvalid(field, str(error)) from None


def _whole(form: Mapping[str, Any], field: str, most: int) -> int | None:
    value = form.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise FormInvalid(field, f"a whole number from 0 to {most} is needed")
    return value


def _amount(form: Mapping[str, Any]) -> Money | None:
    fields = form.get("amount")
    if fields is None:
        return None
    if not isinstance(fields, dict):
        raise FormInvalid("amount", "an object is needed")
    minor = _whole(fields, "amount_minor", LARGEST_MINOR)
    money = Money(minor or 0, _text(fields, "currency", needed=True), _text(fields, "rate") or "1")
    try:
        worth = money.base_minor
    except ArithmeticError:
        raise FormInvalid("amount", "the rate is no number") from None
    if minor is None or not 0 <= worth <= LARGEST_MINOR:
        raise FormInvalid("amount", "it is missing, negative or too large")
    return money
