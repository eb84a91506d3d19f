"""The worker of a service: relay, consumer and executor, with health on a small port."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from opentas_shared.messaging.consumer import Consumer
from opentas_shared.messaging.kafka import KafkaSettings, KafkaTransport
from opentas_shared.messaging.measures import Measures
from opentas_shared.messaging.relay import Relay
from opentas_shared.messaging.translation import Translation
from opentas_shared.runtime.gauges import add_worker_gauges
from opentas_shared.runtime.logs import configure_logs
from opentas_shared.runtime.maintenance import Maintenance
from opentas_shared.runtime.resources import open_resources
from opentas_shared.runtime.serving import serve
from opentas_shared.runtime.settings import WrongSetting, load_settings
from opentas_shared.runtime.tracing import traced
from opentas_shared.web.health import health_routes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from opentas_shared.messaging.transport import PublishingTransport, Transport
    from opentas_shared.runtime.resources import Resources
    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings


class Worker:
    """What runs beside the API of a service: it publishes, reacts and tidies up.

    ``publisher`` is the transport that the relay writes to; without one (the direct transport)
    there is no relay. ``resources`` must be started before and stopped after.
    """

    def __init__(
        self,
        resources: Resources,
        transport: Transport,
        publisher: PublishingTransport | None = None,
    ) -> None:
        self.resources = resources
        service = resources.service
        measures = Measures(resources.metrics.registry)
        self.relay: Relay | None = None
        self.consumer: Consumer | None = None
        if publisher is not None and service.publishing:
            self.relay = Relay(
                service.name,
                resources.database,
                resources.events,
                Translation(service.source, service.publishing),
                publisher,
                measures=measures,
            )
        if service.reactions:
            self.consumer = Consumer(
                service.name,
                resources.executor,
                resources.database,
                traced(service.reactions, resources.tracer_provider),
                transport,
                measures=measures,
            )
        self.own = {name: make(resources) for name, make in service.threads.items()}
        self.maintenance = Maintenance(resources.database, resources.settings.idempotency_hours)
        add_worker_gauges(resources, relay=self.relay is not None)

    @property
    def parts(self) -> dict[str, Any]:
        """The threads by name, in the order in which they start."""
        parts = {
            "relay": self.relay,
            "consumer": self.consumer,
            **self.own,
            "maintenance": self.maintenance,
        }
        return {name: part for name, part in parts.items() if part is not None}

    def start(self) -> None:
        """Start every thread."""
        for part in self.parts.values():
            part.start()

    def stop(self) -> None:
        """Finish what is at hand and stop, the consumer before the rest."""
        for part in reversed(list(self.parts.values())):
            part.stop()

    def checks(self) -> dict[str, bool]:
        """Which threads still beat, for ``/livez``."""
        now = time.monotonic()
        allowed = self.resources.settings.heartbeat_seconds
        return {name: now - part.last_beat < allowed for name, part in self.parts.items()}


def kafka_transport(settings: SharedSettings) -> KafkaTransport:
    """The transport that the settings name; ``WrongSetting`` when they name none."""
    if not settings.kafka_bootstrap_servers:
        raise WrongSetting(
            "OPENTAS_KAFKA_BOOTSTRAP_SERVERS is missing: a worker publishes and reads through "
            "Kafka and needs its brokers as host:port; without Kafka run `opentas up`."
        )
    kafka = load_settings(KafkaSettings, bootstrap_servers=settings.kafka_bootstrap_servers)
    return KafkaTransport(kafka)


def worker_app(resources: Resources, worker: Worker) -> Starlette:
    """``/livez``, ``/readyz`` and ``/metrics``; its lifespan runs the worker."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(resources.start)
        await run_in_threadpool(worker.start)
        try:
            yield
        finally:
            resources.draining = True
            await run_in_threadpool(worker.stop)
            await run_in_threadpool(resources.stop)

    return Starlette(routes=health_routes(resources, worker.checks), lifespan=lifespan)


def run_worker(service: Service) -> None:
    """Run the worker until SIGTERM or SIGINT: ``python -m lead_service.worker``."""
    settings = load_settings(service.settings)
    configure_logs(settings.log_level, service.name)
    transport = kafka_transport(settings)
    resources = open_resources(service, settings)
    worker = Worker(resources, transport, transport)
    serve(
        worker_app(resources, worker),
        resources,
        host=settings.worker_host,
        port=settings.worker_port,
    )
