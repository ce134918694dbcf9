"""marac-repeat: abuse between the same two people within 12 months of their last MARAC referral."""

from typing import Any

import pytest

from story import Line, Story

RULE = "marac-repeat"
COUPLE = {"dawn": "adult_victim", "lee": "adult_perpetrator"}


class Marac(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def form(self, name: str, day: str, *, referred: bool = False, **other: Any) -> list[Line]:
        data = {"tool": "dash", "grade": "high", "case": name, "adults": COUPLE} | other
        return self.tell("police.da_form.completed", f"{day} 21:00", name, marac_referred=referred, **data)

    def incident(self, name: str, day: str, **other: Any) -> list[Line]:
        data = {"kind": "domestic_abuse", "children_linked": True, "case": name, "adults": COUPLE} | other
        return self.tell("police.incident.recorded", f"{day} 20:00", name, **data)


def referred(**changes: Any) -> Marac:
    story = Marac(**changes)
    story.form("m", "2017-01-31", referred=True)
    assert story.said() == []
    return story


def test_who_is_told():
    story = referred()
    assert story.incident("a", "2017-06-01") == [Line("2017-06-01 20:00", RULE, "raised", "m a", "police hub")]
    assert story.last["alert"]["urgency"] == "immediate"
    assert story.observed() == {"days since the last MARAC referral": (121, None)}
    assert "1 June 2017 between the people referred on 31 January 2017" in story.last["tell"][0]["what"]


def test_the_police_learn_of_a_repeat_that_another_agency_knows_of_but_not_its_date():
    story = referred()
    story.tell(
        "cgl.concern.raised", "2017-06-01 12:00", "a", adults=COUPLE, category="domestic_abuse", level="low"
    )  # fmt: skip
    what = {telling["audience"]: telling["what"] for telling in story.last["tell"]}
    assert "1 June" not in what["police"]
    assert "the people referred on 31 January 2017" in what["police"]


@pytest.mark.parametrize(("day", "fires"), [("2018-01-30", True), ("2018-01-31", False), ("2018-02-01", False)])
def test_strictly_before_the_same_date_a_year_later(day: str, fires: bool):
    assert bool(referred().incident("a", day)) is fires


@pytest.mark.parametrize(
    "adults",
    [
        {"dawn": "adult_victim"},
        {"dawn": "adult_victim", "sid": "adult_perpetrator"},
        {"eve": "adult_victim", "lee": "adult_perpetrator"},
        {"lee": "adult_victim", "dawn": "adult_perpetrator"},
        {},
    ],
)
def test_other_people_are_no_repeat(adults: dict[str, str]):
    assert referred().incident("a", "2017-06-01", adults=adults) == []


def test_a_second_perpetrator_does_not_hide_the_first():
    assert referred().incident("a", "2017-06-01", adults=COUPLE | {"sid": "adult_perpetrator"})


def test_the_same_case_is_none():
    assert referred().form("b", "2017-02-01", case="m") == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("health.concern.raised", {"category": "domestic_abuse", "level": "low"}),
        ("cgl.concern.raised", {"category": "domestic_abuse", "level": "low"}),
    ],
)
def test_it_may_be_told_to_any_agency(kind: str, data: dict[str, Any]):
    assert referred().tell(kind, "2017-06-01 12:00", "a", adults=COUPLE, **data)[0].because == "m a"


def test_what_is_no_domestic_abuse_is_none():
    story = referred()
    assert story.incident("a", "2017-06-01", kind="other") == []
    assert (
        story.tell("health.concern.raised", "2017-06-02 12:00", adults=COUPLE, category="emotional", level="low") == []
    )


def test_a_form_that_was_not_referred_starts_nothing():
    story = Marac()
    story.form("x", "2017-01-31")
    assert story.incident("a", "2017-06-01") == []


def test_abuse_before_the_referral_is_none():
    assert referred().incident("a", "2017-01-30", arrives="2017-06-01 12:00") == []


def test_abuse_in_the_moment_of_the_referral_is_one():
    story = referred()
    data = {"kind": "domestic_abuse", "children_linked": True, "adults": COUPLE}
    assert story.tell("police.incident.recorded", "2017-01-31 21:00", "a", case="a", **data)


def test_it_is_the_last_referral_that_counts():
    story = referred()
    story.form("n", "2017-12-01", referred=True)
    assert story.said("because") == [("m n",)]
    assert story.incident("a", "2018-06-01")[-1].because == "n a"


def test_each_case_has_its_own_alert():
    story = referred()
    story.incident("a", "2017-06-01")
    story.form("f", "2017-06-01", case="a")
    story.incident("b", "2017-07-01")
    assert story.said("status", "because") == [("raised", "m a"), ("raised", "m b")]


def test_the_referral_may_come_after_the_repeat():
    story = Marac()
    story.incident("a", "2017-06-01")
    assert story.form("m", "2017-01-31", referred=True, arrives="2017-06-02 12:00")[0].because == "m a"


def test_decided_it_closes_and_does_not_come_back():
    story = referred()
    story.incident("a", "2017-06-01")
    assert story.tell("hub.notification.actioned", "2017-06-02 09:00", rule=RULE)[0].status == "resolved"
    assert story.form("f", "2017-06-02", case="a") == []


def test_history_repeats_nothing():
    assert referred().incident("a", "2017-06-01", backfill=True) == []
