"""cumulative-concern: several agencies each see a little; two tiers, once per case, hardship never, and its dials."""

from typing import Any

import pytest

from safeguarding.inquiry.why import windows
from story import Line, Story

RULE = "cumulative-concern"


class Concerns(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def worry(self, name: str, at: str, agency: str = "health", *, level: str = "low", **other: Any) -> list[Line]:
        data = {"category": "emotional", "level": level} | other
        return self.tell(f"{agency}.concern.raised", at, name, **data)

    def three(self) -> "Concerns":
        self.worry("a", "2017-09-01 12:00")
        self.worry("b", "2017-09-02 12:00", "police")
        self.worry("c", "2017-09-03 12:00")
        return self


class TestTheFirstTier:
    @pytest.mark.parametrize(("count", "fires"), [(2, False), (3, True), (4, True)])
    def test_three_concerns(self, count: int, fires: bool):
        story = Concerns()
        for n in range(count):
            story.worry(f"{n}", f"2017-09-0{n + 1} 12:00", ("health", "police")[n % 2])
        assert bool(story.said()) is fires

    @pytest.mark.parametrize(
        ("agencies", "fires"),
        [("health health health", False), ("health health police", True), ("health police yos", True)],
    )
    def test_of_two_agencies(self, agencies: str, fires: bool):
        story = Concerns()
        for n, agency in enumerate(agencies.split()):
            story.worry(f"{n}", f"2017-09-0{n + 1} 12:00", agency)
        assert bool(story.said()) is fires

    @pytest.mark.parametrize(("third", "fires"), [("2017-11-28", True), ("2017-11-29", True), ("2017-11-30", False)])
    def test_within_ninety_dates_over_the_end_of_summer_time(self, third: str, fires: bool):
        story = Concerns()
        story.worry("a", "2017-09-01 00:10")
        story.worry("b", "2017-09-02 12:00", "police")
        assert bool(story.worry("c", f"{third} 23:50")) is fires

    def test_who_is_told_and_what_was_observed(self):
        story = Concerns().three()
        assert story.said() == [Line("2017-09-03 12:00", RULE, "raised", "a b c", "hub gp school-nurse")]
        assert story.observed() == {
            "concerns within 90 days": (3, 3),
            "agencies within 90 days": (2, 2),
            "concerns within 12 months": (3, 4),
            "agencies within 12 months": (2, 3),
        }
        assert [telling["counts"] for telling in story.last["tell"]] == [{"concerns": 3, "agencies": 2}] * 3
        assert {telling["recipient_action"] for telling in story.last["tell"]} == {"contact_hub"}

    def test_what_was_observed_is_what_was_enough_although_another_window_holds_more_of_one_agency(self):
        story = Concerns()
        for n in range(5):
            story.worry(f"{n}", f"2017-03-0{n + 1} 12:00")
        assert story.three().said("because") == [("a b c",)]
        assert story.observed() == {
            "concerns within 90 days": (3, 3),
            "agencies within 90 days": (2, 2),
            "concerns within 12 months": (3, 4),
            "agencies within 12 months": (2, 3),
        }


class TestTheSecondTier:
    @pytest.mark.parametrize(("last", "fires"), [("2017-09-30", True), ("2017-10-01", False), ("2017-10-02", False)])
    def test_four_of_three_agencies_strictly_before_the_same_date_a_year_later(self, last: str, fires: bool):
        story = Concerns()
        for name, day, agency in (
            ("a", "2016-10-01", "health"),
            ("b", "2017-02-01", "yos"),
            ("c", "2017-06-01", "cgl"),
        ):
            story.worry(name, f"{day} 12:00", agency)
        assert bool(story.worry("d", f"{last} 12:00")) is fires

    @pytest.mark.parametrize(("agencies", "fires"), [("health yos health yos", False), ("health yos cgl yos", True)])
    def test_three_agencies(self, agencies: str, fires: bool):
        story = Concerns()
        for n, agency in enumerate(agencies.split()):
            story.worry(f"{n}", f"2017-0{2 * n + 1}-01 12:00", agency)
        assert bool(story.said()) is fires

    def test_a_tier_can_be_off(self):
        first = {"concerns": 3, "agencies": 2, "days": 90, "on": False}
        second = {"concerns": 4, "agencies": 3, "months": 12}
        story = Concerns(tiers=[first, second])
        assert story.three().said() == []
        assert story.pack.rules[RULE].words == "At least 4 concerns from 3 agencies within 12 months."

    def test_one_of_them_must_be_on(self):
        with pytest.raises(ValueError, match="every tier is off"):
            Concerns(tiers=[{"concerns": 3, "agencies": 2, "days": 90, "on": False}])


class TestWhatCounts:
    def test_events_of_one_case_are_one_concern(self):
        story = Concerns()
        for n in range(4):
            story.worry(f"{n}", f"2017-09-0{n + 1} 12:00", case="S-1")
        story.worry("b", "2017-09-06 12:00", "police", case="S-1")
        assert story.said() == []
        assert story.worry("c", "2017-09-07 12:00", "police")[0].because == "0 b c"

    def test_a_case_is_as_old_as_its_first_event(self):
        story = Concerns()
        story.worry("old", "2017-06-01 12:00", "police", case="P-1")
        story.worry("a", "2017-09-01 12:00")
        story.worry("b", "2017-09-02 12:00")
        assert story.worry("again", "2017-09-03 12:00", "police", case="P-1") == []

    def test_a_case_is_as_old_as_its_first_event_even_when_the_record_has_let_go_of_much(self):
        story = Concerns()
        story.worry("old", "2016-03-01 12:00", "police", case="P-1")
        story.worry("unrelated", "2016-03-02 12:00", "yos")
        story.worry("again", "2017-01-03 12:00", "police", case="P-1")
        story.worry("a", "2017-09-01 12:00")
        story.worry("b", "2017-09-02 12:00")
        assert story.worry("once more", "2017-09-03 12:00", "police", case="P-1") == []
        assert "unrelated" not in {story._names[mark.event_id] for mark in story.hot.marks}

    def test_poverty_alone_never_counts(self):
        story = Concerns()
        for n, agency in enumerate(("health", "police", "yos", "cgl")):
            story.worry(f"{n}", f"2017-09-0{n + 1} 12:00", agency, category="hardship", level="high")
        assert story.said() == []

    @pytest.mark.parametrize(
        ("kind", "data", "counts"),
        [
            ("police.incident.recorded", {"kind": "domestic_abuse", "children_linked": True}, True),
            ("police.incident.recorded", {"kind": "child_present", "children_linked": True}, True),
            ("police.incident.recorded", {"kind": "other", "children_linked": True}, False),
            ("police.incident.recorded", {"kind": "missing", "children_linked": True}, False),
            ("police.missing.reported", {"risk": "none", "cause_for_concern": False}, True),
            ("police.da_form.completed", {"tool": "dara", "grade": "standard"}, True),
            ("health.appointment.was_not_brought", {"service": "audiology"}, True),
            ("health.appointment.attended", {"service": "audiology"}, False),
            ("health.hcp_contact.missed", {"contact": "new_birth"}, True),
            ("health.hcp_contact.completed", {"contact": "new_birth"}, False),
            ("health.dental.concern", {"caries": "none", "note": "n"}, True),
            ("health.ed.attended", {"reason": "fall", "self_harm": False}, True),
            ("cgl.engagement.changed", {"status": "dropped_out"}, True),
            ("cgl.engagement.changed", {"status": "missed"}, False),
            ("yos.appointment.missed", {}, True),
            ("yos.case.opened", {"order": "o", "worker": "w"}, False),
            ("education.attendance.recorded", {"sessions_possible": 130, "sessions_absent": 12, "term": "t"}, False),
            ("education.attendance.recorded", {"sessions_possible": 130, "sessions_absent": 13, "term": "t"}, True),
            ("education.attendance.recorded", {"sessions_possible": 0, "sessions_absent": 0, "term": "t"}, False),
        ],
    )
    def test_which_events_are_concerns(self, kind: str, data: dict[str, Any], counts: bool):
        story = Concerns()
        story.worry("a", "2017-09-01 12:00", "probation")
        story.worry("b", "2017-09-02 12:00", "probation")
        assert bool(story.tell(kind, "2017-09-03 12:00", "x", **data)) is counts

    @pytest.mark.parametrize(
        ("kind", "data", "counts"),
        [
            ("cgl.concern.raised", {"category": "emotional", "level": "low"}, True),
            ("cgl.engagement.changed", {"status": "dropped_out"}, True),
            ("police.incident.recorded", {"kind": "domestic_abuse", "children_linked": True}, True),
            ("health.ed.attended", {"reason": "fall", "self_harm": False}, False),
            ("health.appointment.was_not_brought", {"service": "audiology"}, False),
            ("police.missing.reported", {"risk": "high", "cause_for_concern": True}, False),
        ],
    )
    def test_what_reaches_the_child_through_an_adult(self, kind: str, data: dict[str, Any], counts: bool):
        story = Concerns()
        story.worry("a", "2017-09-01 12:00", "probation")
        story.worry("b", "2017-09-02 12:00", "probation")
        assert bool(story.tell(kind, "2017-09-03 12:00", "x", via="mother", **data)) is counts

    def test_every_concern_in_every_window_that_holds_is_named(self):
        story = Concerns()
        for name, day, agency in (
            ("early", "2017-03-01", "police"),  # its window of ninety dates holds nothing else
            ("a", "2017-06-20", "health"),
            ("b", "2017-08-01", "police"),
            ("c", "2017-09-17", "health"),
            ("d", "2017-10-29", "health"),  # with b and c, no more with a
        ):
            story.worry(name, f"{day} 12:00", agency)
        assert story.said("status", "because") == [("raised", "a b c"), ("amended", "a b c d")]


class TestAfterAClose:
    def closed(self, **changes: Any) -> Concerns:
        story = Concerns(**changes).three()
        story.tell("hub.notification.actioned", "2017-09-10 09:00", rule=RULE)
        assert story.statuses() == ["raised", "resolved"]
        return story

    def test_old_ones_alone_raise_nothing(self):
        story = self.closed()
        story.tell(
            "education.attendance.recorded", "2017-09-11 12:00", sessions_possible=100, sessions_absent=1, term="t"
        )
        assert len(story.said()) == 2

    def test_a_new_one_is_enough_and_the_old_ones_count(self):
        story = self.closed()
        assert story.worry("d", "2017-09-11 12:00") == [
            Line("2017-09-11 12:00", RULE, "raised", "a b c d", "hub gp school-nurse")
        ]
        assert story.last["alert"]["alert_id"].endswith(".2")

    def test_another_event_of_an_old_case_is_not_new(self):
        story = Concerns()
        story.worry("a", "2017-09-02 12:00", case="S-1")
        story.worry("b", "2017-09-02 12:00", "police")
        story.worry("c", "2017-09-03 12:00")
        story.tell("hub.notification.actioned", "2017-09-10 09:00", rule=RULE)
        assert story.worry("later", "2017-09-11 12:00", case="S-1") == []
        assert story.worry("earlier", "2017-09-01 12:00", arrives="2017-09-12 12:00", case="S-1") == []

    def test_more_new_ones_may_be_asked_for(self):
        story = self.closed(new_after_close=2)
        assert story.worry("d", "2017-09-11 12:00") == []
        assert story.worry("e", "2017-09-12 12:00")[0].because == "a b c d e"

    def test_days_of_rest_are_kept_unless_something_graver_comes(self):
        story = self.closed(rest_days=10)
        assert story.worry("d", "2017-09-11 12:00") == []
        assert story.worry("e", "2017-09-19 23:59") == []
        assert story.worry("f", "2017-09-20 00:00")[0].status == "raised"
        assert self.closed(rest_days=10).worry("d", "2017-09-11 12:00", level="medium")[0].status == "raised"


class TestDismissal:
    def dismissed(self, **changes: Any) -> Concerns:
        story = Concerns(**changes).three()
        story.tell("hub.notification.dismissed", "2017-09-10 15:00", rule=RULE, reason="known to us")
        assert story.statuses() == ["raised", "resolved"]
        return story

    @pytest.mark.parametrize(("at", "fires"), [("2017-10-07 23:59", False), ("2017-10-08 00:00", True)])
    def test_it_mutes_for_28_days_its_own_the_first(self, at: str, fires: bool):
        assert bool(self.dismissed().worry("d", at)) is fires

    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            ("police.incident.recorded", {"kind": "other", "children_linked": True}),
            ("health.concern.raised", {"category": "hardship", "level": "high"}),
            ("education.attendance.recorded", {"sessions_possible": 100, "sessions_absent": 9, "term": "t"}),
        ],
    )
    def test_what_is_no_concern_does_not_raise_what_was_muted(self, kind: str, data: dict[str, Any]):
        story = self.dismissed()
        story.worry("d", "2017-09-20 12:00")
        assert story.tell(kind, "2017-10-20 12:00", **data) == []
        assert story.worry("e", "2017-10-21 12:00")[0].because == "a b c d e"

    def test_the_end_of_a_mute_fires_nothing(self):
        story = self.dismissed()
        story.worry("d", "2017-09-20 12:00")
        assert story.wait("2017-10-20 12:00") == []
        assert story.worry("e", "2017-10-21 12:00")[0].because == "a b c d e"

    @pytest.mark.parametrize(
        ("agency", "level", "graver_by", "rise_to", "fires"),
        [
            ("health", "low", "level_or_agency", "any", False),
            ("health", "medium", "level_or_agency", "any", True),
            ("yos", "low", "level_or_agency", "any", True),
            ("yos", "low", "level", "any", False),
            ("yos", "medium", "level", "any", True),
            ("health", "medium", "level", "high", False),
            ("health", "high", "level", "high", True),
        ],
    )
    def test_what_breaks_it(self, agency: str, level: str, graver_by: str, rise_to: str, fires: bool):
        story = self.dismissed(graver_by=graver_by, rise_to=rise_to)
        assert bool(story.worry("d", "2017-09-20 12:00", agency, level=level)) is fires

    def test_poverty_from_another_agency_does_not_break_it(self):
        story = self.dismissed()
        assert story.worry("d", "2017-09-20 12:00", "cgl", category="hardship", level="high") == []

    def test_an_event_of_an_old_case_that_is_graver_breaks_it_once_there_is_a_new_concern(self):
        story = Concerns()
        story.worry("a", "2017-09-01 12:00", case="S-1")
        story.worry("b", "2017-09-02 12:00", "police")
        story.worry("c", "2017-09-03 12:00")
        story.tell("hub.notification.dismissed", "2017-09-10 15:00", rule=RULE, reason="known to us")
        assert story.worry("d", "2017-09-19 12:00") == []
        assert story.worry("graver", "2017-09-20 12:00", case="S-1", level="medium")[0].because == "a b c d"

    def test_without_a_reason_it_is_none(self):
        story = Concerns().three()
        assert story.tell("hub.notification.dismissed", "2017-09-10 15:00", rule=RULE) == []

    def test_who_was_never_told_cannot_dismiss(self):
        story = Concerns().three()
        assert story.tell("yos.notification.dismissed", "2017-09-10 15:00", rule=RULE, reason="r") == []
        assert story.tell("health.notification.dismissed", "2017-09-10 15:00", rule=RULE, reason="r")


