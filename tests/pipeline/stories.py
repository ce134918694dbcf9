"""Stories for properties: what happens to a child or two, told by every agency, and what is said of it afterwards."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from hypothesis import strategies as st

from building import child, event
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.correlation.record import load
from safeguarding.events.times import HOUR, MINUTE, parse_instant, rfc3339
from safeguarding.wire.topics import FACTS

Event = dict[str, Any]
PACK = built_in()
SPACE = UUID("1f6c4f0e-3b1e-4c55-9a0f-0f3a1f1f7e11")
START = parse_instant("2017-08-01T09:00:00+01:00")
DAYS = 130
END = START + 24 * HOUR * 400


def at(hours: int) -> str:
    return rfc3339(START + hours * HOUR)


def named(number: int) -> str:
    """The id of the n-th event of a story."""
    return str(uuid5(SPACE, str(number)))


def registered(n: int) -> list[Event]:
    """The first that is heard of a child: its practice, its school."""
    return [
        event("health.registration.changed", at(0), child(n), data={"gp_practice": f"A9900{n}"}),
        event("education.enrolment.changed", at(0), child(n), data={"school": f"99900{n}", "school_nurse_team": "SN"}),
    ]


hours = st.integers(1, 24 * DAYS)
cases = st.sampled_from([{}, {}, {"case_ref": "1"}, {"case_ref": "2"}])
levels = st.sampled_from(["low", "medium", "high"])


def _concern(agency: str, hour: int, level: str, category: str, case: Event) -> Event:
    data = {"category": category, "level": level}
    data |= {"neglect_type": "medical"} if category == "neglect" else {}
    return event(f"{agency}.concern.raised", at(hour), data=data, **case)


def _form(hour: int, grade: str, case: Event, kind: str) -> Event:
    if kind == "form":
        return event("police.da_form.completed", at(hour), data={"tool": "dash", "grade": grade}, **case)
    return event("police.incident.recorded", at(hour), data={"kind": kind, "children_linked": True}, **case)


evidence = st.one_of(
    st.builds(_concern, st.sampled_from(["police", "health", "cgl", "yos"]), hours, levels,
              st.sampled_from(["neglect", "physical", "hardship"]), cases),
    st.builds(_form, hours, st.sampled_from(["standard", "medium", "high"]), cases,
              st.sampled_from(["form", "form", "domestic_abuse", "child_present"])),
    st.builds(lambda hour, cause, case: event("police.missing.reported", at(hour),
              data={"risk": "medium", "cause_for_concern": cause}, **case), hours, st.booleans(), cases),
    st.builds(lambda hour: event("health.appointment.was_not_brought", at(hour), data={"service": "dental"}), hours),
)  # fmt: skip
answers = st.one_of(
    st.builds(lambda hour, case: event("police.referral.submitted", at(hour), **case), hours, cases),
    st.builds(lambda hour, status: event("hub.status.changed", at(hour), data={"status": status, "team": "CIN-1"}),
              hours, st.sampled_from(["cin", "cpp", "none"])),
    st.builds(lambda hour, verb, rule: event(f"hub.notification.{verb}", at(hour), data={"rule": rule, "reason": "x"}),
              hours, st.sampled_from(["acknowledged", "actioned", "dismissed"]),
              st.sampled_from(["cumulative-concern", "missing-coordinator", "referral-missing", "da-escalation"])),
    st.builds(lambda hour, gp: event("health.registration.changed", at(hour), data={"gp_practice": gp}),
              hours, st.sampled_from(["A99003", "A99004"])),
)  # fmt: skip


def told(some: Iterable[tuple[Event, tuple[Event, ...]]]) -> list[Event]:
    """Events with their people, each with an id and a moment of its own, in the order in which they happened."""
    ordered = sorted(some, key=lambda pair: parse_instant(pair[0]["occurred_at"]))
    out = []
    for n, (made, people) in enumerate(ordered):
        times = {name: rfc3339(parse_instant(made[name]) + n * MINUTE) for name in ("occurred_at", "published_at")}
        out.append(made | times | {"id": named(n), "people": list(people)})
    return out


def story(*children: Event, most: int = 10) -> st.SearchStrategy[list[Event]]:
    """What happens to one child or another."""
    who = st.sampled_from([(one,) for one in children])
    return st.lists(st.tuples(evidence | answers, who), min_size=1, max_size=most).map(told)


class Final(NamedTuple):
    """The last that was said of an alert."""

    alert_id: str
    rule: str
    over: bool
    because: tuple[str, ...]


def lines_of(stream: Iterable[Event], until: int = END) -> list[dict[str, Any]]:
    """What a stream brings about."""
    pipeline = Embedded(PACK)
    lines = [line for made in stream for line in pipeline.publish_text(json.dumps(made))]
    return lines + pipeline.pass_time(until)


def remembered_of(stream: Iterable[Event], until: int = END) -> dict[str, Any]:
    """What correlation remembers of each child after a stream: the events, the counts, who looks after the child."""
    pipeline = Embedded(PACK)
    for made in stream:
        pipeline.publish_text(json.dumps(made))
    pipeline.pass_time(until)
    found = {}
    for partition in range(pipeline.runtime.partitions[FACTS]):
        for key, row in pipeline.runtime.state("correlation", partition).items():
            hot = load(row) if key.startswith(b"h|") else None
            if hot is not None and hot.about == "child" and hot.marks:
                marks = sorted((m.event_id, m.type, m.occurred_at, m.case, m.direct) for m in hot.marks)
                days = {agency: by_day for agency, by_day in hot.days.items() if by_day}
                found[hot.subject] = (marks, days, sorted(hot.last), hot.first, hot.who, sorted(hot.sensitivity))
    return found


def standing(lines: Iterable[dict[str, Any]]) -> list[Final]:
    """Alerts on children that were not taken back, each as it was last told."""
    last = {line["alert_id"]: line for line in lines if line["kind"] == "alert"}
    return sorted(
        Final(name, a["rule"]["id"], a["status"] == "resolved", tuple(sorted(b["event_id"] for b in a["because"])))
        for name, a in last.items()
        if a["status"] != "withdrawn" and a["child"] is not None
    )


def meant(alerts: Iterable[Final]) -> list[tuple[Any, ...]]:
    """Alerts without their ids."""
    return sorted(tuple(alert)[1:] for alert in alerts)


def loosely(alerts: Iterable[Final]) -> list[tuple[Any, ...]]:
    """Alerts without their ids and without notices, which are finished when raised: what arrived first is theirs."""
    return sorted(tuple(alert)[1:] for alert in alerts if alert.rule not in PACK.finished)


def words(lines: Iterable[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    """The last that each recipient was told of each alert that is not over; a notice says what was known then."""
    last = {(n["notice_id"], n["recipient"]["code"]): n for n in lines if n["kind"] == "notice"}
    kept = [n for n in last.values() if n["status"] not in ("withdrawn", "resolved") and n["rule"] not in PACK.finished]
    return Counter((n["rule"], n["recipient"]["code"], n["what"]) for n in kept)
