"""The embedded server: created once, started on a free loopback port, stopped in order."""

from __future__ import annotations

import socket
import subprocess
import time
from typing import TYPE_CHECKING, Self

from opentas_shared.runtime.embedded_postgres import configuration, leftovers
from opentas_shared.runtime.embedded_postgres.creation import USER, create
from opentas_shared.runtime.embedded_postgres.errors import EmbeddedPostgresFailed
from opentas_shared.runtime.embedded_postgres.placement import place

if TYPE_CHECKING:
    from pathlib import Path

_LOG_LIMIT = 16 * 1024 * 1024


class EmbeddedPostgres:
    """One PostgreSQL 18 whose data survive; the caller sees to it that it is the only starter.

    ``folder`` is the project's data folder. ``note`` says where the data lie when that is not
    below ``folder``. ``durable=False`` gives up safety against power failure, for tests.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._durable = durable
        self._placement = place(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self.data = self._placement.data
        self.note = self._placement.note
        self.log = self._folder / "postgres.log"

    def start(self, patience: float = 60.0) -> Self:
        """Create the data on first use, end what a killed runner left, start and wait for it."""
        create(self._placement, self._password_file, durable=self._durable)
        leftovers.clear(self.data)
        deadline = time.monotonic() + patience
        while not self._launch(deadline):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresFailed(
                    f"PostgreSQL did not start within {patience:.0f} s:\n{self._log_tail()}"
                )
        return self

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self._process is not None:
            leftovers.stop(self._process.pid)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._process is None:
            raise EmbeddedPostgresFailed("PostgreSQL is not running.")
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """The address of a database on this server, password included."""
        password = self._password_file.read_text()
        return f"postgresql://{USER}:{password}@127.0.0.1:{self._port}/{database}"

    @property
    def _password_file(self) -> Path:
        return self._folder / "postgres-password"

    def _launch(self, deadline: float) -> bool:
        """Start once, after a stop on the same port; False when it has to be tried again."""
        self._port = self._port or _free_port()
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            began = log.tell()
            self._process = subprocess.Popen(
                [
                    str(self._placement.binaries / "bin" / "postgres"),
                    *("-D", str(self.data)),
                    *configuration.options(self._port, durable=self._durable),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **self._placement.account.identity(),
            )
        while time.monotonic() < deadline:
            if self._ready():
                return True
            if self._process.poll() is not None:
                self._process = None
                said = self._log_tail(began)
                if "in use" in said or "starting up" in said:
                    self._port = 0
                    time.sleep(0.2)
                    return False
                raise EmbeddedPostgresFailed(f"PostgreSQL did not start:\n{said}")
            time.sleep(0.02)
        self.stop()
        return False

    def _ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            self._process is not None
            and len(lines) >= 8
            and lines[0] == str(self._process.pid)
            and lines[7].strip() == "ready"
        )

    def _log_tail(self, began: int = 0) -> str:
        with self.log.open("rb") as log:
            log.seek(began)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-20:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
