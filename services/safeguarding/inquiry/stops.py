"""What would have stopped an alert: the smallest sets of its events without which it would not have fired.

Each set hits every way in which the alert can fire (Reiter's hitting-set tree): fold without some events; if it still
fires, one more of those that it now rests on must go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from safeguarding.correlation.finding import Pack
from safeguarding.inquiry.facts import Told
from safeguarding.inquiry.folding import fold, only
from safeguarding.wire.room import Record

Events = frozenset[str]
TRIALS, SETS = 600, 20


class Stops(NamedTuple):
    """What was found.

    Attributes:
        sets: sets of event ids, the smallest first.
        complete: there are no others.
        tried: how often the history was folded without some of its events.
        searched: every set of at most so many events has been looked at.
    """

    sets: list[Events]
    complete: bool
    tried: int
    searched: int


def stops(
    told: Sequence[Told],
    records: Sequence[Record],
    alert_id: str,
    pack: Pack,
    *,
    trials: int = TRIALS,
    most: int = SETS,
) -> Stops:
    """The smallest sets of its events without which an alert would not have fired.

    Args:
        told: the facts of its subject.
        records: everything that is folded, rule packs and time included.
        alert_id: the alert.
        pack: the rules in force.
        trials: fold no more often than that.
        most: no more sets than that.
    """
    rule = alert_id.split(".")[1]
    cut = only(pack, [rule])

    def alerts(removed: Events) -> dict[int, list[str]]:
        """When the rule fired for the case without some events, and what each alert rested on at first."""
        gone = {one.record.offset for one in told if not removed.isdisjoint(names(one))}
        folded = fold([record for record in records if record.offset not in gone], cut)
        first = [r["alert"] for r in folded if r["alert"]["revision"] == 1 and not r["release"]]
        alike = [alert for alert in first if stem(alert["alert_id"]) == stem(alert_id)]
        return {alert["opened_at"]: [b["event_id"] for b in alert["because"]] for alert in alike}

    opened = {r["alert"]["opened_at"] for r in fold(records, cut) if r["alert"]["alert_id"] == alert_id}
    others = alerts(frozenset()).keys() - opened

    def rests_on(removed: Events) -> list[str] | None:
        """What the alert rests on without some events; None: it does not fire."""
        return next((because for at, because in alerts(removed).items() if at not in others), None)

    return search(rests_on, trials=trials, most=most)


def search(rests_on: Callable[[Events], list[str] | None], *, trials: int, most: int) -> Stops:
    """Every minimal set of events without which nothing is left to rest on, by size.

    Args:
        rests_on: what the alert rests on without some events; None: it does not fire.
        trials: ask no more often than that.
        most: no more sets than that.
    """
    found: list[Events] = []
    level: list[Events] = [frozenset()]
    tried, size = 0, 0
    while level:
        following: dict[Events, None] = {}
        for removed in level:
            if any(one <= removed for one in found):
                continue
            if tried >= trials or len(found) >= most:
                return Stops(found or [_some(rests_on)], False, tried, size - 1)
            tried += 1
            because = rests_on(removed)
            if because is None:
                found.append(removed)
            else:
                following |= dict.fromkeys(removed | {event} for event in because)
        level, size = list(following), size + 1
    return Stops(found, True, tried, size)


def names(told: Told) -> Events:
    """The ids by which the event of a fact is known: its own, and that of what it corrects."""
    if told.event is None:
        return frozenset()
    return frozenset(filter(None, (told.event["id"], told.event["supersedes"], told.fact.get("root"))))


def stem(alert_id: str) -> str:
    """An alert's id without its number: the rule's case about this subject."""
    return alert_id.rpartition(".")[0]


def _some(rests_on: Callable[[Events], list[str] | None]) -> Events:
    """One set of which none can be left out, when there are too many to look at all."""
    removed: Events = frozenset()
    while not removed.issuperset(because := rests_on(removed) or ()):
        removed |= set(because)
    for event in sorted(removed):
        if rests_on(removed - {event}) is None:
            removed -= {event}
    return removed