class TestQuiet:
    def test_ninety_days_after_the_evidence_last_arrived_it_closes_by_itself(self):
        story = Concerns().three()
        story.worry("d", "2017-09-01 12:00", arrives="2017-09-10 23:50")
        assert story.wait("2017-12-08 23:59") == []
        assert story.wait("2017-12-09 00:00")[0][:3] == ("2017-12-09 00:00", RULE, "resolved")
        assert story.last["alert"]["reason"] == "quiet"
        assert story.notices("resolved") == [("hub", "hub"), ("gp", "A99001"), ("school-nurse", "SN-EAST")]


class TestDials:
    def routine(self, **changes: Any) -> Concerns:
        story = Concerns(**changes)
        story.tell("health.appointment.was_not_brought", "2017-09-01 12:00", "a", service="audiology")
        story.tell("health.appointment.was_not_brought", "2017-09-02 12:00", "b", service="audiology")
        story.tell("yos.appointment.missed", "2017-09-03 12:00", "c")
        return story

    def test_routine_signals_alone_are_enough_by_default(self):
        assert self.routine().said("because") == [("a b c",)]

    @pytest.mark.parametrize(("least", "fires"), [(0, True), (1, False)])
    def test_somebodys_judgement_may_be_asked_for(self, least: int, fires: bool):
        story = self.routine(judged_at_least=least)
        assert bool(story.said()) is fires
        assert story.worry("d", "2017-09-04 12:00")[0].because == "a b c d"

    def test_routine_signals_of_one_kind_may_count_once(self):
        story = self.routine(routine_once=True)
        assert story.said() == []
        assert (
            story.tell("health.ed.attended", "2017-09-04 12:00", "d", reason="r", self_harm=False)[0].because
            == "a b c d"
        )

    @pytest.mark.parametrize(("self_harm", "fires"), [(False, False), (True, True)])
    def test_what_is_no_routine_does_not_count_as_one_of_its_kind(self, *, self_harm: bool, fires: bool):
        story = Concerns(routine_once=True)
        story.worry("a", "2017-09-01 12:00", "police")
        story.tell("health.ed.attended", "2017-09-02 12:00", "b", reason="r", self_harm=self_harm)
        assert bool(story.tell("health.ed.attended", "2017-09-03 12:00", "c", reason="r", self_harm=False)) is fires

    def test_nor_does_a_case_that_is_somebodys_judgement(self):
        story = Concerns(routine_once=True)
        story.tell("health.appointment.was_not_brought", "2017-09-01 12:00", "a", case="S-1", service="audiology")
        story.worry("judged", "2017-09-02 12:00", case="S-1")
        story.worry("b", "2017-09-03 12:00", "police")
        story.tell("health.appointment.was_not_brought", "2017-09-04 12:00", "c", service="audiology")
        assert story.said("because") == [("a b c",)]

    def test_after_a_close_as_many_new_ones_are_asked_for_when_routine_signals_count_once(self):
        story = Concerns(routine_once=True, new_after_close=2).three()
        story.tell("hub.notification.actioned", "2017-09-10 09:00", rule=RULE)
        assert story.worry("d", "2017-09-11 12:00") == []
        assert story.worry("e", "2017-09-12 12:00")[0].because == "a b c d e"

    def test_a_case_is_somebodys_judgement_when_one_of_its_events_is(self):
        story = Concerns(judged_at_least=1)
        story.tell("health.appointment.was_not_brought", "2017-09-01 12:00", "a", case="S-1", service="audiology")
        story.tell("yos.appointment.missed", "2017-09-02 12:00", "b")
        story.tell("yos.appointment.missed", "2017-09-03 12:00", "c")
        assert story.said() == []
        assert story.worry("judged", "2017-09-04 12:00", case="S-1")[0].because == "a b c"

    def test_an_emergency_for_self_harm_is_no_routine(self):
        story = self.routine(judged_at_least=1)
        assert story.tell("health.ed.attended", "2017-09-04 12:00", "d", reason="r", self_harm=True)


