"""``opentas migrate``: create the databases that are missing and bring them to head."""

from __future__ import annotations

from typing import Annotated

import typer

from opentas.databases import ServerUnreachable, create_and_migrate, server
from opentas.folder import data_folder
from opentas.services import service, services


def migrate(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Default: all services.")
    ] = None,
) -> None:
    """Create the databases that are missing and bring every schema to head."""
    chosen = [service(name) for name in names] if names else services()
    try:
        with server(data_folder()) as address:
            create_and_migrate(chosen, data_folder(), address)
    except ServerUnreachable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for each in chosen:
        typer.echo(f"{each.name}: at head")
