"""Brokers and databases that stop, restart and fall silent under load."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.faults.load import Load
from tests.e2e.faults.verdict import judge

if TYPE_CHECKING:
    from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
    from tests.support.cluster import Cluster
    from tests.support.kafka import Broker

pytestmark = [pytest.mark.kafka, pytest.mark.faults]


def test_broker_and_database_restarted_and_broker_paused_under_load(
    cluster: Cluster, own_kafka: Broker, own_postgres: EmbeddedPostgres
) -> None:
    token = cluster.token()
    with Load(cluster.url("lead-service"), token) as load:
        time.sleep(1)
        own_kafka.kill()
        time.sleep(2)
        own_kafka.start()
        time.sleep(1)
        own_kafka.pause()
        time.sleep(PAUSE_SECONDS)
        own_kafka.resume()
        time.sleep(1)
        own_postgres.stop()
        time.sleep(1)
        own_postgres.start()
        time.sleep(1)
    assert load.failures == []
    judge(cluster, token, load.accepted)


PAUSE_SECONDS = 12.0
"""Longer than the producer's patience, which the cluster of these tests sets to 8 seconds."""
