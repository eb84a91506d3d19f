"""Own events as the contracts that others read; what is not listed here is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from opentas_shared.contracts import opportunity as contracts
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.published_stage_model import PublishedStageModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded

PRIVATE_FACTS = frozenset({"partner_led", "stage_win_probability"})


def _facts(event: Opportunity.Event, recorded: Recorded) -> dict[str, Any]:
    """What every contract of an opportunity carries."""
    return {
        "opportunity_id": event.originator_id,
        **{name: value for name, value in event.facts.items() if name not in PRIVATE_FACTS},
        "waived_rules": tuple(recorded.metadata.get("waived", ())),
    }


def _translated(
    contract: type[Contract], *names: str
) -> Callable[[Opportunity.Event, Recorded], Contract]:
    """A translation that adds the named fields of the event to the common facts."""

    def translate(event: Opportunity.Event, recorded: Recorded) -> Contract:
        fields = {name: getattr(event, name) for name in names}
        return contract(**_facts(event, recorded), **fields)

    return translate


def _approval_requested(event: Opportunity.ApprovalRequested, recorded: Recorded) -> Contract:
    """``facts`` are what the flow's conditions may look at, pinned at the request."""
    amount = event.facts["amount"] or {}
    return contracts.ApprovalRequested(
        **_facts(event, recorded),
        approval_id=UUID(event.approval_id),
        flow=event.flow,
        request_no=event.request_no,
        form=event.form,
        submitter_id=event.submitter_id,
        facts={
            **event.facts,
            "opportunity_id": str(event.originator_id),
            "amount_minor": amount.get("amount_minor"),
            "currency": amount.get("currency"),
        },
    )


def _contract_signed(event: Opportunity.ContractSigned, recorded: Recorded) -> Contract:
    return contracts.ContractSigned(
        **_facts(event, recorded),
        contract_no=event.contract_no,
        signed_on=event.signed_on,
        signed_at=event.timestamp,
    )


def _stage_model(event: PublishedStageModel.Created, recorded: Recorded) -> Contract:
    return contracts.StageModelPublished(
        stage_model=event.stage_model,
        version=event.version,
        stages=tuple(contracts.StageNumbers(**numbers) for numbers in event.stages),
    )


PUBLISHED: Mapping[type[AggregateEvent], Callable[[Any, Recorded], Contract]] = {
    Opportunity.Created: _translated(contracts.OpportunityOpened, "stages", "natural_key"),
    Opportunity.StageAdvanced: _translated(
        contracts.StageAdvanced, "from_stage", "to_stage", "skipped"
    ),
    Opportunity.StageReverted: _translated(contracts.StageReverted, "from_stage", "to_stage"),
    Opportunity.AmountRevised: _translated(contracts.AmountRevised, "previous_amount"),
    Opportunity.ProbabilityRevised: _translated(
        contracts.ProbabilityRevised, "previous_win_probability"
    ),
    Opportunity.CloseDateRevised: _translated(contracts.CloseDateRevised, "previous_close_date"),
    Opportunity.OwnerChanged: _translated(contracts.OwnerChanged, "previous_owner_id"),
    Opportunity.GradeChanged: _translated(contracts.GradeChanged, "dimension", "previous_grade"),
    Opportunity.ApprovalRequested: _approval_requested,
    Opportunity.ApprovalResultRecorded: _translated(
        contracts.ApprovalResultRecorded, "approval_id", "flow", "outcome", "in_effect"
    ),
    Opportunity.Won: _translated(contracts.OpportunityWon),
    Opportunity.Lost: _translated(contracts.OpportunityLost, "reason", "reason_text"),
    Opportunity.Voided: _translated(contracts.OpportunityVoided, "reason"),
    Opportunity.ContractSigned: _contract_signed,
    PublishedStageModel.Created: _stage_model,
}
