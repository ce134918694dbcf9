"""The promises of architecture.md that a pure pipeline can be held to, whatever agencies send in whatever order."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from building import adult, child, event
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import read_json
from safeguarding.events.times import HOUR, parse_instant, rfc3339
from safeguarding.identity.agent import Identity
from safeguarding.intake.agent import Intake
from safeguarding.routing.agent import Routing
from safeguarding.runtime.memory import MemoryRuntime
from safeguarding.settings import NEVER_JOIN
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.room import Room
from safeguarding.wire.topics import (
    ACCEPTED,
    AUDIENCES,
    DISCLOSURES,
    OPERATORS,
    QUARANTINED,
    agency_topic,
    audience_topic,
    partition_counts,
    receipt_topic,
)

START = parse_instant("2017-08-01T09:00:00+01:00")
PACK = built_in()
FIRST = [
    event("health.registration.changed", rfc3339(START), child(n), data={"gp_practice": f"A9900{n}"}) for n in (1, 2)
] + [
    event("education.enrolment.changed", rfc3339(START), child(n), data={"school": "999001", "school_nurse_team": "SN"})
    for n in (1, 2)
]


def at(hours: int) -> str:
    return rfc3339(START + hours * HOUR)


def made(kind: str, hours: int, *people: dict[str, Any], **other: Any) -> dict[str, Any]:
    return event(kind, at(hours), *people, **other)


hours = st.integers(1, 24 * 130)
children = st.sampled_from([(child(1),), (child(2),), (child(1), child(2))])
cases = st.sampled_from([{}, {"case_ref": "1"}, {"case_ref": "2"}])


def concern(
    agency: str, hour: int, who: tuple[dict[str, Any], ...], level: str, case: dict[str, str]
) -> dict[str, Any]:
    return made(f"{agency}.concern.raised", hour, *who, data={"category": "neglect", "level": level}, **case)


def form(hour: int, who: tuple[dict[str, Any], ...], grade: str, case: dict[str, str]) -> dict[str, Any]:
    """The adult is of these children only: whom a late link reaches is another question."""
    people = (*who, adult(int(who[0]["ref"][1:]) + 2 * len(who)))
    return made("police.da_form.completed", hour, *people, data={"tool": "dash", "grade": grade}, **case)


def gone(hour: int, who: tuple[dict[str, Any], ...], cause: bool, case: dict[str, str]) -> dict[str, Any]:
    data = {"risk": "medium", "cause_for_concern": cause}
    return made("police.missing.reported", hour, *who, data=data, **case)


def status(hour: int, who: tuple[dict[str, Any], ...], name: str) -> dict[str, Any]:
    return made("hub.status.changed", hour, who[0], data={"status": name, "team": "CIN-1"})


def answered(verb: str, hour: int, who: tuple[dict[str, Any], ...], rule: str) -> dict[str, Any]:
    return made(f"hub.notification.{verb}", hour, who[0], data={"rule": rule, "reason": "known"})


evidence = st.one_of(
    st.builds(concern, st.sampled_from(["police", "health", "cgl", "yos"]), hours, children,
              st.sampled_from(["low", "medium", "high"]), cases),
    st.builds(form, hours, children, st.sampled_from(["standard", "medium", "high"]), cases),
    st.builds(gone, hours, children, st.booleans(), cases),
)  # fmt: skip
other = st.one_of(
    st.builds(lambda hour, who, case: made("police.referral.submitted", hour, *who, **case), hours, children, cases),
    st.builds(status, hours, children, st.sampled_from(["cin", "cpp", "lac", "none"])),
    st.builds(answered, st.sampled_from(["acknowledged", "actioned", "dismissed"]), hours, children,
              st.sampled_from(["cumulative-concern", "missing-coordinator", "referral-missing"])),
    st.builds(lambda hour: made("cgl.client.children_linked", hour, adult(role="client"), child(1)), hours),
    st.builds(lambda hour: made("police.heartbeat.sent", hour), hours),
)  # fmt: skip
spoilt = st.sampled_from(
    [{"basis": None}, {"test": True}, {"mode": "backfill"}, {"type": "police.concern.whispered"}, {"summary": "\0"},
     {"published_at": at(0)}, {"data": {}}, {"colour": 1}, {"occurred_at": at(9_000)}, {"agency": "circus"}]
)  # fmt: skip


def spoil(event: dict[str, Any], change: dict[str, Any], number: int) -> dict[str, Any]:
    return event | change | {"id": f"00000000-0000-4000-8000-{number:012}"}


events = evidence | other | st.builds(spoil, evidence | other, spoilt, st.integers(0, 5))
streams = st.lists(events, max_size=14).flatmap(
    lambda some: st.tuples(st.just(some), st.lists(st.sampled_from(some), max_size=3) if some else st.just([]))
).map(lambda both: [*FIRST, *both[0], *both[1]])  # fmt: skip


def simulated(stream: list[dict[str, Any]]) -> list[dict[str, Any]]:
    pipeline = Embedded(PACK)
    lines = [line for each in stream for line in pipeline.publish_text(json.dumps(each))]
    return lines + pipeline.pass_time(START + 24 * HOUR * 400)


@given(streams)
@settings(max_examples=60)
def test_records_sent_are_accepted_or_duplicate_or_test_or_held_or_rejected(stream: list[dict[str, Any]]):
    receipts = [line for line in simulated(stream) if line["kind"] == "receipt"]
    assert len(receipts) == len(stream)
    counted = Counter("test" if line.get("code") == "TEST" else line["status"] for line in receipts)
    assert set(counted) <= {"accepted", "duplicate", "test", "held", "rejected"}
    assert counted.total() == len(stream)
    assert all("code" in line for line in receipts if line["status"] in ("rejected", "held"))


@given(streams)
@settings(max_examples=60)
def test_the_output_is_in_order(stream: list[dict[str, Any]]):
    """The clock never goes back; revisions are 1, 2, 3 …; a notice belongs to the newest revision printed before it,
    goes once to each recipient, and says nothing of the evidence."""
    clock, newest, sent = 0, dict[str, int](), set[tuple[Any, ...]]()
    for line in simulated(stream):
        assert clock <= parse_instant(line["at"])
        clock = parse_instant(line["at"])
        if line["kind"] == "alert":
            assert line["revision"] == newest.get(line["alert_id"], 0) + 1
            newest[line["alert_id"]] = line["revision"]
            assert line["as_of"] == line["at"]
        if line["kind"] == "notice":
            assert line["revision"] == newest[line["alert_id"]]
            mark = (line["notice_id"], line["revision"], line["audience"], line["recipient"]["code"])
            assert mark not in sent
            sent.add(mark)
            assert not {"because", "history", "observed"} & line.keys()


def final(lines: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Of each alert that was not taken back whether it is open, and the reasons of its last revision.

    A notice is finished when raised: what arrives later does not touch it, so its reason is its first.
    """
    last = {line["alert_id"]: line for line in lines if line["kind"] == "alert"}
    return {
        name: (
            a["status"] == "resolved",
            a["rule"]["id"],
            None if a["rule"]["id"] in PACK.finished else [b["event_id"] for b in a["because"]],
        )
        for name, a in last.items()
        if a["status"] != "withdrawn"
        # what nothing clears is finished when the first event of its case arrives: it is never open (rules.md)
        and not a["clears_when"].startswith("nothing")
    }


