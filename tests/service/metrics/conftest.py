"""metrics-service over a real database, fed with published events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from metrics_service.read_models.projections import CONCERNED
from metrics_service.service import SERVICE
from opentas_shared.persistence.rows import Rows, RowStore
from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from fastapi import FastAPI

    from opentas_shared.persistence.database import Database
    from opentas_shared.runtime.settings import SharedSettings
    from tests.unit.metrics.events import Published

CHUNK = 500


def feed(database: Database, events: Iterable[Published]) -> None:
    """Apply published events in batches, as the consumer does."""
    pending = list(events)
    for start in range(0, len(pending), CHUNK):
        with database.begin() as connection:
            store = RowStore(connection)
            for contract, envelope in pending[start : start + CHUNK]:
                rows = Rows(store)
                for projection in CONCERNED[type(contract)]:
                    projection.apply(contract, envelope, rows)
                rows.merge()
            store.flush()


@pytest.fixture
async def app(settings_for: Callable[..., SharedSettings]) -> AsyncIterator[FastAPI]:
    """The application with its resources started."""
    application = create_app(SERVICE, settings_for(SERVICE, minimum_sample=1))
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def apply(app: FastAPI) -> Callable[[Iterable[Published]], None]:
    """``apply(events)``."""
    return lambda events: feed(app.state.resources.database, events)


class Caller:
    """Asks for reports as somebody."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def response(
        self, path: str, *, user: str = "boss", role: str = "admin", **parameters: Any
    ) -> httpx.Response:
        token = sign_development_token(self._app.state.resources.settings, user, roles=[role])
        transport = httpx.ASGITransport(self._app)
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers
        ) as client:
            return await client.get(path, params=parameters or None)

    async def get(self, path: str, **parameters: Any) -> Any:
        answer = await self.response(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def ask(app: FastAPI) -> Caller:
    """``await ask.get("/v1/metrics/funnel", as_of="2026-01-31")``."""
    return Caller(app)
