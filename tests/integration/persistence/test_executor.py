"""Group commit: neighbours, order, races, retries."""

from __future__ import annotations

import multiprocessing
import threading
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import IllegalTransition, NotFound, StaleVersion
from opentas_shared.domain.ids import new_id
from opentas_shared.persistence import executor as executing
from opentas_shared.persistence import sending
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.errors import StoreUnavailable
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.projection import Projection
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.tables import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork

doors = sa.Table(
    "doors",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("moves", sa.Integer, nullable=False),
)


class Door(Aggregate):
    """Opens and closes."""

    TOPIC = "door"

    class Created(CreatedEvent):
        TOPIC = "door.created"
        name: str

    class Opened(AggregateEvent):
        TOPIC = "door.opened"

    class Closed(AggregateEvent):
        TOPIC = "door.closed"

    @event(Created)
    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "CLOSED"

    def open(self, at: Moment) -> None:
        if self.state == "OPEN":
            raise IllegalTransition("open", self.state)
        self.trigger(Door.Opened, at)

    @event(Opened)
    def _opened(self) -> None:
        self.state = "OPEN"

    def close(self, at: Moment) -> None:
        if self.state == "CLOSED":
            raise IllegalTransition("close", self.state)
        self.trigger(Door.Closed, at)

    @event(Closed)
    def _closed(self) -> None:
        self.state = "CLOSED"


def apply(event: AggregateEvent, record: object, rows: Rows) -> None:
    if isinstance(event, Door.Created):
        rows.new(doors, {"id": event.originator_id, "state": "CLOSED", "moves": 0})
        return
    row = rows.get(doors, id=event.originator_id)
    assert row is not None
    state = "OPEN" if isinstance(event, Door.Opened) else "CLOSED"
    rows.put(doors, row | {"state": state, "moves": row["moves"] + 1})


DOORS = Projection("doors", (doors,), apply)


def create(name: str = "front") -> tuple[UUID, Callable[[UnitOfWork], UUID]]:
    id = new_id()

    def unit(work: UnitOfWork) -> UUID:
        work.save(Door.create(Door.Created, id, work.context.moment, name=name))
        return id

    return id, unit


def move(id: UUID, method: str) -> Callable[[UnitOfWork], int]:
    def unit(work: UnitOfWork) -> int:
        door = work.get(Door, id)
        getattr(door, method)(work.context.moment)
        work.save(door)
        return door.version

    return unit


@pytest.fixture
def executor(kernel_database: Database) -> Iterator[Executor]:
    with kernel_database.begin() as connection:
        doors.create(connection)
    executor = Executor(kernel_database, [DOORS])
    executor.start()
    yield executor
    executor.stop()


def rows(database: Database) -> dict[UUID, tuple[str, int]]:
    with database.read() as connection:
        return {row.id: (row.state, row.moves) for row in connection.execute(sa.select(doors))}


def test_later_units_of_a_batch_see_earlier_ones(
    executor: Executor, kernel_database: Database
) -> None:
    blocker = threading.Event()
    executor.submit(lambda work: blocker.wait(5), Context("t"))
    id, unit = create()
    futures: list[Future[Any]] = [executor.submit(unit, Context("t"))]
    futures += [executor.submit(move(id, m), Context("t")) for m in ("open", "close", "open")]
    blocker.set()
    assert [future.result(5) for future in futures] == [id, 2, 3, 4]
    assert rows(kernel_database) == {id: ("OPEN", 3)}
    history = EventStore(kernel_database).history(id)
    assert [record.position for _, record in history] == [1, 2, 3, 4]


