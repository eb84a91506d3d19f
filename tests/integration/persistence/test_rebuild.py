"""A rebuild beside the live tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from opentas_shared.persistence.rebuild import rebuild_from_events
from opentas_shared.persistence.recorded import Context
from tests.integration.persistence.test_executor import DOORS, create, doors, executor, move, rows

if TYPE_CHECKING:
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.executor import Executor

__all__ = ["executor"]


def test_rebuild_equals_live_mends_damage_and_keeps_names(
    executor: Executor, kernel_database: Database
) -> None:
    for _ in range(5):
        id, unit = create()
        executor.submit(unit, Context("t")).result(5)
        executor.submit(move(id, "open"), Context("t")).result(5)
    before = rows(kernel_database)
    report = rebuild_from_events(kernel_database, DOORS, swap=False)
    assert (report.events, report.differences) == (10, {"doors": 0})

    with kernel_database.begin() as connection:
        connection.execute(sa.update(doors).where(doors.c.id == id).values(moves=99))
    assert rebuild_from_events(kernel_database, DOORS).differences == {"doors": 2}
    assert rows(kernel_database) == before
    assert sa.inspect(kernel_database.engine).get_pk_constraint("doors")["name"] == "doors_pkey"
    executor.submit(move(id, "close"), Context("t")).result(5)
    assert rows(kernel_database)[id] == ("CLOSED", 2)
