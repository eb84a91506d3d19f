"""Forms of flows: what a submitter filled in against the flow's JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jsonschema_rs


@dataclass(frozen=True)
class FormFault:
    """One fault: the field as a path with dots, and a sentence."""

    field: str
    detail: str


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema)


def faults_of(schema: str, form: dict[str, Any]) -> list[FormFault]:
    """Everything that the form lacks or has wrong; ``schema`` is JSON text."""
    return [_fault(error) for error in _validator(schema).iter_errors(form)]


def _fault(error: jsonschema_rs.ValidationError) -> FormFault:
    path = [str(part) for part in error.instance_path]
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(str(error.kind.property))
        return FormFault(".".join(path), f"{'.'.join(path)} is required.")
    return FormFault(".".join(path), f"{'.'.join(path) or 'The form'}: {error.message}.")
