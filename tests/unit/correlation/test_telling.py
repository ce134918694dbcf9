"""Who is told of a revision, who waits and until when (rules.md: audiences, holds, the 08:00 batch)."""

from typing import Any, ClassVar

import pytest

from building import adult, child, event, simulate
from safeguarding.correlation.pack import assemble, built_in
from safeguarding.correlation.rules import da_health_notice, encompass_notice
from safeguarding.events.times import parse_instant, rfc3339

NELL = child(1, date_of_birth="2009-05-14")
INES = child(2, date_of_birth="2014-05-14")
BEFORE = "2017-01-09T09:00:00+00:00"
Lines = list[dict[str, Any]]


def registered(who: dict[str, Any] = NELL, at: str = BEFORE, gp: str = "A99001", **teams: str) -> dict[str, Any]:
    data = {"gp_practice": gp, "health_visitor_team": "HV-EAST"} | teams
    return event("health.registration.changed", at, who, data=data)


def enrolled(who: dict[str, Any] = NELL, at: str = BEFORE, **data: Any) -> dict[str, Any]:
    data = {"school": "999001", "school_nurse_team": "SN-EAST", "home_educated": False} | data
    return event("education.enrolment.changed", at, who, data=data)


def form(at: str, *people: dict[str, Any], grade: str = "standard", case: str = "P-1", **other: Any) -> dict[str, Any]:
    """A form about Nell, or other children, and the adult of that case."""
    data = {"tool": "dash", "grade": grade, "marac_referred": False}
    people = (*(people or (NELL,)), adult(int(case[-1])))
    return event("police.da_form.completed", at, *people, data=data, case_ref=case, **other)


def concern(at: str, agency: str = "health", who: dict[str, Any] = NELL, **other: Any) -> dict[str, Any]:
    return event(f"{agency}.concern.raised", at, who, data={"category": "emotional", "level": "low"}, **other)


def seen(lines: Lines, kind: str, rule: str = "da-health-notice") -> list[tuple[Any, ...]]:
    """When, what, to whom: of alert lines status and revision, of notices the recipient, of holds the reason."""
    picked = [line for line in lines if line["kind"] == kind and (line["rule"] in (rule,) or _id(line) == rule)]
    show = {
        "alert": lambda line: (line["at"], line["status"], line["revision"]),
        "notice": lambda line: (line["at"], line["status"], line["audience"], line["recipient"]["code"]),
        "held": lambda line: (line["at"], line["audience"], line["reason"]),
    }
    return [show[kind](line) for line in picked]


def _id(line: dict[str, Any]) -> Any:
    return line["rule"]["id"] if isinstance(line["rule"], dict) else line["rule"]


KNOWN = (registered(), enrolled())


class TestAtOnce:
    @pytest.mark.parametrize("grade", ["medium", "high"])
    def test_a_medium_or_high_form_goes_as_it_arrives(self, grade: str):
        lines = simulate([*KNOWN, form("2017-10-02T21:00:00+01:00", grade=grade)])
        at = "2017-10-02T21:05:00+01:00"
        assert seen(lines, "notice") == [(at, "raised", "gp", "A99001"), (at, "raised", "school-nurse", "SN-EAST")]
        assert not seen(lines, "held")

    def test_a_notice_and_its_alert_are_of_one_revision(self):
        lines = simulate([*KNOWN, form("2017-10-02T21:00:00+01:00", grade="high")])
        assert {line["revision"] for line in lines if line["kind"] == "notice"} == {1}


