"""SIGTERM drains an api process: requests are answered, nothing accepted is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx

from opentas_shared.persistence.database import Database
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.web.keys import sign_development_token
from tests.service.kit.sample import SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

START = """
from opentas_shared.runtime.serving import run_api
from tests.service.kit.sample import SERVICE
run_api(SERVICE)
"""


async def test_drain(settings_for: Callable[..., Any], tmp_path: Path) -> None:
    settings = settings_for(SERVICE, drain_seconds=1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "OPENTAS_DATABASE_URL": settings.database_url,
        "OPENTAS_SAMPLE_DATABASE": settings.sample_database,
        "OPENTAS_DATA_DIR": str(settings.data_dir),
        "OPENTAS_DRAIN_SECONDS": "1",
        "OPENTAS_PORT": str(port),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    headers = {"authorization": f"Bearer {sign_development_token(settings, 'anna')}"}
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", START], env=environment, stdout=file)
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30
        ) as client:
            await _listening(client, process, log)
            accepted = 0

            async def writer() -> None:
                nonlocal accepted
                try:
                    while (await client.post("/v1/notes", json={"title": "x"})).status_code == 201:
                        accepted += 1
                except httpx.TransportError:
                    return

            writers = [asyncio.create_task(writer()) for _ in range(4)]
            while accepted < 5:
                await asyncio.sleep(0)
            process.send_signal(signal.SIGTERM)
            draining = False
            while not draining:
                draining = (await client.get("/readyz")).status_code == 503
            before = accepted
            while accepted == before:
                await asyncio.sleep(0)
            await asyncio.gather(*writers)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    output = log.read_text()
    assert "request_answered" in output
    assert "Traceback" not in output
    database = Database(settings.database_url_of(SERVICE.name))
    try:
        assert EventStore(database).head() >= accepted
    finally:
        database.close()


async def _listening(
    client: httpx.AsyncClient, process: subprocess.Popen[bytes], log: Path
) -> None:
    while process.poll() is None:
        try:
            await client.get("/livez")
        except httpx.TransportError:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text())
