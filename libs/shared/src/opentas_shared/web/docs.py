"""``/<service>/docs``: Swagger UI from assets in an installed package, no CDN."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from fastapi import Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from opentas_shared.runtime.service import Service

PACKAGE = "fastapi_offline"
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}


def docs_routes(service: Service) -> list[Route]:
    """The page and its assets."""
    root = f"/{service.name}/docs"

    async def page(_: Request) -> Response:
        return get_swagger_ui_html(
            openapi_url=f"/{service.name}/openapi.json",
            title=f"OpenTAS {service.title}",
            swagger_js_url=f"{root}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}/swagger-ui.css",
            swagger_favicon_url=f"{root}/favicon.png",
        )

    routes = [Route(root, page)]
    for name, media_type in ASSETS.items():
        content = resources.files(PACKAGE).joinpath("static", name).read_bytes()
        routes.append(Route(f"{root}/{name}", _asset(content, media_type)))
    return routes


def _asset(content: bytes, media_type: str) -> Callable[[Request], Coroutine[None, None, Response]]:
    async def asset(_: Request) -> Response:
        return Response(
            content, media_type=media_type, headers={"cache-control": "public, max-age=86400"}
        )

    return asset