def test_a_refused_unit_leaves_its_neighbours_alone(
    executor: Executor, kernel_database: Database
) -> None:
    blocker = threading.Event()
    executor.submit(lambda work: blocker.wait(5), Context("t"))
    id, unit = create()

    def open_then_fail(work: UnitOfWork) -> None:
        door = work.get(Door, id)
        door.open(work.context.moment)
        work.save(door)
        raise IllegalTransition("fail", "here")

    def close_and_fail_inside(work: UnitOfWork) -> None:
        with work.nested() as inner:
            again = inner.get(Door, id)
            again.close(work.context.moment)
            inner.save(again)
            raise IllegalTransition("fail", "inside")

    def nested_failure_is_contained(work: UnitOfWork) -> int:
        door = work.get(Door, id)
        door.open(work.context.moment)
        work.save(door)
        with pytest.raises(IllegalTransition):
            close_and_fail_inside(work)
        return work.get(Door, id).version

    first = executor.submit(unit, Context("t"))
    refused = executor.submit(open_then_fail, Context("t"))
    contained = executor.submit(nested_failure_is_contained, Context("t"))
    last = executor.submit(move(id, "close"), Context("t"))
    blocker.set()
    assert first.result(5) == id
    with pytest.raises(IllegalTransition):
        refused.result(5)
    assert contained.result(5) == 2
    assert last.result(5) == 3
    assert rows(kernel_database) == {id: ("CLOSED", 2)}
    assert len(EventStore(kernel_database).history(id)) == 3


def test_if_match_and_not_found(executor: Executor) -> None:
    id, unit = create()
    executor.submit(unit, Context("t")).result(5)
    executor.submit(move(id, "open"), Context("t"), expected=(id, 1)).result(5)
    with pytest.raises(StaleVersion) as stale:
        executor.submit(move(id, "close"), Context("t"), expected=(id, 1)).result(5)
    assert stale.value.members["current_version"] == 2
    with pytest.raises(NotFound):
        executor.submit(move(new_id(), "open"), Context("t")).result(5)


def test_a_lost_connection_is_survived(executor: Executor, kernel_database: Database) -> None:
    id, unit = create()
    executor.submit(unit, Context("t")).result(5)
    with kernel_database.read() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert executor.submit(move(id, "open"), Context("t")).result(10) == 2
    assert rows(kernel_database) == {id: ("OPEN", 1)}


def write_in_a_process(url: str, count: int) -> None:
    database = Database(url)
    executor = Executor(database, [DOORS])
    executor.start()
    futures = [executor.submit(create()[1], Context("t")) for _ in range(count)]
    for future in futures:
        future.result(60)
    executor.stop()
    database.close()


def test_eight_writing_processes_and_a_tailing_reader_that_misses_nothing(
    kernel_database: Database, executor: Executor
) -> None:
    url = kernel_database.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_in_a_process, args=(url, 250)) for _ in range(8)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    store = EventStore(kernel_database)
    while len(seen) < 2000:
        alive = any(writer.is_alive() for writer in writers)
        seen += [record.position for _, record in store.after(seen[-1] if seen else 0, 500)]
        if not alive and len(seen) < 2000 and not store.after(seen[-1] if seen else 0, 1):
            break
    for writer in writers:
        writer.join(30)
    assert seen == list(range(1, 2001))
    with kernel_database.read() as connection:
        recorded = connection.scalars(
            sa.select(events.c.recorded_at).order_by(events.c.position)
        ).all()
    assert list(recorded) == sorted(recorded)


def test_a_dead_database_does_not_keep_the_executor_from_stopping() -> None:
    executor = Executor(Database("postgresql://127.0.0.1:1/nowhere"), retry_seconds=0.2)
    executor.start()
    patient = executor.submit(create()[1], Context("t"), patient=True)
    executor.stop()
    with pytest.raises(StoreUnavailable):
        patient.result(0)


def test_a_commit_whose_answer_is_lost_is_found_and_not_repeated(
    executor: Executor, kernel_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[bool] = []

    def send_and_lose_the_answer(connection: sa.Connection, statements: Any) -> Any:
        answer = sending.send(connection, statements)
        if not lost:
            lost.append(True)
            raise sa.exc.OperationalError("the connection is gone", None, Exception())
        return answer

    monkeypatch.setattr(executing, "send", send_and_lose_the_answer)
    id, unit = create()
    assert executor.submit(unit, Context("t")).result(10) == id
    assert lost
    assert len(EventStore(kernel_database).history(id)) == 1
