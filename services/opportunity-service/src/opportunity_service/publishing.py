"""Own events as the contracts that others read; what is not listed here is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from opentas_shared.contracts import opportunity as contracts
from opentas_shared.contracts import opportunity_effects as contracts_of_effects
from opportunity_service.domain.effects import events as effects
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.published_stage_model import PublishedStageModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded
    from opportunity_service.domain.effects.events import EffectTaken

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
    """``facts`` are what the flow's conditions may look at, pinned at the request.

    They are written as later events write them: nothing differs by the form of an instant.
    """
    amount = event.facts["amount"] or {}
    common = _facts(event, recorded)
    written = contracts.OpportunityFacts(**common).model_dump(mode="json")
    return contracts.ApprovalRequested(
        **common,
        approval_id=UUID(event.approval_id),
        flow=event.flow,
        request_no=event.request_no,
        form=event.form,
        submitter_id=event.submitter_id,
        facts={
            **{name: written.get(name, value) for name, value in event.facts.items()},
            "name": event.name,
            "opportunity_id": str(event.originator_id),
            "amount_minor": amount.get("amount_minor"),
            "currency": amount.get("currency"),
            **(event.figures or {}),
        },
    )


def _partner_led(event: Opportunity.PartnerLedChanged, recorded: Recorded) -> Contract:
    facts = _facts(event, recorded)
    return contracts.PartnerLedChanged(**facts, partner_led=event.facts["partner_led"])


def _effect(contract: type[Contract]) -> Callable[[EffectTaken, Recorded], Contract]:
    """A translation of an effect, with what its contract names of it; texts stay here."""
    own = set(contract.model_fields) - set(contracts.OpportunityFacts.model_fields)

    def translate(event: EffectTaken, recorded: Recorded) -> Contract:
        about = {"approval_id": UUID(event.approval_id), "flow": event.flow}
        content = {name: value for name, value in event.content.items() if name in own}
        return contract(**_facts(event, recorded), **about, **content)

    return translate


def _hours(event: effects.PresalesHoursApproved, recorded: Recorded) -> Contract:
    """What somebody did stays here, how long goes out."""
    line = contracts_of_effects.PresalesHours
    return contracts_of_effects.PresalesHoursApproved(
        **_facts(event, recorded),
        approval_id=UUID(event.approval_id),
        flow=event.flow,
        entries=tuple(
            line(**{name: entry[name] for name in line.model_fields})
            for entry in event.content["entries"]
        ),
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
        contracts.ApprovalResultRecorded,
        "approval_id",
        "flow",
        "outcome",
        "in_effect",
        "reason_code",
    ),
    Opportunity.PartnerLedChanged: _partner_led,
    Opportunity.ScopeRevised: _translated(contracts.ScopeRevised, "previous_scope_digest"),
    effects.Initiated: _effect(contracts_of_effects.OpportunityInitiated),
    effects.ClassERegistered: _effect(contracts_of_effects.ClassERegistered),
    effects.PresalesResourcesGranted: _effect(contracts_of_effects.PresalesResourcesGranted),
    effects.Upgraded: _effect(contracts_of_effects.OpportunityUpgraded),
    effects.PresalesDispatched: _effect(contracts_of_effects.PresalesDispatched),
    effects.PresalesHoursApproved: _hours,
    effects.PlanApproved: _effect(contracts_of_effects.PlanApproved),
    effects.PresalesTestGranted: _effect(contracts_of_effects.PresalesTestGranted),
    effects.BidAllowed: _effect(contracts_of_effects.BidAllowed),
    effects.DocumentsIssued: _effect(contracts_of_effects.DocumentsIssued),
    effects.ScopeApproved: _effect(contracts_of_effects.ScopeApproved),
    Opportunity.Won: _translated(contracts.OpportunityWon),
    Opportunity.Lost: _translated(contracts.OpportunityLost, "reason", "reason_text"),
    Opportunity.Voided: _translated(contracts.OpportunityVoided, "reason"),
    Opportunity.ContractSigned: _contract_signed,
    PublishedStageModel.Created: _stage_model,
}
