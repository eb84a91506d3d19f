"""What every way to get a broker for the tests needs."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class NoBroker(Exception):
    """This machine cannot start a broker; the message says what is missing."""


def wait_for(address: str, patience: float, runs: Callable[[], bool], log: Path) -> None:
    """Wait until the broker at ``address`` answers a request for its topics."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not runs():
            break
        try:
            client = KafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
            client.list_topics()
        except (KafkaError, OSError, ValueError):
            time.sleep(0.2)
        else:
            client.close()
            return
    said = log.read_text(errors="replace")[-2000:]
    raise NoBroker(f"the broker at {address} does not answer\n{said}")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
