"""Where everything is measured: a folder, a durable PostgreSQL server, processes, a broker.

Everything that is started is noted, so that it ends with the measuring, however that ends.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from socket import create_connection
from typing import TYPE_CHECKING, TypeVar

import uvloop

from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
from tests.support import kafka as kafka_support
from tests.support import session
from tests.support.broker import NoBroker
from tests.support.cluster import Cluster, Process, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from pathlib import Path
    from typing import Any

__all__ = ["Cluster", "Surroundings", "answering", "free_port", "note", "run", "spawn", "start"]
T = TypeVar("T")
READY_SECONDS = 60.0


@dataclass
class Surroundings:
    """``say`` tells who waits what happens; ``quick`` measures too little, to try the code."""

    say: Callable[[str], None]
    quick: bool = False
    _folders: int = field(default=0)

    def folder(self, name: str) -> Path:
        """A new folder that a server without privileges can reach."""
        self._folders += 1
        made = session.folder() / f"{self._folders:02d}-{name}"
        made.mkdir(mode=0o711)
        return made

    @cached_property
    def database_url(self) -> str:
        """A PostgreSQL server as ``make run`` has it, durable; one for all that is compared."""
        self.say("starting PostgreSQL")
        server = EmbeddedPostgres(self.folder("postgres")).start()
        note(server.pid)
        return server.url("")

    @cached_property
    def kafka(self) -> tuple[str | None, str]:
        """The address of a broker, or nothing and why none can be had."""
        self.say("starting Kafka")
        try:
            return kafka_support.shared_broker(), ""
        except NoBroker as missing:
            return None, str(missing)

    def cluster(self, name: str, kafka: str, **settings: str) -> Cluster:
        """The processes of production with their own defaults, not started yet."""
        chosen = {"OPENTAS_LOG_LEVEL": "INFO", **settings}
        return Cluster(self.folder(name), self.database_url, kafka, **chosen)


def note(pid: int) -> None:
    """Stop this process when the measuring ends."""
    session.shared(f"process-{pid}", lambda: {"pid": pid})


def start(processes: Sequence[Process]) -> None:
    """Start processes of a cluster and wait until they answer."""
    for process in processes:
        process.start()
        assert process.handle is not None
        note(process.handle.pid)
    for process in processes:
        process.wait_ready()


@contextmanager
def spawn(module: str, *arguments: str) -> Iterator[None]:
    """A module of this package in a process of its own, as long as the block lasts."""
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=session.PROJECT)
    note(process.pid)
    yield
    process.terminate()
    process.wait(30)


def answering(port: int) -> None:
    """Wait until somebody listens on a port."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), closing(create_connection(("127.0.0.1", port), 1)):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port} after {READY_SECONDS:.0f} s")


def run(measuring: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the fastest event loop there is."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(measuring)
