"""Generated documents: OpenAPI per service and the catalogue of problems (``opentas docs``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from opentas_shared.web.app import api_of
from opentas_shared.web.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from opentas_shared.runtime.service import Service


def documents(services: Iterable[Service]) -> dict[str, str]:
    """The documents by their path below the folder."""
    made = {
        f"openapi/{service.name}.json": json.dumps(
            api_of(service).openapi(), ensure_ascii=False, indent=2
        )
        + "\n"
        for service in services
    }
    return made | {"problems.md": catalogue()}


def differing(made: Mapping[str, str], folder: Path) -> list[str]:
    """The documents that are missing or differ from what is generated now."""
    return [
        path
        for path, text in made.items()
        if not (folder / path).is_file() or (folder / path).read_text() != text
    ]


def write(made: Mapping[str, str], folder: Path) -> None:
    """Write the documents."""
    for path, text in made.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
