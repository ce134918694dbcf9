"""What a change of the rules would have done: raised, silenced, earlier, later, and how often whom it had told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from safeguarding.correlation.finding import Active, Pack
from safeguarding.errors import SafeguardingError
from safeguarding.events.times import rfc3339
from safeguarding.inquiry.folding import only
from safeguarding.inquiry.rerun import Revision, rerun
from safeguarding.wire.room import Record

EXAMPLES: Final = 5
EFFECTS: Final = ("raised", "silenced", "earlier", "later", "as before")
_DAY: Final = 24 * 3600 * 1000


class Life(NamedTuple):
    """One alert as it went.

    Attributes:
        alert_id: the alert.
        opened_at: clock at which it was raised.
        events: every event that it ever rested on.
        first: how many events it rested on at first, and of how many agencies.
    """

    alert_id: str
    opened_at: int
    events: frozenset[str]
    first: tuple[int, int]


class Pair(NamedTuple):
    """An alert as it was and as it would have been; one of them may be missing."""

    old: Life | None
    new: Life | None

    @property
    def effect(self) -> str:
        """raised, silenced, earlier, later or as before."""
        if self.old is None:
            return "raised"
        if self.new is None:
            return "silenced"
        if self.new.opened_at == self.old.opened_at:
            return "as before"
        return "earlier" if self.new.opened_at < self.old.opened_at else "later"


def changed(old: Pack, new: Pack) -> list[str]:
    """Rules that differ, those that are in one pack only, and those that watch one of them."""
    differ = differing(old, new)
    watching = {active.rule.id for pack in (old, new) for active in pack.watching if active.rule.watches & differ}
    return sorted(differ | watching)


def differing(old: Pack, new: Pack) -> set[str]:
    """Rules whose numbers or days differ, and those that are in one pack only."""
    return {rule for rule in old.rules.keys() | new.rules.keys() if _judges(old, rule) != _judges(new, rule)}


def backtest(
    accepted: Iterable[Record], old: Pack, new: Pack, *, eager: bool, activated: Sequence[Pack] = ()
) -> dict[str, Any]:
    """Compare two packs over one log; only the rules that differ are run, since no rule changes another's alerts.

    Args:
        accepted: records of events.accepted.v1, in order; read once.
        old: the rules in force.
        new: the rules to be tried.
        eager: whether the events drive the clock.
        activated: packs that came into force in the log.

    Raises:
        SafeguardingError: the packs judge alike.
    """
    rules = sorted({rule for pack in (old, *activated) for rule in changed(pack, new)})
    if not rules:
        raise SafeguardingError("the two rule packs judge alike: there is nothing to compare")
    run = rerun(accepted, [only(old, rules), only(new, rules)], eager=eager)
    days = max(1, -(-(run.last - run.first) // _DAY))
    before, after = run.revisions
    return {
        "events": run.events,
        "from": rfc3339(run.first),
        "to": rfc3339(run.last),
        "days": days,
        "rules": [
            _rule(rule, (activated or [old])[-1].rules.get(rule), new.rules.get(rule), before, after, days)
            for rule in rules
        ],
    }


def pairs(old: Sequence[Life], new: Sequence[Life]) -> list[Pair]:
    """Which alert would have been which: of the same case about the same child, resting on an event of the other.

    Args:
        old: alerts of one case, by the time at which they were raised.
        new: the same under other rules.
    """
    left, found = list(new), list[Pair]()
    for life in old:
        match = next((other for other in left if not life.events.isdisjoint(other.events)), None)
        if match is not None:
            left.remove(match)
        found.append(Pair(life, match))
    return [*found, *(Pair(None, life) for life in left)]


def lives(revisions: Iterable[Revision]) -> dict[str, list[Life]]:
    """Alerts by case (rule, child and what the rule keeps apart), in the order in which they were raised."""
    known: dict[str, Life] = {}
    for one in revisions:
        life = known.get(one.alert_id)
        if life is None:
            first = len(one.because), one.agencies
            known[one.alert_id] = Life(one.alert_id, one.opened_at, frozenset(one.because), first)
        else:
            known[one.alert_id] = life._replace(events=life.events | frozenset(one.because))
    found: dict[str, list[Life]] = {}
    for life in sorted(known.values(), key=lambda life: (life.opened_at, life.alert_id)):
        found.setdefault(life.alert_id.rpartition(".")[0], []).append(life)
    return found


def _judges(pack: Pack, rule: str) -> Any:
    active = pack.rules.get(rule)
    return None if active is None else (active.parameters, active.valid_from, active.valid_to)


def _rule(
    rule: str, old: Active | None, new: Active | None, before: list[Revision], after: list[Revision], days: int
) -> dict[str, Any]:
    """The effect on one rule."""
    was, would = ([one for one in revisions if _is_of(one, rule)] for revisions in (before, after))
    old_lives, new_lives = lives(was), lives(would)
    cases = sorted(old_lives.keys() | new_lives.keys())
    found = [pair for case in cases for pair in pairs(old_lives.get(case, []), new_lives.get(case, []))]
    effects = Counter(pair.effect for pair in found)
    told = {"now": _told(was), "new": _told(would)}
    return {
        "rule": rule,
        "now": None if old is None else {"version": old.version, "words": old.words},
        "new": None if new is None else {"version": new.version, "words": new.words},
        "alerts": {
            "now": sum(map(len, old_lives.values())),
            "new": sum(map(len, new_lives.values())),
            "now_a_day": round(sum(map(len, old_lives.values())) / days, 2),
            "new_a_day": round(sum(map(len, new_lives.values())) / days, 2),
        },
        "effects": {effect: effects[effect] for effect in EFFECTS},
        "told": {
            audience: {
                "now": told["now"][audience],
                "new": told["new"][audience],
                "now_a_day": round(told["now"][audience] / days, 2),
                "new_a_day": round(told["new"][audience] / days, 2),
            }
            for audience in sorted(told["now"].keys() | told["new"].keys())
        },
        "examples": {effect: _examples(found, effect) for effect in EFFECTS[:-1] if effects[effect]},
    }


def _is_of(revision: Revision, rule: str) -> bool:
    return revision.alert_id.split(".")[1] == rule


def _told(revisions: Iterable[Revision]) -> Counter[str]:
    """How many messages go to each audience: every revision to everybody whom it is told."""
    return Counter(audience for one in revisions for audience in one.told)


def _examples(found: Sequence[Pair], effect: str) -> list[dict[str, Any]]:
    """The first few; of those that are only moved, the ones that are moved furthest."""
    some = [pair for pair in found if pair.effect == effect]
    some.sort(key=lambda pair: (-_moved(pair), (pair.old or pair.new or _NONE).opened_at))
    return [
        {
            name: {
                "alert_id": life.alert_id,
                "at": rfc3339(life.opened_at),
                "events": life.first[0],
                "agencies": life.first[1],
            }
            for name, life in (("now", pair.old), ("new", pair.new))
            if life is not None
        }
        for pair in some[:EXAMPLES]
    ]


_NONE: Final = Life("", 0, frozenset(), (0, 0))


def _moved(pair: Pair) -> int:
    return abs(pair.old.opened_at - pair.new.opened_at) if pair.old and pair.new else 0
