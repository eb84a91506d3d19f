"""``opentas up`` as ``make run`` starts it, with data of its own."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

from bench.surroundings import free_port, note
from tests.support.cluster import OPENTAS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

READY_SECONDS = 120.0


@dataclass(frozen=True)
class RunningProduct:
    """Where the product answers, its server, its process, and a token for everything."""

    port: int
    database_url: str
    process: psutil.Process
    token: str


@contextmanager
def product(surroundings: Surroundings) -> Iterator[RunningProduct]:
    """The product with an embedded PostgreSQL and the direct transport."""
    surroundings.say("starting opentas up")
    folder = surroundings.folder("product")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENTAS_")}
    environment["OPENTAS_DATA_DIR"] = str(folder)
    log = folder / "up.log"
    with log.open("wb") as file:
        started = subprocess.Popen(
            [OPENTAS, "up", "--port", str(free_port())],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    note(started.pid)
    found = folder / "running.json"
    deadline = time.monotonic() + READY_SECONDS
    while not found.exists() or "Ctrl-C" not in log.read_text():
        if started.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"opentas up did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
    running = json.loads(found.read_text())
    token = subprocess.run(
        [OPENTAS, "token", "--user", "admin", "--role", "admin", "--role", "importer"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    port = urlsplit(running["url"]).port
    assert port is not None
    yield RunningProduct(port, running["database_url"], psutil.Process(started.pid), token)
    started.terminate()
    started.wait(60)
