"""What one running service owns: database, executor, events, keys, metrics."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentas_shared.persistence.database import Database
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.persistence.executor import Executor
from opentas_shared.persistence.migrations import at_head
from opentas_shared.runtime.gauges import add_pool_gauge
from opentas_shared.runtime.metrics import Metrics
from opentas_shared.runtime.tracing import tracer_provider
from opentas_shared.web.jwks import KeySet
from opentas_shared.web.keys import development_key
from opentas_shared.web.tokens import TokenVerifier

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings


@dataclass
class Resources:
    """The parts of one running service; several services live side by side in one process."""

    service: Service
    settings: SharedSettings
    database: Database
    executor: Executor
    events: EventStore
    verifier: TokenVerifier
    metrics: Metrics
    cursor_secret: bytes
    tracer_provider: TracerProvider | None = None
    draining: bool = False
    _started: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Start the executor, then run the service's ``on_start``; a second call does nothing."""
        with self._lock:
            if self._started:
                return
            self._started = True
        self.executor.start()
        if self.service.on_start is not None:
            self.service.on_start(self)

    def stop(self) -> None:
        """Finish what was accepted, then close the database; a second call does nothing."""
        self.draining = True
        with self._lock:
            if not self._started:
                return
            self._started = False
        self.executor.stop()
        self.database.close()
        if self.tracer_provider is not None:
            self.tracer_provider.shutdown()

    def alive(self) -> bool:
        """Whether the executor's thread still beats."""
        age = time.monotonic() - self.executor.last_beat
        return age < self.settings.heartbeat_seconds

    def schema_at_head(self) -> bool:
        """Whether the database answers and has the schema of this code."""
        return at_head(self.database, self.service.migrations)


def open_resources(service: Service, settings: SharedSettings) -> Resources:
    """Build the parts of a service; nothing connects or runs before ``start``."""
    metrics = Metrics()
    database = Database(
        settings.database_url_of(service.name),
        pool_size=settings.database_pool_size,
        application_name=service.name,
    )
    executor = Executor(
        database,
        service.projections,
        max_event_bytes=settings.max_event_bytes,
        on_commit=metrics.events.inc,
    )
    keys = None
    if settings.auth_jwks_url is not None:
        keys = KeySet(settings.auth_jwks_url, settings.auth_jwks_ttl_seconds)
    development = None
    if settings.mode == "development":
        development = development_key(settings.data_dir)
    secret = settings.cursor_secret
    if secret is None and development is not None:
        secret = development.secret
    resources = Resources(
        service=service,
        settings=settings,
        database=database,
        executor=executor,
        events=EventStore(database),
        verifier=TokenVerifier(settings, keys, development),
        metrics=metrics,
        cursor_secret=(secret or secrets.token_hex(16)).encode(),
        tracer_provider=tracer_provider(service.name, settings),
    )
    add_pool_gauge(resources)
    return resources
