"""Reactions that follow the facts of subjects, for evidence (D3) and stale approvals (D4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.commands.guarding import Guard, guard
from approval_service.configuration.facts import FACTS
from approval_service.configuration.gates import gates, used_by
from approval_service.read_models.subject_facts import begin, change, present, subject_facts
from approval_service.read_models.watches import watches
from opentas_shared.contracts import customer, lead, opportunity, opportunity_effects
from opentas_shared.contracts.approval import ApprovalCompleted
from opentas_shared.messaging.foresight import Foreseen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Table

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

    Handle = Callable[[Any, Envelope, UnitOfWork], None]

CHANGES: Mapping[str, tuple[type[Contract], ...]] = {
    "opportunity": (
        opportunity.StageAdvanced,
        opportunity.StageReverted,
        opportunity.AmountRevised,
        opportunity.ProbabilityRevised,
        opportunity.CloseDateRevised,
        opportunity.OwnerChanged,
        opportunity.GradeChanged,
        opportunity.PartnerLedChanged,
        opportunity.ScopeRevised,
        opportunity.ApprovalResultRecorded,
        opportunity.OpportunityWon,
        opportunity.OpportunityLost,
        opportunity.OpportunityVoided,
        opportunity.ContractSigned,
        opportunity_effects.ClassERegistered,
        opportunity_effects.OpportunityUpgraded,
        opportunity_effects.PresalesHoursApproved,
        opportunity_effects.BidAllowed,
        opportunity_effects.ScopeApproved,
    ),
    "lead": (lead.LeadClassified, lead.LeadAssigned, lead.LeadConverted),
    "customer": (
        customer.CustomerChanged,
        customer.CustomerInfoVerified,
        customer.CustomerInfoRejected,
        customer.CustomerVerificationWithdrawn,
        customer.CustomerCoreFieldChanged,
    ),
}
"""The events that say how facts of a subject are after them."""


def begins(subject: str, handle: Handle) -> Foreseen:
    """Follow the subject of a request from now on, then do what the request asks for."""

    def on_request(contract: Any, envelope: Envelope, work: UnitOfWork) -> None:
        id = str(getattr(contract, f"{subject}_id"))
        facts = {**_content(contract), **contract.facts}
        facts = {name: facts.get(name) for name in {*FACTS[subject], *contract.facts}}
        begin(work.rows, subject, id, envelope.aggregate_version, facts, envelope.time)
        handle(contract, envelope, work)

    return Foreseen(on_request, _rows_of(subject))


def _changed(subject: str) -> Foreseen:
    def on_change(contract: Any, envelope: Envelope, work: UnitOfWork) -> None:
        """Take over the facts; what was approved may not fit them any more."""
        id = str(getattr(contract, f"{subject}_id"))
        known = present(work.rows, subject, id)
        if known is None:
            return
        at = work.context.moment
        content = _content(contract)
        facts = {name: content[name] for name in known["facts"] if name in content}
        used = dict.fromkeys(used_by(contract, gates()), at.instant.isoformat())
        change(work.rows, known, envelope.aggregate_version, facts, used, at.instant)
        guard(Guard(subject, id, at), work)

    return Foreseen(on_change, _rows_of(subject))


def _rows_of(subject: str) -> Callable[[Any, Envelope], Iterable[tuple[Table, dict[str, str]]]]:
    def rows_of(contract: Any, _: Envelope) -> Iterable[tuple[Table, dict[str, str]]]:
        key = {"subject_type": subject, "subject_id": str(getattr(contract, f"{subject}_id"))}
        return [(subject_facts, key), (watches, key)]

    return rows_of


def _content(contract: Contract) -> dict[str, Any]:
    """What an event says, by the names of facts."""
    content = contract.model_dump(mode="json")
    if "amount" in content:
        amount = content["amount"] or {}
        content |= {name: amount.get(name) for name in ("amount_minor", "currency")}
    return {**content, **(content.get("changes") or {})}


def _completed(contract: ApprovalCompleted, envelope: Envelope, work: UnitOfWork) -> None:
    """Facts may have moved while the approval ran: it is judged as soon as it is given."""
    guard(Guard(contract.subject_type, contract.subject_id, work.context.moment), work)


FOLLOWING: Mapping[type[Contract], Handle] = {
    **{contract: _changed(subject) for subject, all in CHANGES.items() for contract in all},
    ApprovalCompleted: _completed,
}
