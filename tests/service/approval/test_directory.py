"""The directory that every service keeps: the same rows from the published events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from approval_service.service import SERVICE
from opentas_shared.messaging.translation import Translation
from opentas_shared.organisation import directory
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.database import Database
    from tests.service.approval.world import World


async def test_published_events_make_the_same_directory_elsewhere(
    world: World, database_for: Callable[..., Database]
) -> None:
    elsewhere = database_for(SERVICE)
    translation = Translation(SERVICE.source, SERVICE.publishing)
    with elsewhere.begin() as connection:
        store = RowStore(connection)
        rows = Rows(store)
        for event, recorded in world.resources.events.after(0, 1000):
            contract = translation.contract(event, recorded)
            if type(contract) in directory.REACTIONS:
                assert contract is not None
                directory.apply(contract, translation.envelope(contract, recorded), rows)
        rows.merge()
        store.flush()
    with elsewhere.read() as there, world.resources.database.read() as here:
        for table in directory.TABLES:
            statement = select(table).order_by(*table.primary_key.columns)
            copied = there.execute(statement).all()
            assert copied
            assert copied == here.execute(statement).all()


async def test_what_the_directory_answers(world: World) -> None:
    with world.resources.database.read() as connection:
        chen = directory.person(connection, "chen.jing")
        assert chen is not None
        assert "account_manager" in chen.roles
        assert directory.posts_of(connection, "chen.jing") == {"senior_sales_manager"}
        assert directory.posts_of(connection, "nobody") == frozenset()
        below = directory.people_below(connection, "sales")
        assert {"zhao.min", "li.wei", "guo.xin", "lin.na"} <= below
        assert "wu.hao" not in below
        assert directory.reports_of(connection, "li.wei") == {"chen.jing", "liu.yang", "yang.mei"}
        assert {"li.wei", "chen.jing", "lin.na"} <= directory.reports_of(connection, "zhao.min")
        telesales = directory.department(connection, "telesales")
        assert telesales is not None
        assert telesales.path == ("company", "sales", "telesales")
        found = directory.people_with_role(connection, "sales_director")
        assert [person.person_id for person in found] == ["admin", "zhao.min"]
        assert directory.department(connection, "nowhere") is None


@pytest.mark.parametrize("person", ["li.wei", "zhao.min"])
async def test_superiors_in_a_circle_end(world: World, person: str) -> None:
    content = "people: [{id: zhao.min, name: 赵敏, department: sales, superior: li.wei}]"
    answer = await world.people("admin").post("/v1/organisation/import", content=content)
    assert answer.status_code == 200, answer.text
    with world.resources.database.read() as connection:
        assert person not in directory.reports_of(connection, person)
