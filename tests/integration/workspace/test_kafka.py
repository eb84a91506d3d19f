"""The brokers of the tests answer, and their own one survives what tests do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kafka.admin import KafkaAdminClient

if TYPE_CHECKING:
    from tests.support.kafka import Broker

pytestmark = pytest.mark.kafka


def topics(address: str) -> list[str]:
    client = KafkaAdminClient(bootstrap_servers=address)
    try:
        return list(client.list_topics())
    finally:
        client.close()


def test_the_broker_of_the_session_answers(kafka: str) -> None:
    assert isinstance(topics(kafka), list)


def test_an_own_broker_goes_on_after_a_kill(own_kafka: Broker) -> None:
    own_kafka.start()
    own_kafka.kill()
    own_kafka.start()
    assert isinstance(topics(own_kafka.address), list)
    own_kafka.stop()
