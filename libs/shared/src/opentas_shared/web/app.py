"""The HTTP application of one service."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from opentas_shared.runtime.logs import configure_logs
from opentas_shared.runtime.resources import Resources, open_resources
from opentas_shared.runtime.settings import SharedSettings, load_settings
from opentas_shared.runtime.tracing import telemetry
from opentas_shared.web.commands import Commands
from opentas_shared.web.cursors import CursorSigner
from opentas_shared.web.docs import docs_routes
from opentas_shared.web.handlers import add_handlers
from opentas_shared.web.health import health_routes
from opentas_shared.web.middleware import RequestMiddleware
from opentas_shared.web.openapi import describe, operation_id
from opentas_shared.web.published import events_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from opentas_shared.runtime.service import Service

VERSION = "1.0.0"


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
    if settings is None:
        settings = resources.settings if resources else load_settings(service.settings)
    owned = resources or open_resources(service, settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(owned.start)
        yield
        await run_in_threadpool(owned.stop)

    app = FastAPI(
        title=f"OpenTAS {service.title}",
        version=VERSION,
        description=service.description or f"{service.title} ({service.title_zh}) of OpenTAS.",
        openapi_url=f"/{service.name}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=telemetry(owned.tracer_provider),
        generate_unique_id_function=operation_id,
        separate_input_output_schemas=False,
        max_body_size=settings.max_body_bytes,
        redirect_slashes=False,
    )
    app.state.resources = owned
    app.state.commands = Commands(owned.executor, owned.metrics, settings.idempotency_hours)
    app.state.cursors = CursorSigner(owned.cursor_secret)
    app.add_middleware(RequestMiddleware, metrics=owned.metrics, access_log=settings.access_log)
    add_handlers(app)
    for router in service.routers:
        app.include_router(router)
    app.include_router(events_router(service))
    app.router.routes.extend(health_routes(owned))
    app.router.routes.extend(docs_routes(service))
    describe(app, service)
    return app


def create(service: Service) -> FastAPI:
    """The application of an ``api`` process of its own: also sets up its logs.

    For ``uvicorn --factory``: each ``main.py`` has ``def create() -> FastAPI``.
    """
    settings = load_settings(service.settings)
    configure_logs(settings.log_level, service.name)
    return create_app(service, settings)
