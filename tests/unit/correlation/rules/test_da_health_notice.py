"""da-health-notice: graver forms at once, standard ones with the next 08:00 batch; a graver one amends."""

from typing import Any

import pytest

from story import Line, Story

RULE = "da-health-notice"


class Forms(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def form(
        self, name: str, at: str, grade: str = "standard", *, case: str | None = "P-1", **other: Any
    ) -> list[Line]:
        return self.tell("police.da_form.completed", at, name, tool="dash", grade=grade, case=case, **other)


@pytest.mark.parametrize(("grade", "urgency"), [("medium", "today"), ("high", "immediate")])
def test_a_graver_form_goes_at_once(grade: str, urgency: str):
    story = Forms()
    assert story.form("a", "2017-10-02 21:14", grade) == [
        Line("2017-10-02 21:14", RULE, "raised", "a", "gp school-nurse")
    ]
    assert story.last["alert"]["urgency"] == urgency
    assert [telling["grade"] for telling in story.last["tell"]] == [grade, grade]
    assert story.last["domestic_abuse"] is True
    assert {telling["recipient_action"] for telling in story.last["tell"]} == {"discuss_at_meeting"}
    assert story.observed() == {f"form graded {grade}": (1, None)}


def test_the_childs_words_go_with_it():
    story = Forms()
    story.form("a", "2017-10-02 21:14", "high", said="I hid upstairs")
    assert {telling["voice"] for telling in story.last["tell"]} == {"I hid upstairs"}


class TestTheBatch:
    @pytest.mark.parametrize(
        ("at", "leaves"),
        [
            ("2017-10-02 07:59", "2017-10-02 08:00"),
            ("2017-10-02 08:01", "2017-10-03 08:00"),
            ("2017-10-07 21:00", "2017-10-08 08:00"),  # a Saturday: every day of the week
            ("2017-10-28 21:00", "2017-10-29 08:00"),  # the clocks go back
        ],
    )
    def test_a_standard_form_waits_for_the_next_eight_o_clock(self, at: str, leaves: str):
        story = Forms()
        story.form("a", at)
        assert story.notices() == []
        assert story.held() == [("gp", "next_0800"), ("school-nurse", "next_0800")]
        before = leaves.replace("08:00", "07:59")
        story.wait(before)
        assert story.notices() == []
        story.wait(leaves)
        assert story.notices() == [("gp", "A99001"), ("school-nurse", "SN-EAST")]
        assert [record["release"] for record in story.records] == [False, True]

    def test_one_at_eight_o_clock_goes_at_once_and_in_that_batch(self):
        story = Forms()
        story.form("a", "2017-10-02 08:00")
        (gp, _) = story.last["tell"]
        assert gp["batch"] is not None

    def test_a_recipients_notices_of_one_morning_share_a_batch(self):
        story, other = Forms(), Forms()
        story.form("a", "2017-10-02 21:00")
        other.form("b", "2017-10-03 07:00", case="P-2")
        for one in (story, other):
            one.wait("2017-10-03 08:00")
        assert [t["batch"] for t in story.last["tell"]] == [t["batch"] for t in other.last["tell"]]
        assert len({t["batch"] for t in story.last["tell"]}) == 2

    def test_a_gp_is_told_of_a_standard_form_without_its_grade(self):
        story = Forms()
        story.form("a", "2017-10-02 21:00")
        story.wait("2017-10-03 08:00")
        assert [telling["grade"] for telling in story.last["tell"]] == [None, "standard"]
        assert {telling["recipient_action"] for telling in story.last["tell"]} == {"file"}

    def test_it_can_be_left_out(self):
        story = Forms(batch_standard=False)
        story.form("a", "2017-10-02 21:00")
        assert len(story.notices()) == 2


class TestTheSameCase:
    def test_a_graver_form_amends_and_goes_at_once(self):
        story = Forms()
        story.form("a", "2017-10-02 21:00")
        assert story.form("b", "2017-10-02 22:00", "high") == [
            Line("2017-10-02 22:00", RULE, "amended", "b", "gp school-nurse")
        ]
        assert story.notices() == [("gp", "A99001"), ("school-nurse", "SN-EAST")]
        story.wait("2017-10-03 09:00")
        assert len(story.notices()) == 2

    @pytest.mark.parametrize("second", ["standard", "medium"])
    def test_one_no_graver_changes_nothing(self, second: str):
        story = Forms()
        story.form("a", "2017-10-02 21:00", "medium")
        assert story.form("b", "2017-10-02 20:00", second, arrives="2017-10-02 22:00") == []

    def test_the_order_of_arrival_does_not_matter(self):
        story = Forms()
        story.form("b", "2017-10-02 22:00", "high")
        assert story.form("a", "2017-10-02 21:00", arrives="2017-10-02 23:00") == []


def test_another_case_is_another_notice():
    story = Forms()
    story.form("a", "2017-10-02 21:00", "medium")
    assert story.form("b", "2017-10-03 21:00", "medium", case="P-2")[0].status == "raised"


def test_a_form_without_a_case_is_its_own():
    story = Forms()
    story.form("a", "2017-10-02 21:00", "medium", case=None)
    assert story.form("b", "2017-10-03 21:00", "high", case=None)[0].status == "raised"


def test_it_reaches_the_child_through_an_adult():
    story = Forms()
    story.form("a", "2017-10-02 21:00", "medium", via="mother", link="incident")
    assert "is linked to an adult" in story.last["tell"][0]["what"]
    story = Forms()
    story.form("a", "2017-10-02 21:00", "medium")
    assert "the child was named in" in story.last["tell"][0]["what"]


def test_it_is_done_when_raised_nobody_closes_or_mutes_it():
    story = Forms()
    story.form("a", "2017-10-02 21:00", "medium")
    for verb in ("actioned", "dismissed"):
        assert story.tell(f"hub.notification.{verb}", "2017-10-03 09:00", rule=RULE, reason="r") == []
    assert story.wait("2018-10-03 09:00") == []
    assert story.form("b", "2018-10-03 21:00", "medium", case="P-2")


def test_history_sends_nothing_not_even_with_the_next_live_form():
    story = Forms()
    story.form("a", "2017-10-02 21:00", "high", backfill=True)
    assert [line.because for line in story.form("b", "2017-10-03 21:00", "high", case="P-2")] == ["b"]


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("born", "nurse"),
        [
            ("2012-10-03", "health-visitor"),  # five tomorrow
            ("2012-10-02", "school-nurse"),  # five today
            ("1999-10-03", "school-nurse"),  # eighteen tomorrow
        ],
    )
    def test_health_visitor_to_four_school_nurse_from_five(self, born: str, nurse: str):
        story = Forms(born=born)
        assert story.form("a", "2017-10-02 21:00", "high")[0].to == f"gp {nurse}"

    def test_an_adult_has_no_nurse(self):
        assert Forms(born="1999-10-02").form("a", "2017-10-02 21:00", "high")[0].to == "gp"

    def test_the_age_is_that_of_the_morning_on_which_the_notice_is_made(self):
        story = Forms(born="2012-10-03")
        story.form("a", "2017-10-02 21:00")
        story.wait("2017-10-03 08:00")
        assert story.notices() == [("gp", "A99001"), ("school-nurse", "SN-EAST")]

    def test_home_educated_the_home_education_nurse(self):
        story = Forms()
        story.tell("education.enrolment.changed", "2017-09-01 09:00", home_educated=True)
        story.form("a", "2017-10-02 21:00", "high")
        assert story.notices() == [("gp", "A99001"), ("school-nurse", "home-education")]

    def test_unborn_the_mothers_health_visitor_and_midwives(self):
        story = Forms(expected="2018-01-10")
        story.tell(
            "health.registration.changed",
            "2017-09-01 09:00",
            gp_practice="A99009",
            health_visitor_team="HV-WEST",
            midwifery_team="MW-1",
            via="mother",
            link="pregnancy",
        )
        story.form("a", "2017-10-02 21:00", "high", via="mother", link="pregnancy")
        assert story.notices() == [("gp", "A99009"), ("health-visitor", "HV-WEST"), ("health-visitor", "MW-1")]


