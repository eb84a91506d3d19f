"""The Kafka transport. Nothing outside this package imports the ``kafka`` library."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from opentas_shared.messaging.kafka.publisher import KafkaPublisher
from opentas_shared.messaging.kafka.settings import KafkaSettings
from opentas_shared.messaging.kafka.subscription import KafkaSubscription
from opentas_shared.messaging.kafka.topics import AppliedTopics, WrongPartitions, apply_topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentas_shared.messaging.transport import Mark

__all__ = [
    "AppliedTopics",
    "KafkaPublisher",
    "KafkaSettings",
    "KafkaSubscription",
    "KafkaTransport",
    "WrongPartitions",
    "apply_topics",
]

# The library warns of every retry and every slow turn of its loop; what matters is an error.
logging.getLogger("kafka").setLevel(logging.ERROR)


class KafkaTransport:
    """Publishers and subscriptions on one cluster."""

    def __init__(self, settings: KafkaSettings, *, max_records: int = 200) -> None:
        self._settings = settings
        self._max_records = max_records

    def publisher(self, service: str) -> KafkaPublisher:
        """The live publisher of a service; an older one of the same service is fenced off."""
        return KafkaPublisher(self._settings, service)

    def subscribe(
        self, consumer: str, topics: Sequence[str], marks: Mapping[str, Mark]
    ) -> KafkaSubscription:
        """A member of the consumer group; the group's offsets say where it begins."""
        return KafkaSubscription(self._settings, consumer, topics, self._max_records)
