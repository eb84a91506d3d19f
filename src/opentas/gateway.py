"""One port for all services: dispatch by path, and the health and metrics of them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from opentas.page import page
from opentas_shared.runtime.metrics import CONTENT_TYPE, exposition

if TYPE_CHECKING:
    from fastapi import FastAPI

    from opentas.product import Product

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gateway:
    """Gives each request to the application of the service that owns its path.

    ``/v1/leads/...`` goes to the service that has resources there, ``/lead-service/...`` to the
    service of that name, as an ingress would; what nobody owns is refused by the first service,
    so that the answer is a problem document like every other.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self._owners = owners(product)
        self._default = next(iter(product.apps.values()))
        self._own = Starlette(
            routes=[
                Route("/", self._page),
                Route("/livez", self._livez),
                Route("/readyz", self._readyz),
                Route("/metrics", self._metrics),
            ]
        )
        self._own_paths = {"/", "/livez", "/readyz", "/metrics"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch one request; the lifespan of the services is the product's."""
        if scope["type"] == "lifespan":
            await self._own(scope, receive, send)
            return
        path: str = scope["path"]
        if path in self._own_paths:
            await self._own(scope, receive, send)
            return
        owner = self._owners.get(prefix(path), self._default)
        await owner(scope, receive, send)

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(page(self._product, str(request.base_url).rstrip("/")))

    async def _livez(self, request: Request) -> Response:
        return _report({part.service.name: part.alive() for part in self._product.parts})

    async def _readyz(self, request: Request) -> Response:
        return _report(
            {part.service.name: await run_in_threadpool(part.ready) for part in self._product.parts}
        )

    async def _metrics(self, request: Request) -> Response:
        registries = {
            part.service.name: part.resources.metrics.registry for part in self._product.parts
        }
        content = await run_in_threadpool(exposition, registries)
        return Response(content, headers={"content-type": CONTENT_TYPE})


def _report(checks: dict[str, dict[str, bool]]) -> Response:
    good = all(all(each.values()) for each in checks.values())
    content = {"status": "ok" if good else "failing", "checks": checks}
    return JSONResponse(content, 200 if good else 503, {"cache-control": "no-store"})


def prefix(path: str) -> str:
    """The part of a path that names its owner: ``/v1/leads`` or ``/lead-service``."""
    parts = path.split("/", 3)
    return f"/v1/{parts[2]}" if parts[1] == "v1" and len(parts) > 2 else f"/{parts[1]}"


def owners(product: Product) -> dict[str, FastAPI]:
    """The application by prefix; a ``ValueError`` when two services claim the same one."""
    found: dict[str, FastAPI] = {}
    for name, app in product.apps.items():
        claimed = {f"/{name}", *(prefix(path) for path in app.openapi()["paths"])}
        for path in sorted(claimed - {"/livez", "/readyz", "/metrics"}):
            if found.setdefault(path, app) is not app:
                raise ValueError(f"{name} and another service both have resources below {path}")
    return found
