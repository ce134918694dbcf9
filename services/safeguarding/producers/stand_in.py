"""A stand-in for one agency: its rows of the borough's year, paced, and taken up again where they stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from threading import Event
from time import monotonic, time
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from tenacity import (
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_fixed,
)

from safeguarding.errors import PublishError, Refused
from safeguarding.events.acceptance import read
from safeguarding.events.times import LONDON, instant_of, local, rfc3339
from safeguarding.producers.agencies import EVENT_OF
from safeguarding.producers.borough import rows
from safeguarding.producers.client import Publisher
from safeguarding.producers.message import message_of
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_event
from safeguarding.wire.topics import HEARTBEAT, agency_topic

_DAY_MS: Final = 86_400_000
_TELL_EVERY: Final = 10.0  # seconds
_ROOMS_WAIT: Final = 60.0  # seconds for the first sign of the rooms
_LEAD_MS: Final = 2_000  # after that sign, until everybody has seen it


class StandIn:
    """Plays an agency.

    Args:
        agency: which one.
        settings: where Kafka is; ``clock`` says whether events are published in story time or now.
        seed: of the borough; all stand-ins of a pipeline share it, and `children` and `start`.
        children: how many children live in the borough.
        start: first day of the story.
        speed: days of the story in a second; 0: as fast as it goes.
        say: takes one line for a person.
    """

    def __init__(
        self,
        agency: str,
        settings: Settings,
        *,
        seed: int,
        children: int,
        start: date,
        speed: float,
        say: Callable[[str], None],
    ) -> None:
        self._agency, self._settings, self._speed, self._say = agency, settings, speed, say
        self._story = seed, children, start
        self._begin = instant_of(datetime(start.year, start.month, start.day, tzinfo=LONDON))
        self.stop = Event()
        self.sent = 0

    def play(self) -> None:
        """Send the rest of the year, until it ends or `stop` is set.

        Raises:
            PublishError: Kafka was away for too long.
        """
        with Publisher(self._settings, say=self._say) as publisher:
            last = self._last_sent()
            pace, told = Pace(self._speed, self.stop), monotonic()
            for when, event in self._from(last, pace):
                if not pace.reached(when):
                    publisher.flush()
                    if not pace.wait(when):
                        break
                publisher.send(message_of(event))
                self.sent += 1
                if monotonic() - told > _TELL_EVERY:
                    told = monotonic()
                    self._say(f"{self._agency}: {self.sent} events sent, the story is at {local(when):%d %B %Y}")
        self._say(f"{self._agency}: {self.sent} events sent, {'stopped' if self.stop.is_set() else 'the year is over'}")

    def _from(self, last: str | None, pace: Pace) -> Iterator[tuple[int, dict[str, Any]]]:
        """Events after the one with an id; from the beginning when there is no such event."""
        if last is not None and all(event["id"] != last for _, event in self._events()):
            self._say(f"{self._agency}: the topic holds another story; starting at the beginning of this one")
            last = None
        pace.begin(self._begin, self._since_the_start() if last is None else 0.0)
        for when, event in self._events():
            if last is None:
                yield when, event
            elif event["id"] == last:
                last = None
                pace.begin(max(when, self._story_elsewhere()))
                self._say(f"{self._agency}: going on from {local(when):%d %B %Y}")

    def _events(self) -> Iterator[tuple[int, dict[str, Any]]]:
        for when, row in rows(self._agency, *self._story):
            published = when if self._settings.clock == "events" else int(time() * 1000)
            try:
                yield when, read(EVENT_OF[self._agency](row) | {"published_at": rfc3339(published)})
            except Refused as refused:
                self._say(f"{self._agency}: a row cannot be told: {refused}")

    def _since_the_start(self) -> float:
        """Seconds since the common start of a fresh story: agencies that play it side by side share its clock."""
        if self._settings.clock != "events" or self._speed <= 0:
            return 0.0
        self._say(f"{self._agency}: waiting for the rooms")
        first = self._record(HEARTBEAT, newest=False, patience=_ROOMS_WAIT)
        return 0.0 if first is None else since_start(first.timestamp, int(time() * 1000))

    def _story_elsewhere(self) -> int:
        """How far the other agencies have told the story; who was stopped alone catches up with them at once."""
        if self._settings.clock != "events":
            return 0
        newest = 0
        for agency in EVENT_OF:
            record = self._record(agency_topic(agency), newest=True, patience=5.0)
            with suppress(Refused):  # nothing of ours
                newest = max(newest, 0 if record is None else decode_event(record.value)["published_at"])
        return newest

    def _last_sent(self) -> str | None:
        """The id of the newest event in the agency's own topic: the topic remembers, no file does."""
        try:
            record = self._record(agency_topic(self._agency), newest=True, patience=60.0)
            return None if record is None else str(decode_event(record.value)["id"])
        except Refused:
            return None  # nothing of ours: from the beginning; ids make a repeat harmless

    def _record(self, topic: str, *, newest: bool, patience: float) -> Any:
        """The newest record of a topic's one partition, or its first, which is waited for; None: there is none.

        Raises:
            PublishError: Kafka did not answer for a minute; what a topic holds is never guessed.
        """
        tries = Retrying(
            retry=retry_if_exception_type(KafkaError),
            stop=stop_after_delay(60.0) | stop_when_event_set(self.stop),
            sleep=sleep_using_event(self.stop),
            wait=wait_fixed(0.5),
            reraise=True,
        )
        try:
            return tries(self._look, topic, newest, patience)
        except KafkaError as problem:
            where, reason = self._settings.bootstrap_servers, type(problem).__name__
            raise PublishError(
                f"Kafka at {where} does not tell what {topic} holds ({reason}); "
                "start it, or run: safeguarding topics create"
            ) from None

    def _look(self, topic: str, newest: bool, patience: float) -> Any:
        place = TopicPartition(self._settings.topic_prefix + topic, 0)
        consumer = KafkaConsumer(
            bootstrap_servers=self._settings.bootstrap_servers.split(","),
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=5_000,
            metrics_enabled=False,
        )
        try:
            consumer.assign([place])
            end = consumer.end_offsets([place])[place]
            if newest and end == 0:
                return None
            consumer.seek(place, end - 1 if newest else consumer.beginning_offsets([place])[place])
            limit = monotonic() + patience
            while monotonic() < limit and not self.stop.is_set():
                for record in consumer.poll(timeout_ms=500).get(place, ()):
                    return record
            return None
        finally:
            consumer.close()


