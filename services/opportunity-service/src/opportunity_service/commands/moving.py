"""Moving an opportunity through its stage model, and from hand to hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentas_shared.organisation.references import check_person
from opportunity_service.commands.circumstances import at_hand
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class AdvanceStage:
    """Move up to ``to_stage``, or to the next stage."""

    opportunity_id: UUID
    at: Moment
    to_stage: str | None = None
    waived: frozenset[str] = NONE


@dataclass(frozen=True)
class RevertStage:
    """Move back to an earlier stage."""

    opportunity_id: UUID
    at: Moment
    to_stage: str
    reason: str = ""


@dataclass(frozen=True)
class ChangeOwner:
    """Hand it to another owner."""

    opportunity_id: UUID
    at: Moment
    owner_id: str
    reason: str = ""
    waived: frozenset[str] = NONE


def advance_stage(command: AdvanceStage, work: UnitOfWork) -> None:
    """Move up (R-10, R-12, R-18, R-23); refused with everything that is missing."""
    opportunity, circumstances = at_hand(work, command.opportunity_id, waived=command.waived)
    opportunity.advance(command.to_stage, circumstances, command.at, command.waived)
    work.save(opportunity)


def revert_stage(command: RevertStage, work: UnitOfWork) -> None:
    """Move back, where the policy allows it (C17)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.revert(command.to_stage, command.reason, circumstances, command.at)
    work.save(opportunity)


def change_owner(command: ChangeOwner, work: UnitOfWork) -> None:
    """Hand it over to somebody whom the directory knows, entitled to its grade (R-10)."""
    check_person("owner_id", command.owner_id, work)
    opportunity, circumstances = at_hand(
        work, command.opportunity_id, owner_id=command.owner_id, waived=command.waived
    )
    opportunity.change_owner(
        command.owner_id, command.reason, circumstances, command.at, command.waived
    )
    work.save(opportunity)
