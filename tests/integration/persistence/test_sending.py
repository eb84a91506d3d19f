"""Rows as JSON: every type of column comes back as it went in; answers reach their coroutines."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import DataError, IntegrityError

from opentas_shared.persistence.errors import NotStorable
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.recorded import Context
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.unit_of_work import UnitOfWork

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("big", sa.BigInteger),
    sa.Column("yes", sa.Boolean),
    sa.Column("ratio", sa.Float),
    sa.Column("exact", sa.Numeric),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("day", sa.Date),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("tags", ARRAY(sa.Text)),
    sa.Column("facts", JSONB),
    sa.Column("select", sa.Text),
)

FULL: dict[str, Any] = {
    "id": uuid4(),
    "part": 1,
    "text": 'O\'Neil said "50 % \\ off"; -- 客户\n\ttab %s {}',
    "big": 2**62,
    "yes": False,
    "ratio": 0.1,
    "exact": Decimal("12345678901234567890.123456789"),
    "at": datetime(2020, 2, 29, 23, 59, 59, 123456, timezone(timedelta(hours=8))),
    "day": date(1999, 12, 31),
    "raw": bytes(range(256)),
    "tags": ["a", "b,c", '"', "", "NULL"],
    "facts": {"a": [1, None, {"b": "x"}], "ä": 1.5, "null": None},
    "select": "reserved",
}


@pytest.fixture
def database(kernel_database: Database) -> Database:
    """A database with the table of things."""
    things.metadata.create_all(kernel_database.engine)
    return kernel_database


@pytest.fixture
def executor(database: Database) -> Iterator[Executor]:
    """A running executor."""
    running = Executor(database)
    running.start()
    yield running
    running.stop()


def written(database: Database, *rows: dict[str, Any], new: bool = True) -> list[dict[str, Any]]:
    """Write rows through a batch; all that is in the table then."""
    with database.begin() as connection:
        store = RowStore(connection)
        unit = Rows(store)
        for row in rows:
            (unit.new if new else unit.put)(things, row)
        unit.merge()
        store.flush()
    with database.read() as connection:
        return [dict(row) for row in connection.execute(sa.select(things)).mappings()]


def test_every_type_comes_back(database: Database) -> None:
    empty = dict.fromkeys(FULL) | {"id": uuid4(), "part": 2}
    found = written(database, FULL, empty)
    assert sorted(found, key=lambda row: row["part"]) == [FULL, empty]
    changed = written(database, FULL | {"text": "new"}, new=False)
    assert {row["text"] for row in changed} == {"new", None}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.just(UTC)),
    st.binary(max_size=50),
)
def test_any_value_comes_back(
    database: Database, text: str, big: int, ratio: float, at: datetime, raw: bytes
) -> None:
    row = FULL | {"text": text, "big": big, "ratio": ratio, "at": at, "raw": raw, "id": uuid4()}
    row |= {"tags": [text], "facts": {"text": text, text: [text]}}
    assert row in written(database, row)


def test_deleting_by_a_key_of_two_columns(database: Database) -> None:
    written(database, FULL, FULL | {"part": 2})
    with database.begin() as connection:
        store = RowStore(connection)
        rows = Rows(store)
        rows.delete(things, id=FULL["id"], part=1)
        rows.merge()
        store.flush()
        assert connection.scalars(sa.select(things.c.part)).all() == [2]


def test_errors_are_those_of_sqlalchemy(database: Database) -> None:
    written(database, FULL)
    with pytest.raises(IntegrityError):
        written(database, FULL)
    for value in ({"text": "a\0b"}, {"text": "\ud800"}, {"big": 2**63}, {"big": 2**80}):
        with pytest.raises(DataError):
            written(database, FULL | {"part": 3} | value)


async def test_what_cannot_be_stored_leaves_its_neighbours_alone(executor: Executor) -> None:
    def unit(part: int, **values: Any) -> Any:
        def put(work: UnitOfWork) -> int:
            work.rows.new(things, FULL | {"part": part} | values)
            return part

        return executor.run(put, Context("anna"))

    results = await asyncio.gather(
        unit(1),
        unit(2, text="a\0b"),
        unit(3, big=2**80),
        unit(4, text="\ud800"),
        unit(5, big=2**63),
        unit(6),
        return_exceptions=True,
    )
    assert [results[0], results[5]] == [1, 6]
    assert [type(result) for result in results[1:5]] == [NotStorable] * 4


async def test_a_cancelled_caller_harms_nobody(executor: Executor) -> None:
    def unit(work: UnitOfWork) -> str:
        return "done"

    gone = [asyncio.create_task(executor.run(unit, Context("anna"))) for _ in range(5)]
    stays = asyncio.create_task(executor.run(unit, Context("anna")))
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    assert await stays == "done"
    assert await executor.run(unit, Context("anna")) == "done"


def test_a_loop_that_is_gone_harms_nobody(executor: Executor) -> None:
    left = threading.Event()
    held = executor.submit(lambda work: left.wait(10), Context("anna"))

    async def leave() -> None:
        task = asyncio.create_task(executor.run(lambda work: "late", Context("anna")))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    left.set()
    assert held.result(10)
    assert executor.submit(lambda work: "next", Context("anna")).result(10) == "next"
