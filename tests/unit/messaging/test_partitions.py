"""Partitions are those of Kafka's own clients."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2 as of_the_client

from opentas_shared.messaging.partitions import PARTITIONS, murmur2, partition_of


@given(st.binary(max_size=64))
def test_murmur2_is_that_of_the_client(data: bytes) -> None:
    assert murmur2(data) == of_the_client(data)


@given(st.binary(max_size=64))
def test_the_partition_is_that_of_the_client(key: bytes) -> None:
    assert partition_of(key) == (of_the_client(key) & 0x7FFFFFFF) % PARTITIONS


def test_known_values_of_the_java_client() -> None:
    known = {
        b"21": -973932308,
        b"foobar": -790332482,
        b"a-little-bit-long-string": -985981536,
        b"a-little-bit-longer-string": -1486304829,
        b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
        b"abc": 479470107,
    }
    for data, signed in known.items():
        assert murmur2(data) == signed & 0xFFFFFFFF
