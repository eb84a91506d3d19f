"""``opentas rebuild PROJECTION``: a read model again from zero, beside the live one."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from opentas.databases import database_of, server
from opentas.folder import data_folder
from opentas.product import direct_transport, kafka_settings
from opentas.services import services
from opentas_shared.messaging.kafka import KafkaTransport
from opentas_shared.messaging.rebuilding import NotCaughtUp, rebuild_from_records
from opentas_shared.messaging.transport import Transport
from opentas_shared.persistence.projection import Projection
from opentas_shared.persistence.rebuild import RebuildReport, rebuild_from_events
from opentas_shared.runtime.service import Service

Chosen = tuple[Service, tuple[Projection, ...]]


def rebuild(
    name: Annotated[
        str,
        typer.Argument(
            metavar="PROJECTION",
            help="leads, or lead-service/leads, or metrics-service (always as a whole), or all.",
        ),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Only compare with the live tables, do not swap.")
    ] = False,
) -> None:
    """Build read models again from all events beside the live tables, compare, swap them in."""
    differing = 0
    with server(data_folder()) as address:
        for owner, projections in find(name):
            names = ", ".join(projection.name for projection in projections)
            typer.echo(f"{owner.name}/{names} ...", err=True)
            report = _rebuild(owner, projections, address, swap=not check)
            typer.echo(f"{owner.name}/{names}: {report.events} events")
            for table, count in report.differences.items():
                typer.echo(f"  {table}: {count} rows differed from the live table")
                differing += count
    if check and differing:
        raise typer.Exit(1)


def _rebuild(
    owner: Service, projections: tuple[Projection, ...], address: str, *, swap: bool
) -> RebuildReport:
    with ExitStack() as stack:
        database = database_of(owner, data_folder(), address)
        stack.callback(database.close)
        if owner.aggregates:
            return rebuild_from_events(database, projections[0], swap=swap)
        try:
            transport = _transport(stack, address)
            return rebuild_from_records(owner, database, projections, transport, swap=swap)
        except NotCaughtUp as failure:
            typer.echo(str(failure), err=True)
            raise typer.Exit(1) from None


def _transport(stack: ExitStack, address: str) -> Transport:
    kafka = kafka_settings()
    if kafka is not None:
        return KafkaTransport(kafka)
    producers = []
    for each in services():
        if each.publishing:
            database = database_of(each, data_folder(), address)
            stack.callback(database.close)
            producers.append((each, database))
    direct = direct_transport(producers)
    direct.start()
    stack.callback(direct.stop)
    return direct


def find(name: str) -> list[Chosen]:
    """The projections of this name; ``BadParameter`` names those there are.

    What a consumer makes of other services' events shares one tracking and is rebuilt whole.
    """
    chosen = [entry for each in services() for entry in _entries(each)]
    if name == "all":
        return chosen
    matching = [
        (each, projections) for each, projections in chosen if name in _names(each, projections)
    ]
    if len(matching) != 1:
        there = ", ".join(_names(*entry)[0] for entry in matching or chosen)
        what = "ambiguous" if matching else "no projection"
        raise typer.BadParameter(f"{name} is {what}; there are {there}")
    return matching


def _entries(each: Service) -> list[Chosen]:
    if each.aggregates:
        return [(each, (projection,)) for projection in each.projections]
    return [(each, each.projections)]


def _names(each: Service, projections: tuple[Projection, ...]) -> list[str]:
    full = [f"{each.name}/{projection.name}" for projection in projections]
    short = [projection.name for projection in projections]
    whole = [] if each.aggregates else [each.name, each.name.removesuffix("-service")]
    return [*whole, *full, *short]
