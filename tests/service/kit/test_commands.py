"""Commands over HTTP: versions, idempotency, refusals, batches, times."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from fastapi import FastAPI

    Token = Callable[..., dict[str, str]]


async def written(client: httpx.AsyncClient, title: str = "Call them") -> httpx.Response:
    """A new note."""
    return await client.post("/v1/notes", json={"title": title})


async def test_create_answers_with_version_and_location(client: httpx.AsyncClient) -> None:
    answer = await written(client)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"/v1/notes/{body['id']}"
    assert body["version"] == 1
    assert (await client.get(answer.headers["location"])).json() == body


async def test_change_needs_if_match(client: httpx.AsyncClient) -> None:
    location = (await written(client)).headers["location"]
    missing = await client.post(f"{location}/title", json={"title": "Write"})
    assert missing.status_code == 428
    assert missing.json()["errors"][0]["header"] == "If-Match"
    stale = await client.post(
        f"{location}/title", json={"title": "Write"}, headers={"if-match": '"7"'}
    )
    assert stale.status_code == 412
    assert stale.json()["current_version"] == 1
    odd = await client.post(f"{location}/title", json={"title": "Write"}, headers={"if-match": "x"})
    assert odd.status_code == 400
    done = await client.post(
        f"{location}/title", json={"title": "Write"}, headers={"if-match": '"1"'}
    )
    assert done.status_code == 200
    assert done.headers["etag"] == '"2"'
    any_version = await client.post(
        f"{location}/title", json={"title": "Write again"}, headers={"if-match": "*"}
    )
    assert any_version.json()["version"] == 3


async def test_only_one_of_two_racing_changes_wins(client: httpx.AsyncClient) -> None:
    location = (await written(client)).headers["location"]
    answers = await asyncio.gather(
        *(
            client.post(f"{location}/title", json={"title": t}, headers={"if-match": '"1"'})
            for t in ("Left", "Right", "Up", "Down")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_change_of_unknown_thing_is_404(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"/v1/notes/{uuid4()}/title", json={"title": "x"}, headers={"if-match": '"1"'}
    )
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


async def test_broken_rule_names_it(client: httpx.AsyncClient, token: Token) -> None:
    location = (await written(client)).headers["location"]
    same = {"title": "Call them"}
    answer = await client.post(f"{location}/title", json=same, headers={"if-match": '"1"'})
    assert answer.status_code == 422
    assert answer.json()["rule"] == "N-01"
    waived = await client.post(
        f"{location}/title",
        json=same | {"waived": ["N-01"]},
        headers={"if-match": '"1"'} | token("ivan", roles=["importer"]),
    )
    assert waived.status_code == 200
    history = (await client.get(f"{location}/history")).json()["items"]
    assert [entry["waived"] for entry in history] == [[], ["N-01"]]
    assert [entry["actor"] for entry in history] == ["anna", "ivan"]
    refused = await client.post(
        f"{location}/title", json=same | {"waived": ["N-01"]}, headers={"if-match": "*"}
    )
    assert refused.status_code == 403
    assert refused.json()["policy"] == "role:importer"


async def test_replay_of_a_key_changes_nothing(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": '"k-1"'}
    first = await client.post("/v1/notes", json={"title": "Once"}, headers=headers)
    second = await client.post(
        "/v1/notes", json={"title": "Once"}, headers={"idempotency-key": "k-1"}
    )
    assert second.status_code == first.status_code == 201
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (second.headers["etag"], second.headers["location"]) == (
        first.headers["etag"],
        first.headers["location"],
    )
    assert len((await client.get("/v1/notes")).json()["items"]) == 1


async def test_key_with_another_payload_is_refused(client: httpx.AsyncClient, token: Token) -> None:
    headers = {"idempotency-key": "k-2"}
    await client.post("/v1/notes", json={"title": "One"}, headers=headers)
    other = await client.post("/v1/notes", json={"title": "Two"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    somebody = await client.post(
        "/v1/notes", json={"title": "Two"}, headers=headers | token("boris")
    )
    assert somebody.status_code == 201


async def test_replay_by_another_process(client: httpx.AsyncClient, app: FastAPI) -> None:
    headers = {"idempotency-key": "k-9"}
    first = await client.post("/v1/notes", json={"title": "Once"}, headers=headers)
    app.state.commands._recent._keys.clear()
    others = [client.post("/v1/notes", json={"title": f"Other {n}"}) for n in range(5)]
    again = client.post("/v1/notes", json={"title": "Once"}, headers=headers)
    second, *rest = await asyncio.gather(again, *others)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"
    assert {answer.status_code for answer in rest} == {201}
    assert len((await client.get("/v1/notes")).json()["items"]) == 6


async def test_racing_duplicates_run_once(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(
            client.post("/v1/notes", json={"title": "Race"}, headers={"idempotency-key": "k-3"})
            for _ in range(20)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replayed = [a for a in answers if a.headers.get("idempotency-replayed") == "true"]
    assert len(replayed) == 19


async def test_replay_of_a_change_wins_over_its_stale_version(client: httpx.AsyncClient) -> None:
    location = (await written(client)).headers["location"]
    headers = {"if-match": '"1"', "idempotency-key": "k-4"}
    first = await client.post(f"{location}/title", json={"title": "New"}, headers=headers)
    second = await client.post(f"{location}/title", json={"title": "New"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["idempotency-replayed"] == "true"


async def test_replay_of_a_change_by_another_process(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    location = (await written(client)).headers["location"]
    headers = {"if-match": '"1"', "idempotency-key": "k-6"}
    first = await client.post(f"{location}/title", json={"title": "New"}, headers=headers)
    app.state.commands._recent._keys.clear()
    second = await client.post(f"{location}/title", json={"title": "New"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"


async def test_replay_of_a_creation_that_a_rule_would_refuse_now(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    headers = {"idempotency-key": "k-7"}
    first = await client.post("/v1/notes", json={"title": "unique r"}, headers=headers)
    app.state.commands._recent._keys.clear()
    second = await client.post("/v1/notes", json={"title": "unique r"}, headers=headers)
    assert (second.status_code, second.content) == (201, first.content)


async def test_replay_of_a_batch_by_another_process(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    headers = {"idempotency-key": "k-8"}
    body = {"items": [{"title": "unique b1"}, {"title": "unique b2"}]}
    first = await client.post("/v1/note-batches", json=body, headers=headers)
    app.state.commands._recent._keys.clear()
    second = await client.post("/v1/note-batches", json=body, headers=headers)
    assert second.json() == first.json()
    assert first.json()["accepted"] == 2


async def test_refusals_are_not_kept(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "k-5"}
    await client.post("/v1/notes", json={"title": "unique a"})
    refused = await client.post("/v1/notes", json={"title": "unique a"}, headers=headers)
    assert refused.status_code == 409
    again = await client.post("/v1/notes", json={"title": "unique b"}, headers=headers)
    assert again.status_code == 201


async def test_bad_keys_are_refused(client: httpx.AsyncClient) -> None:
    for key in ("", '""', "x" * 300):
        answer = await client.post(
            "/v1/notes", json={"title": "x"}, headers={"idempotency-key": key}
        )
        assert answer.status_code == 400, key
        assert answer.json()["errors"][0]["header"] == "Idempotency-Key"


async def test_batch_has_a_result_per_item(client: httpx.AsyncClient) -> None:
    titles = ["unique x", "unique y", "unique x", "z"]
    answer = await client.post(
        "/v1/note-batches", json={"items": [{"title": title} for title in titles]}
    )
    assert answer.status_code == 207
    body = answer.json()
    assert (body["accepted"], body["refused"]) == (3, 1)
    outcomes = [(item["index"], item["key"], item["outcome"]) for item in body["items"]]
    assert outcomes == [
        (0, "unique x", "CREATED"),
        (1, "unique y", "CREATED"),
        (2, "unique x", "REFUSED"),
        (3, "z", "CREATED"),
    ]
    assert body["items"][2]["problem"]["code"] == "ALREADY_EXISTS"
    assert body["items"][2]["status"] == 409


async def test_repeated_batch_answers_as_before(client: httpx.AsyncClient) -> None:
    headers = {"idempotency-key": "b-1"}
    body = {"items": [{"title": title} for title in ("unique a", "b", "unique a")]}
    first = (await client.post("/v1/note-batches", json=body, headers=headers)).json()
    second = (await client.post("/v1/note-batches", json=body, headers=headers)).json()
    assert [item["outcome"] for item in first["items"]] == ["CREATED", "CREATED", "REFUSED"]
    assert second["items"][:2] == first["items"][:2]
    assert second["items"][2]["outcome"] == "REFUSED"
    assert len((await client.get("/v1/notes")).json()["items"]) == 2
    body["items"][0]["title"] = "other"
    third = (await client.post("/v1/note-batches", json=body, headers=headers)).json()
    codes = [item["problem"]["code"] for item in third["items"][:2]]
    assert codes == ["IDEMPOTENCY_KEY_REUSED"] * 2


async def test_only_importers_set_the_effective_time(
    client: httpx.AsyncClient, token: Token
) -> None:
    past = {"title": "Old", "effective_at": "2020-01-02T03:04:05+08:00"}
    assert (await client.post("/v1/notes", json=past)).status_code == 403
    importer = token("ivan", roles=["importer"])
    future = {"title": "Late", "effective_at": "2999-01-01T00:00:00Z"}
    refused = await client.post("/v1/notes", json=future, headers=importer)
    assert refused.status_code == 422
    assert refused.json()["code"] == "EFFECTIVE_TIME_IN_FUTURE"
    done = await client.post("/v1/notes", json=past, headers=importer)
    history = await client.get(f"{done.headers['location']}/history")
    assert history.json()["items"][0]["effective_at"].startswith("2020-01-01T19:04:05")
    back = await client.post(
        f"{done.headers['location']}/title",
        json={"title": "Older", "effective_at": "2019-01-01T00:00:00Z"},
        headers=importer | {"if-match": '"1"'},
    )
    assert back.status_code == 422
    assert back.json()["code"] == "EFFECTIVE_TIME_GOES_BACK"
    naive = {"title": "x", "effective_at": "2020-01-02T03:04:05"}
    assert (await client.post("/v1/notes", json=naive, headers=importer)).status_code == 422


async def test_correlation_and_trace_reach_the_store(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await client.post(
        "/v1/notes",
        json={"title": "Traced"},
        headers={
            "x-correlation-id": "c-1",
            "x-request-id": "r-1",
            "traceparent": f"00-{trace}-b7ad6b7169203331-01",
        },
    )
    assert answer.headers["x-request-id"] == "r-1"
    _, recorded = app.state.resources.events.after(0, 1)[0]
    assert recorded.correlation_id == "c-1"
    assert recorded.traceparent.split("-")[1] == trace
    assert recorded.traceparent.split("-")[2] != "b7ad6b7169203331"


async def test_allowed_commands_tell_why_not(client: httpx.AsyncClient) -> None:
    location = (await written(client)).headers["location"]
    items = (await client.get(f"{location}/allowed-commands")).json()["items"]
    assert items == [
        {
            "command": "title",
            "allowed": False,
            "reasons": [{"rule": "N-01", "detail": "The title is the same."}],
            "required_fields": [],
            "method": "POST",
            "path": f"{location}/title",
        }
    ]
