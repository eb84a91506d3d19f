"""The document of an approval's rounds: what was asked, decided and said, never overwritten.

A round has its nodes in the order in which they were entered or passed, and ``acts``: what
people and timers did besides deciding. A node has its tasks, a task its opinions.
"""

from __future__ import annotations

from typing import Any

from approval_service.domain.approval import events
from approval_service.domain.flows.nodes import SUBMITTER
from approval_service.read_models import round_nodes, round_tasks
from approval_service.read_models.round_acts import act_of

Rounds = list[dict[str, Any]]


def evolved(document: Rounds, event: Any, definition: dict[str, Any] | None) -> Rounds:
    """The document with one event written into it.

    The given one stays as it is: what the event changes is copied on the way there, the rest
    is shared (a copy of everything took most of the time of a decision).
    """
    at = event.timestamp.isoformat()
    document = [{**round, "nodes": [*round["nodes"]]} for round in document]
    opened = _opened(event, at, document)
    if opened is not None:
        document.append(opened)
    if not document:
        return document
    last = document[-1]
    act = act_of(event, at)
    if act is not None:
        last["acts"] = [*last.get("acts", ()), act]
    outcome = _outcome(event)
    if outcome is not None:
        last.update(outcome=outcome, ended_at=at)
    elif isinstance(event, events.DecisionWithdrawn):
        last.update(outcome=None, ended_at=None)
    round_nodes.evolve(document, event, at, definition)
    round_tasks.evolve(document, event, at)
    return document


def form_of(document: Rounds) -> dict[str, Any]:
    """The form as it is: what the round began with and what standing opinions wrote into it."""
    form: dict[str, Any] = document[-1]["form"]
    opinions = [
        opinion
        for node in document[-1]["nodes"]
        for task in node["tasks"]
        for opinion in task.get("opinions", ())
        if opinion["withdrawn"] is None
    ]
    for opinion in sorted(opinions, key=lambda one: int(one["no"])):
        form = {**form, **(opinion["form_changes"] or {})}
    return form


def active_nodes(document: Rounds) -> list[str]:
    """The nodes whose people are asked now, in the order in which they were entered."""
    return [
        node["node"]
        for node in round_nodes.each(document)
        if node["status"] == "ACTIVE" and not node.get("branches")
    ]


def earliest_due(document: Rounds) -> str | None:
    """The earliest time limit of the open tasks, ISO 8601."""
    due = [
        task["due_at"]
        for node in round_nodes.each(document)
        for task in node["tasks"]
        if task["status"] == "OPEN" and task.get("due_at")
    ]
    return min(due, default=None)


def _outcome(event: Any) -> str | None:
    match event:
        case events.Returned() if event.to == SUBMITTER:
            return "RETURNED"
        case events.Recalled():
            return "RECALLED"
        case events.Completed():
            return str(event.outcome)
        case events.Refreshed():
            return "REFRESHED"
    return None


def _opened(event: Any, at: str, document: Rounds) -> dict[str, Any] | None:
    match event:
        case events.Started():
            return _round(1, at, event.submitter_id, event.form)
        case events.Resubmitted():
            said = ("on_behalf_of", "on_behalf_reason", "comment")
            own = {name: getattr(event, name) for name in said}
            return _round(event.round, at, event.resubmitted_by, event.form) | own
        case events.WentStale():
            changes = {"changes": event.changes}
            return _round(event.round, at, None, form_of(document)) | changes
    return None


def _round(number: int, at: str, by: str | None, form: dict[str, Any]) -> dict[str, Any]:
    return {
        "round": number,
        "submitted_at": at,
        "submitted_by": by,
        "on_behalf_of": None,
        "on_behalf_reason": None,
        "comment": "",
        "changes": None,
        "form": form,
        "outcome": None,
        "ended_at": None,
        "nodes": [],
        "acts": [],
    }
