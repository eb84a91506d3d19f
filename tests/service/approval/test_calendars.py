"""Working calendars over HTTP and in the directory."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.organisation.calendar import BUILT_IN
from opentas_shared.organisation.directory import calendar_for_person, calendar_of, put_calendar
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from fastapi import FastAPI

    from tests.service.approval.world import World

GERMAN: dict[str, Any] = {
    "id": "de",
    "name": "Germany",
    "name_zh": "德国",
    "time_zone": "Europe/Berlin",
    "hours": ["08:00-16:30"],
    "holidays": [
        {"name": "Christmas", "name_zh": "圣诞节", "first": "2026-12-25", "last": "2026-12-26"}
    ],
}
ANY = {"if-match": "*"}


async def registered(world: World, **fields: Any) -> httpx.Response:
    return await world.people("admin").post("/v1/calendars", json={**GERMAN, **fields})


def test_without_any_the_built_in_one_answers(app: FastAPI) -> None:
    with app.state.resources.database.read() as connection:
        assert calendar_of(connection) is BUILT_IN
        assert calendar_for_person(connection, "nobody") is BUILT_IN


async def test_the_demonstration_comes_with_the_chinese_calendar(world: World) -> None:
    client = world.people("chen.jing")
    (one,) = (await client.get("/v1/calendars")).json()["items"]
    assert (one["id"], one["is_default"], one["time_zone"]) == ("cn", True, "Asia/Shanghai")
    assert one == (await client.get("/v1/calendars/cn")).json()
    spring = next(h for h in one["holidays"] if h["first"] == "2026-02-15")
    assert (spring["name_zh"], spring["make_up_days"]) == ("春节", ["2026-02-14", "2026-02-28"])
    with world.resources.database.read() as connection:
        calendar = calendar_of(connection)
        assert calendar is calendar_of(connection, "cn")
        assert calendar is calendar_for_person(connection, "chen.jing")
    assert calendar.hours_of(date(2026, 2, 16)) == ()
    assert len(calendar.hours_of(date(2026, 2, 28))) == 2


async def test_departments_name_calendars_and_inherit_them(world: World) -> None:
    made = await registered(world)
    assert made.status_code == 201, made.text
    assert (made.json()["is_default"], made.json()["weekdays"]) == (False, [1, 2, 3, 4, 5])
    assert made.json()["holidays"][0]["make_up_days"] == []
    named = await world.people("admin").patch(
        "/v1/departments/sales", json={"calendar_id": "de"}, headers=ANY
    )
    assert (named.status_code, named.json()["calendar_id"]) == (200, "de")
    with world.resources.database.read() as connection:
        german = calendar_of(connection, "de")
        assert german.time_zone == "Europe/Berlin"
        assert calendar_for_person(connection, "chen.jing") is german
        assert calendar_for_person(connection, "wu.hao") is calendar_of(connection, "cn")
        assert calendar_of(connection, "unknown") is calendar_of(connection)


async def test_a_change_counts_at_once_and_keeps_history(world: World) -> None:
    await registered(world)
    admin = world.people("admin")
    stale = await admin.patch("/v1/calendars/de", json={}, headers={"if-match": '"7"'})
    assert stale.status_code == 412
    special = [{"day": "2026-12-24", "hours": ["08:00-12:00"]}]
    changed = await admin.patch(
        "/v1/calendars/de", json={"special_days": special}, headers={"if-match": '"1"'}
    )
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert changed.json()["hours"] == GERMAN["hours"]
    with world.resources.database.read() as connection:
        hours = calendar_of(connection, "de").hours_of(date(2026, 12, 24))
    assert [str(one) for one in hours] == ["08:00-12:00"]
    history = (await admin.get("/v1/calendars/de/history")).json()["items"]
    assert [entry["type"] for entry in history] == ["calendar.registered", "calendar.changed"]


async def test_exactly_one_is_the_default(world: World) -> None:
    await registered(world, is_default=True)
    admin = world.people("admin")
    items = (await admin.get("/v1/calendars")).json()["items"]
    assert {one["id"]: one["is_default"] for one in items} == {"cn": False, "de": True}
    with world.resources.database.read() as connection:
        assert calendar_of(connection) is calendar_of(connection, "de")
    refused = await admin.patch("/v1/calendars/de", json={"is_default": False}, headers=ANY)
    assert (refused.status_code, refused.json()["code"]) == (422, "CALENDAR_INVALID")
    assert refused.json()["errors"][0]["pointer"] == "/is_default"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"time_zone": "Mars"}, "/time_zone"),
        ({"hours": ["9-5"]}, "/hours"),
        ({"hours": []}, "/hours"),
        ({"weekdays": [0]}, "/weekdays"),
        ({"special_days": [{"day": "2026-01-05", "hours": ["12:00-11:00"]}]},
         "/special_days/0/hours"),
    ],
)  # fmt: skip
async def test_a_wrong_calendar_is_refused(
    world: World, fields: dict[str, Any], pointer: str
) -> None:
    refused = await registered(world, **fields)
    assert (refused.status_code, refused.json()["code"]) == (422, "CALENDAR_INVALID")
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert (await world.people("admin").get("/v1/calendars/de")).status_code == 404


async def test_who_may_and_what_exists(
    world: World, people: Callable[..., httpx.AsyncClient]
) -> None:
    refused = await people("chen.jing").post("/v1/calendars", json=GERMAN)
    assert (refused.status_code, refused.json()["policy"]) == (403, "role:organisation_admin|admin")
    assert (await registered(world, id="cn")).status_code == 409
    unknown = await world.people("admin").patch("/v1/calendars/x", json={}, headers=ANY)
    assert unknown.status_code == 404
    wrong = await world.people("admin").patch("/v1/calendars/cn", json={"name": ""}, headers=ANY)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/name")


async def test_a_wrong_calendar_in_a_file_has_its_place(world: World) -> None:
    content = (
        "calendars: [{id: x, labels: {zh: x, en: x}, time_zone: Nowhere, hours: ['09:00-10:00']}]"
    )
    answer = await world.people("admin").post("/v1/organisation/import", content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, "CALENDAR_INVALID")
    assert answer.json()["errors"][0]["pointer"] == "/calendars/0/time_zone"


def test_a_transaction_sees_the_calendar_that_it_changed(app: FastAPI) -> None:
    plan = {
        "time_zone": "Europe/Berlin",
        "weekdays": [1],
        "hours": ["08:00-16:30"],
        "holidays": [],
        "special_days": [],
    }
    with app.state.resources.database.begin() as connection:
        store = RowStore(connection)
        assert calendar_of(Rows(store)) is BUILT_IN
        rows = Rows(store)
        put_calendar(rows, "de", 1, True, plan)
        rows.merge()
        assert calendar_of(Rows(store)).time_zone == "Europe/Berlin"
        assert calendar_of(Rows(store)) is calendar_of(Rows(store), "de")
    with app.state.resources.database.begin() as connection:
        assert calendar_of(Rows(RowStore(connection))).time_zone == "Europe/Berlin"
