"""``opentas rebuild PROJECTION``: a read model again from zero, beside the live one."""

from __future__ import annotations

from typing import Annotated

import typer

from opentas.databases import database_of, server
from opentas.folder import data_folder
from opentas.services import service, services
from opentas_shared.persistence.projection import Projection
from opentas_shared.persistence.rebuild import rebuild_from_events
from opentas_shared.runtime.service import Service


def rebuild(
    name: Annotated[
        str, typer.Argument(metavar="PROJECTION", help="leads, or lead-service/leads.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Only compare with the live tables, do not swap.")
    ] = False,
) -> None:
    """Build a read model again from all events beside the live tables, compare, swap it in."""
    owner, projection = find(name)
    with server(data_folder()) as address:
        database = database_of(owner, data_folder(), address)
        try:
            report = rebuild_from_events(database, projection, swap=not check)
        finally:
            database.close()
    typer.echo(f"{owner.name}/{projection.name}: {report.events} events")
    for table, count in report.differences.items():
        typer.echo(f"  {table}: {count} rows differed from the live table")
    if check and any(report.differences.values()):
        raise typer.Exit(1)


def find(name: str) -> tuple[Service, Projection]:
    """The projection of this name; ``BadParameter`` names those there are."""
    owner, _, short = name.rpartition("/")
    chosen = [service(owner)] if owner else services()
    known = [(each, projection) for each in chosen for projection in each.projections]
    found = [(each, projection) for each, projection in known if projection.name == short]
    if len(found) == 1:
        return found[0]
    there = ", ".join(f"{each.name}/{projection.name}" for each, projection in found or known)
    raise typer.BadParameter(
        f"{name} is {'ambiguous' if found else 'no projection'}; there are {there}"
    )
