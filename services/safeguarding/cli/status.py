"""`safeguarding status`: is everybody there, does anything wait, is anything missing? Counts and ids only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from safeguarding.settings import Settings
    from safeguarding.wire.room import Record

EXAMPLE = "Example: safeguarding status --json"
_TAIL: Final = 2000  # newest records of an agency's topic that are looked at for a heartbeat


def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show the pipeline as its operators need it: agencies, rooms, what waits, what should agree and does not."""
    from safeguarding.settings import Settings

    line = picture(Settings(), int(time() * 1000))
    if as_json:
        print(json.dumps(line, ensure_ascii=False))  # noqa: T201  # the output
        return
    for text in _shown(line):
        print(text)  # noqa: T201  # the output


def picture(settings: Settings, now: int) -> dict[str, Any]:
    """All of it, as one object.

    Args:
        settings: where Kafka is, what stands before topic names, which rules are in force.
        now: milliseconds since 1970 UTC; ages are counted from it.
    """
    from safeguarding.cli import picture as fold
    from safeguarding.cli.rooms import rule_pack
    from safeguarding.events.times import rfc3339
    from safeguarding.wire import topics

    def values(*names: str) -> list[dict[str, Any]]:
        from safeguarding.wire.codec import decode

        return [decode(r.value)[1] for records in _read(settings, *names) for r in records if r.value is not None]

    quarantined = values(topics.QUARANTINED)
    tails: dict[str, list[Record]] = {agency: _tail(settings, agency) for agency in _agencies()}
    questions = fold.open_questions(values(topics.REVIEW))
    states = fold.states_of(values(*map(topics.receipt_topic, _agencies())))
    counts = fold.counted(states)
    taken = {place for place, (_, state) in states.items() if state == "accepted"}
    answers = [event for agency in _agencies() for event in _answers(settings, agency, taken)]
    alerts = fold.newest_alerts(values(topics.RAISED))
    beats = values(topics.HEARTBEAT)
    return {
        "kind": "status",
        "at": rfc3339(now),
        "agencies": {a: _agency(tails[a], counts[a], quarantined, questions, a, now) for a in _agencies()},
        "rooms": _rooms(settings, beats, now),
        "review": {"open": len(questions), "oldest": rfc3339(questions[0]["at"]) if questions else None},
        "alerts": fold.alerts_line(alerts, answers, rule_pack(settings.rules).finished),
        "operators": fold.items_of(values(topics.OPERATORS)),
    }


def _agencies() -> tuple[str, ...]:
    from safeguarding.events.envelope import AGENCIES

    return tuple(AGENCIES)


def _agency(
    tail: list[Record], counted: Any, quarantined: list[dict[str, Any]], questions: list[Any], agency: str, now: int
) -> dict[str, Any]:
    from safeguarding.events.times import rfc3339
    from safeguarding.wire.topics import agency_topic

    beats = [r.timestamp for r in tail if dict(r.headers).get("ce_type", b"").endswith(b".heartbeat.sent")]
    kept = sum(record["record"]["topic"] == agency_topic(agency) for record in quarantined)
    return {
        "last_event": rfc3339(tail[-1].timestamp) if tail else None,
        "heartbeat_age_s": (now - beats[-1]) // 1000 if beats else None,
        **{state: counted[state] for state in ("accepted", "duplicate", "test", "held", "rejected")},
        "quarantined": kept,
        "waits_for_decision": sum(question["agency"] == agency for question in questions),
    }


