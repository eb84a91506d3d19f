"""JSON Schema 2020-12 of every published event, kept beside the contracts."""

from __future__ import annotations

import json
from pathlib import Path

import opentas_shared.contracts
from opentas_shared.contracts.contract import contracts

FOLDER = Path(opentas_shared.contracts.__file__).parent / "schemas"
"""Where they are kept: the published language of the product is part of its code."""


def schemas() -> dict[str, str]:
    """The schema of each type by the name of its file."""
    return {
        f"{name}.json": json.dumps(contract.json_schema(), ensure_ascii=False, indent=2) + "\n"
        for name, contract in sorted(contracts().items())
    }
