"""Whether the form is a JSON Schema and what is said about its fields is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema_rs

from approval_service.configuration.facts import FACTS
from approval_service.configuration.validation.spots import Fault, node_spots
from approval_service.domain.flows.nodes import ApprovalNode, CopyNode
from approval_service.domain.flows.policies import ApproverKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.configuration.validation.spots import Spot
    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.nodes import Approvers, Node


def form_faults(definition: Definition) -> Iterator[Fault]:
    """The faults of the schema, of field permissions, form fields and watched facts."""
    try:
        jsonschema_rs.Draft202012Validator(definition.form)
    except (ValueError, jsonschema_rs.ValidationError) as error:
        detail = f"form is no JSON Schema: {str(error).splitlines()[0]}"
        yield Fault("/form", "FORM_NOT_A_SCHEMA", detail)
        return
    fields = properties(definition)
    for spot in node_spots(definition.nodes):
        node = spot.entry
        if isinstance(node, ApprovalNode):
            for field in node.fields:
                if field not in fields:
                    detail = f" has a permission for {field}, which is no field of the form"
                    yield spot.fault("FORM_FIELD_UNKNOWN", detail, f"/fields/{field}")
            yield from _named(spot, "approvers", node.approvers, fields)
        elif isinstance(node, CopyNode):
            yield from _named(spot, "recipients", node.recipients, fields)
    for index, watched in enumerate(definition.watched):
        yield from _watched(index, watched.fact, watched.percent, definition.subject)


def properties(definition: Definition) -> frozenset[str]:
    """The fields that the form describes."""
    described = definition.form.get("properties", {})
    return frozenset(described) if isinstance(described, dict) else frozenset()


def _named(
    spot: Spot[Node], name: str, sources: tuple[Approvers, ...], fields: frozenset[str]
) -> Iterator[Fault]:
    for index, source in enumerate(sources):
        if source.kind is ApproverKind.FORM_FIELD and source.value not in fields:
            detail = f" takes approvers from {source.value}, which is no field of the form"
            yield spot.fault("FORM_FIELD_UNKNOWN", detail, f"/{name}/{index}")


def _watched(index: int, fact: str, percent: int | None, subject: str) -> Iterator[Fault]:
    samples = FACTS[subject]
    if fact not in samples:
        detail = f"watched names {fact}, which is no fact of an {subject}"
        yield Fault(f"/watched/{index}/fact", "FACT_UNKNOWN", detail)
    elif percent is not None and type(samples[fact]) is not int:
        detail = f"watched gives {fact} a percentage, but it is no number"
        yield Fault(f"/watched/{index}/percent", "PERCENT_OF_NO_NUMBER", detail)
