"""``opentas up``: the whole product in one process on one port."""

from __future__ import annotations

import gc
import os
import signal
import socket
from contextlib import ExitStack, suppress
from types import FrameType
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
from opentas.greeting import greet
from opentas.organisation import load_demonstration
from opentas.port import PortTaken, listen
from opentas.product import assemble, kafka_settings
from opentas.services import services
from opentas.topics import topic_names
from opentas_shared.messaging.kafka import WrongPartitions, apply_topics
from opentas_shared.messaging.transport import TransportFailed
from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
from opentas_shared.runtime.logs import configure_logs
from opentas_shared.runtime.settings import SharedSettings, load_settings

HOST = "127.0.0.1"
GRACEFUL_SECONDS = 10


def up(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Default: 8000, or the next free one."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
) -> None:
    """Start everything: database, services, event transport; Ctrl-C stops it again."""
    signal.signal(signal.SIGTERM, _interrupt)
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


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Make SIGTERM what Ctrl-C is, so that everything is stopped in order."""
    raise KeyboardInterrupt


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
    greet(product, shared, url, where)
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
