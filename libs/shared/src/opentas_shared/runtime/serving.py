"""The HTTP server of an api or worker process: SIGTERM drains before it stops."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from types import FrameType

    from starlette.types import ASGIApp

    from opentas_shared.runtime.resources import Resources
    from opentas_shared.runtime.service import Service

FINISH_SECONDS = 30


class DrainingServer(uvicorn.Server):
    """On the first signal ``/readyz`` turns 503 while requests are still answered.

    After ``drain_seconds``, when load balancers have noticed, it stops to accept, finishes what
    it has and ends the lifespan. A second signal skips the waiting.
    """

    def __init__(self, config: uvicorn.Config, resources: Resources) -> None:
        super().__init__(config)
        self._resources = resources
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; a second signal ends the draining, a third the finishing."""
        if self.should_exit:
            self.force_exit = True
        elif self._stop_at is not None:
            self.should_exit = True
        self._resources.draining = True
        self._stop_at = time.monotonic() + self._resources.settings.drain_seconds

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second; true ends the server."""
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            return True
        return await super().on_tick(counter)


def serve(app: ASGIApp, resources: Resources, *, host: str, port: int) -> None:
    """Serve until a signal; returns after everything accepted is finished."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=FINISH_SECONDS,
        lifespan="on",
    )
    DrainingServer(config, resources).run()


def run_api(service: Service) -> None:
    """Run the API until SIGTERM or SIGINT: ``python -m lead_service.main``."""
    from opentas_shared.web.app import create

    app = create(service)
    resources = app.state.resources
    serve(app, resources, host=resources.settings.host, port=resources.settings.port)
