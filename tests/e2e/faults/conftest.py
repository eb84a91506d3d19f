"""A cluster with servers of its own, which a test may kill and restart."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
from tests.support.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.kafka import Broker


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A durable PostgreSQL server of the test's own."""
    tmp_path.chmod(0o711)
    with EmbeddedPostgres(tmp_path / "database") as server:
        yield server


@pytest.fixture
def cluster(tmp_path: Path, own_postgres: EmbeddedPostgres, own_kafka: Broker) -> Iterator[Cluster]:
    """Eight processes, running, on servers of their own."""
    own_kafka.start()
    running = Cluster(tmp_path / "product", own_postgres.url(""), own_kafka.address)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kills() -> int:
    """How many processes are killed at random: 5 in ``make test``, 50 in ``make faults``."""
    return int(os.environ.get("OPENTAS_FAULT_KILLS", "5"))
