"""Waits for what became of an event: the sending agency's own receipts topic."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from safeguarding.errors import PublishError
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as
from safeguarding.wire.topics import receipt_topic


class Receipts:
    """A context manager that follows receipts topics from where they end when it is entered.

    Args:
        settings: where Kafka is and what stands before topic names.
        agencies: whose receipts.
        patience: seconds for which one receipt is waited for.
    """

    def __init__(self, settings: Settings, agencies: Iterable[str], *, patience: float = 60.0) -> None:
        self._settings, self._patience = settings, patience
        self._places = [TopicPartition(settings.topic_prefix + receipt_topic(agency), 0) for agency in agencies]
        self._consumer: Any = None
        self._early: dict[tuple[str, int], dict[str, Any]] = {}

    def __enter__(self) -> Self:
        """Note where the topics end now.

        Raises:
            PublishError: they cannot be read.
        """
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=self._settings.bootstrap_servers.split(","),
                enable_auto_commit=False,
                auto_offset_reset="none",
                metrics_enabled=False,
            )
            self._consumer.assign(self._places)
            for place, end in self._consumer.end_offsets(self._places).items():
                self._consumer.seek(place, end)
        except KafkaError:
            raise PublishError(
                f"cannot read the receipts at {self._settings.bootstrap_servers}; run: safeguarding topics create"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave."""
        self._consumer.close()

    def wait(self, topic: str, offset: int) -> dict[str, Any]:
        """The receipt of the record at an offset of an agency's topic (without the prefix).

        Raises:
            PublishError: there is none in time.
        """
        end = monotonic() + self._patience
        while (topic, offset) not in self._early:
            if monotonic() > end:
                raise PublishError(
                    f"no receipt for record {offset} of {topic} within {self._patience:g} s; the rest was not sent; "
                    "start: safeguarding worker intake identity correlation, then publish again: "
                    "what has arrived counts once"
                )
            for records in self._consumer.poll(timeout_ms=200).values():
                for record in records:
                    receipt = decode_as("record.receipt", record.value)
                    place = receipt["record"]
                    if place["topic"] == topic and place["offset"] >= offset:  # a later one may be the faster
                        self._early[topic, place["offset"]] = receipt
        return self._early.pop((topic, offset))