def _rooms(settings: Settings, beats: list[dict[str, Any]], now: int) -> dict[str, Any]:
    from safeguarding.cli.lag import lag
    from safeguarding.cli.rooms import ROOMS

    newest: dict[str, dict[str, dict[str, Any]]] = {room: {} for room in ROOMS}
    for beat in beats:
        newest.setdefault(beat["room"], {})[beat["instance"]] = beat
    behind = lag(settings)
    return {
        room: {
            "lag": behind[room],
            "heartbeat_age_s": min(((now - beat["at"]) // 1000 for beat in newest[room].values()), default=None),
            "workers": sum(now - beat["at"] < 60_000 for beat in newest[room].values()),
            "handled": sum(beat["handled"] for beat in newest[room].values()),
        }
        for room in ROOMS
    }


def _answers(settings: Settings, agency: str, taken: set[tuple[str, int, int]]) -> Iterator[dict[str, Any]]:
    """An agency's answers that count; the header says which they are, so that nothing else is opened."""
    from safeguarding.wire.codec import decode_event
    from safeguarding.wire.topics import agency_topic

    for records in _read(settings, agency_topic(agency)):
        for record in records:
            is_answer = b".notification." in dict(record.headers).get("ce_type", b"")
            if is_answer and record.value is not None and (record.topic, record.partition, record.offset) in taken:
                yield decode_event(record.value)


def _tail(settings: Settings, agency: str) -> list[Record]:
    from safeguarding.wire.topics import agency_topic

    return [record for records in _read(settings, agency_topic(agency), newest=_TAIL) for record in records]


def _read(settings: Settings, *topics: str, newest: int | None = None) -> list[list[Record]]:
    from safeguarding.cli.reader import TopicReader

    reader = TopicReader(settings, topics, from_start=True, patient=False, newest=newest)
    try:
        return reader.until_end()
    finally:
        reader.close()


def _shown(line: dict[str, Any]) -> Iterator[str]:
    heads = f"{'accepted':>10}{'dupl.':>7}{'held':>6}{'rejected':>9}{'quarant.':>9}"
    yield f"{'agency':<11}{'last event':<32}{'beat':>8}{heads}"
    for name, a in line["agencies"].items():
        beat = "-" if a["heartbeat_age_s"] is None else f"{a['heartbeat_age_s']} s"
        numbers = f"{a['accepted']:>10}{a['duplicate']:>7}{a['held']:>6}{a['rejected']:>9}{a['quarantined']:>9}"
        yield f"{name:<11}{a['last_event'] or '-':<32}{beat:>8}{numbers}"
    yield ""
    yield f"{'room':<13}{'workers':>8}{'beat':>8}{'lag':>9}{'handled':>10}"
    for name, r in line["rooms"].items():
        beat = "-" if r["heartbeat_age_s"] is None else f"{r['heartbeat_age_s']} s"
        yield f"{name:<13}{r['workers']:>8}{beat:>8}{r['lag']:>9}{r['handled']:>10}"
    alerts, review = line["alerts"], line["review"]
    yield ""
    waiting = f"not acknowledged {alerts['unacknowledged']}, of these immediate {alerts['unacknowledged_urgent']}"
    yield f"alerts open {alerts['open']}, {waiting}{_since(alerts['oldest_unacknowledged'])}"
    for audience, one in alerts["unacknowledged_by_audience"].items():
        yield f"  {audience:<16}{one['count']:>4} not acknowledged{_since(one['oldest'])}"
    held = f"{_since(alerts['oldest_held_notice'])}{_listed(alerts['held_because'])}"
    yield f"notices held {alerts['held_notices']}{held}"
    oldest = f", oldest since {review['oldest']}" if review["oldest"] else ""
    yield f"questions of identity open {review['open']}{oldest}"
    yield f"gaps{_listed(alerts['gaps'])}"
    yield f"silent agencies: {', '.join(alerts['silent_agencies']) or 'none'}"
    yield f"operators' items{_listed(line['operators'])}"


def _since(oldest: dict[str, Any] | None) -> str:
    return f", oldest since {oldest['since']} ({oldest['rule']} {oldest['alert_id']})" if oldest else ""


def _listed(counts: dict[str, int]) -> str:
    return ": " + (", ".join(f"{name} {n}" for name, n in counts.items()) or "none")
