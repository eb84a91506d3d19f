"""Which partition an aggregate's events go to: fixed, and the same on every transport."""

from __future__ import annotations

from functools import lru_cache

PARTITIONS = 12
"""Partitions of every topic; the number never changes within a topic's version."""

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """The unsigned 32-bit MurmurHash2 of Kafka's own clients."""
    length = len(data)
    h = _SEED ^ length
    whole = length & ~3
    for start in range(0, whole, 4):
        k = int.from_bytes(data[start : start + 4], "little") * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        h = h * _M & _MASK ^ k
    if whole != length:
        h = (h ^ int.from_bytes(data[whole:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


@lru_cache(maxsize=4096)
def partition_of(key: bytes) -> int:
    """The partition of a key, as Kafka's default partitioner computes it."""
    return (murmur2(key) & 0x7FFFFFFF) % PARTITIONS
