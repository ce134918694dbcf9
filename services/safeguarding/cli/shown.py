"""A contract line as people read it: stable columns, the child's voice first, nothing sensitive unless asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rich.text import Text

from safeguarding.cli.harmless import harmless
from safeguarding.cli.words import (
    DO,
    by_agency,
    child_key,
    child_name,
    child_whole,
    counted,
    held_because,
    local_time,
    spoken,
    what_happened,
)

_STYLES: Final = {
    "immediate": "bold red",
    "today": "yellow",
    "routine": "cyan",
    "raised": "bold",
    "escalated": "bold red",
    "resolved": "green",
    "withdrawn": "strike",
    "rejected": "red",
    "held": "magenta",
}
_SAFE: Final = (  # of records that have no form of their own: words of the contract, ids and counts
    *("what", "type", "agency", "id", "room", "code", "field", "event_id", "status", "reason", "audience", "rule"),
    *("alert_id", "revision", "recipient", "basis", "events", "children", "candidates", "seq", "gen", "clock"),
    *("subject", "about", "instance", "handled", "topic", "partition", "offset"),
)


def shown(line: dict[str, Any], *, sensitive: bool) -> Iterator[Text]:
    """What to print for one line.

    Args:
        line: an object of contract.md section 5, or of another topic (`cli.lines`).
        sensitive: whether names, numbers, dates of birth, narrative and the child's words may be seen.
    """
    if line["kind"] == "alert":
        yield from _alert(line, sensitive=sensitive)
    elif line["kind"] == "notice":
        yield from _notice(line, sensitive=sensitive)
    elif line["kind"] == "held":
        yield _row(line, "held", line["what"], _held(line))
    elif line["kind"] == "feedback":
        stage = line["progress"]["stage"] if "progress" in line else ""
        yield _row(line, line["status"], line["agency"], f"id {line['feedback_id']}  {stage}")
        if sensitive:
            yield _detail("what", line["what"])
    else:
        yield _other(line)
        if line["kind"] == "event" and sensitive:
            yield from _event(line)


def brief(line: dict[str, Any]) -> Text:
    """An alert in one line, with the child's name: for the demo, whose people are invented."""
    who = child_name(line["child"]) if line["child"] else "no child"
    return _head(line, line["rule"]["id"], f"{who}  {by_agency(line['because'])}  told {', '.join(line['audiences'])}")


def _alert(line: dict[str, Any], *, sensitive: bool) -> Iterator[Text]:
    if not sensitive:
        yield _head(line, line["rule"]["id"], f"child {child_key(line)}  {by_agency(line['because'])}")
        yield _detail("rule", line["rule"]["words"])
        return
    yield _head(line, line["rule"]["id"], child_whole(line["child"]) if line["child"] else "no child")
    if "voice" in line:
        yield _detail("voice", spoken(line["voice"]), "bold")
    yield _detail("rule", line["rule"]["words"])
    if line.get("reason"):
        yield _detail("closed", line["reason"])
    yield _detail("seen", "; ".join(_measured(o) for o in line["observed"]))
    for number, event in enumerate(line["because"]):
        label = "because" if number == 0 else ""
        words = f"{local_time(event['occurred_at'])}  {event['agency']:<9}  {what_happened(event['type'])}"
        yield _detail(label, f"{words}: {event['summary']}" if event.get("summary") else words)
    if line["because_count"] > len(line["because"]):
        yield _detail("", f"{line['because_count']} in all; the first and the last are shown")
    told = [f"{r['audience']} {r['code']}" if r["code"] != r["audience"] else r["audience"] for r in line["recipients"]]
    yield _detail("told", ", ".join(told) or "nobody yet")
    for hold in line["hold"]:
        yield _detail("held", f"{hold['audience']}: {held_because(hold['reason'])}", "magenta")
    yield _detail("ends when", line["clears_when"])
    yield _detail("contact", line["contact"])


def _measured(observed: dict[str, Any]) -> str:
    threshold = f" (threshold {observed['threshold']})" if "threshold" in observed else ""
    return f"{observed['value']} {observed['what']}{threshold}"


def _notice(line: dict[str, Any], *, sensitive: bool) -> Iterator[Text]:
    to = f"{line['audience']} {line['recipient']['code']}"
    do = DO[line["recipient_action"]]
    if not sensitive:
        counts = f"  {counted(line['counts'])}" if line.get("counts") else ""
        yield _head(line, line["rule"], f"child {child_key(line)}  to {to}: {do}{counts}")
        return
    yield _head(line, line["rule"], child_whole(line["child"]) if line.get("child") else "no child")
    if line.get("voice"):
        yield _detail("voice", spoken(line["voice"]), "bold")
    yield _detail("to", f"{to} {line['recipient'].get('name', '')}")
    yield _detail("what", line["what"])
    if line.get("grade"):
        yield _detail("grade", line["grade"])
    if line.get("signs"):
        yield _detail("signs", "; ".join(line["signs"]))
    yield _detail("do", do)
    if line["handling"]["hide_from_patient_online"]:
        yield _detail("care", "keep it out of the patient's online record", "yellow")
    if line["handling"]["do_not_disclose_to"]:
        yield _detail("care", f"do not tell {', '.join(line['handling']['do_not_disclose_to'])}", "bold yellow")
    yield _detail("contact", line["contact"])


def _event(line: dict[str, Any]) -> Iterator[Text]:
    if "voice" in line:
        yield _detail("voice", spoken(line["voice"]), "bold")
    for person in line["people"]:
        yield _detail(person["role"].replace("_", " "), child_whole(person))
    if line.get("summary"):
        yield _detail("summary", line["summary"])


def _head(line: dict[str, Any], rule: str, rest: str) -> Text:
    """The columns that every alert and notice has."""
    text = Text(f"{local_time(line['at'])}  {line['kind']:<8} ")
    text.append(f"{line['urgency']:<11}", _STYLES.get(line["urgency"], ""))
    text.append(f"{line['status']:<11}", _STYLES.get(line["status"], ""))
    text.append(f"r{line['revision']:<4}{harmless(rule):<21}")
    return text.append(harmless(rest).rstrip())


def _row(line: dict[str, Any], status: str, what: str, rest: str) -> Text:
    text = Text(f"{local_time(line['at'])}  {line['kind']:<8} ")
    text.append(f"{harmless(status):<11}", _STYLES.get(status, ""))
    return text.append(harmless(f"{what:<11}{rest}").rstrip())


def _detail(label: str, words: str, style: str = "") -> Text:
    return Text(f"    {label:<11}", "dim").append(harmless(words).rstrip(), style or "not dim")


def _held(line: dict[str, Any]) -> str:
    reason = held_because(line["reason"])
    if line["what"] == "notice":
        return f"{line['rule']:<21}to {line['audience']}: {reason}"
    return f"{line['agency']:<11}id {line['id']}: {reason}"


def _other(line: dict[str, Any]) -> Text:
    """Receipts, reports, and records that have no form of their own: only what cannot be sensitive."""
    if line["kind"] == "receipt":
        rest = " ".join(filter(None, (line.get("code"), line.get("field"))))
        return _row(line, line["status"], line["agency"], f"id {line.get('id', 'unreadable')}  {rest}")
    rest = "  ".join(f"{name} {line[name]}" for name in _SAFE if line.get(name) not in (None, [], {}))
    return Text(f"{local_time(line['at'])}  ").append(harmless(f"{line['kind']:<12}{rest}"))
