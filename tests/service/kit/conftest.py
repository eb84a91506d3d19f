"""A running sample service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token
from tests.service.kit.sample import SERVICE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from opentas_shared.runtime.settings import SharedSettings

Token = "Callable[..., dict[str, str]]"


@pytest.fixture
async def app(settings_for: Callable[..., SharedSettings]) -> AsyncIterator[FastAPI]:
    """The application with its resources started."""
    application = create_app(SERVICE, settings_for(SERVICE))
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def token(app: FastAPI) -> Callable[..., dict[str, str]]:
    """``token("anna", roles=["admin"])``: the headers of a caller."""

    def headers(subject: str = "anna", **claims: object) -> dict[str, str]:
        signed = sign_development_token(app.state.resources.settings, subject, **claims)  # type: ignore[arg-type]
        return {"authorization": f"Bearer {signed}"}

    return headers


@pytest.fixture
async def client(
    app: FastAPI, token: Callable[..., dict[str, str]]
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that calls as ``anna`` unless a request says otherwise."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=token()
    ) as caller:
        yield caller
