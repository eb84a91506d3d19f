"""What a conversion says of the opportunity that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.domain.facts import primitive

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from lead_service.domain.facts import LeadFacts
    from opentas_shared.domain.money import Money


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
