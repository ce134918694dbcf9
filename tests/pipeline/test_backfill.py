"""History is no alarm: a backfill sets off nothing, gets one report, and takes part in what a live event completes."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from building import adult, child, event, nhs, simulate
from pipeline.stories import Event, evidence, told
from safeguarding.events.times import MINUTE, parse_instant, rfc3339

NELL, INES = child(1), child(2)
SENT = parse_instant("2017-11-20T09:00:00+00:00")


def missing(day: str, who: Event = NELL, minutes: int | None = None, **other: Any) -> Event:
    """A missing episode; as history it is sent so many minutes after nine on 20 November."""
    history = {} if minutes is None else {"mode": "backfill", "published_at": rfc3339(SENT + minutes * MINUTE)}
    data = {"risk": "low", "cause_for_concern": False}
    return event("police.missing.reported", f"{day}T20:00:00+00:00", who, data=data, **(history | other))


def concern(day: str, agency: str, who: Event = NELL) -> Event:
    data = {"category": "physical", "level": "low"}
    return event(f"{agency}.concern.raised", f"{day}T12:00:00+00:00", who, data=data)


def of(lines: list[Event], kind: str) -> list[Event]:
    return [line for line in lines if line["kind"] == kind]


HISTORY = [missing("2017-11-01", minutes=0), missing("2017-11-02", minutes=1), missing("2017-11-03", INES, minutes=2)]


class TestReports:
    def test_one_for_a_run_with_its_numbers_at_the_end(self):
        lines = simulate(HISTORY)
        (report,) = of(lines, "report")
        assert (report["agency"], report["events"], report["children"]) == ("police", 3, 2)
        assert report["at"] == "2017-11-20T09:02:00+00:00"

    def test_after_fifteen_minutes_of_silence(self):
        other = event("health.concern.raised", "2017-11-20T12:00:00+00:00", NELL)
        (report,) = of(simulate([*HISTORY, other]), "report")
        assert report["at"] == "2017-11-20T09:17:00+00:00"

    def test_when_the_agency_is_live_again(self):
        live = missing("2017-11-20", INES, published_at=rfc3339(SENT + 5 * MINUTE), occurred_at=rfc3339(SENT))
        (report,) = of(simulate([*HISTORY, live]), "report")
        assert report["at"] == "2017-11-20T09:05:00+00:00"

    def test_another_agencys_event_or_a_heartbeat_ends_nothing(self):
        beat = event("police.heartbeat.sent", rfc3339(SENT), published_at=rfc3339(SENT + 3 * MINUTE))
        other = event("health.concern.raised", rfc3339(SENT), NELL, published_at=rfc3339(SENT + 3 * MINUTE))
        more = missing("2017-11-04", minutes=4)
        (report,) = of(simulate([*HISTORY, beat, other, more]), "report")
        assert report["events"] == 4

    def test_each_run_and_each_agency_has_its_own(self):
        again = [missing("2017-10-01", minutes=60), missing("2017-10-02", minutes=61)]
        hospital = event("health.ed.attended", "2017-10-05T12:00:00+00:00", NELL, mode="backfill",
                         published_at=rfc3339(SENT + 61 * MINUTE))  # fmt: skip
        reports = of(simulate([*HISTORY, *again, hospital]), "report")
        found = [(r["agency"], r["events"], r["children"]) for r in reports]
        assert found == [("police", 3, 2), ("health", 1, 1), ("police", 2, 1)]
        assert len({r["run"] for r in reports}) == 3

    def test_what_is_held_is_counted_what_is_refused_or_sent_twice_is_not(self):
        held = missing("2017-11-05", minutes=3, basis=None)
        (report,) = of(simulate([*HISTORY, HISTORY[0], held, missing("2017-11-06", minutes=4, test=True)]), "report")
        assert (report["events"], report["children"]) == (4, 2)

    def test_it_says_what_would_have_fired_and_whom_to_look_at_first(self):
        more = [missing("2017-11-04", minutes=3), missing("2017-11-05", INES, minutes=4)]
        (report,) = of(simulate([*HISTORY, *more]), "report")
        assert report["would_have_fired"] == {"missing-coordinator": 1}
        (first,) = report["look_first"]
        assert (first["urgency"], first["rules"]) == ("today", ["missing-coordinator"])


class TestAlerts:
    def test_history_raises_nothing_and_a_live_event_completes_it(self):
        assert not of(simulate(HISTORY, "2018-06-01T09:00:00+00:00"), "alert")
        live = missing("2017-11-21")
        (alert,) = [a for a in of(simulate([*HISTORY, live]), "alert") if a["rule"]["id"] == "missing-coordinator"]
        assert [b["event_id"] for b in alert["because"]] == [HISTORY[0]["id"], HISTORY[1]["id"], live["id"]]

    def test_it_waits_for_the_next_live_event_of_its_rule(self):
        three = [*HISTORY, missing("2017-11-04", minutes=3)]
        other = event("health.concern.raised", "2017-11-21T12:00:00+00:00", NELL)
        assert "missing-coordinator" not in {a["rule"]["id"] for a in of(simulate([*three, other]), "alert")}

    def test_a_live_correction_of_history_is_live(self):
        three = [*HISTORY, missing("2017-11-04", minutes=3)]
        put_right = three[-1] | {"id": HISTORY[0]["id"][:-1] + "f", "action": "update", "supersedes": three[-1]["id"],
                                 "mode": "live", "published_at": "2017-11-22T09:00:00+00:00"}  # fmt: skip
        (alert,) = of(simulate([*three, put_right]), "alert")
        assert (alert["rule"]["id"], alert["status"]) == ("missing-coordinator", "raised")

    def test_whom_it_links_is_history_too_and_a_live_concern_completes_it(self):
        mother = adult(1, "client")
        family = [event("hub.household.changed", "2017-09-01T09:00:00+01:00", NELL, mother | {"role": "parent_carer"},
                        data={}, case_ref="H", mode="backfill", published_at=rfc3339(SENT))]  # fmt: skip
        of_her = [
            concern(f"2017-11-{day}", agency, mother) for day, agency in ((10, "cgl"), (11, "health"), (12, "yos"))
        ]
        assert not of(simulate([*of_her, *family], "2018-06-01T09:00:00+00:00"), "alert")
        live = concern("2017-11-21", "health", NELL)
        (alert,) = of(simulate([*of_her, *family, live]), "alert")
        assert [b["event_id"] for b in alert["because"]] == [e["id"] for e in (*of_her, live)]
        own = [concern(f"2017-11-0{day}", agency, NELL) for day, agency in ((1, "cgl"), (2, "health"), (3, "yos"))]
        first, then = of(simulate([*own, *of_her, *family, live]), "alert")
        assert [first["status"], then["status"], then["at"]] == ["raised", "amended", live["published_at"]]
        assert [len(first["because"]), len(then["because"])] == [3, 7]

    def test_what_it_puts_right_waits_as_well(self):
        three = [concern("2017-11-10", "cgl"), concern("2017-11-11", "health"), concern("2016-11-12", "yos")]
        put_right = three[-1] | {"id": HISTORY[0]["id"][:-1] + "f", "action": "update", "supersedes": three[-1]["id"],
                                 "mode": "backfill", "occurred_at": "2017-11-12T12:00:00+00:00",
                                 "published_at": rfc3339(SENT)}  # fmt: skip
        live = concern("2017-11-21", "health")
        (alert,) = of(simulate([*three, put_right, live]), "alert")
        assert (alert["status"], len(alert["because"]), alert["at"]) == ("raised", 4, live["published_at"])

    def test_an_open_alert_is_not_lost_that_would_have_been_over_long_ago(self):
        mother, carer = adult(1, "parent_carer"), adult(2, "parent_carer")
        incident = {"kind": "domestic_abuse", "children_linked": True}
        story = [
            event("education.enrolment.changed", "2015-11-01T09:00:00+00:00", NELL, data={"school": "999001"}),
            event("hub.household.changed", "2015-12-01T09:00:00+00:00", NELL, mother, data={}, case_ref="H"),
            event("police.incident.recorded", "2016-01-01T12:00:00+00:00", NELL, data=incident, case_ref="P1"),
            event("police.incident.closed", "2016-01-03T12:00:00+00:00", carer, data={"closing_code": "QL23"}),
            concern("2017-11-10", "health"),
            event("hub.identity.merged", rfc3339(SENT), mother, carer, data={}, mode="backfill"),
        ]
        assert [a["status"] for a in of(simulate(story), "alert") if a["rule"]["id"] == "incident-open"] == ["raised"]
        decision = event("hub.notification.actioned", "2017-11-21T09:00:00+00:00", NELL, data={"rule": "incident-open"})
        *_, last = of(simulate([*story, decision]), "alert")
        assert (last["rule"]["id"], last["status"], last["reason"]) == ("incident-open", "resolved", "actioned by hub")
        live = event("police.incident.recorded", "2017-11-22T09:00:00+00:00", NELL, data=incident, case_ref="P2")
        lines = [a for a in of(simulate([*story, live]), "alert") if a["rule"]["id"] == "incident-open"]
        assert [a["status"] for a in lines] == ["raised", "resolved"]

    def test_an_open_alert_is_not_lost_when_its_child_goes_on_under_another_key(self):
        three = [concern(f"2017-11-1{n}", agency, INES) for n, agency in enumerate(("cgl", "health", "yos"))]
        two = [{"ref": f"p{n}", "role": "child", "identifiers": {"nhs_number": nhs(n)}} for n in (1, 2)]
        one = event("hub.identity.merged", rfc3339(SENT), *two, data={}, mode="backfill")
        lines = simulate([concern("2017-01-10", "health"), *three, one])
        last = {a["alert_id"]: a["status"] for a in of(lines, "alert")}
        assert sorted(last.values()) == ["raised", "withdrawn"]

    @given(st.lists(st.tuples(evidence, st.sampled_from([(NELL,), (INES,)])), min_size=1, max_size=12).map(told))
    @settings(max_examples=40)
    def test_whatever_comes_as_history_says_nothing_of_any_child(self, stream: list[Event]):
        history = [made | {"mode": "backfill"} for made in stream]
        lines = simulate(history, "2019-01-01T09:00:00+00:00")
        assert not [a for a in of(lines, "alert") if a["child"]]
        assert not of(lines, "notice")
        counted = [sum(r[name] for r in of(lines, "report")) for name in ("events", "children")]
        assert counted[0] == len(history)
        assert counted[1] >= len({made["people"][0]["ref"] for made in history})
