"""Whether every expression can be understood, with line and column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from approval_service.configuration.conditions import ConditionWrong, check, check_people
from approval_service.configuration.validation.forms import properties
from approval_service.configuration.validation.spots import branch_spots, node_spots
from approval_service.domain.flows.nodes import ApprovalNode, CopyNode
from approval_service.domain.flows.policies import ApproverKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from approval_service.configuration.validation.spots import Fault, Spot
    from approval_service.domain.flows.definition import Definition

_FIELD = re.compile(r"\bform\.([A-Za-z_]\w*)")


def condition_faults(definition: Definition) -> Iterator[Fault]:
    """The faults of ``when`` of nodes and branches, and of expressions that name approvers."""
    for spot in node_spots(definition.nodes):
        places: tuple[Spot[Any], ...] = (spot, *branch_spots(spot))
        for place in places:
            if place.entry.when is not None:
                yield from _faults(place, "when", place.entry.when, check, definition)
        if isinstance(spot.entry, ApprovalNode | CopyNode):
            yield from _expression_faults(spot, spot.entry, definition)


def _expression_faults(
    spot: Spot[Any], node: ApprovalNode | CopyNode, definition: Definition
) -> Iterator[Fault]:
    name = "approvers" if isinstance(node, ApprovalNode) else "recipients"
    for index, source in enumerate(getattr(node, name)):
        if source.kind is ApproverKind.EXPRESSION:
            below = f"{name}/{index}/expression"
            yield from _faults(spot, below, source.value, check_people, definition)


def _faults(
    spot: Spot[Any],
    below: str,
    expression: str,
    checked: Callable[[str, str], None],
    definition: Definition,
) -> Iterator[Fault]:
    try:
        checked(expression, definition.subject)
    except ConditionWrong as error:
        yield spot.fault("EXPRESSION_WRONG", f", {below}, {error}", f"/{below}")
        return
    fields = properties(definition)
    for field in sorted(set(_FIELD.findall(expression)) - fields):
        detail = f", {below}, uses form.{field}, which is no field of the form"
        yield spot.fault("FORM_FIELD_UNKNOWN", detail, f"/{below}")
