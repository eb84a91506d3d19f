"""Freshness notes of several processes that share the partitions of a source."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.freshness import STALE, FreshnessNotes, freshness_of
from opentas_shared.persistence.tables import freshness
from tests.integration.messaging.parcels import TOPIC, TRACKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.database import Database


@pytest.fixture
def database(kernel_database_factory: Callable[[], Database]) -> Database:
    return kernel_database_factory()


def age(database: Database) -> float:
    with database.read() as connection:
        return freshness_of(connection, TRACKER).age_seconds


def test_the_age_counts_from_the_last_event_before_what_is_left(database: Database) -> None:
    notes = FreshnessNotes(database, TRACKER, [TOPIC])
    notes.delivered(TOPIC, utc_now() - timedelta(seconds=60))
    notes.write([TOPIC])
    assert 60 <= age(database) < 90
    notes.write([])
    assert age(database) == 0


def test_who_is_up_to_date_leaves_the_word_to_who_is_behind(database: Database) -> None:
    behind = FreshnessNotes(database, TRACKER, [TOPIC])
    behind.delivered(TOPIC, utc_now() - timedelta(seconds=60))
    behind.write([TOPIC])
    FreshnessNotes(database, TRACKER, [TOPIC]).write([])
    assert age(database) >= 60

    further_behind = FreshnessNotes(database, TRACKER, [TOPIC])
    further_behind.delivered(TOPIC, utc_now() - timedelta(seconds=600))
    further_behind.write([TOPIC])
    assert age(database) >= 600


def test_the_word_of_a_process_that_died_loses_its_weight(database: Database) -> None:
    dead = FreshnessNotes(database, TRACKER, [TOPIC])
    dead.delivered(TOPIC, utc_now() - timedelta(seconds=60))
    dead.write([TOPIC])
    with database.begin() as connection:
        connection.execute(sa.update(freshness).values(checked_at=utc_now() - 2 * STALE))
    FreshnessNotes(database, TRACKER, [TOPIC]).write([])
    assert age(database) == 0


def test_silence_of_the_consumer_itself_counts(database: Database) -> None:
    FreshnessNotes(database, TRACKER, [TOPIC]).write([])
    with database.begin() as connection:
        connection.execute(sa.update(freshness).values(checked_at=utc_now() - 2 * STALE))
    assert age(database) >= 2 * STALE.total_seconds()
