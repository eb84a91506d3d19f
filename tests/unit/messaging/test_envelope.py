"""CloudEvents on the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from opentas_shared.contracts.organisation import PersonRegistered
from opentas_shared.messaging.envelope import Envelope, Unreadable, decode, encode
from opentas_shared.messaging.records import Record

ENVELOPE = Envelope(
    id=UUID("0190b2f0-0000-7000-8000-000000000001"),
    source="/opentas/approval-service",
    epoch=1,
    type=PersonRegistered.TYPE,
    subject="0190b2f0-0000-7000-8000-000000000002",
    topic=PersonRegistered.TOPIC,
    partition=7,
    position=42,
    aggregate_version=1,
    time=datetime(2026, 1, 2, 3, 4, 5, 678, UTC),
    recorded_time=datetime(2026, 1, 2, 3, 4, 6, 0, UTC),
    correlation_id="c0ffee",
    causation_id=None,
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    actor="chen.jing",
)
CONTRACT = PersonRegistered(person_id="chen.jing", posts=("销售总监",))


def record(value: bytes) -> Record:
    return Record(ENVELOPE.topic, ENVELOPE.partition, ENVELOPE.subject.encode(), value, offset=3)


def test_what_is_written_is_read_back() -> None:
    envelope, data = decode(record(encode(ENVELOPE, CONTRACT)))
    assert envelope == ENVELOPE
    assert PersonRegistered.model_validate(data) == CONTRACT


def test_the_golden_bytes() -> None:
    assert json.loads(encode(ENVELOPE, CONTRACT)) == {
        "specversion": "1.0",
        "id": "0190b2f0-0000-7000-8000-000000000001",
        "source": "/opentas/approval-service",
        "type": "org.opentas.person.registered.v1",
        "subject": "0190b2f0-0000-7000-8000-000000000002",
        "partitionkey": "0190b2f0-0000-7000-8000-000000000002",
        "time": "2026-01-02T03:04:05.000678+00:00",
        "recordedtime": "2026-01-02T03:04:06+00:00",
        "sequence": "00000000000000000042",
        "epoch": 1,
        "aggregateversion": 1,
        "correlationid": "c0ffee",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "actor": "chen.jing",
        "datacontenttype": "application/json",
        "dataschema": "urn:opentas:schema:org.opentas.person.registered.v1",
        "data": {
            "person_id": "chen.jing",
            "department_id": None,
            "posts": ["销售总监"],
            "roles": [],
            "superior_id": None,
            "active": True,
        },
    }


def test_the_library_of_the_specification_reads_it() -> None:
    event = JSONFormat().read(CloudEvent, encode(ENVELOPE, CONTRACT))
    assert event.get_id() == str(ENVELOPE.id)
    assert event.get_time() == ENVELOPE.time
    assert event.get_extension("sequence") == "00000000000000000042"
    assert event.get_extension("epoch") == 1


def test_times_of_other_zones_become_utc() -> None:
    shanghai = ENVELOPE.time.astimezone(timezone(timedelta(hours=8)))
    other = Envelope(**{**_fields(), "time": shanghai})
    envelope, _ = decode(record(encode(other, CONTRACT)))
    assert envelope.time == ENVELOPE.time
    assert envelope.time.utcoffset() == timedelta(0)


def _fields() -> dict[str, Any]:
    return {name: getattr(ENVELOPE, name) for name in Envelope.__dataclass_fields__}


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "sequence", "epoch", "time"])
def test_a_missing_attribute_makes_it_unreadable(name: str) -> None:
    event = json.loads(encode(ENVELOPE, CONTRACT))
    del event[name]
    with pytest.raises(Unreadable, match=name):
        decode(record(json.dumps(event).encode()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("id", "7"),
        ("source", ""),
        ("type", 3),
        ("sequence", "many"),
        ("sequence", "9" * 20),
        ("sequence", "-1"),
        ("epoch", 1 << 31),
        ("subject", "nul\x00"),
        ("traceparent", 7),
        ("time", "yesterday"),
        ("recordedtime", "2026-01-02T03:04:05"),
    ],
)
def test_a_malformed_attribute_makes_it_unreadable(name: str, value: object) -> None:
    event = {**json.loads(encode(ENVELOPE, CONTRACT)), name: value}
    with pytest.raises(Unreadable):
        decode(record(json.dumps(event).encode()))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_unreadable(value: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(record(value))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
)
def test_any_json_is_unreadable(value: object) -> None:
    with pytest.raises(Unreadable):
        decode(record(json.dumps(value).encode()))
