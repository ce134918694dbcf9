"""Wiring of the correlation room: facts in, alerts out, one record and its rows per subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from safeguarding.correlation.finding import Pack
from safeguarding.correlation.store import Subjects
from safeguarding.wire.codec import decode_as, decode_event, encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import FACTS, RAISED, receipt_topic


class Correlation:
    """The third room (see `wire.room.Room`)."""

    name = "correlation"
    inputs: tuple[str, ...] = (FACTS,)
    memory: Literal["none", "state", "log"] = "state"
    transactional = False

    def __init__(self, pack: Pack) -> None:
        self._pack = pack

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:
        """Fold a batch of facts of one partition."""
        subjects, out = Subjects(state, self._pack, _fact_of), list[Output]()
        for record in batch:
            fact = decode_as("log.fact", record.value)
            event = decode_event(fact["body"]) if fact["kind"] == "event" else None
            for subject, made in subjects.take(fact, event, record.value or b""):
                out += _outputs(subject, made, fact)
        subjects.save()
        return out

    def reset(self) -> None:
        """Nothing is remembered outside `State`."""

    def tick(self, now: int | None) -> Output | None:  # this room has no clock
        """No clock."""
        return None


def _fact_of(row: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    fact = decode_as("log.fact", row)
    return fact, decode_event(fact["body"])


def _outputs(subject: str, made: dict[str, Any], fact: dict[str, Any]) -> Iterator[Output]:
    """An alert, an operators' item, or the receipt of somebody's answer; a refused one is kept aside as any other."""
    if "alert" in made:
        yield Output(RAISED, subject.encode(), encode("alert.raised", made))
        return
    if "record" not in made:
        yield Output(RAISED, subject.encode(), encode("record.operator_item", made))
        return
    key, place = made["id"].encode(), made["record"]
    yield Output(receipt_topic(made["agency"]), key, encode("record.receipt", made))
    if made["status"] == "rejected":
        kept = Record(place["topic"], place["partition"], place["offset"], key, fact["body"], made["at"])
        yield quarantined(kept, "correlation", made["code"], made["field"], made["id"])
