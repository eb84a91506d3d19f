"""Whether every node and branch can be reached, decided on the facts that tell cases apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.configuration.conditions import ConditionWrong, holds
from approval_service.configuration.validation.samples import samples
from approval_service.configuration.validation.spots import Spot, branch_spots
from approval_service.domain.flows.nodes import AutomaticNode, ChoiceNode, ParallelNode
from approval_service.domain.flows.policies import AutomaticOutcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from approval_service.configuration.validation.spots import Fault
    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.nodes import Node


@dataclass(frozen=True)
class Demand:
    """What must be so for a place to be reached: the condition holds, or it does not."""

    expression: str
    holds: bool

    def met(self, facts: Mapping[str, Any]) -> bool:
        """Whether it is so; a condition without an answer is taken for true, like its negation."""
        try:
            return holds(self.expression, facts) is self.holds
        except ConditionWrong:
            return False


Demands = tuple[Demand, ...]


def reach_faults(definition: Definition) -> Iterator[Fault]:
    """Conditions that never hold, and the topmost places that nothing leads to."""
    yield from _sequence(definition.nodes, "", (), definition.subject)


def _sequence(
    nodes: tuple[Node, ...], above: str, demands: Demands, subject: str
) -> Iterator[Fault]:
    for index, node in enumerate(nodes):
        spot = Spot(node, f"{above}/nodes/{index}", f"node {node.id}")
        fault, inside = _entered(spot, demands, subject)
        if fault is not None:
            yield fault
        else:
            yield from _branches(spot, inside, subject)
        if _always_ends(node):
            for skipped, after in enumerate(nodes[index + 1 :], index + 1):
                place = Spot(after, f"{above}/nodes/{skipped}", f"node {after.id}")
                yield place.fault("UNREACHABLE", f" is never reached: {node.id} ends the approval")
            return
        if _rejects(node) and node.when is not None:
            demands = (*demands, Demand(node.when, False))


def _branches(spot: Spot[Node], demands: Demands, subject: str) -> Iterator[Fault]:
    # a choice takes its default only when no condition holds, wherever the default stands
    for branch in sorted(branch_spots(spot), key=lambda one: one.entry.when is None):
        fault, inside = _entered(branch, demands, subject)
        if fault is not None:
            yield fault
        else:
            nodes = branch.entry.nodes
            yield from _sequence(nodes, branch.pointer, inside, subject)
        if isinstance(spot.entry, ChoiceNode):
            when = branch.entry.when if branch.entry.when is not None else "true"
            demands = (*demands, Demand(when, False))


def _entered(spot: Spot[Any], demands: Demands, subject: str) -> tuple[Fault | None, Demands]:
    """The fault of a place that nothing leads to, and what holds inside it."""
    when = spot.entry.when
    own = () if when is None else (Demand(when, True),)
    inside = (*demands, *own)
    if own and not _possible(own, subject):
        return spot.fault("CONDITION_NEVER_HOLDS", f", when, never holds: {when}", "/when"), inside
    if not _possible(inside, subject):
        detail = " is never reached: what comes before it leaves no case for it"
        return spot.fault("UNREACHABLE", detail), inside
    return None, inside


def _possible(demands: Demands, subject: str) -> bool:
    """Whether some facts meet all demands; yes where there are too many cases to tell."""
    cases = samples([demand.expression for demand in demands], subject)
    return cases is None or any(all(one.met(facts) for one in demands) for facts in cases)


def _rejects(node: Node) -> bool:
    return isinstance(node, AutomaticNode) and node.outcome is AutomaticOutcome.REJECT


def _always_ends(node: Node) -> bool:
    """Whether the approval ends here in every case."""
    if node.when is not None:
        return False
    ends = [any(map(_always_ends, branch.nodes)) for branch in node.branches]
    if isinstance(node, ParallelNode):
        return any(ends)
    return _rejects(node) or (bool(ends) and all(ends))
