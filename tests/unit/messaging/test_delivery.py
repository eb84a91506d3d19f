"""Reading records, and the order in which they are applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from opentas_shared.contracts.organisation import PersonChanged, PersonRegistered
from opentas_shared.messaging.delivery import Reader, in_order
from opentas_shared.messaging.envelope import Unreadable, encode
from opentas_shared.messaging.records import Record
from opentas_shared.messaging.tracking import Place
from tests.unit.messaging.test_envelope import CONTRACT, ENVELOPE

if TYPE_CHECKING:
    from opentas_shared.messaging.delivery import Delivery


def handler(contract: Any, envelope: Any, work: Any) -> None:
    raise AssertionError("it is only read")


READER = Reader({PersonRegistered: handler})


def delivered(
    partition: int = 7, position: int = 42, seconds: int = 0, source: str = ENVELOPE.source
) -> Delivery:
    envelope = replace(
        ENVELOPE,
        source=source,
        position=position,
        recorded_time=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    )
    return READER.read(Record(ENVELOPE.topic, partition, b"", encode(envelope, CONTRACT)))


def test_a_known_type_has_contract_handler_and_place() -> None:
    delivery = delivered()
    assert delivery.contract == CONTRACT
    assert delivery.handler is handler
    assert delivery.place == Place(ENVELOPE.source, 1, ENVELOPE.topic, 7)
    assert not delivery.passes


def test_another_type_passes() -> None:
    value = encode(replace(ENVELOPE, type=PersonChanged.TYPE), CONTRACT)
    assert READER.read(Record(ENVELOPE.topic, 7, b"", value)).passes


def test_content_that_breaks_the_contract_is_a_fault() -> None:
    value = encode(ENVELOPE, CONTRACT).replace(b'"person_id"', b'"something"')
    delivery = READER.read(Record(ENVELOPE.topic, 7, b"", value))
    assert isinstance(delivery.fault, ValidationError)
    assert delivery.position == 42


def test_an_unreadable_record_is_known_by_its_offset() -> None:
    delivery = READER.read(Record("topic.v1", 3, b"", b"?", offset=99))
    assert isinstance(delivery.fault, Unreadable)
    assert (delivery.place, delivery.position) == (Place("", 0, "topic.v1", 3), 99)


def test_causes_come_before_effects_of_other_sources() -> None:
    cause = delivered(partition=1, position=900, seconds=1, source="/opentas/lead-service")
    effect = delivered(partition=2, position=3, seconds=2, source="/opentas/opportunity-service")
    assert in_order([effect, cause]) == [cause, effect]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50), st.integers(0, 50)), max_size=30))
def test_a_partition_keeps_its_order(records: list[tuple[int, int, int]]) -> None:
    deliveries = [delivered(*record) for record in records]
    ordered = in_order(deliveries)
    for partition in range(4):
        assert [each for each in ordered if each.record.partition == partition] == [
            each for each in deliveries if each.record.partition == partition
        ]