class TestTheEightOclockBatch:
    NIGHT = "2017-10-02T21:00:00+01:00"
    MORNING = "2017-10-03T08:00:00+01:00"

    def test_a_standard_form_waits_for_the_next_eight_oclock(self):
        lines = simulate([*KNOWN, form(self.NIGHT)], until="2017-10-03T12:00:00+01:00")
        assert seen(lines, "alert") == [("2017-10-02T21:05:00+01:00", "raised", 1)]
        at = "2017-10-02T21:05:00+01:00"
        assert seen(lines, "held") == [(at, "gp", "next_0800"), (at, "school-nurse", "next_0800")]
        assert [line[0] for line in seen(lines, "notice")] == [self.MORNING] * 2

    def test_not_a_moment_earlier(self):
        assert not seen(simulate([*KNOWN, form(self.NIGHT)], until="2017-10-03T07:59:59+01:00"), "notice")
        assert seen(simulate([*KNOWN, form(self.NIGHT)], until=self.MORNING), "notice")

    @pytest.mark.parametrize(
        ("published", "at"),
        [
            ("2017-10-03T07:59:59+01:00", "2017-10-03T08:00:00+01:00"),
            ("2017-10-03T08:00:00+01:00", "2017-10-03T08:00:00+01:00"),
            ("2017-10-03T08:00:01+01:00", "2017-10-04T08:00:00+01:00"),
            ("2017-10-28T20:00:00+01:00", "2017-10-29T08:00:00+00:00"),
        ],
    )
    def test_the_arrival_counts_and_every_day_has_a_batch(self, published: str, at: str):
        late = form(self.NIGHT, published_at=published)
        lines = simulate([*KNOWN, late], until="2017-11-03T12:00:00+00:00")
        assert {line[0] for line in seen(lines, "notice")} == {at}

    def test_all_of_one_recipient_bear_one_batch_and_another_recipient_another(self):
        known = (*KNOWN, registered(INES), registered(child(3), gp="A99002"), enrolled(child(3)))
        forms = [
            form(self.NIGHT, NELL, INES),
            form("2017-10-03T01:00:00+01:00", child(3), case="P-2"),
        ]
        lines = simulate([*known, *forms], until=self.MORNING)
        batches: dict[str, list[str]] = {}
        for line in lines:
            if line["kind"] == "notice" and line["rule"] == "da-health-notice":
                batches.setdefault(line["recipient"]["code"], []).append(line["batch"])
        assert {code: len(found) for code, found in batches.items()} == {
            "A99001": 2, "A99002": 1, "SN-EAST": 2, "HV-EAST": 1,
        }  # fmt: skip
        assert all(len(set(found)) == 1 for found in batches.values())
        assert len({found[0] for found in batches.values()}) == 4

    def test_the_next_mornings_batch_is_another(self):
        events = [*KNOWN, form(self.NIGHT), form("2017-10-03T21:00:00+01:00", case="P-2")]
        lines = simulate(events, until="2017-10-05T00:00:00+01:00")
        assert len({line["batch"] for line in lines if line["kind"] == "notice" and line["audience"] == "gp"}) == 2

    def test_a_graver_form_of_the_case_goes_at_once_and_nothing_follows_at_eight(self):
        events = [*KNOWN, form(self.NIGHT), form("2017-10-02T23:00:00+01:00", grade="high")]
        lines = simulate(events, until="2017-10-05T00:00:00+01:00")
        assert [(status, n) for _, status, n in seen(lines, "alert")] == [("raised", 1), ("amended", 2)]
        at = "2017-10-02T23:05:00+01:00"
        assert seen(lines, "notice") == [(at, "amended", "gp", "A99001"), (at, "amended", "school-nurse", "SN-EAST")]

    def test_a_milder_form_of_the_case_changes_nothing(self):
        events = [*KNOWN, form(self.NIGHT, grade="high"), form("2017-10-02T23:00:00+01:00")]
        assert len(seen(simulate(events, until="2017-10-05T00:00:00+01:00"), "alert")) == 1


