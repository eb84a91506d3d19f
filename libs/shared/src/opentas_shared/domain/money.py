"""Money: an integer of minor units, a currency and the rate captured in the event (§14.11)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

LARGEST_MINOR = 2**53 - 1
"""The largest amount that every reader of JSON knows exactly."""


@dataclass(frozen=True)
class Money:
    """``amount_minor`` minor units of ``currency``, worth ``amount_minor * rate`` base units.

    ``rate`` is the price of one unit of ``currency`` in the base currency at the time of the
    event, as a decimal string; history never moves when a rate changes.
    """

    amount_minor: int
    currency: str
    rate: str = "1"

    @property
    def base_minor(self) -> int:
        """The amount in minor units of the base currency, rounded half to even."""
        value = Decimal(self.amount_minor) * Decimal(self.rate)
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    def as_dict(self) -> dict[str, Any]:
        """The primitive form kept in events and rows."""
        return {"amount_minor": self.amount_minor, "currency": self.currency, "rate": self.rate}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Money:
        """Rebuild from ``as_dict``."""
        return cls(fields["amount_minor"], fields["currency"], fields.get("rate", "1"))
