"""Mappings: those that ship with the product and files of one's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from opentas.importing.mapping import Mapping
from opentas.importing.problems import Unusable

M = TypeVar("M", bound=Mapping)


def shipped() -> list[str]:
    """The names of the mappings that ship with the product."""
    files = resources.files(__package__).iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load(named: str, shape: type[M]) -> M:
    """The mapping of a shipped name or a file; ``Unusable`` says what is wrong with it."""
    return parse(_text(named), named, shape)


def parse(text: str, named: str, shape: type[M]) -> M:
    """The mapping in a text; ``Unusable`` says what is wrong with it and where."""
    try:
        # Every value stays the text that it is: a column named no, a rate of 7.80.
        content = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise Unusable(f"The mapping {named} is no YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise Unusable(f"The mapping {named} must be a YAML file of named fields.")
    kind = shape.model_fields["kind"].annotation.__args__[0]  # type: ignore[union-attr]
    if content.get("kind") != kind:
        raise Unusable(
            f"The mapping {named} is of the kind {content.get('kind')!r}; "
            f"this command needs one of the kind {kind!r}."
        )
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        raise Unusable(f"The mapping {named} is wrong: {_sentence(error)}") from None


def _text(named: str) -> str:
    path = Path(named)
    if named in shipped() and not path.is_file():
        return resources.files(__package__).joinpath(f"{named}.yaml").read_text("utf-8")
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise Unusable(
            f"The mapping {named} is neither one of {', '.join(shipped())} "
            f"nor a file that can be read ({reason})."
        ) from None


def _sentence(error: ValidationError) -> str:
    faults = []
    for fault in error.errors(include_url=False, include_context=False):
        place = ".".join(map(str, fault["loc"])) or "the file"
        if fault["type"] == "missing":
            faults.append(f"{place} is missing")
        elif fault["type"] == "extra_forbidden":
            faults.append(f"{place} is no field of a mapping")
        else:
            faults.append(f"{place}: {fault['msg'].removeprefix('Value error, ')}")
    return "; ".join(faults) + "."
