"""The library's own conformance suites, run against our recorder on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
    ProcessRecorderTestCase,
    TrackingRecorderTestCase,
)

from opentas_shared.persistence.recorder import (
    SQLAlchemyAggregateRecorder,
    SQLAlchemyRecorder,
)

if TYPE_CHECKING:
    from opentas_shared.persistence.database import Database


class WithRecorder:
    """Gives the library's test cases a recorder on a fresh database."""

    @pytest.fixture(autouse=True)
    def _database(self, kernel_database: Database) -> None:
        self.database = kernel_database

    def create_recorder(self) -> SQLAlchemyRecorder:
        return SQLAlchemyRecorder(self.database)


class TestAggregateRecorder(WithRecorder, AggregateRecorderTestCase):
    """Streams."""

    def create_recorder(self) -> SQLAlchemyAggregateRecorder:  # type: ignore[override]
        return SQLAlchemyAggregateRecorder(self.database)


class TestApplicationRecorder(WithRecorder, ApplicationRecorderTestCase):
    """Positions, subscriptions, concurrent writers."""


class TestTrackingRecorder(WithRecorder, TrackingRecorderTestCase):
    """Tracking positions that only move forward."""


class TestProcessRecorder(WithRecorder, ProcessRecorderTestCase):
    """Events and tracking in one transaction."""


class TestNonInterleavingPositions(WithRecorder, NonInterleavingNotificationIDsBaseCase):
    """The events of one transaction have adjacent positions."""

    insert_num = 1000