def since_start(first_sign: int, now: int) -> float:
    """Seconds since the moment at which all stand-ins begin; below 0: until then.

    Args:
        first_sign: when the rooms were first heard of, milliseconds since 1970 UTC.
        now: the time, likewise.
    """
    return (now - first_sign - _LEAD_MS) / 1000


class Pace:
    """Says when it is time for a moment of the story.

    Args:
        speed: days of the story in a second; 0: it is always time.
        stop: set when somebody asks to stop.
    """

    def __init__(self, speed: float, stop: Event) -> None:
        self._speed, self._stop = speed, stop
        self._began, self._story = monotonic(), 0

    def begin(self, story: int, ago: float = 0.0) -> None:
        """The story stood at this instant so many seconds ago (below 0: will stand there)."""
        self._began, self._story = monotonic() - ago, story

    def _left(self, when: int) -> float:
        if self._speed <= 0:
            return 0.0
        return self._began + (when - self._story) / _DAY_MS / self._speed - monotonic()

    def reached(self, when: int) -> bool:
        """Whether it is time already, and nobody has asked to stop."""
        return self._left(when) <= 0 and not self._stop.is_set()

    def wait(self, when: int) -> bool:
        """Wait until it is time; False: somebody asked to stop."""
        return not self._stop.wait(max(0.0, self._left(when)))
