"""``opentas up`` in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx

if TYPE_CHECKING:
    import signal

OPENTAS = str(Path(sys.executable).with_name("opentas"))
PATIENCE_SECONDS = 90.0


class Up:
    """One ``opentas up`` and what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / f"up-{uuid4().hex[:6]}.log"
        folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [OPENTAS, "up"], env=environment(folder), stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "Ctrl-C" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    @property
    def said(self) -> str:
        """Everything printed so far."""
        return self._log.read_text()

    @property
    def url(self) -> str:
        """Where it runs, by its own words."""
        found = re.search(r"OpenTAS runs at (http\S+)", self.said)
        assert found
        return found[1]

    def client(self) -> httpx.Client:
        """A client with the token that was printed."""
        token = re.search(r"^TOKEN=(\S+)$", self.said, re.MULTILINE)
        assert token
        return httpx.Client(
            base_url=self.url, timeout=30, headers={"Authorization": f"Bearer {token[1]}"}
        )

    def end(self, wish: signal.Signals) -> int:
        """Send the signal and wait."""
        self.process.send_signal(wish)
        return self.process.wait(60)


def environment(folder: Path) -> dict[str, str]:
    """The environment of a person, with another data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENTAS_")}
    return kept | {"OPENTAS_DATA_DIR": str(folder)}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Another command beside it."""
    return subprocess.run(
        [OPENTAS, *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
