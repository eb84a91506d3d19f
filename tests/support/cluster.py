"""The product as in production: an api and a worker process per service, over Kafka."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from opentas.services import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENTAS = str(Path(sys.executable).with_name("opentas"))
READY_SECONDS = 120.0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Process:
    """One process of the cluster; it keeps its port over kills and restarts."""

    kind: str
    service: str
    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    handle: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        """``lead-service api``."""
        return f"{self.service} {self.kind}"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; ``wait_ready`` waits for its answer."""
        variable = "OPENTAS_PORT" if self.kind == "api" else "OPENTAS_WORKER_PORT"
        with self.log.open("ab") as log:
            self.handle = subprocess.Popen(
                [OPENTAS, self.kind, self.service],
                env=self.environment | {variable: str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def signal(self, wish: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        assert self.handle is not None
        self.handle.send_signal(wish)
        self.handle.wait(60)

    def wait_ready(self, patience: float = READY_SECONDS) -> None:
        """Wait until ``/readyz`` answers 200; fails with the end of the log."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"{self.name} is not ready:\n{self.log.read_text()[-3000:]}")


class Cluster:
    """Eight processes on one PostgreSQL server and one broker."""

    def __init__(self, folder: Path, database_url: str, kafka: str, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = {
            **os.environ,
            "OPENTAS_DATA_DIR": str(folder),
            "OPENTAS_DATABASE_URL": database_url,
            "OPENTAS_KAFKA_BOOTSTRAP_SERVERS": kafka,
            "OPENTAS_KAFKA_SESSION_TIMEOUT_MS": "2000",
            "OPENTAS_DRAIN_SECONDS": "0",
            "OPENTAS_LOG_LEVEL": "WARNING",
            **settings,
        }
        self.processes = [
            Process(kind, service, self.environment, folder / f"{service}-{kind}.log")
            for service in NAMES
            for kind in ("api", "worker")
        ]

    def start(self) -> None:
        """Create topics and databases, load the demonstration organisation, start everything."""
        self.run("topics", "apply")
        self.run("migrate")
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait_ready()

    def stop(self) -> None:
        """End every process in order."""
        for process in self.processes:
            if process.handle is not None and process.handle.poll() is None:
                process.signal(signal.SIGTERM)

    def run(self, *arguments: str) -> str:
        """Run ``opentas ARGUMENTS`` to its end; what it printed."""
        done = self.try_run(*arguments)
        assert done.returncode == 0, f"opentas {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def try_run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``opentas ARGUMENTS`` and look at the outcome oneself."""
        return subprocess.run(
            [OPENTAS, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def process(self, service: str, kind: str) -> Process:
        """The process of this kind of ``lead-service``."""
        return next(p for p in self.processes if (p.service, p.kind) == (service, kind))

    def url(self, service: str) -> str:
        """The API of a service."""
        return self.process(service, "api").url

    def token(self, roles: Sequence[str] = ("admin", "importer"), user: str = "admin") -> str:
        """A development token."""
        chosen = [argument for role in roles for argument in ("--role", role)]
        return self.run("token", "--user", user, *chosen).strip()
