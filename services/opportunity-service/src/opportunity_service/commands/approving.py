"""Asking for approvals, and noting what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opportunity_service.commands.circumstances import at_hand
from opportunity_service.commands.elsewhere import check_people, with_elsewhere
from opportunity_service.domain.opportunity import Opportunity

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RequestApproval:
    """Ask for an approval by ``flow``; ``form`` is what the flow's form wants to know."""

    opportunity_id: UUID
    at: Moment
    flow: str
    form: dict[str, Any]
    submitter_id: str


@dataclass(frozen=True)
class NoteApprovalProgress:
    """An approval runs, could not start (and why), was returned, or runs again."""

    opportunity_id: UUID
    at: Moment
    approval_id: UUID
    status: str
    reason_code: str | None = None
    reason: str | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteApprovalResult:
    """An approval has ended, or was taken back after it had been given (``REVERSED``).

    ``form`` is what was approved, where approvers may have changed it.
    """

    opportunity_id: UUID
    at: Moment
    approval_id: UUID
    outcome: str
    form: dict[str, Any] | None = None


@dataclass(frozen=True)
class NoteApprovalStaleness:
    """Watched facts have moved after the approval (``stale``), or have come back (D4)."""

    opportunity_id: UUID
    at: Moment
    approval_id: UUID
    stale: bool


def request_approval(command: RequestApproval, work: UnitOfWork) -> None:
    """Ask for an approval (domain.md §6); not twice while one runs."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    check_people(command.flow, command.form, circumstances, work)
    circumstances = with_elsewhere(
        opportunity, command.flow, command.form, circumstances, work, command.at
    )
    opportunity.request_approval(
        command.flow, command.form, command.submitter_id, circumstances, command.at
    )
    work.save(opportunity)


def note_approval_progress(command: NoteApprovalProgress, work: UnitOfWork) -> None:
    """Note the progress of an approval; nothing changes when it is known or has ended."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.record_progress(
        str(command.approval_id),
        command.status,
        command.at,
        reason_code=command.reason_code,
        reason=command.reason,
        missing=list(command.missing),
    )
    work.save(opportunity)


def note_approval_result(command: NoteApprovalResult, work: UnitOfWork) -> None:
    """Note the outcome; without effect when the opportunity is closed (§14.20)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    approval_id = str(command.approval_id)
    known = opportunity.approvals.get(approval_id)
    if known is not None:
        form = known.form if command.form is None else command.form
        circumstances = with_elsewhere(
            opportunity, known.flow, form, circumstances, work, command.at
        )
    opportunity.record_result(approval_id, command.outcome, circumstances, command.at, command.form)
    work.save(opportunity)


def note_approval_staleness(command: NoteApprovalStaleness, work: UnitOfWork) -> None:
    """Close the gate of a stale approval, or open it again."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    note = opportunity.go_stale if command.stale else opportunity.refresh
    note(str(command.approval_id), command.at)
    work.save(opportunity)
