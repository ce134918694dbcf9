"""Which partition a key goes to: murmur2, as Kafka's own clients choose it."""

from __future__ import annotations

from functools import lru_cache

from aiokafka.partitioner import murmur2


@lru_cache(maxsize=65536)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF


def partition_of(key: bytes, count: int) -> int:
    """The partition of a key in a topic with `count` partitions."""
    return _hash(key) % count if count > 1 else 0