class TestHowNearItComes:
    def needs(self, story: Concerns) -> list[dict[str, tuple[int, int]]]:
        found = windows(story.hot, story.pack.rules[RULE])
        return [{need["what"]: (need["value"], need["threshold"]) for need in window["needs"]} for window in found]

    def test_each_tier_that_is_on(self):
        assert self.needs(Concerns().three()) == [
            {"concerns": (3, 3), "agencies": (2, 2)},
            {"concerns": (3, 4), "agencies": (2, 3)},
        ]
        off = {"concerns": 4, "agencies": 3, "months": 12, "on": False}
        on = {"concerns": 3, "agencies": 2, "days": 90}
        assert len(self.needs(Concerns(tiers=[on, off]).three())) == 1

    def test_judgement_where_it_is_asked_for_and_what_is_new_after_a_close(self):
        story = Concerns(judged_at_least=2, new_after_close=2).three()
        story.tell("hub.notification.actioned", "2017-09-10 09:00", rule=RULE)
        story.tell("yos.appointment.missed", "2017-09-11 12:00", "d")
        assert self.needs(story)[0] == {
            "concerns": (4, 3),
            "agencies": (3, 2),
            "somebody's judgement": (3, 2),
            "new since the last close": (1, 2),
        }


class TestKnownCases:
    def test_the_allocated_workers_team_is_told_instead_of_the_hub(self):
        story = Concerns()
        story.tell("hub.status.changed", "2017-08-01 12:00", status="cin", worker="W. Ferris", team="Team 2")
        assert story.three().said("to") == [("worker gp school-nurse",)]
        assert story.notices()[0] == ("worker", "Team 2")

    @pytest.mark.parametrize("data", [{"status": "early_help"}, {"status": "cpp", "ended": True}, {"status": "none"}])
    def test_without_a_plan_or_care_the_hub_is(self, data: dict[str, Any]):
        story = Concerns()
        story.tell("hub.status.changed", "2017-08-01 12:00", status="lac", worker="W. Ferris", team="Team 2")
        story.tell("hub.status.changed", "2017-08-02 12:00", worker="W. Ferris", team="Team 2", **data)
        assert story.three().said("to") == [("hub gp school-nurse",)]


