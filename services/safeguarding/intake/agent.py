"""Wiring of the intake room: agencies' records in, the total order, quarantine and receipts out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from secrets import token_hex
from typing import Any, Literal

from safeguarding.errors import Refused
from safeguarding.events.acceptance import EVENT_LIMIT, check_texts, plain_id
from safeguarding.events.envelope import AGENCIES
from safeguarding.intake.acceptance import accept
from safeguarding.wire.codec import decode_event, encode, normal_form
from safeguarding.wire.quarantine import original, quarantined
from safeguarding.wire.room import Output, Record, State
from safeguarding.wire.topics import ACCEPTED, REDRIVEN, agency_topic, receipt_topic

_AGENCY = {agency_topic(agency): agency for agency in AGENCIES}


class Intake:
    """The first room (see `wire.room.Room`); remembers nothing."""

    name = "intake"
    inputs: tuple[str, ...] = (*_AGENCY, REDRIVEN)
    memory: Literal["none", "state", "log"] = "none"
    transactional = False

    def __init__(self, clock: Literal["wall", "events"], backfill: frozenset[str] | None) -> None:
        self._wall, self._backfill = clock == "wall", backfill
        self._run, self._count = token_hex(8), count()

    def handle(self, batch: Sequence[Record], state: State) -> Iterable[Output]:  # stateless
        """Accepted records go to the total order, the others to quarantine with a receipt."""
        return [output for record in batch for output in self._one_or_redriven(record)]

    def reset(self) -> None:
        """Nothing is remembered."""

    def tick(self, now: int | None) -> Output | None:  # this room has no clock
        """No clock."""
        return None

    def _one_or_redriven(self, record: Record) -> list[Output]:
        if record.topic != REDRIVEN:
            return self._one(record, None)
        origin = original(record)
        if origin is None or origin.topic not in _AGENCY:
            return [quarantined(record, self.name, "DECODE_FAILED")]  # nobody's: there is none to send a receipt to
        return self._one(origin, {"topic": REDRIVEN, "partition": record.partition, "offset": record.offset})

    def _one(self, record: Record, redriven: dict[str, Any] | None) -> list[Output]:
        agency, event = _AGENCY[record.topic], dict[str, Any]()
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        try:
            if len(record.value or b"") > EVENT_LIMIT:
                raise Refused("TOO_LARGE")
            event = sent = decode_event(record.value)
            # checked first: to bring hostile text into its normal form takes seconds
            event = sent if check_texts(sent) else normal_form(sent)
            accept(event, agency, record.timestamp if self._wall else None, self._backfill)
        except Refused as refused:
            name = plain_id(event.get("id")) or plain_id(record.key)
            receipt: dict[str, Any] = {"agency": agency, "id": name, "status": "rejected", "record": place}
            receipt |= {"code": refused.code, "field": refused.field, "at": record.timestamp}
            key = (name or f"{record.topic}|{record.offset}").encode()
            kept = quarantined(record, self.name, refused.code, refused.field, name)
            return [kept, Output(receipt_topic(agency), key, encode("record.receipt", receipt))]
        clock = record.timestamp if self._wall else event["published_at"]
        body = record.value if event is sent else encode(event["type"], event)
        accepted = {"kind": "event", "clock": clock, "record": place, "redriven": redriven, "body": body}
        value = encode("log.accepted", accepted)
        # unique: the log is compacted, and a repeat of ours under one key would take the first one's place in the order
        key = f"{record.topic}|{record.partition}|{record.offset}|{self._run}-{next(self._count)}".encode()
        return [Output(ACCEPTED, key, value)]
