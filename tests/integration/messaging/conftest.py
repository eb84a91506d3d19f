"""Databases and transports of the messaging tests."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.messaging.kafka import KafkaTransport
from opentas_shared.persistence.database import Database
from tests.integration.messaging.world import Receiver, Sender, direct, kafka_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.support.postgres import Postgres


@pytest.fixture
def kernel_database_factory(postgres: Postgres) -> Iterator[Callable[[], Database]]:
    """Fresh databases with the kernel's tables."""
    made: list[Database] = []
    script = resources.files("opentas_shared.persistence").joinpath("kernel_v1.sql").read_text()

    def make() -> Database:
        database = Database(postgres.database_url(postgres.create()), pool_size=10)
        made.append(database)
        with database.begin() as connection:
            connection.exec_driver_sql(script)
        return database

    yield make
    for database in made:
        database.close()
        postgres.drop(str(database.url.database))


@pytest.fixture
def sender(kernel_database_factory: Callable[[], Database]) -> Iterator[Sender]:
    sender = Sender(kernel_database_factory())
    yield sender
    sender.executor.stop()


@pytest.fixture
def receiver(kernel_database_factory: Callable[[], Database]) -> Iterator[Receiver]:
    receiver = Receiver(kernel_database_factory())
    yield receiver
    receiver.executor.stop()


@pytest.fixture
def started(sender: Sender, receiver: Receiver) -> Iterator[Callable[[Any], Any]]:
    """Starts relays, consumers and transports, which are stopped after the test at the latest."""
    things: list[Any] = []

    def start(thing: Any) -> Any:
        things.append(thing)
        thing.start()
        return thing

    yield start
    for thing in reversed(things):
        thing.stop()


@pytest.fixture(params=["direct", "kafka"])
def transported(
    request: pytest.FixtureRequest, sender: Sender
) -> Iterator[Callable[[], AbstractContextManager[Any]]]:
    """Opens the transport from the sender; what it brings stays the same when it is reopened."""
    settings = None
    if request.param == "kafka":
        settings = kafka_settings(request.getfixturevalue("kafka"))

    @contextmanager
    def opened() -> Iterator[Any]:
        if settings is None:
            transport = direct(sender)
            transport.start()
            try:
                yield transport
            finally:
                transport.stop()
        else:
            relay = sender.relay(settings)
            relay.start()
            try:
                yield KafkaTransport(settings)
            finally:
                relay.stop()

    return opened
