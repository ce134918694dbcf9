"""encompass-notice: the school of a child of school age is told when the first event of a case arrives."""

from typing import Any

import pytest

from story import Line, Story

RULE = "encompass-notice"


class Encompass(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def incident(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        data = {"kind": "domestic_abuse", "children_linked": True} | other
        return self.tell("police.incident.recorded", at, name, case=case, **data)

    def form(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.da_form.completed", at, name, case=case, tool="dash", grade="medium", **other)


def test_the_school_is_told_at_once_whatever_the_hour():
    story = Encompass()
    said = story.incident("a", "2017-10-07 23:30", said="I hid upstairs")
    assert said == [Line("2017-10-07 23:30", RULE, "raised", "a", "school")]
    assert story.notices() == [("school", "999001")]
    assert story.last["alert"]["urgency"] == "immediate"
    (telling,) = story.last["tell"]
    assert (telling["grade"], telling["counts"]) == (None, None)
    assert telling["voice"] == "I hid upstairs"
    assert story.observed() == {"domestic-abuse incident": (1, None)}
    assert "08:30 on 9 October 2017" in telling["what"]  # a Sunday lies between


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2017-10-10 08:29", "08:30 on 10 October 2017"),
        ("2017-10-10 08:30", "08:30 on 11 October 2017"),
        ("2017-08-26 23:45", "08:30 on 29 August 2017"),  # a bank holiday
    ],
)
def test_it_names_the_next_school_day(at: str, due: str):
    story = Encompass()
    story.incident("a", at)
    assert due in story.last["tell"][0]["what"]


def test_a_form_alone_is_an_incident():
    assert Encompass().form("a", "2017-10-07 23:30")


def test_one_notice_a_case_for_the_first_event_that_arrives():
    story = Encompass()
    story.incident("a", "2017-10-07 23:30")
    assert story.form("b", "2017-10-08 01:00") == []
    assert story.tell("police.incident.closed", "2017-10-08 02:00", case="P-1", closing_code="QL99") == []
    assert story.incident("c", "2017-10-08 23:30", case="P-2")


def test_an_earlier_event_that_comes_late_is_no_second_notice():
    story = Encompass()
    story.form("b", "2017-10-08 01:00")
    assert story.incident("a", "2017-10-07 23:30", arrives="2017-10-08 03:00") == []


@pytest.mark.parametrize("kind", ["child_present", "missing", "other"])
def test_an_incident_of_another_kind_is_none_until_its_form_comes(kind: str):
    story = Encompass()
    assert story.incident("a", "2017-10-07 23:30", kind=kind) == []
    assert story.form("b", "2017-10-08 01:00")[0].because == "b"


class TestAge:
    @pytest.mark.parametrize(
        ("born", "fires"),
        [
            ("2013-10-08", False),  # four tomorrow
            ("2013-10-07", True),  # four today
            ("1999-10-08", True),  # eighteen tomorrow
            ("1999-10-07", False),  # eighteen today
            ("2016-02-29", False),
        ],
    )
    def test_four_to_seventeen(self, born: str, fires: bool):
        assert bool(Encompass(born=born).incident("a", "2017-10-07 23:30")) is fires

    def test_it_is_that_of_the_clock_on_arrival(self):
        story = Encompass(born="2013-10-08")
        assert story.incident("a", "2017-10-07 23:50", arrives="2017-10-08 00:10")

    def test_growing_up_makes_no_notice_of_an_old_incident(self):
        story = Encompass(born="2013-10-08")
        story.incident("a", "2017-10-07 12:00")
        assert [line.because for line in story.incident("b", "2017-10-09 12:00", case="P-2")] == ["b"]
        assert story.form("c", "2017-10-09 13:00") == []

    def test_an_unborn_child_has_no_school(self):
        assert Encompass(expected="2018-01-10").incident("a", "2017-10-07 23:30", via="mother") == []

    def test_a_child_whose_age_nobody_knows_may_go_to_school(self):
        assert Encompass(born=None).incident("a", "2017-10-07 23:30")


class TestWhoIsTold:
    def test_home_educated_the_authoritys_officer_through_the_hub(self):
        story = Encompass()
        story.tell("education.enrolment.changed", "2017-09-01 09:00", home_educated=True)
        assert story.incident("a", "2017-10-07 23:30")[0].to == "hub"
        assert story.last["alert"]["recipients"] == [
            {"audience": "hub", "code": "hub", "name": "the authority's officer for home education"}
        ]

    def test_no_school_known_it_is_held_until_there_is_one(self):
        story = Encompass(known=False)
        story.incident("a", "2017-10-07 23:30")
        assert (story.notices(), story.held()) == ([], [("school", "no_recipient")])
        story.tell("education.enrolment.changed", "2017-10-12 09:00", school="999005")
        assert story.notices() == [("school", "999005")]

    def test_which_school_it_is_stands_nowhere_when_the_child_must_not_be_found(self):
        story = Encompass()
        story.incident("a", "2017-10-07 23:30", sensitivity=["s_flag"])
        assert story.notices() == [("school", "999001")]
        assert "999001" not in str(story.last["alert"])


@pytest.mark.parametrize(
    ("via", "seen", "words"),
    [
        (None, None, "the child was named in it; no word that the child was seen"),
        (None, True, "the child was named in it; the child was seen"),
        ("mother", None, "an adult linked to the child was in it"),
    ],
)
def test_it_says_whether_the_child_was_there_and_seen(via: str | None, seen: bool | None, words: str):
    story = Encompass()
    story.incident("a", "2017-10-07 23:30", via=via, seen=seen)
    assert words in story.last["tell"][0]["what"]


def test_history_sends_nothing_not_even_with_the_next_live_incident():
    story = Encompass()
    story.incident("a", "2017-10-07 23:30", backfill=True)
    assert [line.because for line in story.incident("b", "2017-10-08 23:30", case="P-2")] == ["b"]


def test_it_is_hidden_from_the_patients_online_access():
    story = Encompass()
    story.incident("a", "2017-10-07 23:30")
    assert story.last["domestic_abuse"] is True


def test_held_it_says_what_is_known_when_it_leaves():
    story = Encompass(known=False)
    story.incident("a", "2017-10-07 23:30", via="mother")
    story.form("b", "2017-10-08 09:00", seen=True)
    story.tell("education.enrolment.changed", "2017-10-09 09:00", school="999001", school_nurse_team=None)
    assert "the child was named in it; the child was seen" in story.last["tell"][0]["what"]
    assert story.last["tell"][0]["recipient_action"] == "look_for_signs"
