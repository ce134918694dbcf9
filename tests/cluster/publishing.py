"""Sends a run's events through an outbox, or with the client alone; and remembers what the broker acknowledged."""

import time
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from threading import Thread

from safeguarding.errors import PublishError
from safeguarding.producers.client import Publisher
from safeguarding.producers.message import Message
from safeguarding.producers.sender import SafePublisher
from safeguarding.settings import Settings

PATIENCE = 240.0
_DIRECT_PATIENCE = 8.0  # seconds; then it is an error, and everything is sent again
_AT_ONCE = 20


class Publishing(Thread):
    """A thread that sends; `also` adds what faults want to say.

    Attributes:
        sent: messages in the order of sending, by topic.
        acked: how many of them the broker has acknowledged.
        told: how often the client said that it had no answer.
        now: when what the newest tells of happened.
    """

    def __init__(self, settings: Settings, messages: Iterator[Message], a_second: float, *, direct: bool) -> None:
        super().__init__(name="publishing")
        self._settings, self._messages, self._a_second = settings, messages, a_second
        self._also: deque[Message] = deque()
        self._direct = direct
        self.sent: dict[str, list[bytes]] = {}
        self.acked = Counter[str]()
        self.told = 0
        self.now = ""
        self.problem: BaseException | None = None

    def also(self, message: Message) -> None:
        """Send this one as well."""
        self._also.append(message)

    @property
    def nothing_more(self) -> bool:
        """Whether all that faults wanted to say is said."""
        return not self._also

    def run(self) -> None:
        """Send all of it, paced."""
        try:
            self._directly() if self._direct else self._through_the_outbox()
        except BaseException as problem:
            self.problem = problem
            raise

    def _through_the_outbox(self) -> None:
        with SafePublisher(self._settings) as publisher:
            for message in self._paced():
                publisher.send(message)
            assert publisher.flush(PATIENCE), "the outbox is empty at the end"
        for topic, keys in self.sent.items():  # it forgets only what is acknowledged
            self.acked[topic] = len(keys)

    def _directly(self) -> None:
        """Batch after batch: what is not acknowledged is sent again, as the error says."""
        paced = self._paced()
        while batch := list(islice(paced, _AT_ONCE)):
            while not self._acknowledged(batch):
                self.told += 1
            self.acked.update(message.topic for message in batch)

    def _acknowledged(self, batch: list[Message]) -> bool:
        try:
            with Publisher(self._settings, patience=_DIRECT_PATIENCE, say=lambda _: None) as publisher:
                for message in batch:
                    publisher.send(message)
        except PublishError:
            return False
        return True

    def _paced(self) -> Iterator[Message]:
        began = time.monotonic()
        for number, message in enumerate(self._messages, 1):
            if message.key:
                self.now = dict(message.headers)["ce_time"].decode()
            for each in (message, *(self._also.popleft() for _ in range(len(self._also)))):
                self.sent.setdefault(each.topic, []).append(each.key)
                yield each
            time.sleep(max(0.0, began + number / self._a_second - time.monotonic()))