class TestHeld:
    NIGHT = "2017-10-02T21:00:00+01:00"

    def test_without_a_recipient_a_notice_is_held_and_never_widened(self):
        lines = simulate([form(self.NIGHT, grade="high")], until="2018-10-02T00:00:00+01:00")
        at = "2017-10-02T21:05:00+01:00"
        assert seen(lines, "held") == [(at, "gp", "no_recipient"), (at, "school-nurse", "no_recipient")]
        assert not [line for line in lines if line["kind"] == "notice" and line["rule"] == "da-health-notice"]

    def test_it_leaves_when_its_recipient_becomes_known_at_the_revision_it_has(self):
        events = [enrolled(), form(self.NIGHT, grade="high"), registered(at="2017-10-05T09:00:00+01:00")]
        lines = simulate(events, until="2018-10-02T00:00:00+01:00")
        gp = [line for line in lines if line["kind"] == "notice" and line["audience"] == "gp"]
        assert [(line["at"], line["revision"], line["status"]) for line in gp] == [
            ("2017-10-05T09:05:00+01:00", 1, "raised")
        ]
        assert len(seen(lines, "alert")) == 1, "no new revision"

    def test_it_leaves_once(self):
        events = [enrolled(), form(self.NIGHT, grade="high")]
        events += [registered(at=f"2017-10-0{n}T09:00:00+01:00", gp=f"A9900{n}") for n in (5, 6, 7)]
        lines = simulate(events, until="2018-10-02T00:00:00+01:00")
        assert [line[3] for line in seen(lines, "notice") if line[2] == "gp"] == ["A99005"]

    def test_a_hold_of_an_alert_that_has_closed_never_leaves(self):
        three = [concern(f"2017-09-0{n}T12:00:00+01:00", agency) for n, agency in enumerate(["yos", "cgl", "yos"], 1)]
        decided = event(
            "hub.notification.actioned", "2017-09-05T12:00:00+01:00", NELL, data={"rule": "cumulative-concern"}
        )
        lines = simulate([*three, decided, *(registered(at="2017-09-06T12:00:00+01:00"), enrolled())])
        assert not seen(lines, "notice", "cumulative-concern")

    def test_the_alert_says_who_waits_and_why(self):
        lines = simulate([enrolled(), form(self.NIGHT)])
        (alert,) = [line for line in lines if line["kind"] == "alert" and _id(line) == "da-health-notice"]
        waits = {hold["audience"]: (hold["reason"], hold.get("until")) for hold in alert["hold"]}
        assert waits["school-nurse"] == ("next_0800", "2017-10-03T08:00:00+01:00")
        assert set(waits) == {"gp", "school-nurse"}

    def test_at_eight_an_unknown_recipient_is_still_held(self):
        events = [enrolled(), form(self.NIGHT), registered(at="2017-10-05T09:00:00+01:00")]
        lines = simulate(events, until="2018-01-01T00:00:00+00:00")
        assert seen(lines, "held")[-1] == ("2017-10-03T08:00:00+01:00", "gp", "no_recipient")
        assert [line for line in seen(lines, "notice") if line[2] == "gp"] == [
            ("2017-10-05T09:05:00+01:00", "raised", "gp", "A99001")
        ]


@pytest.mark.timeout(20)
def test_a_hold_whose_reason_is_gone_when_its_time_comes_is_dropped():
    """Else its time would come again and again."""
    rule = da_health_notice.RULE
    end = parse_instant("2017-10-03T07:00:00+01:00")
    brief = rule._replace(find=lambda look, parameters: rule.find(look, parameters) if look.clock < end else ([], None))
    active = built_in().rules[rule.id]._replace(rule=brief)
    pack = assemble([active], "Hub")
    lines = simulate([*KNOWN, form("2017-10-02T21:00:00+01:00")], until="2017-10-05T12:00:00+01:00", pack=pack)
    assert seen(lines, "held")
    assert not seen(lines, "notice")


class TestWhoHoldsTheRole:
    def nurses(self, who: dict[str, Any], *known: dict[str, Any], at: str = "2017-10-02T12:00:00+01:00") -> list[str]:
        lines = simulate([*known, form(at, who, grade="high")])
        return [f"{audience} {code}" for _, _, audience, code in seen(lines, "notice") if audience != "gp"]

    @pytest.mark.parametrize(
        ("born", "nurse"),
        [
            ("2017-10-01", "health-visitor HV-EAST"),
            ("2012-10-03", "health-visitor HV-EAST"),
            ("2012-10-02", "school-nurse SN-EAST"),
            ("1999-10-03", "school-nurse SN-EAST"),
        ],
    )
    def test_the_health_visitor_to_the_fifth_birthday_then_the_school_nurse(self, born: str, nurse: str):
        who = child(1, date_of_birth=born)
        assert self.nurses(who, registered(who), enrolled(who)) == [nurse]

    def test_nobody_of_eighteen_has_a_nurse(self):
        who = child(1, date_of_birth="1999-10-02")
        assert self.nurses(who, registered(who), enrolled(who)) == []

    @pytest.mark.parametrize(("school", "nurse"), [("999002", []), ("999001", ["school-nurse SN-EAST"])])
    def test_the_nurse_of_a_former_school_is_told_nothing(self, school: str, nurse: list[str]):
        moved = enrolled(at="2017-02-01T09:00:00+00:00", school=school, school_nurse_team=None)
        assert self.nurses(NELL, registered(), enrolled(), moved) == nurse
        assert self.nurses(NELL, registered(), moved, enrolled()) == nurse

    def test_a_child_educated_at_home_has_its_own_nurse(self):
        home = enrolled(at="2017-02-01T09:00:00+00:00", home_educated=True, school=None, school_nurse_team=None)
        assert self.nurses(NELL, registered(), enrolled(), home) == ["school-nurse home-education"]

    def test_age_and_recipient_are_those_of_the_clock_when_the_notice_is_made(self):
        who = child(1, date_of_birth="2012-10-03")
        night = form("2017-10-02T21:00:00+01:00", who)
        lines = simulate([registered(who), enrolled(who), night], until="2017-10-03T12:00:00+01:00")
        assert [line[2] for line in seen(lines, "notice")] == ["gp", "school-nurse"]

    def test_the_newest_registration_by_when_it_was_true_counts(self):
        moved = registered(at="2017-06-01T09:00:00+01:00", gp="A99002")
        late = registered(at="2017-03-01T09:00:00+00:00", gp="A99003") | {"published_at": "2017-07-01T09:00:00+01:00"}
        lines = simulate([registered(), moved, late, form("2017-10-02T21:00:00+01:00", grade="high")])
        assert [line[3] for line in seen(lines, "notice") if line[2] == "gp"] == ["A99002"]

    def test_an_unborn_childs_mothers_health_visitor_and_midwives(self):
        mother = adult(1, role="parent_carer")
        unborn = {"ref": "u1", "role": "unborn_child", "expected_date_of_birth": "2018-01-10"}
        known = event(
            "health.registration.changed", BEFORE, mother, unborn,
            data={"gp_practice": "A99001", "health_visitor_team": "HV-EAST", "midwifery_team": "MW-1"},
        )  # fmt: skip
        lines = simulate(
            [known, form("2017-10-02T12:00:00+01:00", unborn, grade="high") | {"people": [mother, unborn]}]
        )
        assert [(a, c) for _, _, a, c in seen(lines, "notice")] == [
            ("gp", "A99001"), ("health-visitor", "HV-EAST"), ("health-visitor", "MW-1"),
        ]  # fmt: skip


