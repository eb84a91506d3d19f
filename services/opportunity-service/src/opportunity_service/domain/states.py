"""The states of an opportunity in which each command is legal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE: frozenset[str] = frozenset()
COMMANDS: Mapping[str, frozenset[str]] = {
    "change": frozenset({"OPEN", "WON"}),
    "stage-advancement": frozenset({"OPEN"}),
    "stage-reversal": frozenset({"OPEN"}),
    "amount-revision": frozenset({"OPEN"}),
    "probability-revision": frozenset({"OPEN"}),
    "close-date-revision": frozenset({"OPEN"}),
    "owner-change": frozenset({"OPEN", "WON"}),
    "strategic-grading": frozenset({"OPEN"}),
    "go-no-go": frozenset({"OPEN"}),
    "partner-led-change": frozenset({"OPEN"}),
    "scope-revision": frozenset({"OPEN", "WON"}),
    "approval-requests": frozenset({"OPEN", "WON"}),
    "win": frozenset({"OPEN"}),
    "loss": frozenset({"OPEN"}),
    "void": frozenset({"OPEN"}),
    "contract-signature": frozenset({"WON"}),
}
"""The states in which each command, named as in the API, is legal; what else it needs are rules."""
