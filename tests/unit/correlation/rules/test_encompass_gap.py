"""encompass-gap: 24 h after an incident with a child of school age, no school notice has been sent."""

from typing import Any

import pytest

from story import Line, Story

RULE = "encompass-gap"


class Gap(Story):
    def __init__(self, *, known: bool = False, **changes: Any) -> None:
        super().__init__(RULE, "encompass-notice", known=known, **changes)

    def incident(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        said = self.tell(
            "police.incident.recorded", at, name, case=case, kind="domestic_abuse", children_linked=True, **other
        )
        return [line for line in said if line.rule == RULE]

    def gaps(self) -> list[Line]:
        return [line for line in self.said() if line.rule == RULE]


def test_a_held_notice_is_not_sent_at_24_hours():
    story = Gap()
    story.incident("a", "2017-10-02 20:00")
    assert story.wait("2017-10-03 19:59") == []
    assert story.wait("2017-10-03 20:00") == [Line("2017-10-03 20:00", RULE, "raised", "a", "police hub")]
    assert story.observed() == {"hours without a sent school notice": (24, 24)}
    assert story.last["alert"]["urgency"] == "today"


def test_twenty_four_hours_are_elapsed_hours_when_the_clocks_go_back():
    story = Gap()
    story.incident("a", "2017-10-28 20:00")
    assert story.wait("2017-10-29 18:59") == []
    assert story.wait("2017-10-29 19:00")


def test_a_notice_that_was_sent_leaves_no_gap():
    story = Gap(known=True)
    story.incident("a", "2017-10-02 20:00")
    assert story.wait("2017-10-10 20:00") == []


def test_one_through_the_hub_is_sent():
    story = Gap()
    story.tell("education.enrolment.changed", "2017-09-01 09:00", home_educated=True)
    story.incident("a", "2017-10-02 20:00")
    assert story.wait("2017-10-10 20:00") == []


def test_it_is_resolved_when_the_notice_leaves_in_the_same_moment():
    story = Gap()
    story.incident("a", "2017-10-02 20:00")
    story.wait("2017-10-04 09:00")
    story.tell("education.enrolment.changed", "2017-10-05 09:00", school="999005")
    assert story.gaps()[-1] == Line("2017-10-05 09:00", RULE, "resolved", "a", "police hub")
    assert story.last["alert"]["reason"] == "the notice was sent after 61 h"


def test_a_notice_that_leaves_in_time_leaves_no_gap():
    story = Gap()
    story.incident("a", "2017-10-02 20:00")
    story.tell("education.enrolment.changed", "2017-10-03 09:00", school="999005")
    assert story.wait("2017-10-10 20:00") == []


@pytest.mark.parametrize("born", ["2014-01-01", "1998-01-01"])
def test_not_of_school_age_is_a_reason(born: str):
    story = Gap(born=born)
    story.incident("a", "2017-10-02 20:00")
    assert story.wait("2017-10-10 20:00") == []


def test_an_incident_that_comes_late_is_overdue_on_arrival_unless_its_notice_leaves():
    held, sent = Gap(), Gap(known=True)
    assert [line.at for line in held.incident("a", "2017-10-02 20:00", arrives="2017-10-04 02:00")] == [
        "2017-10-04 02:00"
    ]
    assert sent.incident("a", "2017-10-02 20:00", arrives="2017-10-04 02:00") == []


def test_each_case_has_its_own():
    story = Gap()
    story.incident("a", "2017-10-02 20:00")
    story.incident("b", "2017-10-02 22:00", case="P-2")
    story.wait("2017-10-04 20:00")
    assert [line[0] for line in story.gaps()] == ["2017-10-03 20:00", "2017-10-03 22:00"]


def test_a_decision_ends_it_and_it_never_goes_quiet():
    story = Gap()
    story.incident("a", "2017-10-02 20:00")
    assert len(story.wait("2018-10-02 20:00")) == 1
    assert story.tell("hub.notification.actioned", "2018-10-03 09:00", rule=RULE)[0].status == "resolved"
    assert story.wait("2018-11-03 09:00") == []


def test_history_starts_nothing():
    story = Gap()
    story.incident("a", "2017-10-02 20:00", backfill=True)
    assert story.wait("2017-10-10 20:00") == []
