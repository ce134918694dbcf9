"""One subject's facts through correlation and routing once more: what was said at each, and the record after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.finding import Active, Pack
from safeguarding.correlation.look import Look
from safeguarding.correlation.pack import assemble
from safeguarding.correlation.record import Hot, Life, load
from safeguarding.correlation.rows import hot_key
from safeguarding.inquiry.facts import Facts
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.wire.codec import decode
from safeguarding.wire.room import Record, Room
from safeguarding.wire.topics import FACTS, RAISED, partition_counts


class Step(NamedTuple):
    """What one fact brought about.

    Attributes:
        raised: records of alerts.raised.v1.
        hot: the subject's record after it; None: there is none yet.
    """

    raised: list[dict[str, Any]]
    hot: Hot | None


def records_of(facts: Facts, subject: str) -> list[Record]:
    """The records that concern one subject: its facts, and that time passed up to the end of the log."""
    own = list(facts.records.get(subject, ()))
    return [*own, facts.last_tick] if facts.last_tick is not None else own


def steps(records: Sequence[Record], subject: str, pack: Pack) -> Iterator[Step]:
    """Fold the facts one by one."""
    runtime, seen = _runtime([Correlation(pack)]), 0
    for record in records:
        _append(runtime, [record])
        new = runtime.records(RAISED, 0)[seen:]
        seen += len(new)
        row = runtime.state("correlation", 0).get(hot_key(subject))
        yield Step(_raised(new), load(row) if row is not None else None)


def fold(records: Iterable[Record], pack: Pack) -> list[dict[str, Any]]:
    """All records of alerts.raised.v1 that come of the facts."""
    runtime = _runtime([Correlation(pack)])
    _append(runtime, records)
    return _raised(runtime.records(RAISED, 0))


def sent(records: Iterable[Record], pack: Pack) -> MemoryRuntime:
    """The topics of correlation and routing after the facts."""
    runtime = _runtime([Correlation(pack), Routing()])
    _append(runtime, records)
    return runtime


def only(pack: Pack, rules: Iterable[str]) -> Pack:
    """The pack cut down to some rules and those that they watch: no other rule changes what they find."""
    wanted = set(rules) & set(pack.rules)
    for rule in tuple(wanted):
        wanted |= pack.rules[rule].rule.watches & set(pack.rules)
    return assemble([active for rule, active in pack.rules.items() if rule in wanted], pack.contact)


def view(hot: Hot, active: Active, life: Life | None = None) -> Look:
    """The record as a rule saw it.

    Args:
        hot: the record.
        active: the rule.
        life: the alert in question: its own evidence is not spent by itself.
    """
    consumed: dict[str, frozenset[str]] = {}
    lives = [one for one in hot.lives if one.rule == active.rule.id]
    for one in lives:
        if one.status == "resolved" and (life is None or (one.case, one.n) != (life.case, life.n)):
            consumed[one.case] = consumed.get(one.case, frozenset()) | frozenset(one.because)
    cases = frozenset(one.case for one in lives if one.open)
    return Look(hot, hot.clock, hot.clock).of_rule(consumed, cases)


def _runtime(rooms: Sequence[Room]) -> MemoryRuntime:
    return MemoryRuntime(rooms, partition_counts(1))


def _append(runtime: MemoryRuntime, records: Iterable[Record]) -> None:
    for record in records:
        runtime.append(FACTS, record.key or b"", record.value or b"", record.headers, 0, record.timestamp)
    runtime.run()


def _raised(records: Iterable[Record]) -> list[dict[str, Any]]:
    decoded = (decode(record.value) for record in records)
    return [value for name, value in decoded if name == "alert.raised"]
