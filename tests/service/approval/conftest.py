"""A running approval-service with the demonstration organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
)
from approval_service.configuration.configured import configured
from approval_service.configuration.organisation_file import demonstration
from approval_service.service import SERVICE
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token
from tests.service.approval.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from opentas_shared.runtime.settings import SharedSettings


@pytest.fixture
async def app(settings_for: Callable[..., SharedSettings]) -> AsyncIterator[FastAPI]:
    application = create_app(SERVICE, settings_for(SERVICE))
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def organisation(app: FastAPI) -> None:
    """The demonstration organisation is loaded."""
    command = ImportOrganisation(demonstration(), Moment.now())
    context = Context(actor="test")
    executor = app.state.resources.executor
    executor.submit(lambda work: import_organisation(command, work), context).result()


@pytest.fixture
async def people(app: FastAPI) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """``people("chen.jing")``: a client that calls as this person, with the person's roles."""
    made: list[httpx.AsyncClient] = []

    def client(subject: str, **claims: Any) -> httpx.AsyncClient:
        chosen = {"roles": roles_of(subject), **claims}
        signed = sign_development_token(app.state.resources.settings, subject, **chosen)
        made.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app),
                base_url="http://test",
                headers={"authorization": f"Bearer {signed}"},
            )
        )
        return made[-1]

    yield client
    for one in made:
        await one.aclose()


@pytest.fixture
def world(app: FastAPI, organisation: None, people: Callable[..., httpx.AsyncClient]) -> World:
    return World(app.state.resources, people)


def roles_of(person_id: str) -> set[str]:
    """The roles and posts of a person of the demonstration organisation."""
    for entry in demonstration().people:
        if entry.id == person_id:
            roles = configured().role_codes if entry.roles == "all" else entry.roles
            return {*entry.posts, *roles}
    return set()
