"""How many records each room has not handled yet, from its group's committed offsets."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, NotCoordinatorError, RetriableError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from safeguarding.cli.reader import BrokerAway
from safeguarding.settings import Settings
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, REDRIVEN, agency_topic

_ANSWER_MS: Final = 5_000


def lag(settings: Settings) -> dict[str, int]:
    """Records of its inputs that a room's group has not committed, by room.

    Raises:
        BrokerAway: no broker answered.
    """
    from safeguarding.events.envelope import AGENCIES

    inputs = {
        "intake": [*map(agency_topic, AGENCIES), REDRIVEN],
        "identity": [ACCEPTED],
        "correlation": [FACTS],
        "routing": [RAISED],
    }
    servers = settings.bootstrap_servers.split(",")
    try:
        admin = KafkaAdminClient(bootstrap_servers=servers, bootstrap_timeout_ms=_ANSWER_MS)
        reader = KafkaConsumer(bootstrap_servers=servers, group_id=None, bootstrap_timeout_ms=_ANSWER_MS)
        try:
            return {room: _behind(settings, admin, reader, room, topics) for room, topics in inputs.items()}
        finally:
            reader.close()
            admin.close()
    except (KafkaError, OSError, TimeoutError):
        where = settings.bootstrap_servers
        raise BrokerAway(f"no broker answers at {where}: set SAFEGUARDING_BOOTSTRAP_SERVERS") from None


def _behind(settings: Settings, admin: Any, reader: Any, room: str, topics: list[str]) -> int:
    names = [settings.topic_prefix + topic for topic in topics]
    places = [TopicPartition(name, n) for name in names for n in reader.partitions_for_topic(name) or ()]
    ends, begins = reader.end_offsets(places), reader.beginning_offsets(places)
    group = settings.topic_prefix + room
    done = committed(admin, group)
    return sum(max(0, ends[place] - done.get(place, begins[place])) for place in places)


@retry(
    retry=retry_if_exception_type(RetriableError),
    wait=wait_fixed(0.2),
    stop=stop_after_delay(15),
    reraise=True,
)
def committed(admin: Any, group: str) -> dict[TopicPartition, int]:
    """Offsets that a group has committed; none where it has not.

    A broker that has just started is still looking for its groups' offsets, and is asked again. A client
    of kafka-python 3.0 remembers for good which broker knows of a group; when another does since, a new one is asked.

    Raises:
        KafkaError: it cannot say.
    """
    try:
        kept = admin.list_group_offsets([group]).get(group, {})
    except NotCoordinatorError:
        with closing(type(admin)(**admin.config)) as other:
            kept = other.list_group_offsets([group]).get(group, {})
    return {place: held.offset for place, held in kept.items() if held.offset >= 0}
