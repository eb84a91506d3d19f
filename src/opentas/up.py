"""``opentas up``: the whole product in one process on one port."""

from __future__ import annotations

import gc
import os
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from opentas.databases import (
    ServerUnreachable,
    create_and_migrate,
    own_server,
    settings_of,
)
from opentas.folder import Claim, InUse, Running, claim, data_folder
from opentas.gateway import Gateway
from opentas.organisation import load_demonstration
from opentas.product import Product, assemble, kafka_settings
from opentas.services import services
from opentas.token import UnknownPerson, holder_of, signed
from opentas.topics import topic_names
from opentas_shared.messaging.kafka import WrongPartitions, apply_topics
from opentas_shared.messaging.transport import TransportFailed
from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
from opentas_shared.runtime.logs import configure_logs
from opentas_shared.runtime.settings import SharedSettings, load_settings

HOST = "127.0.0.1"
FIRST_PORT = 8000
GRACEFUL_SECONDS = 10


class PortTaken(Exception):
    """The port that was asked for is in use."""


def up(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Default: 8000, or the next free one."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
) -> None:
    """Start everything: database, services, event transport; Ctrl-C stops it again."""
    try:
        with ExitStack() as stack:
            claimed = stack.enter_context(claim(data_folder()))
            _run(stack, claimed, stack.enter_context(listen(host, port)))
    except (InUse, PortTaken, EmbeddedPostgresFailed, ServerUnreachable) as failure:
        typer.echo(str(failure), err=True)
        raise typer.Exit(1) from None
    except (TransportFailed, WrongPartitions) as failure:
        typer.echo(f"Kafka cannot be used: {failure}", err=True)
        raise typer.Exit(1) from None


def _run(stack: ExitStack, claimed: Claim, listener: socket.socket) -> None:
    folder = claimed.folder
    shared = load_settings(SharedSettings, data_dir=folder)
    quiet = "OPENTAS_LOG_LEVEL" not in os.environ
    configure_logs("WARNING" if quiet else shared.log_level, "opentas")
    kafka = kafka_settings()

    address, where = own_server(), "the server named in OPENTAS_DATABASE_URL"
    if address is None:
        typer.echo("Starting PostgreSQL ...")
        embedded = stack.enter_context(EmbeddedPostgres(folder))
        address, where = embedded.url(""), str(embedded.data)
        if embedded.note:
            typer.echo(embedded.note)
    typer.echo("Preparing the databases ...")
    create_and_migrate(services(), folder, address)
    if kafka:
        apply_topics(kafka, topic_names(services()))
    product = assemble([(each, settings_of(each, folder, address)) for each in services()], kafka)
    gateway = Gateway(product)
    product.start()
    stack.callback(product.stop)
    if shared.mode == "development":
        approval = product.part("approval-service").resources
        load_demonstration(approval.executor, approval.database)

    host, port = listener.getsockname()[:2]
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    claimed.announce(Running(os.getpid(), url, address))
    _say(product, shared, url, where)
    gc.collect()
    gc.freeze()
    server = uvicorn.Server(
        uvicorn.Config(
            gateway,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
    )
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    typer.echo("\nStopping ...")


def listen(host: str, port: int | None) -> socket.socket:
    """The listening socket on ``port``, or on the first free one from 8000; ``PortTaken``."""
    for candidate in [port] if port else range(FIRST_PORT, FIRST_PORT + 100):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if port:
                raise PortTaken(
                    f"Port {port} on {host} cannot be used ({error.strerror}). Stop what uses "
                    "it, choose another PORT, or leave PORT out to take the next free one."
                ) from None
            continue
        return listener
    raise PortTaken(f"No port from {FIRST_PORT} to {FIRST_PORT + 99} is free; choose a PORT.")


def _say(product: Product, settings: SharedSettings, url: str, where: str) -> None:
    """Tell a newcomer what runs, where, and how to make the first call."""
    typer.echo(f"\nOpenTAS runs at {url}\n")
    for part in product.parts:
        typer.echo(f"  {part.service.title:<22} {url}/{part.service.name}/docs")
    typer.echo(f"\n  Data       {where}")
    typer.echo(f"  Transport  {'Kafka' if product.kafka else 'direct (no broker)'}")
    if settings.mode == "development":
        approval = product.part("approval-service").resources
        try:
            with approval.database.read() as connection:
                token = signed(settings, holder_of(connection, "admin"))
        except UnknownPerson:
            typer.echo(f"\nA token:  {_command()} token --user ID")
        else:
            typer.echo("\nTry it in another terminal (the token is for the user admin):\n")
            typer.echo(f"TOKEN={token}")
            typer.echo(f'curl -H "Authorization: Bearer $TOKEN" {url}/v1/leads')
            typer.echo(f"\nA token for somebody else:  {_command()} token --user chen.jing")
    typer.echo("Ctrl-C stops everything.")
    sys.stdout.flush()


def _command() -> str:
    """How the reader calls this program."""
    program = Path(sys.argv[0])
    try:
        return str(program.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(program)