class TestWhoHearsOfChanges:
    THREE = tuple(concern(f"2017-09-0{n}T12:00:00+01:00", agency) for n, agency in enumerate(["yos", "cgl", "yos"], 1))
    RULE = "cumulative-concern"

    def test_an_amendment_goes_to_the_current_recipients(self):
        moved = registered(at="2017-09-10T09:00:00+01:00", gp="A99002")
        lines = simulate([*KNOWN, *self.THREE, moved, concern("2017-09-12T12:00:00+01:00")])
        assert [(s, c) for _, s, a, c in seen(lines, "notice", self.RULE) if a == "gp"] == [
            ("raised", "A99001"), ("amended", "A99002"),
        ]  # fmt: skip

    def test_a_close_goes_to_exactly_those_who_were_told(self):
        moved = registered(at="2017-09-10T09:00:00+01:00", gp="A99002")
        decided = event("hub.notification.actioned", "2017-09-12T12:00:00+01:00", NELL, data={"rule": self.RULE})
        lines = simulate([*KNOWN, *self.THREE, moved, decided])
        assert [(s, c) for _, s, a, c in seen(lines, "notice", self.RULE) if a == "gp"] == [
            ("raised", "A99001"), ("resolved", "A99001"),
        ]  # fmt: skip

    def test_a_close_of_which_nobody_had_heard_tells_nobody(self):
        referral = event("police.referral.submitted", "2017-10-02T12:30:00+01:00", NELL, case_ref="P-1")
        lines = simulate([*KNOWN, form("2017-10-02T12:00:00+01:00"), referral], until="2017-10-20T00:00:00+01:00")
        assert not seen(lines, "alert", "referral-missing")

    def test_an_allocated_worker_is_told_instead_of_the_hub(self):
        plan = event(
            "hub.status.changed", BEFORE, NELL,
            data={"status": "cin", "team": "CIN-1", "worker": "A. Other", "ended": False},
        )  # fmt: skip
        (alert,) = [a for a in simulate([plan, *self.THREE]) if a["kind"] == "alert" and _id(a) == self.RULE]
        assert "worker" in alert["audiences"]
        assert "hub" not in alert["audiences"]
        assert [(r["audience"], r["code"]) for r in alert["recipients"]] == [("worker", "CIN-1")]

    @pytest.mark.parametrize("data", [{"status": "early_help"}, {"status": "none"}, {"status": "cpp", "ended": True}])
    def test_without_a_plan_that_stands_the_hub_is_told(self, data: dict[str, Any]):
        plan = event("hub.status.changed", BEFORE, NELL, data={"team": "CIN-1", "ended": False} | data)
        (alert,) = [a for a in simulate([plan, *self.THREE]) if a["kind"] == "alert" and _id(a) == self.RULE]
        assert "hub" in alert["audiences"]

    def test_escalation_goes_to_more_people(self):
        lines = simulate([*KNOWN, form("2017-10-02T12:00:00+01:00")], until="2017-10-20T00:00:00+01:00")
        rule = "referral-missing"
        assert seen(lines, "alert", rule) == [
            ("2017-10-03T12:00:00+01:00", "raised", 1),
            ("2017-10-04T12:00:00+01:00", "escalated", 2),
            ("2017-10-05T12:00:00+01:00", "escalated", 3),
        ]
        assert [line[2:] for line in seen(lines, "notice", rule)] == [
            ("police", "police"),
            ("police", "police"), ("police", "police-supervisor"),
            ("police", "police"), ("police", "police-supervisor"),
        ]  # fmt: skip

    def test_a_form_that_reaches_us_late_is_already_overdue(self):
        late = form("2017-10-02T12:00:00+01:00") | {"published_at": "2017-10-04T13:00:00+01:00"}
        lines = simulate([*KNOWN, late], until="2017-10-04T13:00:00+01:00")
        assert seen(lines, "alert", "referral-missing") == [("2017-10-04T13:00:00+01:00", "raised", 1)]
        assert [line[3] for line in seen(lines, "notice", "referral-missing")] == ["police", "police-supervisor"]


