"""From a list of nodes to the one that is asked next: a pure function of nodes and facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.errors import NoApprover

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from approval_service.domain.approval.routing import Resolution, Routing, Verdict
    from approval_service.domain.flows.definition import Node


@dataclass(frozen=True)
class Steps:
    """The nodes to skip and why, then whom to ask; ``ask`` is none when nothing is left."""

    skip: tuple[tuple[Node, Verdict], ...]
    ask: tuple[Node, Resolution] | None


def walk(
    nodes: Iterable[Node], routing: Routing, submitter_id: str, facts: Mapping[str, Any]
) -> Steps:
    """The way to the first node that applies. ``NoApprover`` when nobody can be asked there."""
    skip: list[tuple[Node, Verdict]] = []
    for node in nodes:
        verdict = routing.applies(node, facts)
        if verdict.applies:
            resolution = routing.approvers(node, submitter_id, facts)
            if not resolution.approvers:
                raise NoApprover(node.id)
            return Steps(tuple(skip), (node, resolution))
        skip.append((node, verdict))
    return Steps(tuple(skip), None)


def unstaffed(
    nodes: Iterable[Node], routing: Routing, submitter_id: str, facts: Mapping[str, Any]
) -> list[str]:
    """The nodes that apply and that nobody can approve."""
    return [
        node.id
        for node in nodes
        if routing.applies(node, facts).applies
        and not routing.approvers(node, submitter_id, facts).approvers
    ]
