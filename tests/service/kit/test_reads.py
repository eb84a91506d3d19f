"""Reads over HTTP: single reads, lists, cursors, waiting, history, published events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import pytest

from opentas_shared.domain.ids import new_id
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.pagination import LARGEST_LIMIT
from tests.service.kit.sample import WriteNote, write

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from fastapi import FastAPI

    Token = Callable[..., dict[str, str]]


async def many(client: httpx.AsyncClient, titles: list[str], **fields: str) -> None:
    """Several notes."""
    items = [{"title": title, **fields} for title in titles]
    answer = await client.post("/v1/note-batches", json={"items": items})
    assert answer.json()["refused"] == 0


async def test_etag_gives_304(client: httpx.AsyncClient) -> None:
    location = (await client.post("/v1/notes", json={"title": "x"})).headers["location"]
    read = await client.get(location)
    assert read.headers["etag"] == '"1"'
    for tag in ('"1"', 'W/"1"', '"0", "1"', "*"):
        again = await client.get(location, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == '"1"'
    assert (await client.get(location, headers={"if-none-match": '"2"'})).status_code == 200


async def walk(client: httpx.AsyncClient, path: str, way: str = "next") -> list[list[str]]:
    """The titles of every page."""
    pages = []
    body = (await client.get(path)).json()
    while True:
        pages.append([item["title"] for item in body["items"]])
        if body[way] is None:
            return pages
        body = (await client.get(f"{path}&cursor={body[way]}")).json()


@pytest.mark.parametrize("sort", ["title", "-title", "due_at,title", "-due_at,-title", "due_at"])
async def test_pages_forward_and_back(client: httpx.AsyncClient, sort: str) -> None:
    await many(client, ["a", "c", "e", "g"], due_at="2030-01-01T00:00:00Z")
    await many(client, ["b", "d", "f"])
    everything = (await client.get(f"/v1/notes?sort={sort}&limit=200")).json()["items"]
    titles = [item["title"] for item in everything]
    path = f"/v1/notes?sort={sort}&limit=3"
    pages = await walk(client, path)
    assert [title for page in pages for title in page] == titles
    assert [len(page) for page in pages] == [3, 3, 1]
    last = (await client.get(path)).json()
    while last["next"]:
        last = (await client.get(f"{path}&cursor={last['next']}")).json()
    back = [[item["title"] for item in last["items"]]]
    while last["prev"]:
        last = (await client.get(f"{path}&cursor={last['prev']}")).json()
        back.append([item["title"] for item in last["items"]])
    assert [title for page in reversed(back) for title in page] == titles
    if sort in {"due_at,title", "-due_at,-title"}:
        assert {item["due_at"] for item in everything[-3:]} == {None}


async def test_pages_stay_correct_while_rows_come_and_go(client: httpx.AsyncClient) -> None:
    await many(client, ["b", "d", "f", "h"])
    first = (await client.get("/v1/notes?sort=title&limit=2")).json()
    await many(client, ["a", "e"])
    second = await client.get(f"/v1/notes?sort=title&limit=2&cursor={first['next']}")
    assert [item["title"] for item in second.json()["items"]] == ["e", "f"]


async def test_cursor_is_bound_to_filters_and_sort(client: httpx.AsyncClient) -> None:
    await many(client, ["a", "b", "c"])
    cursor = (await client.get("/v1/notes?sort=title&limit=1")).json()["next"]
    forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for query in (
        {"sort": "-title", "cursor": cursor},
        {"sort": "title", "q": "a", "cursor": cursor},
        {"cursor": cursor},
        {"sort": "title", "cursor": forged},
        {"sort": "title", "cursor": "%%%"},
        {"sort": "title", "cursor": ""},
    ):
        answer = await client.get("/v1/notes", params={"limit": "1", **query})
        if query["cursor"] == "":
            assert answer.status_code == 200
            continue
        assert answer.status_code == 400, query
        assert answer.json()["code"] == "CURSOR_INVALID"
    other_limit = await client.get(f"/v1/notes?sort=title&limit=2&cursor={cursor}")
    assert [item["title"] for item in other_limit.json()["items"]] == ["b", "c"]


async def test_link_header_has_whole_addresses(client: httpx.AsyncClient) -> None:
    await many(client, ["a", "b", "c"])
    first = await client.get("/v1/notes?sort=title&limit=2&q=")
    link = first.headers["link"]
    address = link[1 : link.index(">")]
    assert parse_qs(urlparse(address).query)["limit"] == ["2"]
    assert link.endswith('rel="next"')
    second = await client.get(address)
    assert [item["title"] for item in second.json()["items"]] == ["c"]
    assert 'rel="prev"' in second.headers["link"]


async def test_limit_total_filters_and_search(client: httpx.AsyncClient) -> None:
    await many(client, [f"n{number:03}" for number in range(LARGEST_LIMIT + 5)])
    await many(client, ["100% Ärger", "Anruf bei Li"])
    for limit, count in ((0, 1), (-5, 1), (9999, LARGEST_LIMIT), (7, 7)):
        page = (await client.get(f"/v1/notes?limit={limit}")).json()
        assert len(page["items"]) == count
        assert "total" not in page
    found = (await client.get("/v1/notes?include_total=true&q=ÄRGER 100%25&limit=1")).json()
    assert found["total"] == 1
    assert (await client.get("/v1/notes?title=n007")).json()["items"][0]["title"] == "n007"
    assert (await client.get("/v1/notes?created_at_gte=2999-01-01T00:00:00Z")).json()["items"] == []
    for query in ("limit=x", "sort=colour", "sort=", "created_at_gte=yesterday"):
        answer = await client.get(f"/v1/notes?{query}")
        if query == "sort=":
            assert answer.status_code == 200
            continue
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["parameter"] == query.split("=")[0]


async def test_wait_until_it_is_there(client: httpx.AsyncClient, app: FastAPI) -> None:
    id = new_id()
    early = await client.get(f"/v1/notes/{id}")
    assert early.status_code == 404
    waiting = asyncio.create_task(
        client.get(f"/v1/notes/{id}", headers={"prefer": "respond-async, wait=20"})
    )
    await asyncio.sleep(0)
    command = WriteNote(id, "Later", "anna")
    await app.state.resources.executor.run(lambda work: write(command, work), Context("anna"))
    answer = await waiting
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait"
    assert (
        await client.get(f"/v1/notes/{uuid4()}", headers={"prefer": "wait=0"})
    ).status_code == 404


async def test_data_scope_hides_the_things_of_others(
    client: httpx.AsyncClient, token: Token
) -> None:
    mine = await client.post("/v1/notes", json={"title": "Mine"})
    boris = token("boris")
    assert (await client.get("/v1/notes", headers=boris)).json()["items"] == []
    assert (await client.get(mine.headers["location"], headers=boris)).status_code == 404
    admin = token("root", roles=["admin"])
    assert len((await client.get("/v1/notes", headers=admin)).json()["items"]) == 1
    assert (await client.get(mine.headers["location"], headers=admin)).status_code == 200


async def test_published_events_are_cloudevents(client: httpx.AsyncClient) -> None:
    await many(client, ["a", "b"])
    location = (await client.post("/v1/notes", json={"title": "c"})).headers["location"]
    await client.post(f"{location}/title", json={"title": "d"}, headers={"if-match": "*"})
    first = (await client.get("/sample-service/v1/events?limit=2")).json()
    assert [event["data"]["title"] for event in first["items"]] == ["a", "b"]
    event = first["items"][0]
    assert event["specversion"] == "1.0"
    assert event["type"] == "org.opentas.note.written.v1"
    assert event["source"] == "/opentas/sample-service"
    assert (first["next_after"], first["head"]) == (2, 4)
    rest = (await client.get("/sample-service/v1/events?after=2")).json()
    assert [event["data"]["title"] for event in rest["items"]] == ["c"]
    assert rest["next_after"] == 4
    done = (await client.get("/sample-service/v1/events?after=4")).json()
    assert (done["items"], done["next_after"]) == ([], 4)


async def test_reference_needs_no_token(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/sample-service/v1/reference/note-colours", headers={"authorization": ""}
    )
    assert answer.json() == {
        "items": [{"code": "RED", "label": "Red", "label_zh": "红色", "attributes": {}}]
    }
