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
        found = directory.holders(connection, "sales_director")
        assert [person.person_id for person in found] == ["admin", "zhao.min"]
        assert directory.department(connection, "nowhere") is None


@pytest.mark.parametrize("person", ["li.wei", "zhao.min"])
async def test_superiors_in_a_circle_end(world: World, person: str) -> None:
    content = "people: [{id: zhao.min, name: 赵敏, department: sales, superior: li.wei}]"
    answer = await world.people("admin").post("/v1/organisation/import", content=content)
    assert answer.status_code == 200, answer.text
    with world.resources.database.read() as connection:
        assert person not in directory.reports_of(connection, person)


def ids(people: list[directory.Person]) -> list[str]:
    return [person.person_id for person in people]


async def test_heads_and_superiors(world: World) -> None:
    with world.resources.database.read() as connection:
        head = directory.head_of(connection, "sales_east")
        assert head is not None
        assert head.person_id == "li.wei"
        assert directory.head_of(connection, "nowhere") is None
        upwards = directory.departments_upwards(connection, "chen.jing")
        assert [one.department_id for one in upwards] == ["sales_east", "sales", "company"]
        assert directory.departments_upwards(connection, "nobody") == []
        up = ["li.wei", "zhao.min", "zhou.guoqiang"]
        assert ids(directory.chain_of_heads(connection, "chen.jing")) == up
        assert ids(directory.chain_of_heads(connection, "chen.jing", levels=2)) == up[:2]
        down = directory.chain_of_heads(connection, "chen.jing", "DOWN", 2)
        assert ids(down) == ["zhou.guoqiang", "zhao.min"]
        assert ids(directory.chain_of_heads(connection, "li.wei")) == up[1:]
        assert directory.chain_of_heads(connection, "zhou.guoqiang") == []
        superior = directory.superior_of(connection, "ma.chao")
        assert superior is not None
        assert superior.person_id == "wu.hao"
        assert directory.superior_of(connection, "zhou.guoqiang") is None
        assert ids(directory.members(connection, "sales_east")) == [
            "chen.jing",
            "li.wei",
            "liu.yang",
            "yang.mei",
        ]


async def test_who_has_left_is_passed_over(world: World) -> None:
    admin = world.people("admin")
    left = await admin.post("/v1/people/li.wei/deactivation", headers={"if-match": "*"})
    assert left.status_code == 200, left.text
    with world.resources.database.read() as connection:
        assert directory.head_of(connection, "sales_east") is None
        superior = directory.superior_of(connection, "chen.jing")
        assert superior is not None
        assert superior.person_id == "zhao.min"
        assert ids(directory.chain_of_heads(connection, "chen.jing", levels=1)) == ["zhao.min"]
        assert "li.wei" not in ids(directory.members(connection, "sales_east"))
        assert "li.wei" not in ids(directory.holders(connection, "sales_supervisor"))


async def test_a_head_of_two_departments_stands_once(world: World) -> None:
    content = "departments: [{id: sales, parent: company, head: li.wei, labels: {zh: 销, en: S}}]"
    answer = await world.people("admin").post("/v1/organisation/import", content=content)
    assert answer.status_code == 200, answer.text
    with world.resources.database.read() as connection:
        chain = ids(directory.chain_of_heads(connection, "chen.jing"))
        assert chain == ["li.wei", "zhou.guoqiang"]
        assert ids(directory.chain_of_heads(connection, "li.wei")) == ["zhou.guoqiang"]
