"""YAML and JSON that come from outside: bounded in depth, without aliases.

The C parser reads nested collections by recursion, so that a small text of brackets ends the
process (measured); aliases make a small text endless. Both are refused before it is loaded.
"""

from __future__ import annotations

from typing import Any

import yaml
from pydantic_core import from_json

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 100
"""Collections within each other; a node within ten branches is at 42."""


def read_document(text: str | bytes) -> Any:
    """The content; ``yaml.YAMLError`` or ``UnicodeDecodeError`` for what is no such document."""
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        return _read_yaml(text)


def _read_yaml(text: str | bytes) -> Any:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"aliases such as *{event.anchor} are not read")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.YAMLError(f"more than {DEEPEST} levels are not read")
    return yaml.load(text, Loader=LOADER)
