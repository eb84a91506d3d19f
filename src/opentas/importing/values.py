"""Times and amounts as they stand in a row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from opentas.importing.problems import BadRow

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from opentas.importing.mapping import Amount
    from opentas.importing.rows import Row

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""Digits after the decimal point by currency (ISO 4217), where they are not two."""
LARGEST_MINOR = 10**15


def instant(text: str, column: str, zone: ZoneInfo, pattern: str | None) -> datetime:
    """The instant in UTC; a time without a zone is one of the mapping's zone.

    A date alone is its first instant. ``pattern`` is that of ``strptime``; none: ISO 8601.
    """
    try:
        parsed = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=zone)
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        wanted = f"a time like {pattern}" if pattern else "a time of ISO 8601"
        raise BadRow(f"{column} is no {wanted.removeprefix('a ')}: {text!r}.") from None


def minor_units(text: str, column: str, currency: str) -> int:
    """The amount in minor units; ``BadRow`` when it is no number, negative or finer than those."""
    digits = MINOR_DIGITS.get(currency, 2)
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadRow(f"{column} is no amount: {text!r}.") from None
    if not amount.is_finite() or amount < 0:
        raise BadRow(f"{column} must be a number from 0: {text!r}.")
    scaled = amount.scaleb(digits)
    if scaled > LARGEST_MINOR:
        raise BadRow(f"{column} is larger than any amount kept here: {text!r}.")
    if scaled != scaled.to_integral_value():
        raise BadRow(
            f"{column} has more than {digits} decimals, too fine for {currency}: {text!r}."
        )
    return int(scaled)


def amount_of(row: Row, amount: Amount | None) -> dict[str, Any] | None:
    """The amount as requests take it; none where the mapping or the row knows none."""
    if amount is None:
        return None
    text = row.values[amount.column].strip()
    if not text or text in amount.none_for:
        return None
    minor = minor_units(text, amount.column, amount.currency)
    return {"amount_minor": minor, "currency": amount.currency, "rate": amount.rate}
