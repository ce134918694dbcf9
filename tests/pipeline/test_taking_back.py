"""A correction reaches everybody who was told, and nobody else: amended, resolved, withdrawn, one by one."""

import json
from typing import Any

import pytest

from building import child, event, nhs, simulate
from pipeline.stories import Event, named
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.wire.codec import decode
from safeguarding.wire.topics import audience_topic

NELL, INES = child(1), child(2)
LATER = "2017-12-01T09:00:00+00:00"


def registered(gp: str, day: str = "2017-01-09", who: Event = NELL, **other: Any) -> Event:
    return event("health.registration.changed", f"{day}T09:00:00+00:00", who, data={"gp_practice": gp}, **other)


def enrolled(nurse: str = "SN-1", school: str = "999001", who: Event = NELL, day: str = "2017-01-10") -> Event:
    data = {"school": school, "school_nurse_team": nurse}
    return event("education.enrolment.changed", f"{day}T09:00:00+00:00", who, data=data)


def form(grade: str = "medium", day: str = "2017-10-02", who: Event = NELL, **other: Any) -> Event:
    data = {"tool": "dash", "grade": grade}
    return event("police.da_form.completed", f"{day}T21:00:00+01:00", who, data=data, **other)


def concern(day: str, agency: str = "health", who: Event = NELL, kind: str = "emotional", **other: Any) -> Event:
    data = {"category": kind, "level": "low"}
    return event(f"{agency}.concern.raised", f"{day}T12:00:00+01:00", who, data=data, **other)


def corrected(of: Event, number: int = 1, at: str = LATER, **change: Any) -> Event:
    ids = {"id": named(number), "action": "update", "supersedes": of["id"], "published_at": at}
    return of | ids | change


def decided() -> Event:
    data = {"rule": "cumulative-concern"}
    return event("hub.notification.actioned", "2017-09-20T12:00:00+01:00", NELL, data=data)


def merged(what: str = "merged", at: str = LATER) -> Event:
    people = [{"ref": f"p{n}", "role": "child", "identifiers": {"nhs_number": nhs(n)}} for n in (1, 2)]
    return event(f"hub.identity.{what}", at, *people, data={})


def told(lines: list[Event], rule: str) -> list[tuple[str, int, str]]:
    """Code, revision and status of each notice of a rule."""
    found = [line for line in lines if line["kind"] == "notice" and line["rule"] == rule]
    return [(n["recipient"]["code"], n["revision"], n["status"]) for n in found]


def alerts(lines: list[Event], rule: str) -> list[Event]:
    return [line for line in lines if line["kind"] == "alert" and line["rule"]["id"] == rule]


THREE = (concern("2017-09-01"), concern("2017-09-08", "police"), concern("2017-09-15"))