class TestHandling:
    def handled(self, *events: dict[str, Any], rule: str = "cumulative-concern") -> list[dict[str, Any]]:
        lines = simulate([*KNOWN, *events], until=rfc3339(parse_instant("2017-10-05T00:00:00+01:00")))
        return [line["handling"] for line in lines if line["kind"] == "notice" and line["rule"] == rule]

    def test_domestic_abuse_is_hidden_from_the_patients_online_access(self):
        found = self.handled(form("2017-10-02T12:00:00+01:00", grade="high"), rule="da-health-notice")
        assert found
        assert all(handling["hide_from_patient_online"] for handling in found)

    def test_also_when_it_is_another_event_of_a_case_that_is_counted_by_its_first(self):
        report = event(
            "police.incident.recorded", "2017-09-01T11:00:00+01:00", NELL, case_ref="P-1",
            data={"kind": "child_present", "children_linked": True},
        )  # fmt: skip
        flagged = form("2017-09-01T12:00:00+01:00", sensitivity=["perpetrator_in_household"])
        found = self.handled(
            report, flagged, concern("2017-09-02T12:00:00+01:00"), concern("2017-09-03T12:00:00+01:00")
        )
        assert found
        assert all(handling["hide_from_patient_online"] for handling in found)
        assert all(handling["do_not_disclose_to"] for handling in found)

    def test_a_close_is_hidden_by_what_has_become_known_meanwhile(self):
        report = event(
            "police.incident.recorded", "2017-09-01T11:00:00+01:00", NELL, case_ref="P-1",
            data={"kind": "child_present", "children_linked": True},
        )  # fmt: skip
        late = form(
            "2017-09-01T12:00:00+01:00", sensitivity=["perpetrator_in_household"],
            published_at="2017-09-04T12:00:00+01:00",
        )  # fmt: skip
        done = event(
            "hub.notification.actioned", "2017-09-05T12:00:00+01:00", NELL, data={"rule": "cumulative-concern"}
        )
        two = [concern("2017-09-02T12:00:00+01:00"), concern("2017-09-03T12:00:00+01:00")]
        found = self.handled(report, *two, late, done)
        assert [handling["hide_from_patient_online"] for handling in found] == [False, False, True, True]
        assert [bool(handling["do_not_disclose_to"]) for handling in found] == [False, False, True, True]

    def test_other_concerns_are_not_hidden(self):
        three = [concern(f"2017-09-0{n}T12:00:00+01:00", agency) for n, agency in enumerate(["yos", "cgl", "yos"], 1)]
        found = self.handled(*three)
        assert found
        assert not any(handling["hide_from_patient_online"] for handling in found)

    @pytest.mark.parametrize(
        ("change", "shown"),
        [
            ({}, True),
            ({"sensitivity": ["confidential_address"]}, False),
            ({"sensitivity": ["s_flag"]}, False),
            ({"people": [NELL | {"address_confidential": True}]}, False),
        ],
    )
    def test_the_school_of_a_child_in_hiding_is_told_and_stands_in_no_alert(self, change: dict[str, Any], shown: bool):
        rule = encompass_notice.RULE.id
        pack = assemble([built_in().rules[rule]], "Hub")
        flagged = concern("2017-09-01T12:00:00+01:00") | change
        lines = simulate([enrolled(), flagged, form("2017-10-02T12:00:00+01:00")], pack=pack)
        assert [line[2:] for line in seen(lines, "notice", rule)] == [("school", "999001")]
        (alert,) = [line for line in lines if line["kind"] == "alert"]
        assert ("999001" in str(alert)) is shown

    @pytest.mark.parametrize(("flags", "shown"), [([], True), (["s_flag"], False)])
    def test_nor_does_a_postcode_in_what_somebody_wrote(self, flags: list[str], shown: bool):
        words = {"seen": True, "words": "we hide at ts238qq now"}
        told = form("2017-10-02T12:00:00+01:00", grade="high", summary="Seen at TS23 8QQ.", voice=words)
        lines = simulate([*KNOWN, concern("2017-09-01T12:00:00+01:00", sensitivity=flags), told])
        text = str([line for line in lines if line["kind"] in ("alert", "notice")])
        assert ("TS23 8QQ" in text, "ts238qq" in text) == (shown, shown)
        assert ("Seen at (withheld)." in text, "we hide at (withheld) now" in text) == (not shown, not shown)


