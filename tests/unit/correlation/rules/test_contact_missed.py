"""contact-missed: a missed healthy-child contact and any other concern within 12 months."""

from typing import Any

import pytest

from safeguarding.inquiry.why import windows
from story import Line, Story

RULE = "contact-missed"


class Contact(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **({"born": "2016-08-01"} | changes))

    def missed(self, name: str, at: str, contact: str = "12_months", **other: Any) -> list[Line]:
        return self.tell("health.hcp_contact.missed", at, name, contact=contact, **other)

    def completed(self, at: str, contact: str = "12_months", **other: Any) -> list[Line]:
        return self.tell("health.hcp_contact.completed", at, contact=contact, **other)

    def worry(self, name: str, at: str, agency: str = "health", **other: Any) -> list[Line]:
        return self.tell(f"{agency}.concern.raised", at, name, **({"category": "emotional", "level": "low"} | other))


def test_alone_neither_is_enough():
    story = Contact()
    assert story.missed("a", "2017-08-01 10:00") == []
    story = Contact()
    story.worry("x", "2017-08-01 10:00")
    assert story.worry("y", "2017-08-02 10:00", "police") == []


def test_together_the_health_visitor_is_told():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    assert story.worry("x", "2017-09-01 10:00", "police") == [
        Line("2017-09-01 10:00", RULE, "raised", "a x", "health-visitor")
    ]
    assert story.last["alert"]["urgency"] == "routine"
    assert story.observed() == {"missed healthy-child contacts": (1, None), "concerns within 12 months": (2, 2)}
    (telling,) = story.last["tell"]
    assert telling["what"] == ("Missed contact (12 months), and others have shared a concern. Please make contact.")
    assert (telling["recipient_action"], telling["counts"]) == ("contact_hub", {"concerns": 2})


@pytest.mark.parametrize(("day", "fires"), [("2018-07-31", True), ("2018-08-01", False), ("2018-08-02", False)])
def test_within_twelve_months_whichever_is_first(day: str, fires: bool):
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    assert bool(story.worry("x", f"{day} 10:00")) is fires
    story = Contact()
    story.worry("x", "2017-08-01 10:00")
    assert bool(story.missed("a", f"{day} 10:00")) is fires


def test_another_missed_contact_is_another_concern():
    story = Contact()
    story.missed("a", "2017-08-01 10:00", "6_8_weeks")
    assert story.missed("b", "2017-09-01 10:00", "12_months")


def test_poverty_is_no_concern():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    assert story.worry("x", "2017-09-01 10:00", "police", category="hardship", level="high") == []


def test_completed_it_is_resolved():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.worry("x", "2017-09-01 10:00")
    assert story.completed("2017-09-02 10:00", "24_30_months") == []
    assert story.completed("2017-09-03 10:00")[0].status == "resolved"


def test_completed_in_the_same_moment_it_is_made_good():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.completed("2017-08-01 10:00")
    assert story.worry("x", "2017-09-01 10:00") == []


def test_completed_before_it_was_missed_it_is_not_made_good():
    story = Contact()
    story.completed("2017-08-01 09:59")
    story.missed("a", "2017-08-01 10:00")
    assert story.worry("x", "2017-09-01 10:00")[0].because == "a x"


def test_completed_before_the_concern_it_is_silent():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.completed("2017-08-10 10:00")
    assert story.worry("x", "2017-09-01 10:00") == []


def test_what_has_been_made_good_is_no_part_of_a_later_one():
    story = Contact()
    story.missed("a", "2017-01-30 10:00", "6_8_weeks")
    story.completed("2017-01-31 10:00", "6_8_weeks")
    story.worry("x", "2017-02-01 10:00")
    story.missed("b", "2018-02-10 10:00")
    assert story.worry("y", "2018-02-11 10:00")[0].because == "b y"


def test_after_a_close_the_window_that_holds_nothing_new_is_no_part_of_another():
    story = Contact()
    story.missed("a", "2017-01-30 10:00", "6_8_weeks")
    story.worry("x", "2017-02-01 10:00")
    assert [line.status for line in story.wait("2017-06-01 10:00")] == ["resolved"]
    story.missed("b", "2018-02-10 10:00")
    assert story.worry("y", "2018-02-11 10:00")[0].because == "b y"


def test_after_a_close_the_old_ones_count_with_a_new_one():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.worry("x", "2017-09-01 10:00")
    story.wait("2017-12-10 10:00")
    assert story.worry("y", "2018-01-10 10:00") == [Line("2018-01-10 10:00", RULE, "raised", "a x y", "health-visitor")]


