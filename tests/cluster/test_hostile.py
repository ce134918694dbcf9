"""What a hostile sender can do to a broker and to intake, on a real Kafka."""

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError

from cluster.test_publish import records
from safeguarding.settings import Settings
from safeguarding.wire.topics import agency_topic

pytestmark = pytest.mark.kafka
POLICE = agency_topic("police")
MIB = 2**20


def bomb(settings: Settings, packing: str, size: int) -> None:
    """One batch, small on the wire, that is so many bytes when it is unpacked."""
    producer = KafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, compression_type=packing, batch_size=2 * size,
        max_request_size=2 * size, linger_ms=1000, retries=0, enable_idempotence=False,
    )  # fmt: skip
    try:
        producer.send(settings.topic_prefix + POLICE, b"\x00" * size).get(60)
    finally:
        producer.close(timeout=5)


@pytest.mark.parametrize("packing", ["gzip"])
def test_a_batch_that_is_small_only_while_it_is_packed_is_refused_by_the_broker(settings: Settings, packing: str):
    with pytest.raises(KafkaError):
        bomb(settings, packing, 64 * MIB)
    assert records(settings, POLICE) == []


def test_a_packed_batch_of_ordinary_size_is_taken(settings: Settings):
    bomb(settings, "gzip", 1000)
    assert len(records(settings, POLICE)) == 1
