"""People and departments, registered and changed one by one, and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.service.approval.world import World

ANY = {"if-match": "*"}
CSV = {"content-type": "text/csv; charset=utf-8"}


async def test_somebody_joins_moves_leaves_and_comes_back(world: World) -> None:
    admin = world.people("admin")
    body = {
        "id": "song.jia",
        "name": "宋佳",
        "department_id": "sales_east",
        "posts": ["sales_manager"],
        "superior_id": "li.wei",
    }
    made = await admin.post("/v1/people", json=body)
    assert (made.status_code, made.headers["location"]) == (201, "/v1/people/song.jia"), made.text
    assert made.json()["roles"] == []
    assert (await admin.post("/v1/people", json=body)).status_code == 409

    path = made.headers["location"]
    change = {"department_id": "sales_north", "superior_id": None}
    assert (await admin.patch(path, json=change)).status_code == 428
    moved = await admin.patch(path, json=change, headers={"if-match": '"1"'})
    assert moved.status_code == 200, moved.text
    assert moved.json().items() >= {
        "department_id": "sales_north", "superior_id": None, "posts": ["sales_manager"],
        "name": "宋佳", "version": 2,
    }.items()  # fmt: skip

    kept = await admin.patch(path, json={"name": None, "posts": None}, headers=ANY)
    assert (kept.json()["name"], kept.json()["version"]) == ("宋佳", 2)

    left = await admin.post(f"{path}/deactivation", headers=ANY)
    assert (left.status_code, left.json()["active"]) == (200, False)
    again = await admin.post(f"{path}/deactivation", headers=ANY)
    assert (again.status_code, again.json()["current_state"]) == (409, "INACTIVE")
    back = await admin.post(f"{path}/reactivation", headers=ANY)
    assert back.json()["active"] is True
    listed = await admin.get("/v1/people?post=sales_manager&active=true&department_id=sales_north")
    assert [one["id"] for one in listed.json()["items"]] == ["huang.lei", "song.jia"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"department_id": "nowhere"}, "/department_id"),
        ({"superior_id": "nobody"}, "/superior_id"),
        ({"posts": ["wizard"]}, "/posts"),
        ({"roles": ["wizard"]}, "/roles"),
    ],
)
async def test_a_person_names_what_exists(
    world: World, fields: dict[str, Any], pointer: str
) -> None:
    admin = world.people("admin")
    for refused in (
        await admin.post("/v1/people", json={"id": "x", "name": "X", **fields}),
        await admin.patch("/v1/people/chen.jing", json=fields, headers=ANY),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "ORGANISATION_INVALID")
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_a_department_is_founded_and_moved(world: World) -> None:
    admin = world.people("admin")
    body = {
        "id": "sales_south",
        "name": "Sales South",
        "name_zh": "华南销售部",
        "parent_id": "sales",
    }
    made = await admin.post("/v1/departments", json=body)
    assert (made.status_code, made.json()["path"]) == (201, ["company", "sales", "sales_south"])
    assert (await admin.post("/v1/departments", json=body)).status_code == 409
    moved = await admin.patch(
        "/v1/departments/sales", json={"parent_id": "marketing"}, headers={"if-match": '"1"'}
    )
    assert moved.json()["path"] == ["company", "marketing", "sales"]
    found = (await admin.get("/v1/departments", params={"q": "sales 华南"})).json()["items"]
    assert [one["id"] for one in found] == ["sales_south"]
    south = (await admin.get("/v1/departments/sales_south")).json()
    assert (south["path"], south["version"]) == (
        ["company", "marketing", "sales", "sales_south"],
        2,
    )


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"parent_id": "sales_east"}, "/departments", "CIRCULAR"),
        ({"parent_id": "sales"}, "/departments", "CIRCULAR"),
        ({"parent_id": "nowhere"}, "/parent_id", "UNKNOWN"),
        ({"head_id": "nobody"}, "/head_id", "UNKNOWN"),
        ({"calendar_id": "none"}, "/calendar_id", "UNKNOWN"),
    ],
)
async def test_a_department_stays_in_the_tree(
    world: World, fields: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await world.people("admin").patch("/v1/departments/sales", json=fields, headers=ANY)
    assert (refused.status_code, refused.json()["code"]) == (422, "ORGANISATION_INVALID")
    errors = {(error["pointer"], error["code"]) for error in refused.json()["errors"]}
    assert errors == {(pointer, code)}
    assert (await world.people("x").get("/v1/departments/sales")).json()["version"] == 1


async def test_changing_needs_the_role(
    world: World, people: Callable[..., httpx.AsyncClient]
) -> None:
    client = people("chen.jing")
    for refused in (
        await client.post("/v1/people", json={"id": "x", "name": "X"}),
        await client.patch("/v1/people/chen.jing", json={"name": "X"}, headers=ANY),
        await client.post("/v1/people/li.wei/deactivation", headers=ANY),
        await client.patch("/v1/departments/sales", json={"head_id": None}, headers=ANY),
    ):
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


async def test_csv_files_are_imported(world: World) -> None:
    admin = world.people("admin")
    departments = (
        "\ufeffid,name,name_zh,parent_id,head_id\r\n"
        'sales_south,"Sales, South",华南销售部,sales,li.wei\r\n'
        "sales,Sales,销售中心,company,zhao.min\r\n"
    )
    first = await admin.post("/v1/organisation/import", content=departments, headers=CSV)
    assert first.status_code == 200, first.text
    assert first.json()["departments"] == {"registered": 1, "changed": 0, "in_file": 2}
    people = (
        "id,name,department_id,posts,roles,superior_id,active\n"
        "song.jia,宋佳,sales_south,sales_manager, account_manager ; key_account_manager,li.wei,\n"
        "yang.mei,杨梅,sales_east,junior_sales,account_manager,li.wei,false\n"
    )
    for registered in (1, 0):
        done = await admin.post("/v1/organisation/import", content=people, headers=CSV)
        assert done.status_code == 200, done.text
        assert done.json()["people"]["registered"] == registered
    song = (await admin.get("/v1/people/song.jia")).json()
    assert song["roles"] == ["account_manager", "key_account_manager"]
    assert song["active"] is True
    assert (await admin.get("/v1/people/yang.mei")).json()["active"] is False


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            "id,name,department_id\nx,X,sales\ny,Y,nowhere\nz,Z,neither\n",
            ["Row 3, department: There is no department nowhere.",
             "Row 4, department: There is no department neither."],
        ),
        ("id,name,posts\nx,X,sales_manager;wizard\n", ["Row 2, posts: There is no role wizard."]),
        ("id,name\nx\n", ["Row 2: it does not have the 2 columns."]),
        ("id,name\nx,X,Y\n", ["Row 2: it does not have the 2 columns."]),
        ("id,name\n,X\n", ["Row 2, id: Field required"]),
        ("id,name,active\nx,X,perhaps\n", ["Row 2, active: Input should be a valid boolean"]),
    ],
)  # fmt: skip
async def test_faults_of_a_csv_file_name_the_rows(
    world: World, content: str, sentences: list[str]
) -> None:
    refused = await world.people("admin").post(
        "/v1/organisation/import", content=content, headers=CSV
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "ORGANISATION_INVALID")
    details = [error["detail"] for error in refused.json()["errors"]]
    assert len(details) == len(sentences)
    for detail, sentence in zip(details, sentences, strict=True):
        assert detail.startswith(sentence)


@pytest.mark.parametrize("content", ["", "id,title\nx,X\n", "name\nX\n", b"id,name\nx,\xff\n"])
async def test_a_csv_file_has_a_header_that_is_known(world: World, content: str | bytes) -> None:
    refused = await world.people("admin").post(
        "/v1/organisation/import", content=content, headers=CSV
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "ORGANISATION_INVALID")
    assert "header is wrong" in refused.json()["detail"] or "UTF-8" in refused.json()["detail"]
