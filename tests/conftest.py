"""Fixtures of all rings: PostgreSQL, fresh databases, Kafka and real data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from opentas_shared.persistence.database import Database
from tests.support import kafka as kafka_support
from tests.support import postgres as postgres_support
from tests.support import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings
    from tests.support.kafka import Broker
    from tests.support.live import LiveProduct
    from tests.support.postgres import Postgres


# Nothing is asserted about time: a loaded machine is no fault of the code.
settings.register_profile("opentas", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("opentas")


def pytest_configure(config: pytest.Config) -> None:
    session.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        session.end()


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    """The PostgreSQL server of this session."""
    return postgres_support.start()


@pytest.fixture
def database_for(postgres: Postgres) -> Iterator[Callable[[Service], Database]]:
    """``database_for(SERVICE)``: a fresh database with the schema of the service, closed after."""
    made: list[Database] = []

    def make(service: Service) -> Database:
        name = postgres.create_for(service)
        made.append(Database(postgres.database_url(name)))
        return made[-1]

    yield make
    for database in made:
        database.close()
        postgres.drop(str(database.url.database))


@pytest.fixture
def settings_for(postgres: Postgres, tmp_path: Path) -> Iterator[Callable[..., SharedSettings]]:
    """``settings_for(SERVICE, **overrides)``: settings naming a fresh database of the service."""
    made: list[str] = []

    def make(service: Service, **overrides: Any) -> SharedSettings:
        made.append(postgres.create_for(service))
        short = service.name.removesuffix("-service")
        chosen = {
            "database_url": postgres.url,
            f"{short}_database": made[-1],
            "data_dir": tmp_path,
            "drain_seconds": 0,
            **overrides,
        }
        return service.settings(**chosen)

    yield make
    for name in made:
        postgres.drop(name)


@pytest.fixture(scope="session")
def kafka() -> str:
    """The address of a Kafka broker shared by the session (see ``tests/support/kafka.py``)."""
    try:
        return kafka_support.shared_broker()
    except kafka_support.NoBroker as missing:
        return _without(f"no Kafka broker for the tests: {missing}")


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Broker]:
    """A broker that the test may stop, kill and pause; not started yet."""
    try:
        broker = kafka_support.own_broker(tmp_path / "kafka")
    except kafka_support.NoBroker as missing:
        _without(f"no Kafka broker of its own for this test: {missing}")
    yield broker
    if broker.pid:
        broker.kill()


@pytest.fixture
def live_product(
    settings_for: Callable[..., SharedSettings], request: pytest.FixtureRequest
) -> Iterator[Callable[..., LiveProduct]]:
    """``live_product("direct")`` or ``live_product("kafka")``: all services on one port."""
    from opentas_shared.messaging.kafka import KafkaSettings
    from tests.support.live import LiveProduct

    started: list[LiveProduct] = []

    def start(transport: str = "direct", **overrides: Any) -> LiveProduct:
        kafka = None
        if transport == "kafka":
            address = request.getfixturevalue("kafka")
            kafka = KafkaSettings(bootstrap_servers=(address,), namespace=f"t{uuid4().hex[:10]}")
        product = LiveProduct(lambda service: settings_for(service, **overrides), kafka)
        started.append(product)
        return product.start()

    yield start
    for product in started:
        product.stop()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets; a file missing there fails the test that reads it."""
    named = os.environ.get("OPENTAS_TEST_DATA")
    if not named:
        pytest.skip("OPENTAS_TEST_DATA does not name the folder of the real data sets")
    return Path(named).resolve(strict=True)


def _without(reason: str) -> Any:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
