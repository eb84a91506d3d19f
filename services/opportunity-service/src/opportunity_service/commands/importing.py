"""Bringing in the history of one opportunity: its steps in order, each with its own time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opportunity_service.commands.circumstances import circumstances_of
from opportunity_service.commands.opening import OpenOpportunity, id_of, open_new
from opportunity_service.domain.errors import OpportunityNotYetOpened
from opportunity_service.domain.events import price
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.states import NONE
from opportunity_service.read_models.opportunities import opportunities

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from opentas_shared.domain.money import Money
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opportunity_service.domain.opening import Opening


@dataclass(frozen=True)
class OpenStep:
    """It was opened."""

    at: Moment
    opening: Opening
    stage_model: str | None = None


@dataclass(frozen=True)
class ChangeStep:
    """A change after the opening. ``kind`` is one of ``TOPICS``."""

    at: Moment
    kind: str
    to_stage: str | None = None
    owner_id: str = ""
    amount: Money | None = None
    reason: str = ""
    reason_text: str = ""


Step = OpenStep | ChangeStep
TOPICS = {
    "ADVANCE": Opportunity.StageAdvanced.TOPIC,
    "REVERT": Opportunity.StageReverted.TOPIC,
    "REVISE_AMOUNT": Opportunity.AmountRevised.TOPIC,
    "CHANGE_OWNER": Opportunity.OwnerChanged.TOPIC,
    "WIN": Opportunity.Won.TOPIC,
    "LOSE": Opportunity.Lost.TOPIC,
    "VOID": Opportunity.Voided.TOPIC,
}


@dataclass(frozen=True)
class ImportHistory:
    """The history of one opportunity, known by its natural key or, when it exists, by its id."""

    steps: tuple[Step, ...]
    natural_key: str | None = None
    opportunity_id: UUID | None = None
    waived: frozenset[str] = NONE

    @property
    def id(self) -> UUID:
        """The id of the opportunity."""
        return self.opportunity_id or id_of(self.natural_key)


def import_history(command: ImportHistory, work: UnitOfWork) -> int:
    """Apply the steps that were not applied before, all or none, and say how many changed it.

    Raises ``OpportunityNotYetOpened`` (404) where no step opens it, and what the steps raise.
    """
    # The row is written with the events: without it there is no stream to ask for.
    known = work.rows.get(opportunities, id=command.id) is not None
    opportunity = work.find(Opportunity, command.id) if known else None
    version = opportunity.version if opportunity is not None else 0
    for step in command.steps:
        if isinstance(step, OpenStep):
            if opportunity is None:
                opening = OpenOpportunity(
                    command.id, step.opening, step.at, step.stage_model, command.waived
                )
                opportunity = open_new(opening, work)
        elif opportunity is None:
            raise OpportunityNotYetOpened(command.id)
        elif _mark(step) not in opportunity.applied:
            _apply(step, opportunity, command.waived, work)
    if opportunity is None:
        raise OpportunityNotYetOpened(command.id)
    work.save(opportunity)
    return opportunity.version - version


def look_up(ids: Iterable[UUID], work: UnitOfWork) -> None:
    """Find out with one statement which of these opportunities exist."""
    work.rows.prefetch(opportunities, [{"id": id} for id in ids])


def _mark(step: ChangeStep) -> tuple[str, object, str]:
    new_value = step.to_stage or step.owner_id
    if step.kind == "REVISE_AMOUNT":
        new_value = price(step.amount.as_dict() if step.amount is not None else None)
    return TOPICS[step.kind], step.at.instant, new_value


def _apply(
    step: ChangeStep, opportunity: Opportunity, waived: frozenset[str], work: UnitOfWork
) -> None:
    circumstances = circumstances_of(
        opportunity, work.rows, owner_id=step.owner_id or None, waived=waived
    )
    match step.kind:
        case "ADVANCE":
            opportunity.advance(step.to_stage, circumstances, step.at, waived)
        case "REVERT":
            opportunity.revert(step.to_stage or "", step.reason, circumstances, step.at)
        case "REVISE_AMOUNT":
            opportunity.revise_amount(step.amount, circumstances, step.at, waived)
        case "CHANGE_OWNER":
            opportunity.change_owner(step.owner_id, step.reason, circumstances, step.at, waived)
        case "WIN":
            opportunity.win(circumstances, step.at, waived)
        case "LOSE":
            opportunity.lose(step.reason, step.reason_text, circumstances, step.at)
        case "VOID":
            opportunity.void(step.reason, step.reason_text, circumstances, step.at)
