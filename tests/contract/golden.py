"""The golden corpus: one sample of each published type, written when it appears, never changed.

``python -m tests.contract.golden`` adds the samples that are missing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from opentas.services import services
from opentas_shared.contracts.contract import contracts

FOLDER = Path(__file__).parent / "golden"
_BY_FORMAT = {
    "uuid": "01a20c32-b459-7797-8215-57f072e34cb8",
    "date-time": "2026-11-24T06:16:19.289365Z",
    "date": "2027-02-01",
}
_BY_TYPE: dict[str, Any] = {
    "string": "text 文本",
    "integer": 7,
    "number": 0.5,
    "boolean": True,
    "object": {"key": "value"},
    "null": None,
}


def sample(field: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value of the field, the same every time; optional members are filled too."""
    if "$ref" in field:
        return sample(schema["$defs"][field["$ref"].rsplit("/", 1)[1]], schema)
    if "anyOf" in field:
        return sample(field["anyOf"][0], schema)
    if "enum" in field or "const" in field:
        return field.get("const", field.get("enum", [None])[0])
    if "properties" in field:
        return {name: sample(each, schema) for name, each in field["properties"].items()}
    if field.get("type") == "array":
        return [sample(field.get("items", {}), schema)]
    if field.get("format") in _BY_FORMAT:
        return _BY_FORMAT[field["format"]]
    return _BY_TYPE[field.get("type", "object")]


def missing() -> list[str]:
    """The published types without a sample."""
    services()
    return [name for name in sorted(contracts()) if not (FOLDER / f"{name}.json").exists()]


def add() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for name in missing():
        schema = contracts()[name].json_schema()
        text = json.dumps(sample(schema, schema), ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    add()
