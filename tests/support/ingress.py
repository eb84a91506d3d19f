"""One address for all services of a cluster, as an ingress gives it in production."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from tests.support.cluster import free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

HOP_BY_HOP = {"connection", "content-length", "content-encoding", "host", "transfer-encoding"}


class Ingress:
    """Forwards each request by its first path segment below ``/v1``; 502 when nobody answers."""

    def __init__(self, routes: Mapping[str, str]) -> None:
        self._routes = routes
        self._client = httpx.AsyncClient(timeout=30)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        methods = ["GET", "POST", "PATCH"]
        app = Starlette(routes=[Route("/{path:path}", self._forward, methods=methods)])
        self._server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_config=None, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Ingress:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    async def _forward(self, request: Request) -> Response:
        segments = request.url.path.split("/")
        target = self._routes[segments[2] if segments[1] == "v1" else segments[1]]
        headers = {k: v for k, v in request.headers.items() if k not in HOP_BY_HOP}
        try:
            answer = await self._client.request(
                request.method,
                f"{target}{request.url.path}",
                params=request.query_params,
                headers=headers,
                content=await request.body(),
            )
        except httpx.TransportError:
            return Response(status_code=502)
        kept = {k: v for k, v in answer.headers.items() if k not in HOP_BY_HOP}
        return Response(answer.content, answer.status_code, kept)
