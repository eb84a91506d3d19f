"""What an event changes in the columns of its approval, besides rounds, form and people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import Status
from approval_service.domain.flows.nodes import SUBMITTER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

REOPENED = {
    "status": Status.RUNNING,
    "reason_code": None,
    "completed_at": None,
    "reversible_until": None,
}
"""What a new round makes of an approval that had ended."""


def changes_of(event: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that change; ``row`` is as it was before."""
    match event:
        case events.Started():
            return {
                "status": Status.RUNNING,
                "round": event.round,
                "number": event.definition.get("number"),
                "definition_version": event.definition_version,
                "definition": event.definition,
                "submitted_at": event.timestamp,
            }
        case events.NotStarted():
            return {
                "status": Status.NOT_STARTED,
                "reason_code": event.reason_code,
                "reason": event.reason,
                "missing": event.missing,
                "completed_at": event.timestamp,
            }
        case events.Returned() if event.to == SUBMITTER:
            return {"status": Status.RETURNED}
        case events.Recalled():
            return {"status": Status.RETURNED}
        case events.DecisionWithdrawn():
            return {"status": Status.RUNNING}
        case events.Resubmitted():
            return {**REOPENED, "round": event.round}
        case events.WentStale():
            now = {"facts": event.facts, "subject_version": event.subject_version}
            return {**REOPENED, "round": event.round, "stale": True, **now}
        case events.Refreshed():
            known = {"stale": False, "facts": event.facts, "completed_at": event.timestamp}
            return {"status": Status.APPROVED, **known, **_reversible(row, row["approved_at"])}
        case events.Completed():
            return _completed(event, row)
        case events.Reversed():
            return {"status": Status.REVERSED, "reversible_until": None}
    return {}


def _completed(event: events.Completed, row: Mapping[str, Any]) -> dict[str, Any]:
    ended = {
        "status": event.outcome,
        "reason_code": event.reason_code,
        "completed_at": event.timestamp,
        "stale": False,
    }
    if event.outcome != Status.APPROVED:
        return ended
    return {**ended, "approved_at": event.timestamp, **_reversible(row, event.timestamp)}


def _reversible(row: Mapping[str, Any], approved_at: datetime | None) -> dict[str, Any]:
    hours = (row["definition"] or {}).get("reversible_hours")
    if hours is None or approved_at is None:
        return {"reversible_until": None}
    return {"reversible_until": approved_at + timedelta(hours=hours)}