class TestTheAlert:
    def test_a_graver_form_in_place_of_another_amends_at_whoever_was_told(self):
        made = form("medium")
        graver = corrected(made, data={"tool": "dash", "grade": "high"})
        lines = simulate([registered("A99001"), enrolled(), made, graver])
        found = [(a["status"], a["urgency"]) for a in alerts(lines, "da-health-notice")]
        assert found == [("raised", "today"), ("amended", "immediate")]
        assert [(code, revision) for code, revision, _ in told(lines, "da-health-notice")] == [
            ("A99001", 1), ("SN-1", 1), ("A99001", 2), ("SN-1", 2),
        ]  # fmt: skip

    def test_it_keeps_its_id_also_when_its_case_is_corrected(self):
        made = form(case_ref="P-1")
        lines = simulate([registered("A99001"), enrolled(), made, corrected(made, case_ref="P-2")])
        assert len({a["alert_id"] for a in alerts(lines, "da-health-notice")}) == 1
        assert alerts(lines, "da-health-notice")[-1]["because"][0]["event_id"] == named(1)

    def test_a_closed_one_is_amended_where_it_was_told_and_stays_closed(self):
        done = decided()
        lines = simulate([registered("A99001"), enrolled(), *THREE, done, corrected(THREE[1], summary="Put right.")])
        found = alerts(lines, "cumulative-concern")
        assert [a["status"] for a in found] == ["raised", "resolved", "resolved"]
        assert "Put right." in {b.get("summary") for b in found[-1]["because"]}
        assert told(lines, "cumulative-concern")[-2:] == [("A99001", 3, "resolved"), ("SN-1", 3, "resolved")]

    def test_a_closed_one_that_had_no_reason_is_withdrawn(self):
        done = decided()
        gone = corrected(THREE[1], action="delete")
        lines = simulate([registered("A99001"), enrolled(), *THREE, done, gone])
        assert [a["status"] for a in alerts(lines, "cumulative-concern")] == ["raised", "resolved", "withdrawn"]
        assert told(lines, "cumulative-concern")[-2:] == [("A99001", 3, "withdrawn"), ("SN-1", 3, "withdrawn")]

    @pytest.mark.parametrize("change", [{"action": "delete"}, {"people": [INES | {"ref": NELL["ref"]}]}])
    def test_a_withdrawal_says_of_whom_it_is_although_nothing_of_the_child_is_left(self, change: Event):
        made = form(case_ref="1")
        lines = simulate([made, corrected(made, at="2017-10-04T09:00:00+01:00", **change)])
        taken = [line for line in lines if line["kind"] in ("alert", "notice") and line["status"] == "withdrawn"]
        assert {line["kind"] for line in taken} == {"alert", "notice"}
        assert {line["child"]["name"]["given"] for line in taken} == {NELL["name"]["given"]}

    def test_withdrawn_it_may_be_raised_again_at_the_next_revision(self):
        gone = corrected(THREE[1], action="delete")
        again = corrected(THREE[1], 2, "2017-12-02T09:00:00+00:00")
        found = alerts(simulate([registered("A99001"), enrolled(), *THREE, gone, again]), "cumulative-concern")
        assert [(a["revision"], a["status"]) for a in found] == [(1, "raised"), (2, "withdrawn"), (3, "raised")]
        assert len({a["alert_id"] for a in found}) == 1

    def test_a_form_of_long_ago_is_amended_as_well(self):
        made = form(day="2016-03-02")
        since = [concern(f"2017-0{month}-01", agency="health") for month in range(4, 9)]
        lines = simulate([registered("A99001", "2016-01-09"), enrolled(day="2016-01-10"), made, *since,
                          corrected(made, summary="Put right.")])  # fmt: skip
        found = alerts(lines, "da-health-notice")
        assert [(a["revision"], a["status"]) for a in found] == [(1, "raised"), (2, "amended")]
        assert found[-1]["because"][0]["summary"] == "Put right."
        assert told(lines, "da-health-notice")[-2:] == [("A99001", 2, "amended"), ("SN-1", 2, "amended")]

    def test_what_should_have_been_raised_and_is_over_disturbs_nobody(self):
        wrong = concern("2017-01-20", "police", INES)
        early = [concern("2017-01-18"), concern("2017-01-19"), wrong]
        lines = simulate([registered("A99001"), enrolled(), *early, corrected(wrong, people=[NELL])])
        (alert,) = alerts(lines, "cumulative-concern")
        assert (alert["revision"], alert["status"], alert["reason"]) == (1, "resolved", "quiet")
        assert not told(lines, "cumulative-concern")


