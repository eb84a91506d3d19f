"""What speaks against a command now (C16): a frontend draws its buttons from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.states import LEGAL_IN, LeadCommand
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lead_service.domain.creation import CreationPolicy
    from lead_service.domain.lead import Lead

REQUIRED_FIELDS: dict[LeadCommand, tuple[str, ...]] = {
    LeadCommand.ASSIGNMENT: ("owner_id",),
    LeadCommand.QUALIFICATION: ("criteria",),
    LeadCommand.DISCARD: ("reason",),
    LeadCommand.APPROVAL_REQUESTS: ("flow",),
}
"""Without which a command is not understood; fields not named here are optional."""


BECOMING = frozenset({LeadCommand.CONVERSION, LeadCommand.APPROVAL_REQUESTS})
"""The two ways to an opportunity: by hand, and by TAS 1-1."""


def against(command: LeadCommand, lead: Lead, creation: CreationPolicy) -> Iterator[Violation]:
    """The state, a running TAS 1-1, and for a conversion the rules R-01 to R-04.

    Nothing means it is allowed.
    """
    if lead.status not in LEGAL_IN[command]:
        yield Violation("ILLEGAL_TRANSITION", f"It is not possible in state {lead.status}.")
    if command in BECOMING | creation.locked_in_approval:
        running = lead.approvals.running(CREATION_FLOW)
        if running is not None:
            detail = f"Approval {running.approval_id} of {CREATION_FLOW} is still running."
            yield Violation("APPROVAL_RUNNING", detail)
    if command in BECOMING and lead.opportunity_id is None:
        yield from creation.against_conversion(
            lead.criteria,
            lead.classification,
            lead.facts.solution_fit,
            by_hand=command is LeadCommand.CONVERSION,
        )