orders = st.lists(evidence, max_size=7, unique_by=lambda e: e["id"]).flatmap(
    lambda some: st.tuples(st.just(some), st.permutations(some))
)


@given(orders)
@settings(max_examples=60)
def test_the_order_of_arrival_changes_no_final_alert(both: tuple[list[dict[str, Any]], list[dict[str, Any]]]):
    """Within the moment in which everything arrives: closing, muting, holding and absences are judged on arrival."""
    late = {"published_at": at(24 * 130)}
    found = []
    for order in both:
        pipeline = Embedded(PACK)
        found.append(
            final([line for each in [*FIRST, *order] for line in pipeline.publish_text(json.dumps(each | late))])
        )
    assert found[0] == found[1]


class Died(BaseException):
    """The process is gone."""


def rooms() -> list[Room]:
    return [Intake("events", None), Identity(2, eager_ticks=True, never_join=NEVER_JOIN), Correlation(PACK), Routing()]


def whole(stream: list[dict[str, Any]], deaths: dict[int, int], batch: int) -> MemoryRuntime:
    """The four rooms over a stream; at step n of it, all of them die after so many outputs and are started again."""
    runtime = MemoryRuntime(rooms(), partition_counts(2), batch=batch)

    def step(number: int, append: Callable[[], Any]) -> None:
        append()
        if number in deaths:
            left = iter(range(deaths[number]))

            def edge() -> None:
                if next(left, None) is None:
                    raise Died

            runtime.edge = edge
            with suppress(Died):
                runtime.run()
            runtime.edge = lambda: None
            runtime.restart(rooms(), batch=batch)
        runtime.run()

    clock = 0
    for number, each in enumerate(stream):
        event = read_json(json.dumps(each))
        clock = max(clock, event["published_at"])
        topic, value = agency_topic(event["agency"]), encode(event["type"], event)
        step(number, lambda topic=topic, value=value: runtime.append(topic, b"", value))
    for number in range(len(stream), len(stream) + 3):
        clock += 24 * HOUR * 45
        value = encode("log.accepted", {"kind": "tick", "clock": clock})
        step(number, lambda clock=clock, value=value: runtime.append(ACCEPTED, b"tick|%d" % clock, value))
    return runtime


