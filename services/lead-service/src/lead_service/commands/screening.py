"""Classify, assign, qualify and discard leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lead_service.configuration.configured import configured
from lead_service.domain.errors import ReasonMissing
from lead_service.domain.lead import Lead
from lead_service.domain.states import LeadCommand
from opentas_shared.organisation.references import check_person

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ClassifyLead:
    """Classify by policy, or by hand where ``classification`` is given."""

    lead_id: UUID
    classification: str | None
    reason: str | None
    at: Moment
    waived: frozenset[str] = frozenset()


def classify(command: ClassifyLead, work: UnitOfWork) -> None:
    """R-05 and R-06 as of the moment of the command; against them only with a reason."""
    policy = configured().classification
    lead = work.get(Lead, command.lead_id)
    lead.ensure_unlocked(LeadCommand.CLASSIFICATION, configured().creation)
    if command.classification is None:
        lead.classify(policy, command.at)
    else:
        configured().check("lead-classifications", "classification", command.classification)
        lead.classify_by_hand(
            command.classification, command.reason, policy, command.at, waived=command.waived
        )
    work.save(lead)


@dataclass(frozen=True)
class AssignLead:
    """Give the lead to another owner. ``historic``: an import may name people not known."""

    lead_id: UUID
    owner_id: str
    reason: str | None
    at: Moment
    historic: bool = False
    waived: frozenset[str] = frozenset()


def assign(command: AssignLead, work: UnitOfWork) -> None:
    """Move the ownership; a live command that names the owner again changes nothing."""
    lead = work.get(Lead, command.lead_id)
    lead.ensure_unlocked(LeadCommand.ASSIGNMENT, configured().creation)
    if not command.historic:
        check_person("owner_id", command.owner_id, work)
        if command.owner_id == lead.owner_id:
            return
    lead.assign(command.owner_id, command.reason, command.at)
    work.save(lead)


@dataclass(frozen=True)
class QualifyLead:
    """Confirm the creation criteria that are met."""

    lead_id: UUID
    criteria: frozenset[str]
    note: str | None
    at: Moment
    waived: frozenset[str] = frozenset()


def qualify(command: QualifyLead, work: UnitOfWork) -> None:
    """R-01: refused with the list of missing criteria."""
    configured().check_all("creation-criteria", "criteria", sorted(command.criteria))
    lead = work.get(Lead, command.lead_id)
    lead.qualify(
        command.criteria,
        configured().creation,
        command.at,
        note=command.note,
        waived=command.waived,
    )
    work.save(lead)


@dataclass(frozen=True)
class DiscardLead:
    """Give the lead up."""

    lead_id: UUID
    reason: str
    reason_text: str | None
    at: Moment
    waived: frozenset[str] = frozenset()


def discard(command: DiscardLead, work: UnitOfWork) -> None:
    """End the lead with a configured reason; some reasons need words besides."""
    configured().check("discard-reasons", "reason", command.reason)
    known = {reason.code: reason for reason in configured().codes.discard_reasons}
    if known[command.reason].needs_text and not command.reason_text:
        raise ReasonMissing("reason_text", f"The reason {command.reason} needs words to it.")
    lead = work.get(Lead, command.lead_id)
    lead.ensure_unlocked(LeadCommand.DISCARD, configured().creation)
    lead.discard(command.reason, command.reason_text, command.at)
    work.save(lead)
