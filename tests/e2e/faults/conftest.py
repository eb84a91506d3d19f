"""A cluster with servers of its own, which the tests of one module kill and restart."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
from tests.e2e.faults.scene import Scene
from tests.support import kafka as kafka_support
from tests.support import session
from tests.support.broker import NoBroker
from tests.support.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_MS = 8_000
"""The patience of the producers of these tests."""
LARGEST_EVENT = 8_192
"""Bytes of the largest event that the services of these tests accept."""


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Eight processes, running, on a PostgreSQL and a broker of their own."""
    folder = session.folder() / f"scene-{uuid4().hex}"
    folder.mkdir()
    try:
        broker = kafka_support.own_broker(folder / "kafka").start()
    except NoBroker as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Kafka broker for the fault tests: {missing}")
        pytest.skip(f"no Kafka broker for the fault tests: {missing}")
    with EmbeddedPostgres(folder / "database") as postgres:
        cluster = Cluster(
            folder / "product",
            postgres.url(""),
            broker.address,
            OPENTAS_KAFKA_DELIVERY_TIMEOUT_MS=str(PATIENCE_MS),
            OPENTAS_KAFKA_REQUEST_TIMEOUT_MS=str(PATIENCE_MS // 2),
            OPENTAS_MAX_EVENT_BYTES=str(LARGEST_EVENT),
        )
        cluster.start()
        yield Scene(cluster, broker, postgres, cluster.token())
        cluster.stop()
    broker.kill()


@pytest.fixture(scope="session")
def kills() -> int:
    """How many processes are killed at random: 5 in ``make test``, 50 in ``make faults``."""
    return int(os.environ.get("OPENTAS_FAULT_KILLS", "5"))