def test_siblings_alerts_on_the_same_cases_carry_the_same_household():
    def family(*cases: str) -> str:
        story = Concerns()
        for n, case in enumerate(cases):
            story.worry(f"{case}", f"2017-09-0{n + 1} 12:00", ("health", "police")[n % 2], case=case)
        return str(story.last["alert"]["household"])

    assert family("A", "B", "C") == family("A", "B", "C")
    assert family("A", "B", "C") != family("A", "B", "D")


def test_the_words_carry_the_numbers_and_the_dials():
    assert Concerns().pack.rules[RULE].words == (
        "At least 3 concerns from 2 agencies within 90 days, or at least 4 concerns from 3 agencies within 12 months."
    )
    assert (
        Concerns(judged_at_least=1, routine_once=True)
        .pack.rules[RULE]
        .words.endswith("within 12 months, 1 of them somebody's judgement; routine signals of one kind count once.")
    )


class TestWhatWasObserved:
    """The numbers are those of what the alert rests on, so that a reader finds them again in its evidence."""

    def test_no_numbers_of_an_alert_that_was_closed_before(self):
        story = Concerns()
        for n in range(5):
            story.worry(f"{n}", f"2017-09-0{n + 1} 12:00", ("health", "police", "yos")[n % 3])
        story.tell("hub.notification.actioned", "2017-09-20 12:00", rule=RULE)
        for n, agency in enumerate(("health", "police", "health")):
            story.worry(f"later {n}", f"2018-09-2{n + 1} 12:00", agency)
        expected = {
            "concerns within 90 days": (3, 3),
            "agencies within 90 days": (2, 2),
            "concerns within 12 months": (3, 4),
            "agencies within 12 months": (2, 3),
        }
        assert story.observed() == expected
        story.tell("hub.notification.actioned", "2018-10-01 12:00", rule=RULE)
        assert story.last["alert"]["status"] == "resolved"
        assert story.observed() == expected