well_formed = st.lists(evidence | other, min_size=1, max_size=10).map(lambda some: [*FIRST, *some, some[0]])
deaths = st.dictionaries(st.integers(0, 17), st.integers(0, 25), max_size=6)


@given(well_formed, deaths, st.integers(1, 4))
@settings(max_examples=60)
def test_whatever_dies_when_ever_every_reader_reads_the_same_once(
    stream: list[dict[str, Any]], deaths: dict[int, int], batch: int
):
    """Rooms die between any two outputs, and between outputs and state; audiences, auditor and operators see no
    difference, an agency at most the same receipt again."""
    calm, wild = whole(stream, {}, 500), whole(stream, deaths, batch)
    for topic in (*map(audience_topic, AUDIENCES), DISCLOSURES, OPERATORS):
        for partition in range(calm.partitions[topic]):
            ours, theirs = ([record.value for record in runtime.records(topic, partition)] for runtime in (calm, wild))
            assert ours == theirs, topic
    for agency in ("police", "health", "cgl", "yos", "hub", "education"):
        ours, theirs = ({record.value for record in runtime.records(receipt_topic(agency))} for runtime in (calm, wild))
        assert ours == theirs
    kept = [{(r.key, r.headers[0]) for r in runtime.records(QUARANTINED)} for runtime in (calm, wild)]
    assert kept[0] == kept[1], "an answer that is refused, and nothing that raised"
    for partition in range(2):
        assert calm.state("routing", partition) == wild.state("routing", partition)


@given(well_formed)
@settings(max_examples=30)
def test_no_notice_is_told_twice(stream: list[dict[str, Any]]):
    runtime = whole([*stream, *stream], {}, 3)
    for audience in AUDIENCES:
        told = [decode(record.value)[1] for record in runtime.records(audience_topic(audience))]
        if audience not in ("hub", "worker"):
            marks = [(each["notice_id"], each["revision"]) for each in told]
            assert len(marks) == len(set(marks))


def test_the_streams_have_something_to_say():
    """Else the properties would hold of silence."""
    stream = [
        *FIRST,
        form(1, (child(1), child(2)), "high", {}),
        *(gone(n, (child(1),), False, {}) for n in (2, 30, 60)),
    ]
    kinds = Counter(line["kind"] for line in simulated(stream))
    assert kinds["alert"] >= 6
    assert kinds["notice"] >= 6
