"""A record of a topic: what every transport carries."""

from __future__ import annotations

from dataclasses import dataclass

CONTENT_TYPE = b"application/cloudevents+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Record:
    """A CloudEvent in structured mode under its key, in its partition.

    ``offset`` is the place in the partition where the transport knows one; the direct
    transport gives the position in the producer's store.
    """

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = (("content-type", CONTENT_TYPE),)
    offset: int = -1
