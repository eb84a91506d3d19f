"""``opentas docs``: write or check the generated documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opentas.docs import events, flows, machine, schemas
from opentas.services import services
from opentas_shared.web.documents import differing, documents, write


def docs(
    folder: Annotated[Path, typer.Argument(help="Where they are written.")] = Path("docs"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when one is not up to date.")
    ] = False,
) -> None:
    """Write the OpenAPI documents, the catalogues and the schemas of events."""
    made = {
        **documents(services()),
        "events.md": events.catalogue(services()),
        "tas-flows.md": flows.table(),
        "approval-state-machine.md": machine.page(),
    }
    kept = schemas.schemas()
    if not check:
        write(made, folder)
        write(kept, schemas.FOLDER)
        return
    stale = differing(made, folder) + differing(kept, schemas.FOLDER)
    if stale:
        typer.echo(f"Not up to date: {', '.join(stale)}. Run `make openapi` and commit.", err=True)
        raise typer.Exit(1)
