"""One subject's facts through correlation and routing once more: what was said at each, and the record after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.finding import Active, Pack
from safeguarding.correlation.lifecycle import as_seen
from safeguarding.correlation.look import Look
from safeguarding.correlation.pack import assemble
from safeguarding.correlation.packs import Packs
from safeguarding.correlation.record import Hot, Life, load
from safeguarding.correlation.rows import hot_key
from safeguarding.inquiry.facts import Facts
from safeguarding.routing.agent import Routing
from safeguarding.runtime.batch import outcome
from safeguarding.runtime.memory import MemoryRuntime, Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.room import Record
from safeguarding.wire.topics import FACTS, partition_counts

_LAST: Final = 1 << 62  # no record of a log stands after it


class Step(NamedTuple):
    """What one fact brought about.

    Attributes:
        raised: records of alerts.raised.v1.
        hot: the subject's record after it; None: there is none yet.
        pack: the rules in force.
    """

    raised: list[dict[str, Any]]
    hot: Hot | None
    pack: Pack


def records_of(facts: Facts, subject: str) -> list[Record]:
    """The records that concern one subject: its facts, rule packs, and that time passed up to the end of the log."""
    own = [*facts.records.get(subject, ()), *facts.ticks.get(subject, ()), *facts.rules]
    own += [facts.last_tick] if facts.last_tick is not None else []
    return [record for _, record in sorted({record.offset: record for record in own}.items())]


def passed(records: Sequence[Record], until: int) -> list[Record]:
    """The records, and that after them nothing comes and time passes up to a clock."""
    tick = encode("log.fact", {"kind": "tick", "seq": _LAST, "index": 0, "clock": until})
    return [*records, Record(FACTS, 0, records[-1].offset + 1, b"tick", tick, until)]


def steps(records: Iterable[Record], subject: str, pack: Pack) -> Iterator[Step]:
    """Fold the facts one by one.

    Args:
        records: from `records_of`.
        subject: whose they are.
        pack: the rules that are in force until the log says otherwise.
    """
    room, rows = Correlation(pack), Rows()
    for record in records:
        made = outcome(room, [record], rows, None)
        rows.apply(made.changes)
        row = rows.get(hot_key(subject))
        hot = load(row) if row is not None else None
        yield Step(_raised(output.value for output in made.outputs), hot, Packs(Overlay(rows), pack).newest)


def fold(records: Sequence[Record], pack: Pack) -> list[dict[str, Any]]:
    """All records of alerts.raised.v1 that come of the facts."""
    if not records:
        return []
    return _raised(output.value for output in outcome(Correlation(pack), records, Rows(), None).outputs)


def sent(records: Iterable[Record], pack: Pack) -> MemoryRuntime:
    """The topics of correlation and routing after the facts."""
    runtime = MemoryRuntime([Correlation(pack), Routing()], partition_counts(1))
    for record in records:
        runtime.append(FACTS, record.key or b"", record.value or b"", record.headers, 0, record.timestamp)
    runtime.run()
    return runtime


def only(pack: Pack, rules: Iterable[str]) -> Pack:
    """The pack cut down to some rules and those that they watch: no other rule changes what they find."""
    wanted = set(rules) & set(pack.rules)
    for rule in tuple(wanted):
        wanted |= pack.rules[rule].rule.watches & set(pack.rules)
    cut = assemble([active for rule, active in pack.rules.items() if rule in wanted], pack.contact)
    return cut._replace(answer_hours=pack.answer_hours)


def view(hot: Hot, active: Active, life: Life | None = None) -> Look:
    """The record as a rule saw it.

    Args:
        hot: the record.
        active: the rule.
        life: the alert in question: neither it nor one that was closed later has spent its evidence.
    """
    return as_seen(Look(hot, hot.clock, hot.clock), active, life.closed_at if life is not None else None)


def _raised(values: Iterable[bytes]) -> list[dict[str, Any]]:
    decoded = map(decode, values)
    return [value for name, value in decoded if name == "alert.raised"]
