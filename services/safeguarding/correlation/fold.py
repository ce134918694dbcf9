"""correlate: record and fact in, record and alerts out. Pure: the clock comes with the fact (architecture.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeguarding.correlation.answers import answer, receipt
from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.desk import Desk
from safeguarding.correlation.dispatch import raised, release_at, releases
from safeguarding.correlation.finding import Active, Pack
from safeguarding.correlation.forget import forget
from safeguarding.correlation.late import awaken
from safeguarding.correlation.lifecycle import Change, fall_quiet, judge, quiet_at
from safeguarding.correlation.look import Look
from safeguarding.correlation.marks import mark_of, means_something
from safeguarding.correlation.record import Hot
from safeguarding.correlation.remember import remember
from safeguarding.correlation.urge import urge, urge_at


def arrive(hot: Hot, fact: dict[str, Any], event: dict[str, Any], pack: Pack, desk: Desk) -> list[dict[str, Any]]:
    """What an event of this subject changes; what is due before it fires first.

    Args:
        hot: the subject's record; changed in place.
        fact: the fact from facts.accepted.v1; a re-emitted one counts at the clock it had when it first came.
        event: the event it carries.
        pack: the rules in force.
        desk: what is beyond the record.

    Returns:
        Records for alerts.raised.v1, in order; of somebody's answer its receipt besides.
    """
    clock = fact["clock"] if fact["then_clock"] is None else fact["then_clock"]
    out = elapse(hot, clock - 1, pack, desk)
    hot.clock = max(hot.clock, clock)
    today = day_of(hot.clock)
    mark = mark_of(event, fact)
    forget(hot, today, pack, mark.case, desk)
    awaken(hot, mark, desk)
    remember(hot, mark, event, fact)
    if not mark.backfill:
        look = Look(hot, hot.clock, hot.clock - 1)
        if fact["record"] is not None:
            out.append(receipt(hot, mark, fact, event["id"], desk))
        changes = answer(look, mark, pack, desk) if ".notification." in mark.type else []
        means = means_something(mark)
        actives = pack.by_type.get((hot.about, mark.type), ()) if means else ()
        concerned = [a for a in actives if a.in_force(today) and a.rule.heeds(mark)]
        for active in concerned:
            if not active.rule.watches:
                changes += judge(look, active, desk)
        out += _told(look, changes, concerned, pack, desk)
    set_wake(hot, pack)
    return out


def elapse(hot: Hot, until: int, pack: Pack, desk: Desk) -> list[dict[str, Any]]:
    """Fire, in order of due time, what falls due up to and at a clock.

    Args:
        hot: the subject's record; changed in place.
        until: the clock, inclusive.
        pack: the rules in force.
        desk: what is beyond the record.
    """
    out: list[dict[str, Any]] = []
    while hot.wake is not None and hot.wake <= until:
        due = hot.wake
        hot.clock = max(hot.clock, due)
        look = Look(hot, hot.clock, hot.clock)
        changes: list[Change] = []
        concerned: list[Active] = []
        for rule, wake in sorted(hot.wakes.items()):
            if wake <= due:
                del hot.wakes[rule]
                active = pack.rules.get(rule)
                if active is not None and active.in_force(day_of(due)):
                    concerned.append(active)
        for active in concerned:
            if not active.rule.watches:
                changes += judge(look, active, desk)
        for life in hot.lives:
            active = pack.rules.get(life.rule)
            quiet = quiet_at(life, active) if active else None
            if active and quiet is not None and quiet <= due:
                changes.append(fall_quiet(look, active, life))
        out += _told(look, changes, concerned, pack, desk)
        out += urge(hot, due, pack)
        set_wake(hot, pack)
    return out


def _told(
    look: Look, changes: Sequence[Change], concerned: Sequence[Active], pack: Pack, desk: Desk
) -> list[dict[str, Any]]:
    """Records for changes and for holds that end; then the rules that watch what has been sent have their turn."""
    out = [raised(look, change, pack, desk) for change in changes]
    out += releases(look, pack, desk)
    if not pack.watching or not (out or concerned):
        return out
    sent = {record["alert"]["rule"]["id"] for record in out if record["tell"]}
    for active in pack.watching:
        if active in concerned or not sent.isdisjoint(active.rule.watches):
            out += [raised(look, change, pack, desk) for change in judge(look, active, desk)]
    return out


def set_wake(hot: Hot, pack: Pack) -> None:
    """The earliest clock at which something of this subject falls due."""
    times = list(hot.wakes.values())
    for life in hot.lives:
        active = pack.rules.get(life.rule)
        quiet = quiet_at(life, active) if active else None
        times += [at for at in (quiet, urge_at(life, pack)) if at is not None]
    release = release_at(hot, pack)
    if release is not None:
        times.append(release)
    hot.wake = min(times, default=None)
