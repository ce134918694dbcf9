"""What must be true after a run: every record has come to one end, and what came out is what the log says, once."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cluster.kafka_driver import OnKafka
from safeguarding.errors import Refused
from safeguarding.events.envelope import AGENCIES
from safeguarding.wire.codec import decode_as
from safeguarding.wire.room import Record
from safeguarding.wire.topics import (
    ACCEPTED,
    AUDIENCES,
    FACTS,
    HEARTBEAT,
    RAISED,
    REDRIVEN,
    agency_topic,
    audience_topic,
    receipt_topic,
)

INPUTS = {"intake": [*map(agency_topic, AGENCIES), REDRIVEN], "identity": [ACCEPTED],
          "correlation": [FACTS], "routing": [RAISED]}  # fmt: skip
_BEATS_WITHIN = 40.0


class Ledger:
    """Reads everything once and says what is wrong.

    Args:
        driver: reads topics.
        sent: keys in the order of sending, by topic.

    Attributes:
        states: how many records came to which end.
        lost: acknowledged and not there, or there and without an end.
        twice: in more than one state, or told twice.
        said: alerts, notices and disclosures compared.
    """

    def __init__(self, driver: OnKafka, sent: Mapping[str, Sequence[bytes]]) -> None:
        self._driver, self._sent = driver, sent
        self.states = Counter[str]()
        self.lost = self.twice = self.said = 0

    def balance(self) -> Iterator[str]:
        """Promise 1: records in an agency's topic = accepted + duplicate + test + held + rejected."""
        for agency in AGENCIES:
            topic, ends = agency_topic(agency), dict[int, set[str]]()
            for record in self._driver.records(receipt_topic(agency)):
                receipt = decode_as("record.receipt", record.value)
                state = "test" if receipt["code"] == "TEST" else receipt["status"]
                ends.setdefault(receipt["record"]["offset"], set()).add(state)
            for offset in self._redriven(topic):
                if len(ends.get(offset, ())) > 1:
                    ends[offset].discard("rejected")  # its second answer is the one that stands
            records = self._driver.records(topic)
            self.states.update(state for found in ends.values() for state in found)
            there = {record.offset for record in records}
            if there != ends.keys():
                self.lost += len(there - ends.keys())
                yield f"{topic}: {len(there - ends.keys())} lost, {len(ends.keys() - there)} invented"
            if several := [offset for offset, found in ends.items() if len(found) != 1]:
                self.twice += len(several)
                yield f"{topic}: {len(several)} in more than one state"
            yield from self._arrived(topic, records)

    def _arrived(self, topic: str, records: Iterable[Record]) -> Iterator[str]:
        """Whatever was acknowledged is there, in the order of sending."""
        sent = list(self._sent.get(topic, ()))
        keys = [record.key or b"" for record in records]
        if missing := Counter(sent) - Counter(keys):
            self.lost += missing.total()
            yield f"{topic}: {missing.total()} acknowledged and not there"
        elif [*dict.fromkeys(keys)] != [*dict.fromkeys(sent)]:
            yield f"{topic}: another order than that of sending"

    def _redriven(self, topic: str) -> set[int]:
        found = (dict(record.headers) for record in self._driver.records(REDRIVEN))
        names = ("__connect.errors.topic", "__connect.errors.offset")
        places = [tuple(headers[name].decode() for name in names) for headers in found]
        return {int(offset) for where, offset in places if where == topic}

    def order(self) -> Iterator[str]:
        """Of each alert, every reader sees the revisions in their order; repeats are for readers between rooms only."""
        for topic in (RAISED, *map(audience_topic, AUDIENCES)):
            newest = dict[tuple[str, str], int]()
            for record in self._driver.records(topic):
                for alert, recipient, revision in _revisions(topic, record):
                    before = newest.get((alert, recipient), 0)
                    newest[alert, recipient] = max(before, revision)
                    if revision < before and topic != RAISED:
                        yield f"{topic}: revision {revision} of {alert} after {before}"
                    if topic == RAISED and revision > before + 1:
                        yield f"{topic}: revision {revision} of {alert} after {before}"

    def heartbeats(self) -> list[str]:
        """Each room's newest heartbeats say that it has read its whole input."""
        end = time.monotonic() + _BEATS_WITHIN
        while found := list(self._behind_by_their_own_word()):
            if time.monotonic() > end:
                return found
            time.sleep(1)
        return []

    def _behind_by_their_own_word(self) -> Iterator[str]:
        said = dict[str, dict[str, int]]()
        for record in self._driver.records(HEARTBEAT):
            beat = decode_as("record.heartbeat", record.value)
            for place, position in beat["positions"].items():
                said.setdefault(beat["room"], {})[place] = position
        for room, topics in INPUTS.items():
            for place, end in self._driver.ends(topics).items():
                if said.get(room, {}).get(place, 0) < end:
                    yield f"heartbeat of {room}: {place} at {said.get(room, {}).get(place)}, not {end}"

    def verify(self, environment: dict[str, str]) -> list[str]:
        """Promises 2 to 4: alerts, notices, disclosures and records per child are those of the pure model."""
        command = [sys.executable, "-m", "safeguarding", "rebuild", "--verify"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
        told = done.stdout.splitlines()
        self.said = int((re.findall("log, ([0-9]+) of", told[-1] if told else "") or ["0"])[0])
        self.twice += sum(line.startswith("twice") for line in told)
        return [] if done.returncode == 0 else [*told[:20], *done.stderr.splitlines()[-3:]]


def _revisions(topic: str, record: Record) -> Iterator[tuple[str, str, int]]:
    from safeguarding.cli.lines import lines_of_record

    try:
        lines: list[dict[str, Any]] = list(lines_of_record(record))
    except Refused:
        return
    for line in lines:
        if "alert_id" in line and "revision" in line:
            yield line["alert_id"], str((line.get("recipient") or {}).get("code")), line["revision"]
