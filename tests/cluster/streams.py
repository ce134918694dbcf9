"""What agencies send during a run: an invented borough's days, and the ways in which senders make it hard for us."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from safeguarding.errors import Refused
from safeguarding.events.acceptance import read
from safeguarding.producers import borough
from safeguarding.producers.message import Message, message_of
from safeguarding.testing.builders import adult, child, event

ALARMED = 12  # children whose alerts change again and again
WELL_AHEAD = timedelta(hours=2)


def messages(shape: str, seed: int, count: int) -> Iterator[Message]:
    """So many of a borough's events in one of the `SHAPES`, and what that shape adds."""
    dice = random.Random(seed + 1)  # noqa: S311  # a seed must give the same run
    return SHAPES[shape](islice(_stream(seed), count), dice)


def merge(number: int, at: str) -> Message:
    """A decision that two of the alarmed children are one; the next time round, that they are not."""
    pair, turn = number % (ALARMED // 2) * 2, number // (ALARMED // 2)
    kind = ("hub.identity.merged", "hub.identity.separated")[turn % 2]
    people = child(pair, ref="p1"), child(pair + 1, ref="p2")
    return message_of(read(event(kind, *people, at=at, data={}, record_ref=f"M{number}")))


def _plain(stream: Iterator[dict[str, Any]], dice: random.Random) -> Iterator[Message]:
    """A few twice, a few tests, and nonsense among them."""
    for number, own in enumerate(_encoded(stream)):
        yield own
        if number % 50 == 49:
            yield own._replace(key=b"", value=dice.randbytes(40))
        if number % 20 == 19:
            yield own


def _doubled(stream: Iterator[dict[str, Any]], dice: random.Random) -> Iterator[Message]:
    """Every event twice: at once, or much later."""
    late: list[Message] = []
    for own in _encoded(stream):
        yield own
        late.append(own)
        if dice.random() < 0.5:
            yield late.pop(dice.randrange(len(late)))
    yield from late


def _shuffled(stream: Iterator[dict[str, Any]], dice: random.Random) -> Iterator[Message]:
    """In any order."""
    yield from dice.sample(every := list(_encoded(stream)), len(every))


def _poisoned(stream: Iterator[dict[str, Any]], dice: random.Random) -> Iterator[Message]:
    """Behind every 50th: something that nobody can read, each in another way."""
    for number, own in enumerate(_encoded(stream)):
        yield own
        if number % 50 == 49:
            yield own._replace(key=b"", value=dice.choice(POISON)(own.value, dice))


def _wrong_clocks(stream: Iterator[dict[str, Any]], dice: random.Random) -> Iterator[Message]:
    """All happens now, by the clock of a sender; schools' is two hours ahead, and that of health two hours behind."""
    off = {"education": WELL_AHEAD, "health": -WELL_AHEAD}
    for own in stream:
        now = (datetime.now(UTC) + off.get(own["agency"], timedelta(0))).isoformat(timespec="milliseconds")
        times = {"occurred_at": now, "recorded_at": now, "published_at": now}
        yield from _encoded(iter([own | times]))


SHAPES: dict[str, Callable[[Iterator[dict[str, Any]], random.Random], Iterator[Message]]] = {
    "plain": _plain,
    "doubled": _doubled,
    "shuffled": _shuffled,
    "poisoned": _poisoned,
    "wrong clocks": _wrong_clocks,
}
POISON: Sequence[Callable[[bytes, random.Random], bytes]] = (
    lambda _, dice: dice.randbytes(40),
    lambda good, dice: good[: dice.randrange(len(good))],
    lambda good, dice: good + b"\x00",
    lambda good, dice: b"\xc3\x01" + dice.randbytes(8) + good[10:],
    lambda good, dice: good[:10] + dice.randbytes(len(good)),
    lambda good, dice: good[:10] + b"\xfe" * 200_000,
    lambda good, dice: b"",
)


def _encoded(stream: Iterator[dict[str, Any]]) -> Iterator[Message]:
    for own in stream:
        with suppress(Refused):  # the borough sends a few that nobody can encode
            yield message_of(read(own))


def _stream(seed: int) -> Iterator[dict[str, Any]]:
    """A borough's days; every third event is of a child with a practice and a school whose alert will change again."""
    days = borough.year(seed, 60, date(2017, 9, 1))
    for number, (one, other) in enumerate(zip(days, days, strict=False)):
        yield from (one, other)
        n, at = number % ALARMED, other["published_at"]
        if number < ALARMED:
            yield event("health.registration.changed", child(n), at=at, data={"gp_practice": f"A99{n:03}"})
            yield event(
                "education.enrolment.changed", child(n), at=at, data={"school": "999001", "school_nurse_team": "S"}
            )
        data, case = {"tool": "dash", "grade": "high"}, {"record_ref": f"R{number}", "case_ref": f"C{number}"}
        test = {"test": True} if number % 40 == 39 else {}
        yield event("police.da_form.completed", child(n), adult(n), at=at, data=data, **case, **test)
