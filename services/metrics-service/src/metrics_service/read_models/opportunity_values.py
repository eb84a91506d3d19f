"""What each published event says about an opportunity.

Of the values that every event repeats only those count that the event is about, so that an
amount recorded late does not carry the stage of its recording back in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.opportunity import (
    AmountRevised,
    ContractSigned,
    GradeChanged,
    OpportunityLost,
    OpportunityOpened,
    OpportunityVoided,
    OpportunityWon,
    OwnerChanged,
    ProbabilityRevised,
    StageAdvanced,
    StageReverted,
)

if TYPE_CHECKING:
    from metrics_service.read_models.facts import Values


def _grades(event: Any) -> dict[str, Any]:
    return {
        "amount_grade": event.amount_grade,
        "strategic_grade": event.strategic_grade,
        "probability_grade": event.probability_grade,
    }


def _likelihood(event: Any) -> dict[str, Any]:
    return {
        "win_probability": event.win_probability,
        "probability_grade": event.probability_grade,
    }


def _opened(event: OpportunityOpened) -> dict[str, Any]:
    return {
        **_grades(event),
        **_likelihood(event),
        "status": "OPEN",
        "stage_model": event.stage_model,
        "stage": event.stage,
        "owner_id": event.owner_id or "",
        "source": event.source or "",
        "lead_id": event.lead_id,
        "base_amount_minor": event.base_amount_minor,
    }


VALUES: Values = {
    OpportunityOpened: _opened,
    StageAdvanced: lambda event: {"stage": event.to_stage, **_likelihood(event)},
    StageReverted: lambda event: {"stage": event.to_stage, **_likelihood(event)},
    AmountRevised: lambda event: {
        "base_amount_minor": event.base_amount_minor,
        "amount_grade": event.amount_grade,
    },
    ProbabilityRevised: _likelihood,
    OwnerChanged: lambda event: {"owner_id": event.owner_id or ""},
    GradeChanged: _grades,
    OpportunityWon: lambda event: {"status": "WON"},
    OpportunityLost: lambda event: {"status": "LOST", "end_reason": event.reason},
    OpportunityVoided: lambda event: {"status": "VOID", "end_reason": event.reason},
    ContractSigned: lambda event: {},
}
