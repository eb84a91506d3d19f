"""The nodes of a round: how each was entered or passed, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.states import NodeStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def each(document: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every node of every round, the oldest first."""
    for round in document:
        yield from round["nodes"]


def node_of(document: list[dict[str, Any]], activation_no: int) -> dict[str, Any]:
    """The node that was entered with this number, to be changed."""
    return next(
        own(round["nodes"], index)
        for round in reversed(document)
        for index, node in enumerate(round["nodes"])
        if node["activation_no"] == activation_no
    )


def own(nodes: list[dict[str, Any]], index: int) -> dict[str, Any]:
    """The node, from now on as a copy with a list of tasks of its own."""
    node = nodes[index]
    nodes[index] = {**node, "tasks": [*node["tasks"]]}
    return nodes[index]


def evolve(
    document: list[dict[str, Any]], event: Any, at: str, definition: dict[str, Any] | None
) -> None:
    """Enter, pass or leave a node."""
    match event:
        case events.NodeSkipped() | events.NodeActivated() | events.NodePassed():
            document[-1]["nodes"].append(_entered(event, at, definition))
        case events.NodeCompleted():
            node_of(document, event.activation_no).update(
                status=event.outcome, completed_at=at, end_reason_code=event.reason_code
            )
        case events.NodeReopened():
            node_of(document, event.activation_no).update(
                status=NodeStatus.ACTIVE, completed_at=None, end_reason_code=None
            )


def _entered(event: Any, at: str, definition: dict[str, Any] | None) -> dict[str, Any]:
    status = NodeStatus.ACTIVE
    if isinstance(event, events.NodeSkipped):
        status = NodeStatus.SKIPPED
    elif isinstance(event, events.NodePassed):
        status = NodeStatus.PASSED
    return {
        "activation_no": event.activation_no,
        "parent_no": event.parent_no,
        "node": event.node,
        **_defined(event.node, definition),
        "status": status,
        "reason_code": event.reason_code,
        "reason": event.reason,
        "end_reason_code": None,
        "taken_branch": getattr(event, "branch", None),
        "branches": getattr(event, "branches", None),
        "back_to": getattr(event, "back_to", None),
        "activated_at": at,
        "completed_at": None if status is NodeStatus.ACTIVE else at,
        "tasks": [],
    }


def _defined(node: str, definition: dict[str, Any] | None) -> dict[str, Any]:
    """What the definition says of the node, and in which branch it stands."""
    for entry, branch in _entries((definition or {}).get("nodes", ()), None):
        if entry["id"] == node:
            kind = entry.get("kind", "APPROVAL")
            names = {name: entry.get(name, node) for name in ("name", "name_zh")}
            return {"kind": kind, "branch": branch, **names}
    return {"kind": "APPROVAL", "branch": None, "name": node, "name_zh": node}


def _entries(
    nodes: Iterable[dict[str, Any]], branch: str | None
) -> Iterator[tuple[dict[str, Any], str | None]]:
    for entry in nodes:
        yield entry, branch
        for way in entry.get("branches", ()):
            yield from _entries(way["nodes"], way["id"])
