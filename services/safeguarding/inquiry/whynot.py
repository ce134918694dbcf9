"""Why a rule did not fire for a child: how far each threshold was, what kept it silent, what counts nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import structs

from safeguarding.correlation.calendar import day_of
from safeguarding.correlation.finding import Active, Finding, Pack
from safeguarding.correlation.look import Look
from safeguarding.correlation.record import Hot, Mark
from safeguarding.errors import SafeguardingError
from safeguarding.events.times import rfc3339
from safeguarding.inquiry.facts import Facts
from safeguarding.inquiry.folding import fold, passed, records_of, steps
from safeguarding.inquiry.lacking import lacking
from safeguarding.inquiry.why import Answer, events, windows

_LONG: Final = 400 * 24 * 3600 * 1000  # longer than any rule waits


def why_not(facts: Facts, subject: str, rule: str, pack: Pack) -> Answer:
    """How far a rule was from firing at the end of the log.

    Args:
        facts: the facts of the log.
        subject: key of the child.
        rule: id of the rule.
        pack: the rules in force.

    Raises:
        SafeguardingError: no such rule in the pack, or nothing is known of the child.
    """
    told, hot, alerts = facts.of(subject), None, dict[str, Answer]()
    first, records = pack, records_of(facts, subject)
    for step in steps(records, subject, pack):
        hot, pack = step.hot or hot, step.pack
        for raised in step.raised:
            if raised["alert"]["rule"]["id"] == rule:
                alerts[raised["alert"]["alert_id"]] = raised["alert"]
    active = pack.rules.get(rule)
    if active is None:
        raise SafeguardingError(f"no rule {rule} is in force; there are {', '.join(pack.rules)}")
    if hot is None:
        raise SafeguardingError("nothing is known of this child: there is nothing that could have fired")
    hot = structs.replace(hot, clock=max(hot.clock, facts.clock))  # time has passed since it was last looked at
    looked_at = [mark for mark in hot.marks if mark.type in active.rule.types]
    reaches = windows(hot, active)
    short = bool(reaches) and all(reach["lacks"] for reach in reaches)
    silenced = [] if short else list(_silenced_by(hot, active))
    together = [] if short or silenced else _silenced_together(hot, active)
    late = hot.clock + _LONG
    kept = reaches or silenced or together
    fires = [] if kept else lacking(hot, active, lambda marks: bool(_found(hot, active, marks, late)))
    ids = [*(mark.event_id for mark in looked_at), *silenced, *together]
    then = None if reaches else _then(fold(passed(records, late), first), rule, hot.clock)
    return {
        "child": subject,
        "rule": {"id": rule, "version": active.version, "words": active.words},
        "as_of": rfc3339(hot.clock),
        "in_force": active.in_force(day_of(hot.clock)),
        "alerts": [_alert(alert) for alert in alerts.values()],
        "windows": reaches,
        "looked_at": [mark.event_id for mark in looked_at],
        "history_only": [mark.event_id for mark in looked_at if mark.backfill],
        "due": rfc3339(then["at"]) if then else None,
        "due_status": then["alert"]["status"] if then else None,
        "silenced_by": silenced,
        "silenced_together": together,
        "lacks": fires,
        "quiet_until": _quiet_until(hot, rule),
        "held": _held(facts, subject),
        "events": events(told, ids),
    }


def _alert(alert: Answer) -> Answer:
    return {
        "alert_id": alert["alert_id"],
        "opened_at": rfc3339(alert["opened_at"]),
        "status": alert["status"],
        "reason": alert["reason"],
    }


def _found(hot: Hot, active: Active, marks: Sequence[Mark], clock: int) -> list[Finding]:
    """What the rule finds in some of the marks at a clock."""
    other = Hot(hot.subject, hot.about, child=hot.child, who=hot.who, marks=list(marks), clock=clock)
    found, _ = active.rule.find(Look(other, clock, clock), active.parameters)
    return [finding for finding in found if finding.resolved is None]


def _then(said: Iterable[Answer], rule: str, end: int) -> Answer | None:
    """What the rule says by itself if nothing comes, the first of it: that it fires, or the next step of an alert."""
    steps_taken = ("raised", "escalated")
    of_rule = (one for one in said if one["alert"]["rule"]["id"] == rule and one["at"] > end and not one["release"])
    return next((one for one in of_rule if one["alert"]["status"] in steps_taken), None)


def _silenced_by(hot: Hot, active: Active) -> Iterator[str]:
    """Events without which it would have fired: the answer that came, the closing, the appointment that was kept."""
    if not _fires_without(hot, active, ()):
        known = [mark for mark in hot.marks if mark.type in active.rule.types]
        yield from (mark.event_id for mark in known if _fires_without(hot, active, [mark]))


def _silenced_together(hot: Hot, active: Active) -> list[str]:
    """Events of a kind each of which is enough to keep it silent: it would have fired without all of them."""
    if _fires_without(hot, active, ()):
        return []
    for kind in sorted(active.rule.types):
        gone = [mark for mark in hot.marks if mark.type == kind]
        if len(gone) > 1 and _fires_without(hot, active, gone):
            for mark in tuple(gone):
                fewer = [one for one in gone if one is not mark]
                gone = fewer if _fires_without(hot, active, fewer) else gone
            return [mark.event_id for mark in gone]
    return []


def _fires_without(hot: Hot, active: Active, gone: Sequence[Mark]) -> bool:
    """Whether it fires in the end without some marks, for a case of which it never has."""
    fired = {life.case for life in hot.lives if life.rule == active.rule.id}
    rest = [mark for mark in hot.marks if not any(mark is one for one in gone)]
    return any(finding.case not in fired for finding in _found(hot, active, rest, hot.clock + _LONG))


def _quiet_until(hot: Hot, rule: str) -> str | None:
    """Until when a dismissal, or the days of rest after a close, keep it silent."""
    until = max((life.mute_until or 0 for life in hot.lives if life.rule == rule), default=0)
    return rfc3339(until) if until > hot.clock else None


def _held(facts: Facts, subject: str) -> list[dict[str, Any]]:
    """Events in the review queue that may be about the child: they count nowhere until somebody decides."""
    waiting: dict[tuple[str, str | None], dict[str, Any]] = {}
    for doubt in facts.doubts:
        place = doubt["id"], doubt["ref"]
        if doubt.get("open", True) and subject in {candidate["key"] for candidate in doubt["candidates"]}:
            waiting[place] = {"event_id": doubt["id"], "agency": doubt["agency"], "reason": doubt["reason"]}
        else:
            waiting.pop(place, None)
    return list(waiting.values())
