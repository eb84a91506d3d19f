"""All services in one process: their applications, executors, relays and consumers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from opentas_shared.messaging.direct import DirectTransport, Producer
from opentas_shared.messaging.kafka import KafkaSettings, KafkaTransport
from opentas_shared.messaging.translation import Translation
from opentas_shared.runtime.resources import Resources, open_resources
from opentas_shared.runtime.settings import load_settings
from opentas_shared.runtime.worker import Worker
from opentas_shared.web.app import create_app
from opentas_shared.web.health import readiness

if TYPE_CHECKING:
    from fastapi import FastAPI

    from opentas_shared.persistence.database import Database
    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings


@dataclass(frozen=True)
class Part:
    """One service within the product."""

    service: Service
    resources: Resources
    app: FastAPI
    worker: Worker

    def alive(self) -> dict[str, bool]:
        """Whether each of its threads gave a sign of life lately."""
        return {"executor": self.resources.alive(), **self.worker.checks()}

    def ready(self) -> dict[str, bool]:
        """What has to hold before requests are answered; the broker is not among it."""
        checks: dict[str, bool] = readiness(self.resources)["checks"]
        return checks


@dataclass(frozen=True)
class Product:
    """The services side by side, over Kafka or over the direct transport."""

    parts: Sequence[Part]
    kafka: bool
    direct: DirectTransport | None = field(default=None)

    @cached_property
    def apps(self) -> Mapping[str, FastAPI]:
        """The application of each service."""
        return {part.service.name: part.app for part in self.parts}

    def part(self, name: str) -> Part:
        """The part called ``lead-service``."""
        return next(part for part in self.parts if part.service.name == name)

    def start(self) -> None:
        """Start the executors first, then what carries events; nothing waits for the broker."""
        for part in self.parts:
            part.resources.start()
        if self.direct is not None:
            self.direct.start()
        for part in self.parts:
            part.worker.start()

    def stop(self) -> None:
        """Stop what brings work in before what does it; accepted commands are finished."""
        for part in self.parts:
            part.resources.draining = True
        for part in self.parts:
            part.worker.stop()
        if self.direct is not None:
            self.direct.stop()
        for part in self.parts:
            part.resources.stop()


def assemble(
    services: Sequence[tuple[Service, SharedSettings]], kafka: KafkaSettings | None
) -> Product:
    """Build the product; nothing connects or runs before ``start``."""
    opened = [(service, open_resources(service, settings)) for service, settings in services]
    producers = [(each, resources.database) for each, resources in opened if each.publishing]
    direct = None if kafka else direct_transport(producers)
    transport = KafkaTransport(kafka) if kafka else None
    parts = []
    for service, resources in opened:
        worker = Worker(resources, direct or transport, transport)  # type: ignore[arg-type]
        app = create_app(service, resources.settings, resources)
        parts.append(Part(service, resources, app, worker))
    return Product(parts, kafka is not None, direct)


def direct_transport(producers: Sequence[tuple[Service, Database]]) -> DirectTransport:
    """The transport that reads the producers' event tables: only this package has it."""
    return DirectTransport(
        [
            Producer(service.name, database, Translation(service.source, service.publishing))
            for service, database in producers
        ]
    )


def kafka_settings() -> KafkaSettings | None:
    """The configured cluster, ``None`` without one; ``WrongSetting`` ends the process."""
    settings = load_settings(KafkaSettings)
    return settings if settings.bootstrap_servers else None
