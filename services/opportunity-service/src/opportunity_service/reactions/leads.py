"""What lead-service publishes about conversions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.lead import LeadConverted
from opentas_shared.domain.money import Money
from opportunity_service.commands.opening import OpenOpportunity, open_from_conversion
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.opening import Opening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def on_lead_converted(contract: LeadConverted, envelope: Envelope, work: UnitOfWork) -> None:
    """A conversion always opens its opportunity (§14.20); waived rules stay waived for it."""
    waived = frozenset(contract.waived)
    work.context = replace(work.context, waived=waived)
    amount = contract.amount
    close = contract.expected_close_date
    command = OpenOpportunity(
        opportunity_id=contract.opportunity_id,
        opening=Opening(
            name=contract.opportunity_name,
            owner_id=contract.owner_id,
            source=contract.source,
            lead_id=str(contract.lead_id),
            customer_id=str(contract.customer_id) if contract.customer_id else None,
            amount=Money(amount.amount_minor, amount.currency, amount.rate) if amount else None,
            win_probability=contract.win_probability,
            expected_close_date=close.isoformat() if close else None,
            strategic_grade=contract.strategic_grade or StrategicGrade.STANDARD,
        ),
        at=work.context.moment,
        stage_model=contract.stage_model,
        waived=waived,
    )
    open_from_conversion(command, work)


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    LeadConverted: on_lead_converted,
}