class TestNobodyKnown:
    def test_it_is_held_and_leaves_when_its_recipient_becomes_known(self):
        story = Forms(known=False)
        story.form("a", "2017-10-02 21:00", "high")
        assert story.notices() == []
        assert story.held() == [("gp", "no_recipient"), ("school-nurse", "no_recipient")]
        story.tell("health.registration.changed", "2017-10-04 09:00", gp_practice="A99005")
        assert story.notices() == [("gp", "A99005")]
        story.tell("education.enrolment.changed", "2017-10-05 09:00", school="999005", school_nurse_team="SN-EAST")
        assert story.notices() == [("gp", "A99005"), ("school-nurse", "SN-EAST")]

    def test_it_waits_longer_than_the_record_remembers(self):
        story = Forms(known=False)
        story.form("a", "2017-10-02 21:00", "high")
        story.tell("education.concern.raised", "2019-10-01 09:00", category="other", level="low")
        story.tell("health.registration.changed", "2019-10-04 09:00", gp_practice="A99005")
        assert story.notices() == [("gp", "A99005")]

    def test_at_eight_it_is_held_for_want_of_a_recipient(self):
        story = Forms(known=False)
        story.form("a", "2017-10-02 21:00")
        story.wait("2017-10-03 08:00")
        assert story.held()[2:] == [("gp", "no_recipient"), ("school-nurse", "no_recipient")]

    def test_a_midwife_who_is_known_is_told_once_while_the_health_visitor_is_not(self):
        story = Forms(known=False, expected="2018-01-10")
        known = {"gp_practice": "A99009", "via": "mother", "link": "pregnancy"}
        story.tell("health.registration.changed", "2017-09-01 09:00", midwifery_team="MW-1", **known)
        story.form("a", "2017-10-02 21:00", "high", via="mother", link="pregnancy")
        story.tell("health.registration.changed", "2017-10-03 09:00", midwifery_team="MW-1", **known)
        assert story.notices() == [("gp", "A99009"), ("health-visitor", "MW-1")]
        story.tell("health.registration.changed", "2017-10-04 09:00", health_visitor_team="HV-WEST", **known)
        assert story.notices()[2:] == [("health-visitor", "HV-WEST")]


def test_the_words_say_when_a_standard_form_goes():
    assert Forms().pack.rules[RULE].words.endswith("a standard one with the next 08:00 batch.")
    assert Forms(batch_standard=False).pack.rules[RULE].words.endswith("a standard one too.")


def test_what_else_is_known_of_the_incident_is_no_form():
    story = Forms()
    story.tell(
        "police.incident.recorded", "2017-10-02 20:00", "i", case="P-1", kind="domestic_abuse", children_linked=True
    )
    assert story.said() == []
    assert [line.because for line in story.form("a", "2017-10-02 21:00", "medium", case="P-1")] == ["a"]
