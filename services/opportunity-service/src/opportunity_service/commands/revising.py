"""Revising what is known of an opportunity: names, amount, probability, close date, grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opportunity_service.commands.circumstances import at_hand
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.money import Money
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opportunity_service.domain.go_no_go import Answers


@dataclass(frozen=True)
class Describe:
    """Change the name or the description; ``None`` leaves it."""

    opportunity_id: UUID
    at: Moment
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class ReviseAmount:
    """Set the amount with the rate of the day; ``None`` takes it away."""

    opportunity_id: UUID
    at: Moment
    amount: Money | None
    waived: frozenset[str] = NONE


@dataclass(frozen=True)
class ReviseProbability:
    """Set a manual win probability in per cent; ``None`` goes back to automatic (M29)."""

    opportunity_id: UUID
    at: Moment
    win_probability: int | None


@dataclass(frozen=True)
class ReviseCloseDate:
    """Set the expected close date, ISO 8601; ``None`` takes it away."""

    opportunity_id: UUID
    at: Moment
    expected_close_date: str | None


@dataclass(frozen=True)
class GradeStrategically:
    """Set the strategic grade (§4.2)."""

    opportunity_id: UUID
    at: Moment
    strategic_grade: str


@dataclass(frozen=True)
class AnswerGoNoGo:
    """Answer some of the hidden-line questions (§3)."""

    opportunity_id: UUID
    at: Moment
    answers: Answers


@dataclass(frozen=True)
class ChangePartnerLed:
    """Say whether a partner leads it (class E, §4.4)."""

    opportunity_id: UUID
    at: Moment
    partner_led: bool


@dataclass(frozen=True)
class ReviseScope:
    """Write down what is to be delivered."""

    opportunity_id: UUID
    at: Moment
    text: str
    attachments: list[dict[str, Any]]


def describe(command: Describe, work: UnitOfWork) -> None:
    """Change name or description."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.describe(command.name, command.description, command.at)
    work.save(opportunity)


def revise_amount(command: ReviseAmount, work: UnitOfWork) -> None:
    """Revise the amount; its grade and TAS class follow (R-08, R-10)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id, waived=command.waived)
    opportunity.revise_amount(command.amount, circumstances, command.at, command.waived)
    work.save(opportunity)


def revise_probability(command: ReviseProbability, work: UnitOfWork) -> None:
    """Set a manual win probability or go back to the stage's."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.revise_probability(command.win_probability, circumstances, command.at)
    work.save(opportunity)


def revise_close_date(command: ReviseCloseDate, work: UnitOfWork) -> None:
    """Revise the expected close date."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.revise_close_date(command.expected_close_date, command.at)
    work.save(opportunity)


def grade_strategically(command: GradeStrategically, work: UnitOfWork) -> None:
    """Set the strategic grade (R-08, R-09)."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.grade_strategically(command.strategic_grade, command.at)
    work.save(opportunity)


def answer_go_no_go(command: AnswerGoNoGo, work: UnitOfWork) -> None:
    """Answer hidden-line questions; the first two gate TAS 2-1 (R-11)."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.answer(command.answers, command.at)
    work.save(opportunity)


def change_partner_led(command: ChangePartnerLed, work: UnitOfWork) -> None:
    """Say whether a partner leads it (R-15)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.change_partner_led(command.partner_led, circumstances, command.at)
    work.save(opportunity)


def revise_scope(command: ReviseScope, work: UnitOfWork) -> None:
    """Revise the scope; approvals that watch it may become stale (D4)."""
    opportunity = work.get(Opportunity, command.opportunity_id)
    opportunity.revise_scope(command.text, command.attachments, command.at)
    work.save(opportunity)
