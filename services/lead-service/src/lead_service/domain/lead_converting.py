"""How a lead becomes an opportunity; methods of ``Lead``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.errors import LeadAlreadyConverted
from lead_service.domain.states import LeadCommand, LeadStatus
from opentas_shared.domain.errors import RequirementsMissing
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from lead_service.domain.creation import CreationPolicy
    from lead_service.domain.lead import Lead
    from lead_service.domain.opening import Opening
    from opentas_shared.domain.time import Moment

NOTHING: frozenset[str] = frozenset()


def convert(
    self: Lead,
    opening: Opening,
    converted_by: str,
    policy: CreationPolicy,
    at: Moment,
    *,
    waived: Collection[str] = NOTHING,
) -> None:
    """Open an opportunity by hand, once (R-01 to R-04); ownership moves to sales (R-07).

    Raises ``LeadAlreadyConverted``, ``RequirementsMissing`` with every broken rule,
    ``IllegalTransition`` where no rule is broken but the lead is not qualified, or
    ``ApprovalRunning`` while a TAS 1-1 is to decide.
    """
    self.ensure_convertible(policy, waived, by_hand=True)
    self.approvals.ensure_none_runs(CREATION_FLOW)
    self.open(opening, converted_by, at, waived)


def ensure_convertible(
    self: Lead,
    policy: CreationPolicy,
    waived: Collection[str] = NOTHING,
    *,
    by_hand: bool = False,
) -> None:
    """Raise the refusal of a conversion now, if there is one."""
    if self.opportunity_id is not None:
        raise LeadAlreadyConverted(self.id, self.opportunity_id)
    if self.status is LeadStatus.DISCARDED:
        self.ensure_legal(LeadCommand.CONVERSION)
    broken = policy.against_conversion(
        self.criteria, self.classification, self.facts.solution_fit, waived, by_hand=by_hand
    )
    if broken:
        raise RequirementsMissing("The lead cannot become an opportunity yet.", violations=broken)
    self.ensure_legal(LeadCommand.CONVERSION)


def open_opportunity(
    self: Lead,
    opening: Opening,
    converted_by: str,
    at: Moment,
    waived: Collection[str] = NOTHING,
) -> None:
    """Become the opportunity, whose rules were checked."""
    self.record(
        self.Converted,
        at,
        opportunity_id=str(derived_id("opportunity", self.id)),
        previous_owner_id=self.owner_id,
        converted_by=converted_by,
        waived=sorted(waived),
        **opening.recorded(self.facts),
    )
