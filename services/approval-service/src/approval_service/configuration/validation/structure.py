"""Whether the nodes fit together: ids, branches, defaults, ratios, ways back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from approval_service.configuration.validation.spots import branch_spots, node_spots
from approval_service.domain.flows.nodes import SUBMITTER, ApprovalNode, ChoiceNode, ParallelNode
from approval_service.domain.flows.places import precedes
from approval_service.domain.flows.policies import Mode, RejectionPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.configuration.validation.spots import Fault, Spot
    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.nodes import Node


def structure_faults(definition: Definition) -> Iterator[Fault]:
    """The faults of ids, branches, ratios and ways back."""
    spots = list(node_spots(definition.nodes))
    times = Counter(spot.entry.id for spot in spots)
    for spot in spots:
        if times[spot.entry.id] > 1:
            yield spot.fault("ID_TWICE", " stands there twice", "/id")
        if spot.entry.id == SUBMITTER:
            yield spot.fault("ID_RESERVED", " has a name that means who submits", "/id")
        yield from _branch_faults(spot)
        if isinstance(spot.entry, ApprovalNode):
            yield from _ratio_faults(spot, spot.entry)
            yield from _way_back_faults(spot, spot.entry, definition)


def _branch_faults(spot: Spot[Node]) -> Iterator[Fault]:
    node = spot.entry
    branches = list(branch_spots(spot))
    times = Counter(branch.entry.id for branch in branches)
    for branch in branches:
        if times[branch.entry.id] > 1:
            yield branch.fault("ID_TWICE", " stands there twice", "/id")
        if not branch.entry.nodes:
            detail = " is empty; an AUTOMATIC node with the outcome PASS says that nothing is asked"
            yield branch.fault("BRANCH_EMPTY", detail, "/nodes")
    if isinstance(node, ChoiceNode) and all(branch.when is not None for branch in node.ways):
        yield spot.fault("DEFAULT_MISSING", " has no default: a last branch without when")
    if isinstance(node, ParallelNode):
        for branch in branches:
            if branch.entry.when is not None:
                detail = " runs always: a condition belongs to the nodes in it"
                yield branch.fault("BRANCH_CONDITION", detail, "/when")
    if isinstance(node, ParallelNode) and len(branches) < 2:
        yield spot.fault("BRANCH_MISSING", " has one branch only, nothing runs in parallel")


def _ratio_faults(spot: Spot[Node], node: ApprovalNode) -> Iterator[Fault]:
    if (node.ratio is not None) != (node.mode is Mode.RATIO):
        yield spot.fault("RATIO_MODE", ": ratio and the mode RATIO go together", "/ratio")
    elif node.ratio is not None and not 1 <= node.ratio <= 100:
        yield spot.fault(
            "RATIO_RANGE", f": a ratio is 1 to 100 per cent, not {node.ratio}", "/ratio"
        )


def _way_back_faults(
    spot: Spot[Node], node: ApprovalNode, definition: Definition
) -> Iterator[Fault]:
    if node.on_rejection is not RejectionPolicy.BACK or node.back_to == SUBMITTER:
        return
    target = definition.places.get(node.back_to)
    if target is None or not precedes(target, definition.places[node.id]):
        detail = f": back_to names {node.back_to}, which is no earlier node and not {SUBMITTER}"
        yield spot.fault("BACK_TO_UNKNOWN", detail, "/on_rejection")
    elif not isinstance(target.node, ApprovalNode):
        detail = f": back_to names {node.back_to}, where nobody approves"
        yield spot.fault("BACK_TO_UNKNOWN", detail, "/on_rejection")
