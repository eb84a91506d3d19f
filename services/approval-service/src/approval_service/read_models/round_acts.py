"""What people did to an approval besides deciding, each act as one entry of its round."""

from __future__ import annotations

from functools import cache
from typing import Any

from approval_service.domain.approval import events

ACTS: dict[type[events.ApprovalEvent], str] = {
    events.SignerAdded: "SIGNER_ADDED",
    events.SignerRemoved: "SIGNER_REMOVED",
    events.TaskTransferred: "TRANSFERRED",
    events.TaskDelegated: "DELEGATED",
    events.TaskClaimed: "CLAIMED",
    events.DecisionWithdrawn: "DECISION_WITHDRAWN",
    events.Returned: "RETURNED",
    events.Recalled: "RECALLED",
    events.Revoked: "REVOKED",
    events.Terminated: "TERMINATED",
    events.Reversed: "REVERSED",
    events.Jumped: "JUMPED",
    events.Urged: "URGED",
    events.Copied: "COPIED",
    events.Commented: "COMMENTED",
}
MEMBERS = ("node", "task_id", "signer_id", "position", "assignee_id", "to", "return_to_me")
MORE = ("people", "decision_no", "role", "attachments")


def act_of(event: Any, at: str) -> dict[str, Any] | None:
    """The entry of an event; ``by`` is null where a node did it. None for decisions."""
    kind: type[events.ApprovalEvent] = type(event)
    name = _name(kind)
    if name is None:
        return None
    if name == "CLAIMED" and event.released:
        name = "RELEASED"
    about = {
        member: getattr(event, member) for member in (*MEMBERS, *MORE) if hasattr(event, member)
    }
    if "task_id" in about:
        about["task_id"] = str(about["task_id"])
    return {
        "act": name,
        "at": at,
        "by": getattr(event, "by", None) or getattr(event, "returned_by", None) or None,
        "on_behalf_of": getattr(event, "on_behalf_of", None),
        "on_behalf_reason": getattr(event, "on_behalf_reason", None),
        "comment": getattr(event, "comment", ""),
        **about,
    }


@cache
def _name(kind: type[events.ApprovalEvent]) -> str | None:
    """What the act is called; an aggregate's events are subclasses of those here."""
    return next((name for known, name in ACTS.items() if issubclass(kind, known)), None)
