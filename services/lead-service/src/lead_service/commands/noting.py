"""Note what became of the approvals that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.commands.converting import owned
from lead_service.configuration.configured import configured
from lead_service.domain.customer import Customer
from lead_service.domain.lead import Lead
from lead_service.domain.opening import Opening
from lead_service.domain.requested_approval import ApprovalStatus
from opentas_shared.domain.errors import DomainError

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork

SUBJECTS: dict[str, type[Lead | Customer]] = {"lead": Lead, "customer": Customer}
"""What approvals can be about here, by ``subject_type``."""


@dataclass(frozen=True)
class NoteApprovalProgress:
    """An approval runs, could not start (and why), was returned, or runs again."""

    subject_type: str
    subject_id: UUID
    at: Moment
    approval_id: UUID
    status: str
    reason_code: str | None = None
    reason: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteApprovalResult:
    """An approval has ended; ``form`` is what was decided on, where it is told."""

    subject_type: str
    subject_id: UUID
    at: Moment
    approval_id: UUID
    outcome: str
    decided_by: str
    form: dict[str, Any] | None


@dataclass(frozen=True)
class NoteApprovalReversal:
    """An approval was taken back after it was given (通过后撤销)."""

    subject_type: str
    subject_id: UUID
    at: Moment
    approval_id: UUID
    reversed_by: str


def note_approval_progress(command: NoteApprovalProgress, work: UnitOfWork) -> None:
    """Note the progress of an approval; nothing changes when it is known or has ended."""
    subject = work.get(SUBJECTS[command.subject_type], command.subject_id)
    subject.record_progress(
        str(command.approval_id),
        command.status,
        command.at,
        reason_code=command.reason_code,
        reason=command.reason,
        missing=list(command.missing),
    )
    work.save(subject)


def note_approval_reversal(command: NoteApprovalReversal, work: UnitOfWork) -> None:
    """Note that an approval was taken back, and what follows from it."""
    subject = work.get(SUBJECTS[command.subject_type], command.subject_id)
    subject.record_reversal(str(command.approval_id), command.reversed_by, command.at)
    work.save(subject)


def note_creation_result(command: NoteApprovalResult, work: UnitOfWork) -> None:
    """TAS 1-1 has ended: an approval converts the lead into the opportunity of its form."""
    lead = work.get(Lead, command.subject_id)
    approval_id = str(command.approval_id)
    approved: Opening | DomainError | None = None
    if command.outcome == ApprovalStatus.APPROVED:
        form = command.form or lead.approvals.get(approval_id).form
        try:
            approved = owned(Opening.from_form(form), lead, work)
        except DomainError as refusal:
            approved = refusal
    lead.record_result(
        approval_id,
        command.outcome,
        approved,
        command.decided_by,
        configured().creation,
        command.at,
    )
    work.save(lead)


def note_customer_result(command: NoteApprovalResult, work: UnitOfWork) -> None:
    """TAS 1-2 or 1-3 has ended: the customer is verified or not, changed or not."""
    customer = work.get(Customer, command.subject_id)
    customer.record_result(
        str(command.approval_id),
        command.outcome,
        command.form,
        command.decided_by,
        configured().core,
        command.at,
    )
    work.save(customer)
