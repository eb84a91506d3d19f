"""The stays of an opportunity in its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metrics_service.read_models.timelines import FOREVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from metrics_service.read_models.entries import Entry


def derive_stays(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The rows of ``stage_stays``; none before the opening is known.

    A move to the stage it is in already does not begin a new stay, the end of the opportunity
    completes the last one, and a stay may last no time at all.
    """
    stays: list[dict[str, Any]] = []
    opened = False
    for entry in entries:
        opened = opened or entry.kind == "OpportunityOpened"
        if not opened:
            continue
        if entry.values.get("status") in {"WON", "LOST", "VOID"}:
            _leave(stays, entry.effective_at)
            break
        stage = entry.values.get("stage")
        if stage is not None and not (stays and stays[-1]["stage"] == stage):
            _leave(stays, entry.effective_at)
            stays.append(
                {
                    "number": len(stays) + 1,
                    "stage": stage,
                    "entered_at": entry.effective_at,
                    "left_at": FOREVER,
                }
            )
    return stays


def _leave(stays: list[dict[str, Any]], at: datetime) -> None:
    if stays and stays[-1]["left_at"] == FOREVER:
        stays[-1]["left_at"] = at