class TestTheRecipient:
    def test_after_a_move_a_correction_goes_to_the_old_and_the_new_practice(self):
        lines = simulate([registered("A99001"), enrolled(), *THREE, registered("A99002", "2017-10-01"),
                          corrected(THREE[1], summary="Put right.")])  # fmt: skip
        last = [t for t in told(lines, "cumulative-concern") if t[1] == 2]
        assert sorted(last) == [("A99001", 2, "amended"), ("A99002", 2, "amended"), ("SN-1", 2, "amended")]

    def test_a_practice_that_never_was_the_childs_is_told_to_forget_and_the_right_one_is_told(self):
        wrong = registered("A99001")
        lines = simulate([wrong, enrolled(), *THREE, corrected(wrong, data={"gp_practice": "A99005"})])
        found = told(lines, "cumulative-concern")
        assert sorted(t for t in found if t[1] == 2) == [
            ("A99001", 2, "withdrawn"), ("A99005", 2, "amended"), ("SN-1", 2, "amended"),
        ]  # fmt: skip
        (gone,) = [n for n in lines if n["kind"] == "notice" and n["status"] == "withdrawn"]
        assert not {"counts", "grade", "signs", "voice"} & gone.keys()
        assert gone["what"].startswith("Withdrawn: not this child.")

    def test_one_whose_practice_becomes_known_by_a_correction_is_told_what_waited(self):
        nobody = registered("A99001", who=INES)
        lines = simulate([nobody, enrolled(), *THREE, corrected(nobody, people=[NELL])])
        assert ("A99001", 1, "raised") in told(lines, "cumulative-concern")

    def test_another_childs_nurse_lets_go_when_a_merge_is_undone(self):
        """Of an alert that stands without what was hers."""
        first = [registered("A99001"), enrolled(), *THREE]
        hers = [concern("2017-09-20", "police", INES), enrolled("SN-2", "999002", INES, "2017-10-01")]
        lines = simulate([*first, *hers, merged(), concern("2017-11-20", "yos", published_at=LATER),
                          merged("separated", "2017-12-03T09:00:00+00:00")])  # fmt: skip
        last: dict[str, str] = {}
        for code, _, status in told(lines, "cumulative-concern"):
            last[code] = status
        assert last == {"A99001": "amended", "SN-1": "amended", "SN-2": "withdrawn"}

    HERS = (registered("A99002", "2017-07-02", INES), enrolled("SN-2", "999002", INES, "2017-07-02"))
    JOINED, PARTED = merged(at="2017-08-25T09:00:00+01:00"), merged("separated", "2017-10-03T09:00:00+01:00")

    def joined(self, *events: Event) -> list[Event]:
        """Nell and Ines are taken for one; what is told of Nell goes to those who look after Ines."""
        return simulate([registered("A99001"), enrolled(), *self.HERS, self.JOINED, *events, self.PARTED])

    def test_of_a_closed_alert_another_childs_practice_is_told_to_forget(self):
        lines = self.joined(*THREE, decided())
        assert sorted(told(lines, "cumulative-concern")) == [
            ("A99002", 1, "raised"), ("A99002", 2, "resolved"), ("A99002", 3, "withdrawn"),
            ("SN-2", 1, "raised"), ("SN-2", 2, "resolved"), ("SN-2", 3, "withdrawn"),
        ]  # fmt: skip
        assert alerts(lines, "cumulative-concern")[-1]["status"] == "resolved"

    def test_another_childs_worker_learns_nothing_more_of_this_one(self):
        plan = event("hub.status.changed", "2017-07-03T12:00:00+01:00", INES, data={"status": "cin", "team": "CIN-2"})
        hers = concern("2017-09-10", "police", INES)
        for events, status in (([*THREE, decided()], "resolved"), ([THREE[0], hers, THREE[2]], "withdrawn")):
            pipeline = Embedded(built_in())
            for made in [registered("A99001"), enrolled(), *self.HERS, plan, self.JOINED, *events, self.PARTED]:
                pipeline.publish_text(json.dumps(made))
            told = [decode(record.value)[1] for record in pipeline.runtime.records(audience_topic("worker"))]
            found = [a for a in told if a["rule"]["id"] == "cumulative-concern"]
            assert [a["status"] for a in found][-1] == "withdrawn", status
            assert (found[-1]["child"], found[-1]["because"], found[-1]["voice"]) == (None, [], None)
            assert found[-1]["history"]["entries"] == []

    def test_what_is_taken_back_names_the_child_as_it_was_named_and_no_other(self):
        """Who was told of Ines does not learn of Nell by a withdrawal."""
        for events in ([form("high", who=INES)], [*THREE[:2], concern("2017-09-15", who=INES)], [*THREE]):
            lines = self.joined(*events)
            named: dict[str, list[Any]] = {}
            for n in (n for n in lines if n["kind"] == "notice" and n["at"] >= self.JOINED["published_at"]):
                named.setdefault(n["notice_id"], []).append((n["status"], n["child"]))
            gone = [shown for shown in named.values() if shown[-1][0] == "withdrawn"]
            assert gone
            for shown in gone:
                assert shown[-1][1] == shown[-2][1]

    def test_a_withdrawal_stays_hidden_from_the_patients_online_access(self):
        made = form()
        lines = simulate([registered("A99001"), enrolled(), made, corrected(made, action="delete")])
        gone = [n for n in lines if n["kind"] == "notice" and n["status"] == "withdrawn"]
        assert gone
        assert all(n["handling"]["hide_from_patient_online"] for n in gone)


