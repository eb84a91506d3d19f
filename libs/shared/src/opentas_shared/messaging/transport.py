"""What relay and consumers ask of a transport; Kafka and the direct transport both offer it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentas_shared.messaging.records import Record

WHOLE_SOURCE = ""
"""The topic under which a mark is kept in the tracking table."""
NO_PARTITION = -1
"""The partition under which a mark is kept in the tracking table."""


class TransportFailed(Exception):
    """The transport did not do what was asked; nothing is lost, it is asked again."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything of ``source`` up to ``position`` of ``epoch`` was delivered."""

    source: str
    epoch: int
    position: int


@dataclass(frozen=True)
class Poll:
    """Records to apply, those of one partition in order, and marks to keep once they are."""

    records: Sequence[Record] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Progress:
    """Which topics have more records than were delivered, as the transport knows it."""

    behind: frozenset[str] = field(default_factory=frozenset)


class Subscription(Protocol):
    """The records of some topics for one consumer, used by one thread."""

    def poll(self, seconds: float) -> Poll:
        """Wait at most ``seconds`` for records."""

    def applied(self) -> None:
        """Everything polled so far is applied and committed in the database."""

    def progress(self) -> Progress:
        """Look how much is left; ``TransportFailed`` when that cannot be known now."""

    def wake(self) -> None:
        """End a waiting ``poll`` from another thread, where that is possible."""

    def close(self) -> None:
        """Give the subscription up."""


class Transport(Protocol):
    """Brings the published records of all services to consumers."""

    def subscribe(
        self, consumer: str, topics: Sequence[str], marks: Mapping[str, Mark]
    ) -> Subscription:
        """Records of ``topics``, each at least once; ``marks`` are the kept ones, by source."""


class Publisher(Protocol):
    """Writes records for others, all of a batch or none of it."""

    def publish(self, records: Sequence[Record]) -> None:
        """Publish; after any failure the publisher must be discarded."""

    def close(self) -> None:
        """Give up what is unfinished."""


class PublishingTransport(Protocol):
    """A transport that has to be written to: Kafka."""

    def publisher(self, service: str) -> Publisher:
        """The only live publisher of a service: an older one is fenced off."""
