"""Add or correct the facts of a lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lead_service.commands.capturing import check_facts
from lead_service.configuration.configured import configured
from lead_service.domain.facts import LeadFacts
from lead_service.domain.lead import Lead
from lead_service.domain.states import LeadCommand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ChangeLead:
    """``changes`` maps names of ``LeadFacts`` to new values."""

    lead_id: UUID
    changes: Mapping[str, Any]
    at: Moment


def change(command: ChangeLead, work: UnitOfWork) -> None:
    """Record what differs; source, mode and natural key are not among it."""
    lead = work.get(Lead, command.lead_id)
    lead.ensure_unlocked(LeadCommand.CHANGE, configured().creation)
    check_facts(replace(LeadFacts(title=""), **command.changes), work)
    lead.change(command.changes, command.at)
    work.save(lead)
