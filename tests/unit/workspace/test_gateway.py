"""One port for all: each path goes to the service that owns it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI

from opentas.gateway import Gateway, owners, prefix

if TYPE_CHECKING:
    from collections.abc import Mapping


def app(name: str, *paths: str) -> FastAPI:
    made = FastAPI(openapi_url=f"/{name}/openapi.json")
    for path in paths:
        made.get(path)(lambda: name)
    return made


def product(apps: Mapping[str, FastAPI], **checks: bool) -> Any:
    parts = [
        SimpleNamespace(
            service=SimpleNamespace(name=name, title=name.title(), title_zh="服务"),
            alive=lambda: {"executor": checks.get("alive", True)},
            ready=lambda: {"database": checks.get("ready", True)},
        )
        for name in apps
    ]
    return SimpleNamespace(apps=apps, parts=parts, kafka=False)


APPS = {
    "lead-service": app("lead-service", "/v1/leads", "/v1/leads/{id}", "/lead-service/v1/events"),
    "metrics-service": app("metrics-service", "/v1/metrics/funnel"),
}


def client(gateway: Gateway) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=gateway)  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://opentas")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/v1/leads/7/history", "/v1/leads"),
        ("/lead-service/v1/events", "/lead-service"),
        ("/v1", "/v1"),
        ("/", "/"),
    ],
)
def test_the_owner_stands_at_the_beginning_of_a_path(path: str, named: str) -> None:
    assert prefix(path) == named


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v1/leads", "lead-service"),
        ("/v1/leads/7", "lead-service"),
        ("/lead-service/v1/events", "lead-service"),
        ("/v1/metrics/funnel", "metrics-service"),
    ],
)
async def test_requests_reach_their_service(path: str, answer: str) -> None:
    async with client(Gateway(product(APPS))) as http:
        assert (await http.get(path)).json() == answer


async def test_what_nobody_owns_is_refused_by_a_service() -> None:
    async with client(Gateway(product(APPS))) as http:
        assert (await http.get("/v1/nothing")).status_code == 404


@pytest.mark.parametrize(("path", "check"), [("/livez", "alive"), ("/readyz", "ready")])
async def test_health_is_that_of_all(path: str, check: str) -> None:
    async with client(Gateway(product(APPS))) as http:
        good = await http.get(path)
    async with client(Gateway(product(APPS, **{check: False}))) as http:
        bad = await http.get(path)
    assert (good.status_code, bad.status_code) == (200, 503)
    assert set(bad.json()["checks"]) == set(APPS)


async def test_the_page_links_the_documentation_of_each_service() -> None:
    async with client(Gateway(product(APPS))) as http:
        page = await http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    for name in APPS:
        assert f'href="/{name}/docs"' in page.text


def test_two_services_cannot_have_the_same_resources() -> None:
    twice = {"lead-service": app("lead-service", "/v1/leads"), "other": app("other", "/v1/leads")}
    with pytest.raises(ValueError, match="/v1/leads"):
        owners(product(twice))
