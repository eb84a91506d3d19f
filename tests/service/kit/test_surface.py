"""What every application has: problems, authentication, health, documents, request ids."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from opentas_shared.web.app import create_app
from tests.service.kit.sample import SERVICE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    Token = Callable[..., dict[str, str]]


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == "/problems/" + code.lower().replace("_", "-")
    assert body["request_id"] == answer.headers["x-request-id"]
    assert len(body["trace_id"]) == 32
    return body


async def test_faults_of_the_body_are_listed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/notes", json={"title": "", "colour": "red"})
    body = problem(answer, 422, "REQUEST_INVALID")
    assert {(fault["pointer"], fault["code"]) for fault in body["errors"]} == {
        ("/title", "STRING_TOO_SHORT"),
        ("/colour", "EXTRA_FORBIDDEN"),
    }
    missing = problem(await client.post("/v1/notes", json={}), 422, "REQUEST_INVALID")
    assert missing["errors"][0]["pointer"] == "/title"


@pytest.mark.parametrize("content", [b"{", b'{"title": NaN', b"\xff\xfe\x00", b'{"title": "a"} x'])
async def test_malformed_body(client: httpx.AsyncClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/v1/notes", content=content, headers=headers)
    problem(answer, 400, "BODY_MALFORMED")


async def test_absent_body_and_other_media_types(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/notes"), 422, "REQUEST_INVALID")
    answer = await client.post(
        "/v1/notes", content=b'{"title": "a"}', headers={"content-type": "text/plain"}
    )
    assert "not text/plain" in problem(answer, 400, "BODY_MALFORMED")["detail"]


async def test_unknown_path_and_method(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/nothing"), 404, "PATH_UNKNOWN")
    problem(await client.get("/v1/notes/"), 404, "PATH_UNKNOWN")
    answer = await client.delete("/v1/notes/5b1b2a3c-0000-4000-8000-000000000000")
    problem(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET"
    several = await client.delete("/v1/notes")
    assert problem(several, 405, "METHOD_NOT_ALLOWED")["allowed"] == "GET, POST"
    assert several.headers["allow"] == "GET, POST"
    body = problem(await client.get("/v1/notes/no-uuid"), 422, "REQUEST_INVALID")
    assert body["errors"][0]["parameter"] == "note_id"


async def test_crash_tells_nothing_and_is_counted(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/crash", headers={"x-request-id": "r-77"})
    body = problem(answer, 500, "INTERNAL_FAULT")
    assert body["request_id"] == "r-77"
    assert "secret" not in answer.text
    metrics = (await client.get("/metrics")).text
    assert 'http_route="/v1/crash",service="sample-service"} 1.0' in metrics.replace(
        'http_response_status_code="500",', ""
    )


async def test_body_too_large(client: httpx.AsyncClient, app: FastAPI) -> None:
    most = app.state.resources.settings.max_body_bytes
    answer = await client.post(
        "/v1/notes", content=b"x" * (most + 1), headers={"content-type": "application/json"}
    )
    problem(answer, 413, "BODY_TOO_LARGE")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(most // 65536 + 2):
            yield b"x" * 65536

    answer = await client.post(
        "/v1/notes", content=chunks(), headers={"content-type": "application/json"}
    )
    problem(answer, 413, "BODY_TOO_LARGE")


async def test_titles_in_chinese(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/nothing", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert problem(answer, 404, "PATH_UNKNOWN")["title"] == "路径不存在"
    assert answer.headers["content-language"] == "zh"


async def test_tokens(client: httpx.AsyncClient, token: Token) -> None:
    for wrong in ("", "Basic abc", "Bearer ", "Bearer abc", "Bearer a.b.c"):
        answer = await client.get("/v1/notes", headers={"authorization": wrong})
        problem(answer, 401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"
    body = problem(
        await client.get("/v1/notes", headers=token("anna", scopes=["leads:write"])),
        403,
        "FORBIDDEN",
    )
    assert body["policy"] == "scope:leads:read"


async def test_request_ids(client: httpx.AsyncClient) -> None:
    for sent, kept in (("abc-1", True), ("a b", False), ("x" * 200, False)):
        answer = await client.get("/v1/notes", headers={"x-request-id": sent})
        assert (answer.headers["x-request-id"] == sent) is kept


async def test_health(client: httpx.AsyncClient, app: FastAPI) -> None:
    anybody = {"authorization": ""}
    live = await client.get("/livez", headers=anybody)
    assert (live.status_code, live.json()["checks"]) == (200, {"executor": True})
    ready = await client.get("/readyz", headers=anybody)
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"not_draining": True, "database": True, "schema": True}
    app.state.resources.draining = True
    assert (await client.get("/readyz")).status_code == 503
    app.state.resources.executor.last_beat -= 1000
    assert (await client.get("/livez")).status_code in {200, 503}


async def test_metrics(client: httpx.AsyncClient) -> None:
    await client.post("/v1/notes", json={"title": "x"})
    text = (await client.get("/metrics", headers={"authorization": ""})).text
    assert (
        'opentas_commands_total{command="write",outcome="ACCEPTED",service="sample-service"} 1.0'
        in text
    )
    assert 'opentas_events_appended_total{service="sample-service"} 1.0' in text
    assert "http_server_request_duration_seconds_bucket" in text
    assert "opentas_database_connections_in_use" in text
    assert "process_resident_memory_bytes" in text


async def test_docs_need_no_internet(client: httpx.AsyncClient) -> None:
    page = await client.get("/sample-service/docs")
    assert "//cdn" not in page.text
    script = await client.get("/sample-service/docs/swagger-ui-bundle.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) > 500_000


async def test_openapi_is_complete(client: httpx.AsyncClient) -> None:
    document = (await client.get("/sample-service/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    write = document["paths"]["/v1/notes"]["post"]
    assert write["operationId"] == "writeNote"
    assert write["security"] == [{"bearer": []}]
    assert write["x-required-scopes"] == ["leads:write"]
    assert {"201", "400", "401", "403", "409", "413", "422", "500", "503"} <= set(
        write["responses"]
    )
    for status in ("401", "422", "500"):
        assert "application/problem+json" in write["responses"][status]["content"]
    names = {parameter["name"] for parameter in write["parameters"]}
    assert names == {"Idempotency-Key"}
    rename = document["paths"]["/v1/notes/{note_id}/title"]["post"]
    assert {"If-Match", "Idempotency-Key"} <= {p["name"] for p in rename["parameters"]}
    assert {"412", "428"} <= set(rename["responses"])
    assert "HTTPValidationError" not in json.dumps(document)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["tags"], path


async def test_two_applications_in_one_process(
    client: httpx.AsyncClient, app: FastAPI, settings_for: Callable[..., Any]
) -> None:
    other = create_app(
        SERVICE, settings_for(SERVICE, data_dir=app.state.resources.settings.data_dir)
    )
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(other),
            base_url="http://other",
            headers=client.headers,
        ) as second,
    ):
        await client.post("/v1/notes", json={"title": "here"})
        assert len((await client.get("/v1/notes")).json()["items"]) == 1
        assert (await second.get("/v1/notes")).json()["items"] == []
