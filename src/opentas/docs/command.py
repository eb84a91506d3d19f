"""``opentas docs``: write or check the generated documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from opentas.docs import events
from opentas.services import services
from opentas_shared.web.documents import differing, documents, write


def docs(
    folder: Annotated[Path, typer.Argument(help="Where they are written.")] = Path("docs"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when one is not up to date.")
    ] = False,
) -> None:
    """Write the OpenAPI documents and the catalogues of problems and events."""
    made = {**documents(services()), "events.md": events.catalogue(services())}
    if not check:
        write(made, folder)
        return
    stale = differing(made, folder)
    if stale:
        typer.echo(f"Not up to date: {', '.join(stale)}. Run `make openapi` and commit.", err=True)
        raise typer.Exit(1)
