"""Reads topics without a group: every partition, committed records only, nothing remembered on the broker."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_never, wait_exponential

from safeguarding.errors import SafeguardingError
from safeguarding.settings import Settings
from safeguarding.wire.room import Record

_ANSWER_MS: Final = 3_000  # a broker that has not answered by then is away
_QUIET_S: Final = 5.0  # nothing came for so long: ask whether the broker is still there
_ATTEMPTS: Final = 3

T = TypeVar("T")


class BrokerAway(SafeguardingError):
    """No broker answers, or the topics are not there yet; worth another attempt."""


class TopicReader:
    """The records of some topics of the catalogue.

    Args:
        settings: where the brokers are, and the prefix of topics.
        topics: names of the catalogue.
        from_start: from the first record on, instead of only what comes from now on.
        patient: wait for the broker for as long as it takes; False: a few attempts.
        newest: no more than so many records of each partition, counted from the end.

    Raises:
        BrokerAway: no broker answered, or a topic is missing.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str],
        *,
        from_start: bool,
        patient: bool,
        newest: int | None = None,
    ) -> None:
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # one line of ours in place of many
        self._settings, self._topics = settings, topics
        self._retrying = Retrying(
            retry=retry_if_exception_type(BrokerAway),
            wait=wait_exponential(multiplier=0.5, max=15),
            stop=stop_never if patient else stop_after_attempt(_ATTEMPTS),
            before_sleep=_say,
            reraise=True,
        )
        self._consumer: Any = self._retrying(self._connect)
        self._partitions: list[TopicPartition] = self._retrying(self._find_partitions)
        self._consumer.assign(self._partitions)
        self._heard = time.monotonic()
        if from_start and newest is None:
            self._consumer.seek_to_beginning()
        elif newest is not None:
            begins = self._asked(lambda: self._consumer.beginning_offsets(self._partitions))
            for partition, end in self._ends().items():
                self._consumer.seek(partition, max(begins[partition], end - newest))
        else:
            for partition, end in self._ends().items():
                self._consumer.seek(partition, end)

    def until_end(self) -> list[list[Record]]:
        """What is there now, the records of each partition in their order."""
        found: dict[TopicPartition, list[Record]] = {partition: [] for partition in self._partitions}
        ends = self._ends()
        # the position, not the last record, tells: markers of transactions take offsets as well
        while ends := {p: end for p, end in ends.items() if (self._consumer.position(p) or 0) < end}:
            for partition, records in self._poll(_ANSWER_MS // 10).items():
                found[partition] += [r for r in records if r.offset < ends.get(partition, 0)]
        return list(found.values())

    def end(self) -> int:
        """The offset behind the last record of the only partition there is."""
        (end,) = self._ends().values()
        return end

    def up_to(self, end: int) -> Iterator[Record]:
        """The records of the only partition before an offset, as they come."""
        (partition,) = self._partitions
        while (self._consumer.position(partition) or 0) < end:
            for records in self._poll(_ANSWER_MS // 10).values():
                yield from (record for record in records if record.offset < end)

    def ready(self, wait_ms: int) -> Iterator[Record]:
        """Records that are there, or that come within a time."""
        for records in self._poll(wait_ms).values():
            yield from records

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close(timeout_ms=1_000)

    def _connect(self) -> Any:
        return self._asked(
            lambda: KafkaConsumer(
                bootstrap_servers=self._settings.bootstrap_servers.split(","),
                group_id=None,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                bootstrap_timeout_ms=_ANSWER_MS,
            )
        )

    def _find_partitions(self) -> list[TopicPartition]:
        found = []
        for topic in self._topics:
            name = self._settings.topic_prefix + topic
            numbers = self._asked(lambda name=name: self._consumer.partitions_for_topic(name))  # type: ignore[misc]  # mypy cannot type a default
            if not numbers:
                raise BrokerAway(f"there is no topic {name} at {self._where}: run `safeguarding topics create`")
            found += [TopicPartition(name, number) for number in sorted(numbers)]
        return found

    def _ends(self) -> dict[TopicPartition, int]:
        ends: dict[TopicPartition, int] = self._retrying(
            self._asked, lambda: self._consumer.end_offsets(self._partitions, timeout_ms=_ANSWER_MS)
        )
        self._heard = time.monotonic()
        return ends

    def _poll(self, wait_ms: int) -> dict[TopicPartition, list[Record]]:
        polled = self._asked(lambda: self._consumer.poll(timeout_ms=wait_ms))
        if polled:
            self._heard = time.monotonic()
        elif time.monotonic() - self._heard > _QUIET_S:
            self._ends()
        return {partition: [self._record(r) for r in records] for partition, records in polled.items()}

    def _record(self, r: Any) -> Record:
        topic = r.topic.removeprefix(self._settings.topic_prefix)
        return Record(topic, r.partition, r.offset, r.key, r.value, r.timestamp, tuple(r.headers))

    def _asked(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except (KafkaError, OSError, TimeoutError):
            raise BrokerAway(f"no broker answers at {self._where}: start Kafka, or say where it is "
                             "with SAFEGUARDING_BOOTSTRAP_SERVERS") from None  # fmt: skip

    @property
    def _where(self) -> str:
        return self._settings.bootstrap_servers


def _say(state: RetryCallState) -> None:
    problem = state.outcome.exception() if state.outcome else None
    wait = state.next_action.sleep if state.next_action else 0
    print(f"safeguarding: {problem} (trying again in {wait:.1f} s)", file=sys.stderr)  # noqa: T201  # for the operator
