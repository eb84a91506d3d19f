"""Fields of forms that a node hides from those who are only asked there (A34)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.configuration.forms import hidden_at
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.policies import FieldAccess

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FORMS = ("form", "form_changes")


def without(hidden: Collection[str], content: Any) -> Any:
    """The same, but for the hidden fields of every form and of every change of one."""
    if isinstance(content, list):
        return [without(hidden, one) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        name: _open_fields(hidden, value) if name in FORMS else without(hidden, value)
        for name, value in content.items()
    }


def _open_fields(hidden: Collection[str], form: Any) -> Any:
    if not isinstance(form, dict):
        return form
    return {name: value for name, value in form.items() if name not in hidden}


def hidden_from(person_id: str, row: Mapping[Any, Any]) -> frozenset[str]:
    """The fields of the form that the nodes hide from somebody who is only asked there."""
    definition = row["definition"]
    if definition is None or person_id == row["submitter_id"] or not _hides(definition):
        return frozenset()
    nodes = {
        node["node"]
        for round in row["rounds"]
        for node in round["nodes"]
        for task in node["tasks"]
        if task["assignee_id"] == person_id
    }
    return hidden_at(Definition.from_dict(definition), nodes)


def _hides(content: Any) -> bool:
    """Whether any node hides anything; most definitions do not."""
    if isinstance(content, dict):
        fields = content.get("fields")
        hides = isinstance(fields, dict) and FieldAccess.HIDDEN in fields.values()
        return hides or any(_hides(content.get(name)) for name in ("nodes", "branches"))
    return isinstance(content, list) and any(map(_hides, content))
