"""Two services, a transport between them, and means to wait for positions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.messaging.consumer import Consumer
from opentas_shared.messaging.direct import DirectTransport, Producer
from opentas_shared.messaging.kafka import KafkaSettings, KafkaTransport, apply_topics
from opentas_shared.messaging.outbox import outbox
from opentas_shared.messaging.relay import Relay
from opentas_shared.messaging.translation import Translation
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.tables import tracking
from tests.integration.messaging import parcels
from tests.integration.messaging.parcels import Parcel, Tracker, seen, tracked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.unit_of_work import UnitOfWork

PATIENCE_SECONDS = 20.0


def wait_for(condition: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> None:
    """Wait until a condition holds; fail naming what was waited for."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.01)


class Sender:
    """The publishing side: commands on parcels, and where its event table ends."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.executor = Executor(database)
        self.events = EventStore(database)
        self.translation = Translation(parcels.SOURCE, dict(parcels.PUBLISHED))
        self.executor.start()

    def run(self, unit: Callable[[UnitOfWork], Any]) -> Any:
        return self.executor.submit(unit, Context("tester")).result(30)

    def send(self, content: str = "book") -> UUID:
        def unit(work: UnitOfWork) -> UUID:
            parcel = Parcel.create(Parcel.Created, new_id(), Moment.now(), content=content)
            work.save(parcel)
            return parcel.id

        id: UUID = self.run(unit)
        return id

    def move(self, id: UUID, to: str) -> None:
        def unit(work: UnitOfWork) -> None:
            parcel = work.get(Parcel, id)
            parcel.move(to, Moment.now())
            work.save(parcel)

        self.run(unit)

    def weigh(self, id: UUID) -> None:
        def unit(work: UnitOfWork) -> None:
            parcel = work.get(Parcel, id)
            parcel.weigh(100, Moment.now())
            work.save(parcel)

        self.run(unit)

    def send_many(self, parcels: int, moves: int) -> list[UUID]:
        """Many parcels, each moved several times, in group commits."""
        ids = [new_id() for _ in range(parcels)]

        def create(id: UUID) -> Callable[[UnitOfWork], None]:
            return lambda work: work.save(
                Parcel.create(Parcel.Created, id, Moment.now(), content="book")
            )

        def move(id: UUID, to: str) -> Callable[[UnitOfWork], None]:
            def unit(work: UnitOfWork) -> None:
                parcel = work.get(Parcel, id)
                parcel.move(to, Moment.now())
                work.save(parcel)

            return unit

        context = Context("tester")
        futures = [self.executor.submit(create(id), context) for id in ids]
        for step in range(moves):
            futures += [self.executor.submit(move(id, f"stop{step}"), context) for id in ids]
        for future in futures:
            future.result(60)
        return ids

    def relay(self, settings: KafkaSettings, **options: Any) -> Relay:
        options = {"standby_seconds": 0.05, **options}
        return Relay(
            parcels.SERVICE,
            self.database,
            self.events,
            self.translation,
            KafkaTransport(settings),
            **options,
        )

    def ends(self) -> dict[int, int]:
        """The position of the last published event of each partition."""
        events = self.events.after(0, 1_000_000)
        return {record.partition: record.offset for record in self.translation.records(events)}

    def published(self) -> int:
        with self.database.read() as connection:
            return outbox(connection).published


class Receiver:
    """The reacting side."""

    def __init__(self, database: Database, *, create: bool = True) -> None:
        self.database = database
        self.executor = Executor(database)
        self.tracker = Tracker()
        self.executor.start()
        if create:
            tracked.metadata.create_all(database.engine)

    def consumer(self, transport: Any, without: Sequence[Any] = (), **options: Any) -> Consumer:
        options = {"poll_seconds": 0.2, **options}
        reactions = dict(self.tracker.reactions_in_use or self.tracker.reactions)
        for contract in without:
            del reactions[contract]
        return Consumer(
            parcels.TRACKER,
            self.executor,
            self.database,
            reactions,
            transport,
            **options,
        )

    def reached(self, ends: dict[int, int], consumer: str = parcels.TRACKER) -> bool:
        """Whether every partition was applied up to its end."""
        statement = (
            sa.select(tracking.c.partition, sa.func.max(tracking.c.position))
            .where(tracking.c.consumer == consumer, tracking.c.topic == parcels.TOPIC)
            .group_by(tracking.c.partition)
        )
        try:
            with self.database.read() as connection:
                positions = {row[0]: row[1] for row in connection.execute(statement)}
        except OperationalError:
            return False
        return all(positions.get(partition, -1) >= end for partition, end in ends.items())

    def stops(self) -> dict[str, str]:
        with self.database.read() as connection:
            return {row.id: row.stops for row in connection.execute(sa.select(tracked))}

    def seen_positions(self) -> list[int]:
        with self.database.read() as connection:
            return list(connection.scalars(sa.select(seen.c.position).order_by(seen.c.position)))


def catch_up(sender: Sender, receiver: Receiver) -> None:
    """Wait until everything that was sent is applied."""
    ends = sender.ends()
    wait_for(lambda: receiver.reached(ends), f"the ends {ends}")


def kafka_settings(address: str) -> KafkaSettings:
    """Settings with a namespace of the test's own, its topics made."""
    settings = KafkaSettings(bootstrap_servers=(address,), namespace=f"t{new_id().hex[-12:]}")
    topics_made(settings)
    return settings


def topics_made(settings: KafkaSettings) -> None:
    """Create the topic of the parcels."""
    apply_topics(settings, [parcels.TOPIC])


def direct(sender: Sender) -> DirectTransport:
    """The direct transport from the sender."""
    return DirectTransport([Producer(parcels.SERVICE, sender.database, sender.translation)])
