"""A worker beside the API: it reacts, follows traces, tells its health, and tidies up."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import func, insert, select

from opentas_shared.domain.ids import derived_id
from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.direct import DirectTransport, Producer
from opentas_shared.messaging.translation import Translation
from opentas_shared.persistence.tables import idempotency
from opentas_shared.runtime.maintenance import Maintenance
from opentas_shared.runtime.resources import open_resources
from opentas_shared.runtime.settings import WrongSetting
from opentas_shared.runtime.worker import Worker, kafka_transport, worker_app
from tests.service.kit.sample import SERVICE, NoteWritten, SampleSettings, WriteNote, write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.resources import Resources

TRACE = "0af7651916cd43dd8448eb211c80319c"


def echo(contract: NoteWritten, envelope: Envelope, work: UnitOfWork) -> None:
    """Write the same note here."""
    id = derived_id("echo", contract.note_id)
    write(WriteNote(id, contract.title, "echo", at=work.context.moment), work)


ECHO = replace(SERVICE, name="echo-service", reactions={NoteWritten: echo}, publishing={})


@pytest.fixture
async def echoing(
    app: FastAPI, settings_for: Callable[..., Any]
) -> AsyncIterator[tuple[Resources, httpx.AsyncClient]]:
    """The worker of the echo service, over the direct transport."""
    producer = app.state.resources
    translation = Translation(SERVICE.source, SERVICE.publishing)
    transport = DirectTransport([Producer(SERVICE.name, producer.database, translation)])
    settings = settings_for(ECHO, data_dir=producer.settings.data_dir)
    resources = open_resources(ECHO, settings)
    application = worker_app(resources, Worker(resources, transport))
    transport.start()
    try:
        async with (
            application.router.lifespan_context(application),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(application), base_url="http://worker"
            ) as client,
        ):
            yield resources, client
    finally:
        transport.stop()


async def reached(resources: Resources, position: int) -> None:
    """Wait until the store holds a position."""
    import asyncio

    deadline = time.monotonic() + 20
    while resources.events.head() < position:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_trace_and_correlation_follow_the_event(
    client: httpx.AsyncClient, echoing: tuple[Resources, httpx.AsyncClient]
) -> None:
    resources, _ = echoing
    answer = await client.post(
        "/v1/notes",
        json={"title": "Hello"},
        headers={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "x-correlation-id": "c-9"},
    )
    await reached(resources, 1)
    [(event, recorded)] = resources.events.history(derived_id("echo", answer.json()["id"]))
    assert event.title == "Hello"  # type: ignore[attr-defined]
    assert recorded.actor == "system:echo-service"
    assert recorded.correlation_id == "c-9"
    assert recorded.traceparent is not None
    assert recorded.traceparent.split("-")[1] == TRACE
    assert recorded.causation_id is not None


async def test_health_of_a_worker(echoing: tuple[Resources, httpx.AsyncClient]) -> None:
    resources, worker = echoing
    live = await worker.get("/livez")
    assert live.json()["checks"] == {"executor": True, "consumer": True, "maintenance": True}
    assert (await worker.get("/readyz")).status_code == 200
    metrics = (await worker.get("/metrics")).text
    assert 'opentas_dead_letters{service="echo-service"} 0.0' in metrics
    assert "opentas_projection_age_seconds" in metrics
    resources.draining = True
    assert (await worker.get("/readyz")).status_code == 503


def test_worker_without_a_broker_does_not_start() -> None:
    with pytest.raises(WrongSetting, match=r"^OPENTAS_KAFKA_BOOTSTRAP_SERVERS is missing: "):
        kafka_transport(SampleSettings(kafka_bootstrap_servers=()))


async def test_expired_answers_are_deleted(client: httpx.AsyncClient, app: FastAPI) -> None:
    database = app.state.resources.database
    await client.post("/v1/notes", json={"title": "x"}, headers={"idempotency-key": "new"})
    old = {"fingerprint": "", "status": 201, "headers": {}, "body": b""}
    with database.begin() as connection:
        row = old | {"key": "old", "created_at": utc_now() - timedelta(hours=25)}
        connection.execute(insert(idempotency), [row])
    assert Maintenance(database, 24).tidy() == 1
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(idempotency)) == 1
