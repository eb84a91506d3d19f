"""Prometheus metrics of relay and consumers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class Measures:
    """The counters of one service's messaging, in the registry of the service."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry if registry is not None else CollectorRegistry()
        self.published = Counter(
            "opentas_relay_published_events", "Events published to Kafka.", registry=registry
        )
        self.relay_failures = Counter(
            "opentas_relay_failures",
            "Times the relay began again after a failure.",
            registry=registry,
        )
        self.records = Counter(
            "opentas_consumer_records",
            "Records consumed, by outcome: APPLIED, SEEN (before), PASSED (no handler), DEAD "
            "(became a dead letter) or PARKED (behind a dead letter of its aggregate).",
            ["outcome"],
            registry=registry,
        )
        self.consumer_failures = Counter(
            "opentas_consumer_failures",
            "Times the consumer began again after a failure.",
            registry=registry,
        )
