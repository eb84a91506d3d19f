"""What speaks against a submission: its form, and whom the submitter has to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.commands.sources import CHOSEN
from approval_service.configuration.conditions import FORM
from approval_service.configuration.forms import FormFault, submission_faults
from approval_service.domain.approval.routing import Case
from approval_service.domain.flows.nodes import ApprovalNode, ChoiceNode
from approval_service.domain.flows.policies import ApproverKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.places import Place


def faults_in(
    definition: Definition, form: dict[str, Any], case: Case, routing: Routing
) -> list[FormFault]:
    """Everything that the form lacks or has wrong, and ``chosen_approvers.<node>`` to be named."""
    faults = [*submission_faults(definition, form), *_unchosen(definition, form, case, routing)]
    return list({fault.field: fault for fault in reversed(faults)}.values())[::-1]


def case_of(
    flow: str, submitter_id: str, facts: Mapping[str, Any], form: Mapping[str, Any]
) -> Case:
    """What conditions may look at when an approval is submitted."""
    return Case(flow, submitter_id, {**facts, FORM: form}, next=form.get("next"))


def _unchosen(
    definition: Definition, form: Mapping[str, Any], case: Case, routing: Routing
) -> Iterator[FormFault]:
    chosen = form.get(CHOSEN)
    given = chosen if isinstance(chosen, dict) else {}
    for id, node in definition.by_id.items():
        if not isinstance(node, ApprovalNode) or not _by_submitter(node):
            continue
        if not _asked(definition.places[id], case, routing):
            continue
        people = given.get(id) or []
        people = people if isinstance(people, list) else [people]
        field = f"{CHOSEN}.{id}"
        if not people:
            yield FormFault(field, f"{field} must name who approves there.", missing=True)
        for person in people:
            if not routing.active(str(person)):
                yield FormFault(field, f"The organisation knows no active person {person}.")


def _by_submitter(node: ApprovalNode) -> bool:
    return any(source.kind is ApproverKind.SUBMITTER_CHOICE for source in node.approvers)


def _asked(place: Place, case: Case, routing: Routing) -> bool:
    """Whether the way leads there for sure: its conditions hold and no choice is around it."""
    while True:
        if isinstance(place.node, ChoiceNode) or not routing.applies(place.node.when, case).applies:
            return False
        if place.within is None:
            return True
        place = place.within