class TestWhoseVoice:
    """The words of a child who is named are no other child's, whom the event reaches through an adult."""

    MOTHER, MAEVE = adult(1), child(4, date_of_birth="2007-05-14")
    SAID: ClassVar = {"seen": True, "words": "he hit her again"}

    def lines(self, *people: dict[str, Any]) -> Lines:
        together = event("hub.household.changed", BEFORE, NELL, self.MAEVE, self.MOTHER, case_ref="H-1", data={})
        known = [*KNOWN, registered(self.MAEVE, gp="A99002"), enrolled(self.MAEVE, school="999002")]
        told = event(
            "police.da_form.completed", "2017-10-02T21:00:00+01:00", *people, self.MOTHER, case_ref="P-1",
            data={"tool": "dash", "grade": "high"}, voice=self.SAID,
        )  # fmt: skip
        return simulate([*known, together, told])

    def of(self, lines: Lines, code: str) -> dict[str, Any]:
        return next(line for line in lines if line["kind"] == "notice" and line["recipient"]["code"] == code)

    def test_it_is_the_named_childs_and_not_its_siblings(self):
        lines = self.lines(NELL)
        assert self.of(lines, "999001")["voice"] == self.SAID["words"]
        assert "the child was seen" in self.of(lines, "999001")["what"]
        hers = [
            line
            for line in lines
            if line["kind"] in ("alert", "notice") and line["child"]["name"] == self.MAEVE["name"]
        ]
        assert {line["kind"] for line in hers} == {"alert", "notice"}
        assert not any(line.get("voice") for line in hers)
        assert "no word that the child was seen" in self.of(lines, "999002")["what"]

    def test_the_newest_words_are_shown_though_nothing_was_said_since(self):
        two = [concern("2017-09-02T12:00:00+01:00", voice=self.SAID), concern("2017-09-03T12:00:00+01:00", "police")]
        lines = simulate([*KNOWN, *two, concern("2017-09-04T12:00:00+01:00", voice={"seen": False})])
        (alert,) = [line for line in lines if line["kind"] == "alert"]
        assert alert["voice"] == self.SAID

    def test_where_no_child_is_named_it_is_kept(self):
        lines = self.lines()
        assert self.of(lines, "999001")["voice"] == self.SAID["words"]
        assert "the child was seen" in self.of(lines, "999001")["what"]

    def test_nor_is_it_of_a_child_whom_a_closing_reaches_through_the_case(self):
        known = [*KNOWN, registered(self.MAEVE, gp="A99002"), enrolled(self.MAEVE, school="999002")]
        told = event(
            "police.incident.recorded", "2017-10-02T21:00:00+01:00", NELL, self.MAEVE, self.MOTHER, case_ref="P-1",
            data={"kind": "domestic_abuse", "children_linked": True},
        )  # fmt: skip
        closed = event(
            "police.incident.closed", "2017-10-03T12:00:00+01:00", NELL, case_ref="P-1",
            data={"closing_code": "QL22"}, voice=self.SAID,
        )  # fmt: skip
        lines = [
            x for x in simulate([*known, told, closed]) if x["kind"] == "alert" and x["rule"]["id"] == "closing-code"
        ]
        assert len(lines) == 2
        words = {line["child"]["name"]["given"]: (line.get("voice") or {}).get("words") for line in lines}
        assert words == {NELL["name"]["given"]: self.SAID["words"], self.MAEVE["name"]["given"]: None}
