"""Generated documents: OpenAPI per service and the catalogue of problems.

``python -m opentas_shared.web.documents FOLDER MODULE:NAME... [--check]`` writes
``openapi/<service>.json`` and ``problems.md`` into FOLDER. With ``--check`` it writes nothing and
ends with an error that names every document that differs.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from opentas_shared.web.app import api_of
from opentas_shared.web.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opentas_shared.runtime.service import Service


def load(name: str) -> Service:
    """The service behind ``lead_service.service:SERVICE``."""
    module, _, attribute = name.partition(":")
    service: Service = getattr(importlib.import_module(module), attribute or "SERVICE")
    return service


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


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("services", nargs="+", help="lead_service.service:SERVICE ...")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    chosen = parser.parse_args(arguments)
    made = documents(load(name) for name in chosen.services)
    if not chosen.check:
        write(made, chosen.folder)
        return
    stale = differing(made, chosen.folder)
    if stale:
        raise SystemExit(f"Not up to date: {', '.join(stale)}. Run `make openapi` and commit them.")


if __name__ == "__main__":
    main()
