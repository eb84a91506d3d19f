"""A flow definition from outside, as JSON or YAML in the shape of a flow file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from approval_service.configuration.documents import read_document
from approval_service.configuration.flow_file import FlowFile
from approval_service.domain.flows.errors import DefinitionInvalid
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_definition(text: bytes) -> FlowFile:
    """The file with this text; ``DefinitionInvalid`` (422) with every fault of its shape."""
    try:
        content = read_document(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        sentence = f"The definition is neither JSON nor YAML: {error}."
        raise DefinitionInvalid([Violation("NOT_READABLE", sentence)]) from None
    return definition_from(content)


def definition_from(content: Any) -> FlowFile:
    """The file with this content; ``DefinitionInvalid`` (422) with every fault of its shape."""
    try:
        return FlowFile.model_validate(content)
    except ValidationError as error:
        faults = list(_own_faults(error.errors(include_url=False)))
        raise DefinitionInvalid([_violation(fault, content) for fault in faults]) from None


def _own_faults(faults: list[Any]) -> Iterator[Any]:
    """The faults without those of lists that are too short only because an entry is wrong."""
    for fault in faults:
        place = fault["loc"]
        inside = (one["loc"][: len(place)] == place != one["loc"] for one in faults)
        if fault["type"] != "too_short" or not any(inside):
            yield fault


def _violation(fault: Any, content: Any) -> Violation:
    pointer = _pointer(fault["loc"], content)
    detail = fault["msg"].removeprefix("Value error, ")
    return Violation(str(fault["type"]).upper(), f"{pointer or 'The root'}: {detail}.", pointer)


def _pointer(location: tuple[int | str, ...], content: Any) -> str:
    """The place in the content; what only names the expected kind of a thing is left out."""
    parts = []
    for index, part in enumerate(location):
        inside = isinstance(content, dict) and part in content
        if inside or (isinstance(content, list) and isinstance(part, int)):
            content = content[part]
        elif index < len(location) - 1 or not isinstance(content, dict):
            continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)
