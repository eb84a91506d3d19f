"""The states of a lead and the commands that each of them allows (domain.md §2.5)."""

from __future__ import annotations

from enum import StrEnum


class LeadStatus(StrEnum):
    """Where a lead stands between capture and its end."""

    NEW = "NEW"
    SCREENING = "SCREENING"
    QUALIFIED = "QUALIFIED"
    CONVERTED = "CONVERTED"
    DISCARDED = "DISCARDED"


class LeadCommand(StrEnum):
    """What can be done with a lead; the values are the last part of the command's path."""

    CHANGE = "change"
    CLASSIFICATION = "classification"
    ASSIGNMENT = "assignment"
    QUALIFICATION = "qualification"
    DISCARD = "discard"
    CONVERSION = "conversion"
    APPROVAL_REQUESTS = "approval-requests"


SCREENED = frozenset({LeadStatus.NEW, LeadStatus.SCREENING})
OPEN = SCREENED | {LeadStatus.QUALIFIED}

LEGAL_IN: dict[LeadCommand, frozenset[LeadStatus]] = {
    LeadCommand.CHANGE: OPEN,
    LeadCommand.CLASSIFICATION: OPEN,
    LeadCommand.ASSIGNMENT: OPEN,
    LeadCommand.QUALIFICATION: SCREENED,
    LeadCommand.DISCARD: OPEN,
    LeadCommand.CONVERSION: frozenset({LeadStatus.QUALIFIED}),
    LeadCommand.APPROVAL_REQUESTS: frozenset({LeadStatus.QUALIFIED}),
}
"""The legality of states: no import waives it (domain.md §14.17)."""


def legal_commands(status: LeadStatus) -> list[str]:
    """The commands that a state allows, rules aside."""
    return [command.value for command, states in LEGAL_IN.items() if status in states]
