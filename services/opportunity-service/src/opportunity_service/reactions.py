"""What other services publish and opportunity-service listens to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalNotStarted,
    ApprovalRecalled,
    ApprovalRefreshed,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalReversed,
    ApprovalStarted,
    ApprovalWentStale,
)
from opentas_shared.contracts.lead import LeadConverted
from opentas_shared.domain.money import Money
from opentas_shared.organisation import directory
from opportunity_service.commands.approving import (
    NoteApprovalProgress,
    NoteApprovalResult,
    NoteApprovalStaleness,
    note_approval_progress,
    note_approval_result,
    note_approval_staleness,
)
from opportunity_service.commands.opening import OpenOpportunity, open_from_conversion
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.opening import Opening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

SUBJECT = "opportunity"
SUBMITTER = "submitter"


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


def _progress(
    contract: (
        ApprovalStarted
        | ApprovalNotStarted
        | ApprovalReturned
        | ApprovalRecalled
        | ApprovalResubmitted
    ),
    work: UnitOfWork,
    status: str,
    **reason: Any,
) -> None:
    if contract.subject_type == SUBJECT:
        command = NoteApprovalProgress(
            opportunity_id=UUID(contract.subject_id),
            at=work.context.moment,
            approval_id=contract.approval_id,
            status=status,
            **reason,
        )
        note_approval_progress(command, work)


def on_approval_started(contract: ApprovalStarted, envelope: Envelope, work: UnitOfWork) -> None:
    """It runs."""
    _progress(contract, work, "RUNNING")


def on_approval_not_started(
    contract: ApprovalNotStarted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It could not start; the opportunity shows why, and it may be asked for again."""
    _progress(
        contract,
        work,
        "NOT_STARTED",
        reason_code=contract.reason_code,
        reason=contract.reason,
        missing=tuple(contract.missing),
    )


def on_approval_returned(contract: ApprovalReturned, envelope: Envelope, work: UnitOfWork) -> None:
    """It lies with its submitter, or goes on at an earlier node."""
    if contract.to == SUBMITTER:
        _progress(contract, work, "RETURNED")


def on_approval_recalled(contract: ApprovalRecalled, envelope: Envelope, work: UnitOfWork) -> None:
    """Its submitter took it back to change it."""
    _progress(contract, work, "RETURNED")


def on_approval_resubmitted(
    contract: ApprovalResubmitted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It runs again."""
    _progress(contract, work, "RUNNING")


def on_approval_completed(
    contract: ApprovalCompleted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It has ended; without effect for an opportunity that is closed (§14.20)."""
    _result(contract, work, contract.outcome, contract.form)


def on_approval_reversed(contract: ApprovalReversed, envelope: Envelope, work: UnitOfWork) -> None:
    """It was taken back after it had been given: so is what it changed."""
    _result(contract, work, "REVERSED")


def _result(
    contract: ApprovalCompleted | ApprovalReversed,
    work: UnitOfWork,
    outcome: str,
    form: dict[str, Any] | None = None,
) -> None:
    if contract.subject_type == SUBJECT:
        command = NoteApprovalResult(
            opportunity_id=UUID(contract.subject_id),
            at=work.context.moment,
            approval_id=contract.approval_id,
            outcome=outcome,
            form=form,
        )
        note_approval_result(command, work)


def on_approval_went_stale(
    contract: ApprovalWentStale, envelope: Envelope, work: UnitOfWork
) -> None:
    """What was approved has changed: its gate is closed (D4)."""
    _staleness(contract, work, stale=True)


def on_approval_refreshed(
    contract: ApprovalRefreshed, envelope: Envelope, work: UnitOfWork
) -> None:
    """The facts are again what was approved (D4)."""
    _staleness(contract, work, stale=False)


def _staleness(
    contract: ApprovalWentStale | ApprovalRefreshed, work: UnitOfWork, *, stale: bool
) -> None:
    if contract.subject_type == SUBJECT:
        command = NoteApprovalStaleness(
            opportunity_id=UUID(contract.subject_id),
            at=work.context.moment,
            approval_id=contract.approval_id,
            stale=stale,
        )
        note_approval_staleness(command, work)


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    **directory.REACTIONS,
    LeadConverted: on_lead_converted,
    ApprovalStarted: on_approval_started,
    ApprovalNotStarted: on_approval_not_started,
    ApprovalReturned: on_approval_returned,
    ApprovalResubmitted: on_approval_resubmitted,
    ApprovalRecalled: on_approval_recalled,
    ApprovalCompleted: on_approval_completed,
    ApprovalReversed: on_approval_reversed,
    ApprovalWentStale: on_approval_went_stale,
    ApprovalRefreshed: on_approval_refreshed,
}
