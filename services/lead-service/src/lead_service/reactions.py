"""What other services publish and lead-service listens to: approvals, the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from lead_service.commands.noting import (
    SUBJECTS,
    NoteApprovalProgress,
    NoteApprovalResult,
    NoteApprovalReversal,
    note_approval_progress,
    note_approval_reversal,
    note_creation_result,
    note_customer_result,
)
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalNotStarted,
    ApprovalRecalled,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalReversed,
    ApprovalStarted,
)
from opentas_shared.organisation import directory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

RESULTS = {"lead": note_creation_result, "customer": note_customer_result}


def _progress(contract: Any, work: UnitOfWork, status: str, **reason: Any) -> None:
    if contract.subject_type in SUBJECTS:
        command = NoteApprovalProgress(**_about(contract, work), status=status, **reason)
        note_approval_progress(command, work)


def _about(contract: Any, work: UnitOfWork) -> dict[str, Any]:
    return {
        "subject_type": contract.subject_type,
        "subject_id": UUID(contract.subject_id),
        "at": work.context.moment,
        "approval_id": contract.approval_id,
    }


def on_approval_started(contract: ApprovalStarted, envelope: Envelope, work: UnitOfWork) -> None:
    """It runs."""
    _progress(contract, work, "RUNNING")


def on_approval_not_started(
    contract: ApprovalNotStarted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It could not start; the subject shows why, and it may be asked for again."""
    _progress(
        contract,
        work,
        "NOT_STARTED",
        reason_code=contract.reason_code,
        reason=contract.reason,
        missing=tuple(contract.missing),
    )


def on_approval_returned(contract: ApprovalReturned, envelope: Envelope, work: UnitOfWork) -> None:
    """It lies with its submitter, unless an earlier node has it."""
    if contract.to == "submitter":
        _progress(contract, work, "RETURNED")


def on_approval_recalled(contract: ApprovalRecalled, envelope: Envelope, work: UnitOfWork) -> None:
    """Its submitter has taken it back to change it."""
    _progress(contract, work, "RETURNED")


def on_approval_resubmitted(
    contract: ApprovalResubmitted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It runs again."""
    _progress(contract, work, "RUNNING")


def on_approval_completed(
    contract: ApprovalCompleted, envelope: Envelope, work: UnitOfWork
) -> None:
    """It has ended; who took the last decision is the actor of the event."""
    if contract.subject_type in SUBJECTS:
        command = NoteApprovalResult(
            **_about(contract, work),
            outcome=contract.outcome,
            decided_by=envelope.actor,
            form=contract.form,
        )
        RESULTS[contract.subject_type](command, work)


def on_approval_reversed(contract: ApprovalReversed, envelope: Envelope, work: UnitOfWork) -> None:
    """What was approved is taken back."""
    if contract.subject_type in SUBJECTS:
        command = NoteApprovalReversal(**_about(contract, work), reversed_by=contract.by)
        note_approval_reversal(command, work)


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    **directory.REACTIONS,
    ApprovalStarted: on_approval_started,
    ApprovalNotStarted: on_approval_not_started,
    ApprovalReturned: on_approval_returned,
    ApprovalRecalled: on_approval_recalled,
    ApprovalResubmitted: on_approval_resubmitted,
    ApprovalCompleted: on_approval_completed,
    ApprovalReversed: on_approval_reversed,
}