def test_what_is_resolved_rests_on_the_windows_with_a_missed_contact():
    story = Contact()
    story.worry("v", "2016-12-01 10:00")
    story.worry("w", "2016-12-02 10:00")
    story.missed("a", "2017-12-10 10:00")
    story.worry("x", "2017-12-11 10:00")
    assert story.completed("2017-12-12 10:00")[0][2:4] == ("resolved", "a x")
    assert story.observed() == {"missed healthy-child contacts": (0, None), "concerns within 12 months": (2, 2)}


def test_a_contact_missed_in_a_case_with_other_concerns_is_resolved_too():
    story = Contact()
    story.missed("a", "2017-08-01 10:00", case="S-1")
    story.worry("b", "2017-08-02 10:00", case="S-1")
    story.worry("x", "2017-09-01 10:00")
    assert story.completed("2017-09-02 10:00")[0][2:4] == ("resolved", "a x")
    assert story.last["alert"]["reason"] == "the contact has been completed"


def test_one_of_two_completed_leaves_it_open():
    story = Contact()
    story.missed("a", "2017-08-01 10:00", "6_8_weeks")
    story.missed("b", "2017-09-01 10:00", "12_months")
    assert story.completed("2017-09-03 10:00", "6_8_weeks") == []
    assert story.completed("2017-09-04 10:00", "12_months")[0].status == "resolved"


def test_an_antenatal_contact_is_the_mothers():
    story = Contact(expected="2018-01-10")
    story.missed("a", "2017-09-01 10:00", "antenatal", via="mother", link="pregnancy")
    assert story.tell("cgl.concern.raised", "2017-10-01 10:00", "x", category="other", level="low", via="mother")
    story = Contact()
    story.missed("a", "2017-09-01 10:00", "antenatal", via="mother", link="household")
    assert story.worry("x", "2017-10-01 10:00") == []


def needs(story: Contact) -> dict[str, tuple[int, int]]:
    (window,) = windows(story.hot, story.pack.rules[RULE])
    return {need["what"]: (need["value"], need["threshold"]) for need in window["needs"]}


def test_how_near_it_comes_counts_no_contact_that_has_been_made_good():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    assert needs(story) == {"missed contacts not made good": (1, 1), "concerns": (1, 2)}
    story.completed("2017-08-02 10:00")
    story.worry("x", "2017-09-01 10:00")
    assert needs(story) == {"missed contacts not made good": (0, 1), "concerns": (2, 2)}


def test_how_near_it_comes_says_what_is_new_after_a_close():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.worry("x", "2017-09-01 10:00")
    story.wait("2017-12-10 10:00")
    assert needs(story) == {
        "missed contacts not made good": (1, 1),
        "concerns": (2, 2),
        "new since the last close": (0, 1),
    }


def test_a_missed_contact_counts_on_its_own_day_however_old_its_case():
    story = Contact()
    story.worry("old", "2017-01-01 10:00", case="S-1")
    story.worry("x", "2017-03-01 10:00", "police")
    assert story.missed("a", "2018-06-10 10:00", case="S-1") == []
    assert story.worry("y", "2018-07-01 10:00", "police")[0].because == "old y"


@pytest.mark.parametrize(("day", "fires"), [("2018-05-31", True), ("2018-06-01", False)])
def test_its_case_counts_once_and_from_where_it_began_as_well(day: str, fires: bool):
    story = Contact()
    story.worry("old", "2017-01-01 10:00", case="S-1")
    assert story.missed("a", "2017-06-01 10:00", case="S-1") == []
    assert bool(story.worry("x", f"{day} 10:00", "police")) is fires


def test_the_notice_names_no_contact_that_has_been_made_good():
    story = Contact()
    story.missed("a", "2017-08-01 10:00", "12_months")
    story.missed("b", "2017-08-02 10:00", "6_8_weeks")
    story.completed("2017-08-10 10:00", "6_8_weeks")
    story.worry("x", "2017-08-20 10:00")
    assert story.last["tell"][0]["what"].startswith("Missed contact (12 months),")


def test_a_contact_made_good_long_ago_stays_so_while_an_alert_rests_on_what_was_missed():
    story = Contact()
    story.missed("a", "2016-11-01 10:00", "6_8_weeks")
    story.worry("x", "2016-11-03 10:00")
    story.completed("2016-11-05 10:00", "6_8_weeks")
    story.missed("b", "2017-10-20 10:00", "12_months")
    story.worry("y", "2018-01-05 10:00")  # on this day what is older than thirteen months is let go of
    assert story.observed()["missed healthy-child contacts"] == (1, None)
    story.completed("2018-01-06 10:00", "12_months")
    assert story.statuses() == ["raised", "resolved", "raised", "amended", "resolved"]


def test_another_concern_counts_only_where_its_case_began():
    story = Contact()
    story.worry("old", "2017-01-01 10:00", "police", case="P-1")
    story.missed("a", "2018-06-01 10:00")
    assert story.worry("now", "2018-06-02 10:00", "police", case="P-1") == []
