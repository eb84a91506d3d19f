"""Forms of flows: what was filled in against the flow's JSON Schema, and who may do what there.

A field that the schema requires and that some node may write is asked of that node's approver,
not of the submitter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from approval_service.domain.flows.errors import FormChangesInvalid
from approval_service.domain.flows.nodes import ApprovalNode
from approval_service.domain.flows.policies import FieldAccess
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from approval_service.domain.flows.definition import Definition


@dataclass(frozen=True)
class FormFault:
    """One fault: the field as a path with dots, a sentence, and whether it is just missing."""

    field: str
    detail: str
    missing: bool = False


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema)


def faults_of(schema: str, form: Mapping[str, Any]) -> list[FormFault]:
    """Everything that the form lacks or has wrong; ``schema`` is JSON text."""
    return [_fault(error) for error in _validator(schema).iter_errors(form)]


def submission_faults(definition: Definition, form: Mapping[str, Any]) -> list[FormFault]:
    """What a submitter has left out or filled in wrongly."""
    return _faults_without(definition, form, _written_somewhere(definition))


def check_changes(
    definition: Definition,
    node: ApprovalNode,
    form: Mapping[str, Any],
    changes: Mapping[str, Any],
    *,
    agreeing: bool,
) -> None:
    """Refuse changes that the node does not permit or that make the form wrong (422).

    Who is ``agreeing`` must also fill in what the schema requires and the node may write.
    Raises ``FormChangesInvalid``.
    """
    own = _written(node)
    violations = [
        Violation(
            "FIELD_NOT_WRITABLE",
            f"{field} cannot be written at the node {node.id}.",
            pointer=f"/form_changes/{field}",
        )
        for field in changes
        if field not in own
    ]
    later = _written_somewhere(definition) - (own if agreeing else frozenset())
    violations += [
        Violation(
            "MISSING" if fault.missing else "INVALID",
            fault.detail,
            pointer="/form_changes/" + fault.field.replace(".", "/"),
        )
        for fault in _faults_without(definition, {**form, **changes}, later)
        if fault.field.partition(".")[0] in own
    ]
    if violations:
        raise FormChangesInvalid(violations[0].detail, violations=violations)


def check_no_changes(node: str, changes: Mapping[str, Any]) -> None:
    """Refuse every change (422): who only gives advice at the node writes nothing."""
    violations = [
        Violation(
            "FIELD_NOT_WRITABLE",
            f"{field} cannot be written with advice at the node {node}.",
            pointer=f"/form_changes/{field}",
        )
        for field in changes
    ]
    if violations:
        raise FormChangesInvalid(violations[0].detail, violations=violations)


def hidden_at(definition: Definition, nodes: Iterable[str]) -> frozenset[str]:
    """The fields that somebody who is asked at these nodes only may not see anywhere."""
    hidden = [
        frozenset(name for name, access in node.fields.items() if access is FieldAccess.HIDDEN)
        for node in map(definition.approval_node, nodes)
    ]
    return frozenset.intersection(*hidden) if hidden else frozenset()


def _written(node: ApprovalNode) -> frozenset[str]:
    return frozenset(name for name, access in node.fields.items() if access is FieldAccess.WRITE)


def _written_somewhere(definition: Definition) -> frozenset[str]:
    nodes = (node for node in definition.by_id.values() if isinstance(node, ApprovalNode))
    return frozenset().union(*map(_written, nodes))


def _faults_without(
    definition: Definition, form: Mapping[str, Any], later: frozenset[str]
) -> list[FormFault]:
    """The faults but for the fields that may be filled in later."""
    faults = faults_of(json.dumps(definition.form, sort_keys=True), form)
    return [fault for fault in faults if not (fault.missing and fault.field in later)]


def _fault(error: jsonschema_rs.ValidationError) -> FormFault:
    path = [str(part) for part in error.instance_path]
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(str(error.kind.property))
        return FormFault(".".join(path), f"{'.'.join(path)} is required.", missing=True)
    return FormFault(".".join(path), f"{'.'.join(path) or 'The form'}: {error.message}.")
