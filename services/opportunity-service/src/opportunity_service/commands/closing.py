"""Closing an opportunity: won, lost, invalid; and the signature after the win."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opportunity_service.commands.circumstances import at_hand
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class WinOpportunity:
    """The customer decided for us."""

    opportunity_id: UUID
    at: Moment
    waived: frozenset[str] = NONE


@dataclass(frozen=True)
class LoseOpportunity:
    """The customer decided otherwise; ``reason`` is of the configured list."""

    opportunity_id: UUID
    at: Moment
    reason: str
    reason_text: str = ""


@dataclass(frozen=True)
class VoidOpportunity:
    """It never was real, or is a duplicate; ``reason`` is of the configured list."""

    opportunity_id: UUID
    at: Moment
    reason: str
    reason_text: str = ""


@dataclass(frozen=True)
class SignContract:
    """The written contract was signed on the day ``signed_on`` (ISO 8601)."""

    opportunity_id: UUID
    at: Moment
    contract_no: str
    signed_on: str
    waived: frozenset[str] = NONE


def win_opportunity(command: WinOpportunity, work: UnitOfWork) -> None:
    """Win it from any open stage; what must precede it are rules (R-18, R-23)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id, waived=command.waived)
    opportunity.win(circumstances, command.at, command.waived)
    work.save(opportunity)


def lose_opportunity(command: LoseOpportunity, work: UnitOfWork) -> None:
    """Close it as lost (C20)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.lose(command.reason, command.reason_text, circumstances, command.at)
    work.save(opportunity)


def void_opportunity(command: VoidOpportunity, work: UnitOfWork) -> None:
    """Close it as invalid (C21)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.void(command.reason, command.reason_text, circumstances, command.at)
    work.save(opportunity)


def sign_contract(command: SignContract, work: UnitOfWork) -> None:
    """Record the signature (R-20, R-30)."""
    opportunity, circumstances = at_hand(work, command.opportunity_id)
    opportunity.sign_contract(
        command.contract_no, command.signed_on, circumstances, command.at, command.waived
    )
    work.save(opportunity)
