"""correlate: record and fact in, record and alerts out. Pure: the clock comes with the fact (architecture.md)."""

from __future__ import annotations

from typing import Any

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.dispatch import raised, release_at, releases
from safeguarding.correlation.document import Recall, alert_id
from safeguarding.correlation.finding import Pack
from safeguarding.correlation.lifecycle import Change, decide, fall_quiet, judge, quiet_at
from safeguarding.correlation.marks import mark_of
from safeguarding.correlation.record import Hot
from safeguarding.correlation.remember import forget, remember


def arrive(hot: Hot, fact: dict[str, Any], event: dict[str, Any], pack: Pack, recall: Recall) -> list[dict[str, Any]]:
    """What an event of this subject changes; what is due before it fires first.

    Args:
        hot: the subject's record; changed in place.
        fact: the fact from facts.accepted.v1.
        event: the event it carries.
        pack: the rules in force.
        recall: fetches an event from its history row.

    Returns:
        Records for alerts.raised.v1, in order.
    """
    out = elapse(hot, fact["clock"] - 1, pack, recall)
    hot.clock = max(hot.clock, fact["clock"])
    mark = mark_of(event, fact)
    forget(hot, day_of(hot.clock))
    remember(hot, mark, event, fact)
    if not mark.backfill:
        changes: list[Change] = []
        if ".notification." in mark.type:
            lives = {alert_id(hot.subject, life): life for life in hot.lives if life.open}
            changes += decide(hot, list(pack.rules.values()), mark, lives)
        for active in pack.by_type.get(mark.type, ()):
            changes += judge(hot, active, mark)
        out += [raised(hot, change, pack, recall) for change in changes]
        out += releases(hot, dict(pack.rules), pack, recall)
    _set_wake(hot, pack)
    return out


def elapse(hot: Hot, until: int, pack: Pack, recall: Recall) -> list[dict[str, Any]]:
    """Fire, in order of due time, what falls due up to and at a clock.

    Args:
        hot: the subject's record; changed in place.
        until: the clock, inclusive.
        pack: the rules in force.
        recall: fetches an event from its history row.
    """
    out: list[dict[str, Any]] = []
    while hot.wake is not None and hot.wake <= until:
        due = hot.wake
        hot.clock = max(hot.clock, due)
        changes: list[Change] = []
        for rule, wake in sorted(hot.wakes.items()):
            if wake <= due:
                del hot.wakes[rule]
                if rule in pack.rules:
                    changes += judge(hot, pack.rules[rule], None)
        for life in hot.lives:
            active = pack.rules.get(life.rule)
            quiet = quiet_at(life, active) if active else None
            if active and quiet is not None and quiet <= due:
                changes.append(fall_quiet(hot, active, life))
        out += [raised(hot, change, pack, recall) for change in changes]
        out += releases(hot, dict(pack.rules), pack, recall)
        _set_wake(hot, pack)
    return out


def _set_wake(hot: Hot, pack: Pack) -> None:
    """The earliest clock at which something of this subject falls due."""
    times = list(hot.wakes.values())
    for life in hot.lives:
        active = pack.rules.get(life.rule)
        quiet = quiet_at(life, active) if active else None
        if quiet is not None:
            times.append(quiet)
    release = release_at(hot)
    if release is not None:
        times.append(release)
    hot.wake = min(times, default=None)
