"""lead-service over a real database, called over HTTP as different people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from lead_service.service import SERVICE
from opentas_shared.organisation.directory import Department, Person, put_department, put_person
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.settings import SharedSettings

CRITERIA = [
    "NEED_CONFIRMED",
    "BUDGET_CONFIRMED",
    "DECISION_MAKER_IDENTIFIED",
    "TIMELINE_CONFIRMED",
    "SOLUTION_FIT",
]


@pytest.fixture
async def app(settings_for: Callable[..., SharedSettings]) -> AsyncIterator[FastAPI]:
    """The application with its resources started and a small organisation known to it."""
    application = create_app(SERVICE, settings_for(SERVICE))
    async with application.router.lifespan_context(application):
        await application.state.resources.executor.run(_organisation, Context(actor="test"))
        yield application


def _organisation(work: UnitOfWork) -> None:
    put_department(work.rows, Department("sales", None, ("sales",), "sun.li", "Sales", "销售部"))
    for person_id, department, post, superior in (
        ("mia", "marketing", "marketing", None),
        ("sun.li", "sales", "sales_director", None),
        ("chen.jing", "sales", "senior_sales_manager", "sun.li"),
        ("wu.hao", "sales", "sales_manager", "chen.jing"),
    ):
        roles = frozenset({post})
        put_person(work.rows, Person(person_id, department, roles, roles, superior, True))


class Calls:
    """Calls the service as one person."""

    def __init__(self, app: FastAPI, subject: str, **claims: Any) -> None:
        token = sign_development_token(app.state.resources.settings, subject, **claims)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://test",
            headers={"authorization": f"Bearer {token}"},
        )

    async def post(
        self, path: str, version: int | None = None, headers: Any = None, **body: Any
    ) -> httpx.Response:
        """A command; ``version`` becomes If-Match."""
        sent = dict(headers or {})
        if version is not None:
            sent["if-match"] = f'"{version}"'
        return await self.http.post(path, json=body or None, headers=sent)

    async def patch(self, path: str, version: int, **body: Any) -> httpx.Response:
        """A change."""
        return await self.http.patch(path, json=body, headers={"if-match": f'"{version}"'})

    async def get(self, path: str, headers: Any = None, **parameters: Any) -> httpx.Response:
        """A read."""
        return await self.http.get(path, params=parameters or None, headers=headers)

    async def lead(self, **body: Any) -> dict[str, Any]:
        """A captured lead."""
        answer = await self.post("/v1/leads", **{"title": "MES for Suzhou", **body})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def qualified_lead(self, **body: Any) -> dict[str, Any]:
        """A lead that was classified and qualified: version 3."""
        lead = await self.lead(**body)
        path = f"/v1/leads/{lead['id']}"
        by_hand = {"classification": "GENERAL_HOT", "reason": "They call every day"}
        await self.post(f"{path}/classification", 1, **by_hand)
        answer = await self.post(f"{path}/qualification", 2, criteria=CRITERIA)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture
async def call(app: FastAPI) -> AsyncIterator[Callable[..., Calls]]:
    """``call("mia", roles=["marketing"])``: somebody who calls."""
    made: list[Calls] = []

    def calls(subject: str = "chen.jing", **claims: Any) -> Calls:
        made.append(Calls(app, subject, **claims))
        return made[-1]

    yield calls
    for each in made:
        await each.http.aclose()


@pytest.fixture
def chen(call: Callable[..., Calls]) -> Calls:
    """A senior sales manager with the widest scope."""
    return call("chen.jing", roles=["senior_sales_manager", "admin"])
