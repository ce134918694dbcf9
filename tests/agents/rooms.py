"""Rooms that show what their runtime does. They bear names and topics of the real ones, so that groups, changelogs
and transactional ids are there on any runtime; a worker in another process builds them from `ROOMS` by name."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from safeguarding.wire.room import Output, Record, Room, State
from safeguarding.wire.topics import ACCEPTED, FACTS, RAISED, agency_topic, audience_topic

SOURCES = (agency_topic("police"), agency_topic("health"))
TOLD = audience_topic("gp")


class Broken(RuntimeError):
    """A record that a room cannot take."""


def said(record: Record, place: int, what: object) -> bytes:
    """An output's value: from which record, the how manieth of it, and what was seen."""
    return json.dumps([record.offset, place, what]).encode()


class _Room:
    transactional = False

    def reset(self) -> None:
        """Nothing is remembered outside the state."""

    def tick(self, now: int | None) -> Output | None:
        return None


class Passing(_Room):
    """No memory: hands on what it gets, twice; `fail` raises after the first."""

    name = "intake"
    inputs: tuple[str, ...] = SOURCES
    memory: Literal["none", "state", "log"] = "none"

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        for record in batch:
            value = record.value or b""
            key = f"{record.topic}|{record.offset}".encode()
            yield Output(ACCEPTED, key + b"|0", value, (("from", record.topic.encode()),))
            if value == b"fail":
                raise Broken
            yield Output(ACCEPTED, key + b"|1", value)


class Folding(_Room):
    """Memory is the log: counts what it has seen, by hand and not in the state; `fail` raises after counting."""

    name = "identity"
    inputs: tuple[str, ...] = (ACCEPTED,)
    memory: Literal["none", "state", "log"] = "log"

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def reset(self) -> None:
        self.seen = {}

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        out = []
        for record in batch:
            word = (record.value or b"").decode()
            self.seen[word.removeprefix("fail ")] = self.seen.get(word.removeprefix("fail "), 0) + 1
            if word.startswith("fail"):
                raise Broken
            out.append(Output(FACTS, b"tick", said(record, 0, [word, self.seen[word]]), partition=len(word) % 2))
        return out


class Keeping(_Room):
    """Memory is the state; a record is a command on it, an output what came of it.

    Commands: put KEY VALUE, delete KEY, get KEY, scan PREFIX, newest PREFIX, count KEY, fail KEY (puts, then raises).
    """

    name = "correlation"
    inputs: tuple[str, ...] = (FACTS,)
    memory: Literal["none", "state", "log"] = "state"
    out = RAISED

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        for record in batch:
            for place, what in enumerate(obey(json.loads(record.value or b""), state)):
                yield Output(self.out, record.key or b"", said(record, place, what))


class Telling(Keeping):
    """The same as one Kafka transaction a batch."""

    name = "routing"
    inputs = (RAISED,)
    transactional = True
    out = TOLD


def obey(command: Sequence[str], state: State) -> Iterable[object]:
    verb, *words = command
    first = words[0].encode()
    if verb == "put":
        state.put(first, words[1].encode())
    elif verb == "delete":
        state.delete(first)
    elif verb == "fail":
        state.put(first, b"half done")
        yield "half said"
        raise Broken
    elif verb == "count":
        number = int(state.get(first) or b"0") + 1
        state.put(first, str(number).encode())
        yield number
    elif verb == "get":
        value = state.get(first)
        yield None if value is None else value.decode()
    elif verb == "newest":
        yield _shown(state.newest(first))
    else:
        yield [_shown(row) for row in state.scan(first)]


def _shown(row: tuple[bytes, bytes] | None) -> object:
    return None if row is None else [row[0].decode(), row[1].decode()]


class Mended(Folding):
    """The same in its next version, which takes everything."""

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        words = [record._replace(value=(record.value or b"").removeprefix(b"fail ")) for record in batch]
        return super().handle(words, state)


ROOMS: dict[str, Callable[[], Room]] = {room.name: room for room in (Passing, Folding, Keeping, Telling)}
ROOMS["mended identity"] = Mended
