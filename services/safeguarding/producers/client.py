"""The agencies' client: sends events to Kafka and knows of each whether the broker has it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

import structlog
from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from tenacity import (
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    stop_after_delay,
    wait_fixed,
    wait_random_exponential,
)

from safeguarding.errors import PublishError
from safeguarding.producers.message import Message, checked, message_of
from safeguarding.settings import Settings

_IN_FLIGHT: Final = 2000  # messages sent and not yet acknowledged
_QUIET: Final = 5.0  # seconds without an answer before somebody is told
_NEW_TOPIC: Final = 5.0  # seconds within which every broker tells of a topic that was just created
_NEVER_FIRST: Final = 60_000  # ms: we give up before a batch expires, or the batches after it would overtake it


def _log(line: str) -> None:
    structlog.get_logger("safeguarding.producers").warning(line)


class Publisher:
    """A context manager that sends events and returns only when each is acknowledged.

    The producer is idempotent and asks all replicas; it repeats by itself while the broker is away. A message that is
    still not acknowledged after `patience` is a `PublishError`: send it again, its id counts once.

    Args:
        settings: where Kafka is and what stands before topic names.
        patience: seconds for which a broker that is away is waited for.
        say: takes one line for a person when the broker does not answer.

    Attributes:
        acknowledged: how many messages the broker has.
        offsets: topic (without the prefix) to the offset of the newest of them.
    """

    def __init__(self, settings: Settings, *, patience: float = 120.0, say: Callable[[str], None] = _log) -> None:
        self._settings, self._patience, self._say = settings, patience, say
        self._where = f"Kafka at {settings.bootstrap_servers}"
        self._servers = settings.bootstrap_servers.split(",")
        self._producer: Any = None
        self._waiting: deque[Any] = deque()
        self._topics: set[str] = set()
        self.acknowledged = 0
        self.offsets: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            PublishError: no broker answered.
        """
        told = False

        def tell(_: Any) -> None:
            nonlocal told
            if not told:
                self._say(f"{self._where} does not answer; trying for {self._patience:g} s")
            told = True

        tries = Retrying(
            retry=retry_if_exception_type(KafkaError),
            wait=wait_random_exponential(multiplier=0.5, max=10),
            stop=stop_after_delay(self._patience),
            before_sleep=tell,
            reraise=True,
        )
        try:
            self._producer = tries(self._connect)
        except KafkaError:
            raise PublishError(
                f"{self._where} does not answer; start it, or set SAFEGUARDING_BOOTSTRAP_SERVERS"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is not yet acknowledged, unless something has gone wrong already."""
        arrived = False
        try:
            if kind is None:
                self.flush()
                arrived = True
        finally:
            if not arrived:  # close() alone would wait for what cannot arrive, raise, and leave its thread behind
                self._producer._sender.force_close()
            with suppress(KafkaError):
                self._producer.close(timeout=5)

    def publish(self, event: Mapping[str, Any]) -> None:
        """Check an event in the contract's JSON form and send it to its agency's topic.

        Raises:
            Refused: intake would refuse it; nothing is sent.
            PublishError: the broker did not take it or one before it.
        """
        self.send(message_of(checked(event)))

    def send(self, message: Message) -> None:
        """Send a message as it is; `flush`, or leaving the context, says whether it arrived.

        Raises:
            PublishError: the broker did not take it or one before it.
        """
        topic = self._settings.topic_prefix + message.topic
        self._know(topic)
        try:
            future = self._producer.send(topic, message.value, message.key, message.headers)
        except KafkaError as problem:
            raise self._failure(problem) from None
        self._waiting.append((message.topic, future))
        self._settle(_IN_FLIGHT)

    def flush(self) -> int:
        """Wait until everything sent is acknowledged and say how many messages that were since the beginning.

        Raises:
            PublishError: one was not.
        """
        self._settle(0)
        return self.acknowledged

    def _connect(self) -> Any:
        milliseconds = int(self._patience * 1000)
        return KafkaProducer(
            bootstrap_servers=self._servers,
            client_id="safeguarding-producer",
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            delivery_timeout_ms=milliseconds + _NEVER_FIRST,
            request_timeout_ms=max(min(milliseconds // 2, 15_000), 500),
            max_block_ms=10_000,
            reconnect_backoff_max_ms=2_000,
            bootstrap_timeout_ms=5_000,
            metrics_enabled=False,
        )

    def _know(self, topic: str) -> None:
        if topic in self._topics:
            return
        look = Retrying(
            retry=retry_if_result(lambda _: topic not in self._topics),
            stop=stop_after_delay(_NEW_TOPIC),
            wait=wait_fixed(0.2),
            retry_error_callback=lambda _: None,
        )
        try:
            admin = KafkaAdminClient(bootstrap_servers=self._servers, bootstrap_timeout_ms=5_000)
            with closing(admin):  # asking the producer would make a broker create what is missing
                look(lambda: self._topics.update(admin.list_topics()))
        except KafkaError as problem:
            raise self._failure(problem) from None
        if topic not in self._topics:
            raise PublishError(f"{self._where} has no topic {topic}; run: safeguarding topics create")

    def _settle(self, left: int) -> None:
        """Wait for the oldest messages until no more than `left` are in flight; a failed flush hides in the futures."""
        while len(self._waiting) > left:
            topic, future = self._waiting[0]
            start, told = monotonic(), False
            while not future.is_done and (rest := start + self._patience - monotonic()) > 0:
                try:
                    future.get(timeout=min(_QUIET, rest))
                except KafkaTimeoutError:
                    if not told and not future.is_done and rest > _QUIET:
                        self._say(f"{self._where} has not acknowledged; waiting for up to {self._patience:g} s")
                        told = True
                except KafkaError as problem:
                    raise self._failure(problem) from None
            if not future.is_done or future.failed():
                raise self._failure(future.exception)
            self._waiting.popleft()
            self.acknowledged += 1
            self.offsets[topic] = future.value.offset

    def _failure(self, problem: BaseException | None) -> PublishError:
        reason = type(problem).__name__ if problem is not None else "no answer"
        return PublishError(
            f"{self._where} did not acknowledge ({reason}) after {self.acknowledged} events; "
            "send the same again when it is back: what has arrived counts once"
        )
