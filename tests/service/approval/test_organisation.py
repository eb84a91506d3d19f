"""The organisation directory over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.configuration.organisation_file import DEMONSTRATION

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    People = Callable[..., httpx.AsyncClient]

ADMIN = {"roles": ["organisation_admin"]}
DEMO = DEMONSTRATION.read_bytes()
MOVE = """
departments:
  - {id: sales, parent: marketing, head: zhao.min, labels: {zh: 销售中心, en: Sales}}
people:
  - {id: yang.mei, name: 杨梅, department: sales_north, posts: [sales_manager], active: false}
"""


async def imported(people: People, content: bytes | str) -> httpx.Response:
    return await people("root", **ADMIN).post("/v1/organisation/import", content=content)


async def test_an_import_is_idempotent(people: People) -> None:
    first = (await imported(people, DEMO)).json()
    assert first["departments"] == {"registered": 10, "changed": 0, "in_file": 10}
    assert first["people"]["registered"] == first["people"]["in_file"] > 20
    again = (await imported(people, DEMO)).json()
    assert (again["people"]["registered"], again["people"]["changed"]) == (0, 0)
    assert (again["departments"]["registered"], again["departments"]["changed"]) == (0, 0)


async def test_moving_a_department_moves_those_below(people: People) -> None:
    await imported(people, DEMO)
    moved = (await imported(people, MOVE)).json()
    assert moved["departments"] == {"registered": 0, "changed": 4, "in_file": 1}
    client = people("chen.jing")
    east = (await client.get("/v1/departments/sales_east")).json()
    assert east["path"] == ["company", "marketing", "sales", "sales_east"]
    mei = (await client.get("/v1/people/yang.mei")).json()
    assert (mei["active"], mei["department_id"], mei["version"]) == (False, "sales_north", 2)
    history = (await client.get("/v1/people/yang.mei/history")).json()["items"]
    assert [entry["type"] for entry in history] == ["person.registered", "person.changed"]
    below = await client.get("/v1/people?department_id=marketing&below=true&role=account_manager")
    assert [p["id"] for p in below.json()["items"]] == [
        "chen.jing",
        "guo.xin",
        "huang.lei",
        "li.wei",
        "liu.yang",
        "sun.tao",
        "zhang.hong",
    ]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ("people: [{id: x, name: X, department: nowhere}]", "/people/0/department"),
        ("people: [{id: x, name: X, posts: [wizard]}]", "/people/0/posts"),
        ("people: [{id: x, name: X, superior: y}]", "/people/0/superior"),
        ("people: [{id: x, name: X}, {id: x, name: X}]", "/people"),
        ("departments: [{id: a, parent: a, labels: {zh: a, en: a}}]", "/departments"),
        ("departments: [{id: a, head: b, labels: {zh: a, en: a}}]", "/departments/0/head"),
        ("people: [{id: 'a b', name: X}]", "/people/0/id"),
        ("[1, 2", None),
    ],
)
async def test_a_wrong_file_changes_nothing(people: People, content: str, pointer: str) -> None:
    refused = await imported(people, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "ORGANISATION_INVALID")
    if pointer:
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert (await people("x").get("/v1/people")).json()["items"] == []


async def test_importing_needs_the_role(people: People) -> None:
    refused = await people("chen.jing", roles=["sales_director"]).post(
        "/v1/organisation/import", content=DEMO
    )
    assert (refused.status_code, refused.json()["policy"]) == (403, "role:organisation_admin|admin")


@pytest.mark.usefixtures("organisation")
async def test_people_are_listed_and_searched(people: People) -> None:
    client = people("chen.jing")
    found = (await client.get("/v1/people", params={"q": "陈"})).json()["items"]
    assert [p["id"] for p in found] == ["chen.jing"]
    assert (await client.get("/v1/people/nobody")).status_code == 404
    one = await client.get("/v1/people/admin")
    assert {"importer", "admin", "sales_director"} <= set(one.json()["roles"])
    same = await client.get("/v1/people/admin", headers={"if-none-match": one.headers["etag"]})
    assert same.status_code == 304
    roots = (await client.get("/v1/departments?parent_id=company&limit=3")).json()
    assert [d["id"] for d in roots["items"]] == ["delivery", "finance", "legal"]
    assert roots["next"]


@pytest.mark.usefixtures("organisation")
async def test_flow_definitions_are_served(people: People) -> None:
    client = people("chen.jing")
    items = (await client.get("/v1/flow-definitions?in_force=true")).json()["items"]
    assert " ".join(d["number"].removeprefix("TAS ") for d in items) == (
        "1-1 1-2 1-3 2-1 2-2 2-3 2-4 2-5 2-6 3-1 3-2 4-1 6-1 6-2 6-3 6-4 7-1"
    )
    one = await client.get("/v1/flow-definitions/tas_6_3_bid_approval")
    assert one.json()["nodes"][1]["when"].startswith("base_amount_minor")
    assert one.headers["etag"] == '"2"'
    missing = await client.get("/v1/flow-definitions/tas_6_3_bid_approval?version=9")
    assert missing.status_code == 404
    roles = (await client.get("/approval-service/v1/reference/roles")).json()["items"]
    assert {"code": "admin", "label": "Administrator", "label_zh": "系统管理员"}.items() <= (
        next(r for r in roles if r["code"] == "admin").items()
    )
