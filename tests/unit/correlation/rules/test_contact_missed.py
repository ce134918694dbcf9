"""contact-missed: a missed healthy-child contact and any other concern within 12 months."""

from typing import Any

import pytest

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
    assert "12 months" in story.last["tell"][0]["what"]


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


def test_completed_before_the_concern_it_is_silent():
    story = Contact()
    story.missed("a", "2017-08-01 10:00")
    story.completed("2017-08-10 10:00")
    assert story.worry("x", "2017-09-01 10:00") == []


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
