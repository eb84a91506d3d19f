"""``opentas api SERVICE`` and ``opentas worker SERVICE``: one process of production."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer
import uvicorn

from opentas.services import service

GRACEFUL_SECONDS = 30


def api(
    name: Annotated[str, typer.Argument(metavar="SERVICE", help="lead, opportunity, ...")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "0.0.0.0",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8080,
) -> None:
    """Serve the HTTP API of one service; SIGTERM drains it."""
    package = service(name).name.replace("-", "_")
    uvicorn.run(
        f"{package}.main:create",
        factory=True,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def worker(
    name: Annotated[str, typer.Argument(metavar="SERVICE", help="lead, opportunity, ...")],
) -> None:
    """Run relay and consumer of one service over Kafka; SIGTERM finishes what is at hand."""
    package = service(name).name.replace("-", "_")
    import_module(f"{package}.worker").main()
