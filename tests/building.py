"""Events for tests: short to write, complete and valid, all people invented."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import read_json
from safeguarding.events.times import MINUTE, parse_instant, rfc3339
from safeguarding.identity.agent import Identity
from safeguarding.runtime.overlay import Overlay
from safeguarding.settings import NEVER_JOIN
from safeguarding.wire.codec import decode, encode, normal_form
from safeguarding.wire.room import Record
from safeguarding.wire.schemas import folder
from safeguarding.wire.topics import ACCEPTED, FACTS, REVIEW

SPACE = UUID("3a1de0a4-57d9-43a4-b35e-3d8cbb0c3c55")
GIVEN = ("Nell", "Tobias", "Ines", "Kofi", "Maeve", "Arjun", "Sorrel", "Luca")


def nhs(n: int) -> str:
    """The n-th valid NHS number of those kept for tests."""
    found = -1
    number = 999_000_000
    while True:
        weighed = sum(int(digit) * weight for digit, weight in zip(str(number), range(10, 1, -1), strict=True))
        check = (11 - weighed % 11) % 11
        found += check != 10
        if found == n:
            return f"{number}{check}"
        number += 1


def upn(n: int) -> str:
    """The n-th pupil number of an invented school."""
    body = f"80899917{n:04}"
    letter = "ABCDEFGHJKLMNPQRTUVWXYZ"[sum(int(c) * weight for weight, c in enumerate(body, 2)) % 23]
    return letter + body


def child(n: int = 1, **other: Any) -> dict[str, Any]:
    """An invented child with an NHS number; `other` replaces fields."""
    person = {
        "ref": f"c{n}",
        "role": "child",
        "identifiers": {"nhs_number": nhs(n)},
        "name": {"given": GIVEN[n % len(GIVEN)], "family": "Harrow"},
        "date_of_birth": f"2009-0{n % 9 + 1}-14",
        "postcode": f"TS1{n % 9} 9ZZ",
    }
    return {key: value for key, value in (person | other).items() if value is not None}


def adult(n: int = 1, role: str = "adult_victim", **other: Any) -> dict[str, Any]:
    """An invented adult, known by name, date of birth and postcode."""
    person = {
        "ref": f"a{n}",
        "role": role,
        "name": {"given": GIVEN[-n % len(GIVEN)], "family": "Marsh"},
        "date_of_birth": f"198{n % 10}-05-21",
        "postcode": f"TS2{n % 9} 9ZZ",
    }
    return {key: value for key, value in (person | other).items() if value is not None}


def example(kind: str) -> dict[str, Any]:
    """The example of a type that the schemas ship."""
    agency, name = kind.split(".", 1)
    found: dict[str, Any] = json.loads((folder() / agency / "v1" / "examples" / f"{name}.json").read_text("utf-8"))
    return found


def event(kind: str, at: str, *people: dict[str, Any], **other: Any) -> dict[str, Any]:
    """An event in its JSON form, published five minutes after it occurred; `data` defaults to that of the example.

    Its id comes from its content: the same again is the same event.
    """
    made: dict[str, Any] = {
        "type": kind,
        "action": "new",
        "agency": kind.split(".", 1)[0],
        "occurred_at": at,
        "published_at": rfc3339(parse_instant(at) + 5 * MINUTE),
        "people": list(people),
        "basis": "children_act_2004_s11",
        "data": example(kind).get("data", {}),
    } | other
    return {"id": str(uuid5(SPACE, json.dumps(made, sort_keys=True))), **made}


def wire(made: dict[str, Any]) -> bytes:
    """The bytes that a producer puts on its topic for a valid event."""
    return encode(made["type"], read_json(json.dumps(made)))


def simulate(events: list[dict[str, Any]], until: str | None = None, pack: Pack | None = None) -> list[dict[str, Any]]:
    """The lines that `simulate` prints for these events."""
    pipeline = Embedded(pack or built_in())
    lines = [line for made in events for line in pipeline.publish_text(json.dumps(made))]
    return lines + pipeline.pass_time(parse_instant(until) if until else None)


class Identified(NamedTuple):
    """What identity makes of an event: its receipt, to whom it goes, and what a person must decide."""

    status: str
    code: str | None
    field: str | None
    facts: list[dict[str, Any]]
    doubts: list[dict[str, Any]]


class IdentityRoom:
    """The identity room, fed with events one by one."""

    def __init__(self) -> None:
        self.room = Identity(partitions=1, eager_ticks=False, never_join=NEVER_JOIN)
        self.state = Overlay(Nothing())
        self.offset = -1

    def take(self, made: dict[str, Any], place: int | None = None) -> Identified | None:
        """What becomes of an event; None: nothing at all, it is our own repeat.

        Args:
            made: the event in its JSON form.
            place: offset of the agency's record; the next one when missing.
        """
        self.offset += 1
        at = {"topic": f"events.{made['agency']}.v1", "partition": 0, "offset": self.offset if place is None else place}
        known = read_json(json.dumps(made))
        clock, body = known["published_at"], encode(made["type"], normal_form(known))
        value = encode("log.accepted", {"kind": "event", "clock": clock, "record": at, "body": body})
        outputs = list(self.room.handle([Record(ACCEPTED, 0, self.offset, b"", value, clock)], self.state))
        decoded = [(output.topic, decode(output.value)[1]) for output in outputs]
        receipts = [value for topic, value in decoded if topic.startswith("receipts.") and value["id"] == made["id"]]
        asked = [value for topic, value in decoded if topic == FACTS and value["record"]]
        if not receipts and not asked:
            assert not outputs
            return None
        heard = not made["type"].endswith(".heartbeat.sent")  # that its agency is heard is no concern of these tests
        facts = [
            value
            for topic, value in decoded
            if topic == FACTS and value["kind"] == "event" and not (heard and value["about"] == "agency")
        ]
        doubts = [value for topic, value in decoded if topic == REVIEW]
        (receipt,) = receipts or [{"status": "accepted", "code": None, "field": None}]  # by correlation, if it counts
        return Identified(receipt["status"], receipt["code"], receipt["field"], facts, doubts)


class Nothing:
    """Rows of a room that has none yet."""

    def get(self, key: bytes) -> bytes | None:
        return None

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        return iter(())

    def newest(self, prefix: bytes) -> tuple[bytes, bytes] | None:
        return None