class TestWhatWasSaidOfAnother:
    """An alert that stands on its own events may still have told of another child's."""

    def status(self, day: str, name: str, who: Event = NELL, **other: Any) -> Event:
        data = {"status": name, "team": "CIN-1"}
        return event("hub.status.changed", f"{day}T12:00:00+00:00", who, data=data, **other)

    def test_words_that_rest_on_another_childs_event_are_put_right(self):
        first = [registered("A99001"), enrolled(), concern("2017-09-01", who=INES)]
        between = [self.status("2017-11-01", "cpp", INES), self.status("2017-12-02", "cin")]
        lines = simulate([*first, between[0], merged(), between[1], merged("separated", "2017-12-03T09:00:00+00:00")])
        key = next(a["alert_id"] for a in alerts(lines, "status-to-health") if a["status"] == "amended")
        said = [n["what"] for n in lines if n["kind"] == "notice" and n["alert_id"] == key and n["audience"] == "gp"]
        assert said == [
            "Status changed on 2 December 2017: from child protection plan to child in need.",
            "Status changed on 2 December 2017: from no plan to child in need.",
        ]

    def test_a_number_of_another_child_is_taken_off_the_notice(self):
        hers = {**INES, "identifiers": {"upn": "T808999000001"}}
        by_name = hers | {"ref": "p2"}
        people = [{"ref": "p1", "role": "child", "identifiers": {"nhs_number": nhs(1)}}, by_name]
        join, part = (
            event(f"hub.identity.{what}", f"2017-09-0{day}T09:00:00+01:00", *people, data={})
            for what, day in (("merged", 5), ("separated", 9))
        )
        incident = event("police.incident.recorded", "2017-09-06T20:00:00+01:00", NELL,
                         data={"kind": "domestic_abuse", "children_linked": True})  # fmt: skip
        lines = simulate([registered("A99001"), enrolled(), concern("2017-09-01", who=hers), join, incident, part])
        school = [n for n in lines if n["kind"] == "notice" and n["audience"] == "school"]
        assert [(n["status"], n["child"]["identifiers"].get("upn")) for n in school] == [
            ("raised", "T808999000001"), ("amended", None),
        ]  # fmt: skip

    POVERTY = concern("2017-08-20", "yos", INES, "hardship")

    def test_a_history_that_was_another_childs_is_put_right_where_it_was_shown(self):
        first = [registered("A99001"), enrolled(), self.POVERTY, merged(at="2017-08-25T09:00:00+01:00")]
        lines = simulate([*first, *THREE, merged("separated", "2017-09-25T09:00:00+01:00")])
        found = alerts(lines, "cumulative-concern")
        assert [(a["status"], "yos" in {c["agency"] for c in a["history"]["counts"]}) for a in found] == [
            ("raised", True), ("amended", False),
        ]  # fmt: skip
        assert {revision for _, revision, _ in told(lines, "cumulative-concern")} == {1}, "notices show no history"

    def test_a_merge_takes_nothing_away_and_disturbs_nobody(self):
        lines = simulate(
            [registered("A99001"), enrolled(), self.POVERTY, *THREE, merged(at="2017-09-25T09:00:00+01:00")]
        )
        assert [a["status"] for a in alerts(lines, "cumulative-concern")] == ["raised"]
