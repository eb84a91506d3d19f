"""The HTTP application of one service."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from opentas_shared.runtime.logs import configure_logs
from opentas_shared.runtime.resources import open_resources
from opentas_shared.runtime.settings import load_settings
from opentas_shared.runtime.tracing import telemetry
from opentas_shared.web.commands import Commands
from opentas_shared.web.cursors import CursorSigner
from opentas_shared.web.docs import docs_routes
from opentas_shared.web.handlers import add_handlers
from opentas_shared.web.health import health_routes
from opentas_shared.web.middleware import RequestMiddleware
from opentas_shared.web.openapi import describe
from opentas_shared.web.published import events_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from opentas_shared.runtime.resources import Resources
    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings

VERSION = "1.0.0"


def api_of(service: Service, **options: Any) -> FastAPI:
    """The routes and the OpenAPI document of a service, without anything that runs."""
    app = FastAPI(
        title=f"OpenTAS {service.title}",
        version=VERSION,
        description=service.description or f"{service.title} ({service.title_zh}) of OpenTAS.",
        contact={"name": "OpenTAS"},
        servers=[{"url": "/"}],
        openapi_url=f"/{service.name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        **options,
    )
    for router in (*service.routers, events_router(service)):
        # Taken over as they are: an included router costs each request a second search.
        app.router.routes.extend(router.routes)
    describe(app)
    return app


def create_app(
    service: Service,
    settings: SharedSettings | None = None,
    resources: Resources | None = None,
) -> FastAPI:
    """The application; several can live in one process, each with its own resources.

    Its lifespan starts the resources and, at the end, drains and closes them. Whoever mounts it
    below another application enters ``app.router.lifespan_context(app)`` itself, or calls
    ``resources.start()`` and ``resources.stop()``. Raises ``WrongSetting`` (the process ends).
    """
    if resources is None:
        resources = open_resources(service, settings or load_settings(service.settings))
    settings = resources.settings
    app = api_of(
        service,
        lifespan=_lifespan(resources),
        telemetry=telemetry(resources.tracer_provider),
    )
    app.state.resources = resources
    app.state.commands = Commands(resources.executor, resources.metrics, settings.idempotency_hours)
    app.state.cursors = CursorSigner(resources.cursor_secret)
    app.add_middleware(
        RequestMiddleware,
        service=service.name,
        metrics=resources.metrics,
        access_log=settings.access_log and settings.log_level in {"DEBUG", "INFO"},
        traced=resources.tracer_provider is not None,
        max_body_bytes=settings.max_body_bytes,
    )
    add_handlers(app)
    app.router.routes.extend([*health_routes(resources), *docs_routes(service)])
    return app


def _lifespan(resources: Resources) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(resources.start)
        try:
            yield
        finally:
            await run_in_threadpool(resources.stop)

    return lifespan


def create(service: Service) -> FastAPI:
    """The application of an ``api`` process of its own: also sets up its logs.

    For ``uvicorn --factory``: each ``main.py`` has ``def create() -> FastAPI``.
    """
    settings = load_settings(service.settings)
    configure_logs(settings.log_level, service.name)
    return create_app(service, settings)
