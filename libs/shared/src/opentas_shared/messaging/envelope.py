"""CloudEvents 1.0 in structured JSON mode: the attributes around a published contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.records import Record

SEQUENCE_DIGITS = 20
MAY_BE_EMPTY = frozenset({"actor", "correlationid"})


class Unreadable(Exception):
    """A record is no CloudEvent of ours: no JSON, or an attribute is missing or malformed."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one published event.

    ``position`` (CloudEvents ``sequence``) is its place in the store of its ``source``; together
    with ``epoch`` it orders all events of a source. ``time`` is when it happened in the business
    (effective), ``recorded_time`` when the system learnt it. ``subject`` is the aggregate id.
    """

    id: UUID
    source: str
    epoch: int
    type: str
    subject: str
    topic: str
    partition: int
    position: int
    aggregate_version: int
    time: datetime
    recorded_time: datetime
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    actor: str

    def attributes(self) -> dict[str, Any]:
        """The CloudEvents attributes as JSON values, those without a value left out."""
        attributes: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat(),
            "partitionkey": self.subject,
            "sequence": f"{self.position:0{SEQUENCE_DIGITS}d}",
            "epoch": self.epoch,
            "aggregateversion": self.aggregate_version,
            "recordedtime": self.recorded_time.astimezone(UTC).isoformat(),
            "correlationid": self.correlation_id,
            "actor": self.actor,
        }
        if self.causation_id is not None:
            attributes["causationid"] = self.causation_id
        if self.traceparent is not None:
            attributes["traceparent"] = self.traceparent
        return attributes


def encode(envelope: Envelope, contract: Contract) -> bytes:
    """The event as ``application/cloudevents+json``."""
    attributes = envelope.attributes()
    attributes["datacontenttype"] = "application/json"
    attributes["dataschema"] = contract.schema_id()
    attributes["data"] = contract
    return to_json(attributes)


def decode(record: Record) -> tuple[Envelope, Any]:
    """The envelope and the still unchecked ``data`` of a record; ``Unreadable`` if it has none."""
    try:
        event = from_json(record.value)
        if event["specversion"] != "1.0":
            raise Unreadable(f"specversion {event['specversion']!r} is not 1.0")
        envelope = Envelope(
            id=UUID(event["id"]),
            source=_text(event, "source"),
            epoch=_number(event, "epoch", 31),
            type=_text(event, "type"),
            subject=_text(event, "subject"),
            topic=record.topic,
            partition=record.partition,
            position=_number(event, "sequence", 63),
            aggregate_version=_number(event, "aggregateversion", 31),
            time=_instant(event["time"]),
            recorded_time=_instant(event["recordedtime"]),
            correlation_id=_text(event, "correlationid"),
            causation_id=_text(event, "causationid") if "causationid" in event else None,
            traceparent=_text(event, "traceparent") if "traceparent" in event else None,
            actor=_text(event, "actor"),
        )
        return envelope, event["data"]
    except KeyError as error:
        raise Unreadable(f"the attribute {error.args[0]} is missing") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Unreadable(str(error)) from error


def _text(event: dict[str, Any], name: str) -> str:
    value = event[name]
    if not isinstance(value, str) or "\x00" in value or not (value or name in MAY_BE_EMPTY):
        raise ValueError(f"the attribute {name} is no text")
    return value


def _number(event: dict[str, Any], name: str, bits: int) -> int:
    number = int(event[name])
    if not 0 < number < 1 << bits:
        raise ValueError(f"the attribute {name} is out of range")
    return number


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"the time {text} has no zone")
    return instant
