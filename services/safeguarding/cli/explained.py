"""The answers of `explain` as people read them: plain sentences, small timelines, nothing sensitive unless asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from safeguarding.cli.harmless import harmless
from safeguarding.cli.timeline import Legend
from safeguarding.cli.words import held_because, local_time, what_happened

_SETS: Final = 10


def explained(answer: dict[str, Any], *, sensitive: bool) -> Iterator[str]:
    """Why an alert fired.

    Args:
        answer: from `inquiry.why.why`.
        sensitive: whether the agencies' own words may be seen.
    """
    rule, legend = answer["rule"], Legend(answer["events"])
    yield f"{rule['id']} (version {rule['version']})  {answer['alert_id']}"
    yield _row("rule", rule["words"])
    for revision in answer["revisions"]:
        yield ""
        yield from _revision(revision, answer["events"], legend, sensitive=sensitive)
    yield ""
    yield _row("ends when", answer["clears_when"])
    yield from _stops(answer, legend)


def not_fired(answer: dict[str, Any]) -> Iterator[str]:
    """Why a rule did not fire, and how far it was.

    Args:
        answer: from `inquiry.whynot.why_not`.
    """
    rule, legend = answer["rule"], Legend(answer["events"])
    yield f"{rule['id']} (version {rule['version']})  child {answer['child']}  as of {local_time(answer['as_of'])}"
    yield _row("rule", rule["words"])
    for alert in answer["alerts"]:
        reason = f" ({alert['reason']})" if alert["reason"] else ""
        fired = f"{local_time(alert['opened_at'])}, now {alert['status']}{reason}: {alert['alert_id']}"
        yield _row("it fired", fired)
    if not answer["in_force"]:
        yield _row("idle", "the rule is not in force on that day")
    if answer["quiet_until"]:
        yield _row("silent", f"until {local_time(answer['quiet_until'])}: it was dismissed, or rests after a close")
    for number, window in enumerate(answer["windows"]):
        yield _row("or" if number else "nearest", _needs(window))
        yield from _under(legend.window(window))
    if not answer["windows"]:
        yield from _looked_at(answer, legend)
    yield from _kept_by(answer, legend)
    for held in answer["held"]:
        reason = f"{held_because(held['reason'])}; it counts nowhere until somebody decides"
        yield _row("held", f"{held['agency']} id {held['event_id']}: {reason}")


def _looked_at(answer: dict[str, Any], legend: Legend) -> Iterator[str]:
    """Of a rule that counts nothing: what it looked at, and what kept it silent."""
    yield from _rows("looked at", map(legend.line, answer["looked_at"]))
    if not answer["looked_at"]:
        yield _row("looked at", "nothing that this rule looks at is known of the child")
    if answer["lacks"] and not answer["due"] and not answer["alerts"]:
        kinds = [f"{kind.split('.')[0]}: {what_happened(kind)}" for kind in answer["lacks"]]
        yield _row("lacks", f"one of {', '.join(kinds)}")
    elif answer["due"]:
        then = "it fires" if answer["due_status"] == "raised" else "the alert is escalated"
        yield _row("due", f"{then} at {local_time(answer['due'])} unless something comes")
    elif not (answer["silenced_by"] or answer["silenced_together"] or answer["alerts"]):
        yield _row("but", "none of these is what the rule asks for")


def _kept_by(answer: dict[str, Any], legend: Legend) -> Iterator[str]:
    """The answers that came in time: each of them by itself, or all of them."""
    for name, joined in (("silenced_by", " or "), ("silenced_together", " and ")):
        if answer[name] and not answer["due"]:
            yield _row("kept by", f"it would have fired without {joined.join(map(legend.letter, answer[name]))}")


def _revision(revision: dict[str, Any], events: dict[str, Any], legend: Legend, *, sensitive: bool) -> Iterator[str]:
    reason = f": {revision['reason']}" if revision["reason"] else ""
    head = f"revision {revision['revision']}  {revision['status']}  {local_time(revision['at'])}"
    yield f"  {head}  {revision['urgency']}{reason}"
    yield from _rows("observed", map(_observed, revision["observed"]))
    for number, event in enumerate(revision["added"]):
        yield _row("" if number else "because", legend.line(event))
        summary = events[event]["summary"] if sensitive and event in events else None
        yield from _under([f"   {harmless(summary)}"] if summary else [])
    yield from _rows("no longer", map(legend.line, revision["removed"]))
    for number, window in enumerate(revision["windows"]):
        yield _row("" if number else "windows", _needs(window))
        yield from _under(legend.window(window))
    for (status, why), told in groupby(revision["told"], key=lambda d: (d["status"], d["reason"])):
        yield _row(status, ", ".join(map(_who, told)) + (f": {held_because(why)}" if why else ""))
    if not revision["told"]:
        yield _row("told", "nobody")


def _observed(seen: dict[str, Any]) -> str:
    threshold = f" (threshold {seen['threshold']})" if seen["threshold"] is not None else ""
    return f"{seen['value']} {seen['what']}{threshold}"


def _who(disclosure: dict[str, Any]) -> str:
    code = disclosure["recipient"]
    return disclosure["audience"] if code in (None, disclosure["audience"]) else f"{disclosure['audience']} {code}"


def _needs(window: dict[str, Any]) -> str:
    within = f" within {window['length']}" if "length" in window else ""
    needs = ", ".join(f"{need['value']} of {need['threshold']} {need['what']}" for need in window["needs"])
    short = [(n["threshold"] - n["value"], n["what"]) for n in window["needs"] if n["value"] < n["threshold"]]
    missing = " and ".join(f"{what} by {number}" for number, what in short)
    return f"{needs}{within}: {f'short of {missing}' if missing else 'enough'}"


def _stops(answer: dict[str, Any], legend: Legend) -> Iterator[str]:
    """What would have stopped it."""
    if answer["absence"]:
        yield _row("stopped by", f"the end in time: {answer['clears_when']}")
    stops = answer["stops"]
    if stops is None:
        return
    sets = [" and ".join(map(legend.letter, one)) for one in stops["sets"]]
    told = "; or without ".join(sets[:_SETS])
    more = f"; or without any of {len(sets) - _SETS} other sets (--json names them)" if len(sets) > _SETS else ""
    yield _row("stopped by", f"it would not have fired without {told}{more}")
    if not stops["complete"]:
        tried = f"{stops['tried']} ways were tried, every set of up to {stops['searched']} events among them"
        yield _row("", f"there may be others: {tried}")


def _rows(label: str, lines: Iterable[str]) -> Iterator[str]:
    return (_row("" if number else label, line) for number, line in enumerate(lines))


def _row(label: str, line: str) -> str:
    return f"  {label:<11}{line}"


def _under(lines: Iterable[str]) -> Iterator[str]:
    return (_row("", line) for line in lines)
