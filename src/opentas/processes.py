"""``opentas api SERVICE`` and ``opentas worker SERVICE``: one process of production."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from opentas.folder import data_folder
from opentas.services import service
from opentas_shared.runtime.serving import run_api
from opentas_shared.runtime.worker import run_worker

ServiceArgument = Annotated[
    str, typer.Argument(metavar="SERVICE", help="lead, opportunity, approval or metrics.")
]


def api(name: ServiceArgument) -> None:
    """Serve the HTTP API of one service; SIGTERM drains it."""
    _use_data_folder()
    run_api(service(name))


def worker(name: ServiceArgument) -> None:
    """Run relay and consumer of one service over Kafka; SIGTERM finishes what is at hand."""
    _use_data_folder()
    run_worker(service(name))


def _use_data_folder() -> None:
    """Trust the tokens that ``opentas token`` signs here, wherever the process is started."""
    os.environ.setdefault("OPENTAS_DATA_DIR", str(data_folder()))
