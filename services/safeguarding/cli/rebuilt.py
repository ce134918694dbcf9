"""A new generation, in memory: the log folded again from its beginning, and how what came out live differs from it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from safeguarding.cli.lines import lines_of_record
from safeguarding.correlation.record import load, load_life
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.codec import decode_as, decode_event
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.topics import (
    ACCEPTED,
    AUDIENCES,
    DISCLOSURES,
    OPERATORS,
    RAISED,
    audience_topic,
    partition_counts,
)

if TYPE_CHECKING:
    from safeguarding.wire.room import Record, Room

ONCE: Final = (*(audience_topic(audience) for audience in AUDIENCES), DISCLOSURES, OPERATORS)
OUTPUTS: Final = (RAISED, *ONCE)
_NAMES: Final = ("alert_id", "notice_id", "disclosure_id", "revision", "audience", "rule", "agency", "at")
_RECORD, _HISTORY, _SHELVED = b"h|", b"r|", b"a|"
_ROWS: Final = (_RECORD, _HISTORY, _SHELVED, b"d|")  # and deadlines

Said = Mapping[str, list[str]]  # topic to contract objects, as text


class Difference(NamedTuple):
    """Something that is not as the log says; ids and names of fields only.

    Attributes:
        what: ``missing``, ``unexpected``, ``changed`` or ``twice``.
        where: topic, or ``records``.
        name: which object.
        fields: names of the fields that differ.
    """

    what: str
    where: str
    name: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        fields = f": {', '.join(self.fields)}" if self.fields else ""
        return f"{self.what} in {self.where}: {self.name}{fields}"


class Generation:
    """The rooms behind the log, in memory.

    Args:
        rooms: identity, correlation and routing, new.
        children: number of partitions of the per-child topics.
    """

    def __init__(self, rooms: Sequence[Room], children: int) -> None:
        self._runtime = MemoryRuntime(rooms, partition_counts(children), quarantine=quarantined)
        self._taken, self._children = 0, children
        self.whole = True

    def take(self, log: Sequence[Record], bad: frozenset[int] = frozenset()) -> None:
        """Go on to the end of the log (all of it, what was taken before included), but for `bad` places in it."""
        for record in log[self._taken :]:
            value = None if record.offset in bad else record.value
            appended = self._runtime.append(ACCEPTED, record.key or b"", value, record.headers, 0, record.timestamp)
            self.whole = self.whole and appended.offset == record.offset  # places in the log are part of a record
        self._taken = len(log)
        self._runtime.run()

    def said(self) -> Said:
        """What came out."""
        return {topic: texts(self._runtime.records(topic)) for topic in OUTPUTS}

    def rows(self) -> list[dict[bytes, bytes]]:
        """Correlation's rows, by partition."""
        return [records_of(self._runtime.state("correlation", number)) for number in range(self._children)]


def texts(records: Iterable[Record]) -> list[str]:
    """The contract objects of records, as text that can be compared."""
    return [json.dumps(line, sort_keys=True) for record in records for line in lines_of_record(record)]


def records_of(rows: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """Those rows of correlation that are about somebody."""
    return {key: value for key, value in rows.items() if key.startswith(_ROWS)}


def differences(live: Said, before: Said, after: Said) -> Iterator[Difference]:
    """How the live topics differ from the log.

    Args:
        live: what stands in them.
        before: what the log asks for that ended before they were read; all of it must be there.
        after: the same for the log that was read after them; nothing else may be there.
    """
    for topic in OUTPUTS:
        there, wanted, allowed = Counter(live[topic]), set(before[topic]), set(after[topic])
        missing, unexpected = (_by_name(texts) for texts in (wanted - there.keys(), there.keys() - allowed))
        for name in sorted(missing.keys() | unexpected.keys()):
            if name in missing and name in unexpected:
                yield Difference("changed", topic, name, _fields(missing[name], unexpected[name]))
            else:
                yield Difference("missing" if name in missing else "unexpected", topic, name)
        if topic in ONCE:
            for text, count in there.items():
                if count > 1 and 0 < after[topic].count(text) < count:
                    yield Difference("twice", topic, _name(json.loads(text)))


def row_differences(
    live: Sequence[Mapping[bytes, bytes]],
    before: Sequence[Mapping[bytes, bytes]],
    after: Sequence[Mapping[bytes, bytes]],
) -> Iterator[Difference]:
    """How correlation's live rows differ; those that the log changed meanwhile are left out."""
    for partition, (here, old, new) in enumerate(zip(live, before, after, strict=True)):
        for key in sorted(here.keys() | old.keys()):
            if old.get(key) == new.get(key) and not _same(key, here.get(key), new.get(key)):
                what = "missing" if key not in here else "changed" if key in old else "unexpected"
                yield Difference(what, "records", f"partition {partition}, row {_shown(key)}")


def _same(key: bytes, live: bytes | None, folded: bytes | None) -> bool:
    """Whether two rows say the same; a live one stays as the version that wrote it has written it."""
    if live == folded or live is None or folded is None:
        return live == folded
    if key.startswith(_HISTORY):
        return _told(live) == _told(folded)
    try:
        return _is_alike(key, live, folded)
    except msgspec.DecodeError:
        return False


def _is_alike(key: bytes, live: bytes, folded: bytes) -> bool:
    if key.startswith(_SHELVED):
        return msgspec.structs.replace(load_life(live), places=[]) == load_life(folded)
    if not key.startswith(_RECORD):
        return False
    here, new = load(live), load(folded)
    if here.who.nurse_school is None:  # a former version did not write it down
        new.who.nurse_school = None
    return here == new


def _told(row: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    fact = decode_as("log.fact", row)
    event = decode_event(fact["body"])
    return {**fact, "body": None}, event


def _by_name(found: Iterable[str]) -> dict[str, dict[str, Any]]:
    lines = [json.loads(text) for text in found]
    return {_name(line): line for line in lines}


def _name(line: dict[str, Any]) -> str:
    named = [(name, line[name]) for name in _NAMES if name in line]
    shown = [f"{name} {value['id'] if isinstance(value, dict) else value}" for name, value in named]
    return " ".join([line["kind"], *shown])


def _fields(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


def _shown(key: bytes) -> str:
    """Kind and subject of a row's key; places in the log as a number."""
    kind, _, rest = key.partition(b"|")
    subject, _, place = rest.partition(b"|")
    return f"{kind.decode()}|{subject.decode(errors='replace') if kind != b'd' else '...'}|{place.hex()}"
