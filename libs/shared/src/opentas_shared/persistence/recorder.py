"""The library's recorder interfaces over our tables, for its conformance suites and its tools.

The services themselves append through the executor; both go through ``appending``, so the
order guarantee and the hash chain are the same.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Tracking,
)
from sqlalchemy import exc as sqlalchemy_exc
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.appending import (
    GENESIS,
    appending,
    event_row,
    lock_and_read_head,
)
from opentas_shared.persistence.mapping import stored_of
from opentas_shared.persistence.sending import send
from opentas_shared.persistence.tables import CHANNEL, events
from opentas_shared.persistence.tables import tracking as tracking_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from opentas_shared.persistence.database import Database


def _track(connection: Connection, new: Tracking) -> None:
    statement = insert(tracking_table).values(
        consumer="",
        source=new.application_name,
        epoch=1,
        topic="",
        partition=0,
        position=new.notification_id,
    )
    moved = connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(tracking_table.primary_key.columns),
            set_={"position": statement.excluded.position},
            where=tracking_table.c.position < statement.excluded.position,
        ).returning(tracking_table.c.position)
    )
    if moved.first() is None:
        raise IntegrityError(f"{new.application_name} is tracked past {new.notification_id}")


class SQLAlchemyAggregateRecorder(AggregateRecorder):
    """``AggregateRecorder`` of eventsourcing 9.5 on SQLAlchemy 2.1 and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append in one transaction, with the ``tracking`` when one is given."""
        self._insert(stored_events, kwargs.get("tracking"))
        return None

    def _insert(
        self, stored_events: Sequence[StoredEvent], tracking: Tracking | None
    ) -> Sequence[int]:
        try:
            with self._database.begin() as connection:
                head = lock_and_read_head(connection)
                hashes: dict[UUID | str, bytes] = {}
                rows = []
                for offset, stored in enumerate(stored_events, start=1):
                    id = stored.originator_id
                    previous = hashes.get(id) or self._last_hash(connection, id)
                    row = event_row(
                        stored,
                        position=head.position + offset,
                        previous_hash=previous,
                        metadata="{}",
                        effective_at=utc_now(),
                        head=head,
                    )
                    hashes[id] = row.hash
                    rows.append(row)
                if rows:
                    send(connection, appending(rows))
                if tracking is not None:
                    _track(connection, tracking)
        except sqlalchemy_exc.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        return [row.position for row in rows]

    @staticmethod
    def _last_hash(connection: Connection, id: UUID | str) -> bytes:
        return (
            connection.scalar(
                select(events.c.hash)
                .where(events.c.originator_id == id)
                .order_by(events.c.originator_version.desc())
                .limit(1)
            )
            or GENESIS
        )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stored events of one stream."""
        version = events.c.originator_version
        statement = select(events).where(events.c.originator_id == originator_id)
        if gt is not None:
            statement = statement.where(version > gt)
        if lte is not None:
            statement = statement.where(version <= lte)
        statement = statement.order_by(version.desc() if desc else version).limit(limit)
        with self._database.read() as connection:
            return [stored_of(row) for row in connection.execute(statement)]


class SQLAlchemyRecorder(SQLAlchemyAggregateRecorder, ProcessRecorder):
    """``ProcessRecorder``: streams, positions and tracking in one database."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append in one transaction, with the ``tracking`` when one is given; the positions."""
        return self._insert(stored_events, kwargs.get("tracking"))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events by position."""
        position = events.c.position
        statement = select(events).order_by(position).limit(limit)
        if start is not None:
            statement = statement.where(
                position >= start if inclusive_of_start else position > start
            )
        if stop is not None:
            statement = statement.where(position <= stop)
        if topics:
            statement = statement.where(events.c.topic.in_(topics))
        with self._database.read() as connection:
            return [
                Notification(
                    originator_id=row.originator_id,
                    originator_version=row.originator_version,
                    topic=row.topic,
                    state=row.state.encode(),
                    id=row.position,
                )
                for row in connection.execute(statement)
            ]

    def max_notification_id(self) -> int | None:
        """The position of the last event."""
        with self._database.read() as connection:
            position: int | None = connection.scalar(select(func.max(events.c.position)))
            return position

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> RecorderSubscription:
        """Events after ``gt`` and those to come."""
        return RecorderSubscription(self, gt, topics)

    def insert_tracking(self, tracking: Tracking) -> None:
        """Move a tracking position forward; never back, never to the same place twice."""
        with self._database.begin() as connection:
            _track(connection, tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far ``application_name`` has been tracked."""
        with self._database.read() as connection:
            position: int | None = connection.scalar(
                select(tracking_table.c.position).where(
                    tracking_table.c.consumer == "", tracking_table.c.source == application_name
                )
            )
            return position

    def listen(self, woken: threading.Event, stopped: threading.Event) -> None:
        """Set ``woken`` at every NOTIFY until ``stopped``."""
        with self._database.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(f"LISTEN {CHANNEL}")
            while not stopped.is_set():
                for _ in driver.notifies(timeout=0.1, stop_after=1):
                    woken.set()
            driver.execute("UNLISTEN *")


class RecorderSubscription(ListenNotifySubscription[SQLAlchemyRecorder]):
    """The library's subscription, woken by our NOTIFY channel."""

    def __init__(
        self, recorder: SQLAlchemyRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._stop_listening = threading.Event()
        self._listener = threading.Thread(
            target=recorder.listen,
            args=(self._has_been_notified, self._stop_listening),
            daemon=True,
        )
        self._listener.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        """Stop listening, then what the library does."""
        self._stop_listening.set()
        self._listener.join()
        super().__exit__(*args, **kwargs)
