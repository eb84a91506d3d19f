"""Prometheus metrics of one running service, in a registry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The metrics of the kernel; services add gauges with ``gauge``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP server requests.",
            ["http_request_method", "http_route", "http_response_status_code"],
            buckets=DURATION_BUCKETS,
            registry=self.registry,
        )
        self.active = 0
        """Requests that are being answered; only the event loop changes it."""
        Gauge(
            "http_server_active_requests",
            "Requests that are being answered.",
            registry=self.registry,
        ).set_function(lambda: self.active)
        self.commands = Counter(
            "opentas_commands",
            "Commands by outcome: ACCEPTED, REPLAYED or the code of the refusal.",
            ["command", "outcome"],
            registry=self.registry,
        )
        self.events = Counter(
            "opentas_events_appended", "Events appended to the store.", registry=self.registry
        )
        self._requests: dict[tuple[str, str, int], Histogram] = {}
        self._commands: dict[tuple[str, str], Counter] = {}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        key = (method, route, status)
        child = self._requests.get(key)
        if child is None:
            child = self._requests[key] = self.requests.labels(method, route, str(status))
        child.observe(seconds)

    def command(self, command: str, outcome: str) -> None:
        """Count one command."""
        key = (command, outcome)
        child = self._commands.get(key)
        if child is None:
            child = self._commands[key] = self.commands.labels(command, outcome)
        child.inc()

    def gauge(
        self,
        name: str,
        documentation: str,
        read: Callable[[], float | Mapping[str, float]],
        *,
        label: str = "",
    ) -> None:
        """A gauge read when scraped; a mapping gives one sample per value of ``label``."""
        self.registry.register(_Read(name, documentation, read, label))


class _Read:
    """A collector that asks a function at each scrape."""

    def __init__(
        self,
        name: str,
        documentation: str,
        read: Callable[[], float | Mapping[str, float]],
        label: str,
    ) -> None:
        self._family = (name, documentation)
        self._read = read
        self._label = label

    def describe(self) -> Iterable[Metric]:
        """Name it without reading, so that registering asks no database."""
        return [GaugeMetricFamily(*self._family, labels=[self._label] if self._label else None)]

    def collect(self) -> Iterable[Metric]:
        """Read it."""
        family = GaugeMetricFamily(*self._family, labels=[self._label] if self._label else None)
        value = self._read()
        if isinstance(value, (int, float)):
            family.add_metric([], value)
        else:
            for name, amount in value.items():
                family.add_metric([name], amount)
        return [family]


class _Merged:
    """The families of several registries, each sample labelled with its service."""

    def __init__(self, registries: Mapping[str, CollectorRegistry]) -> None:
        self._registries = registries

    def collect(self) -> Iterable[Metric]:
        """Families of one name become one family."""
        families: dict[str, Metric] = {}
        for service, registry in self._registries.items():
            for family in registry.collect():
                merged = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                merged.samples.extend(
                    sample._replace(labels={"service": service, **sample.labels})
                    for sample in family.samples
                )
        return families.values()


def exposition(registries: Mapping[str, CollectorRegistry]) -> bytes:
    """What ``/metrics`` answers: families of services with a label ``service``, and the process."""
    registry = CollectorRegistry()
    registry.register(_Merged(registries))
    return generate_latest(registry) + generate_latest(REGISTRY)
