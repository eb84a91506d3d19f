"""What approval-service publishes about approvals that opportunities asked for."""

from __future__ import annotations

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
from opportunity_service.commands.approving import (
    NoteApprovalProgress,
    NoteApprovalResult,
    NoteApprovalStaleness,
    note_approval_progress,
    note_approval_result,
    note_approval_staleness,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

SUBJECT = "opportunity"
SUBMITTER = "submitter"


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
