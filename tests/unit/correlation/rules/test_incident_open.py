"""incident-open: an incident with a child that nobody has closed after 24 h."""

from typing import Any

import pytest

from story import Line, Story

RULE = "incident-open"


class Open(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def incident(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        data = {"kind": "domestic_abuse", "children_linked": True} | other
        return self.tell("police.incident.recorded", at, name, case=case, **data)

    def closed(self, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.incident.closed", at, case=case, closing_code="QL23", **other)


def test_it_fires_at_exactly_24_hours_also_on_a_bank_holiday_week_end():
    story = Open()
    story.incident("a", "2017-08-26 23:40")
    assert story.wait("2017-08-27 23:39") == []
    assert story.wait("2017-08-27 23:40") == [Line("2017-08-27 23:40", RULE, "raised", "a", "police")]
    assert story.observed() == {"hours open": (24, 24)}


@pytest.mark.parametrize("at", ["2017-10-03 19:59", "2017-10-03 20:00"])
def test_closed_in_time_or_in_the_very_moment_it_does_not(at: str):
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.closed(at)
    story.wait("2017-10-05 20:00")
    assert story.said() == []


def test_closed_late_it_is_resolved_with_the_delay():
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.wait("2017-10-03 20:00")
    assert story.closed("2017-10-04 06:30") == [Line("2017-10-04 06:30", RULE, "resolved", "a", "police")]
    assert story.last["alert"]["reason"] == "the incident was closed after 34 h 30 min"


def test_the_closing_may_arrive_before_the_incident():
    story = Open()
    story.closed("2017-10-02 23:00")
    story.incident("a", "2017-10-02 20:00", arrives="2017-10-04 20:00")
    assert story.wait("2017-10-10 20:00") == []


def test_one_that_arrives_late_is_overdue_at_once():
    story = Open()
    assert story.incident("a", "2017-10-02 20:00", arrives="2017-10-04 02:00")[0].at == "2017-10-04 02:00"
    assert story.observed() == {"hours open": (30, 24)}


def test_another_cases_closing_does_not_close_it():
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.closed("2017-10-02 23:00", case="P-2")
    assert story.wait("2017-10-05 20:00")


@pytest.mark.parametrize(("at", "fires"), [("2017-10-02 19:00", True), ("2017-10-02 21:00", False)])
def test_a_closing_without_a_case_counts_for_the_child_if_it_is_not_older(at: str, fires: bool):
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.closed(at, case=None, arrives="2017-10-02 22:00")
    assert bool(story.wait("2017-10-05 20:00")) is fires


def test_a_form_is_an_incident_and_the_case_has_one_alert():
    story = Open()
    story.tell("police.da_form.completed", "2017-10-02 21:00", "b", case="P-1", tool="dash", grade="high")
    story.incident("a", "2017-10-02 20:00", arrives="2017-10-02 22:00")
    assert [line[:4] for line in story.wait("2017-10-05 20:00")] == [("2017-10-03 20:00", RULE, "raised", "a")]


@pytest.mark.parametrize("other", [{"kind": "child_present"}, {"kind": "other"}, {"via": "mother"}, {"backfill": True}])
def test_what_is_no_incident_of_this_child(other: dict[str, Any]):
    story = Open()
    story.incident("a", "2017-10-02 20:00", **other)
    assert story.wait("2017-10-05 20:00") == []


def test_a_decision_ends_it_for_good_and_the_hubs_only():
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.wait("2017-10-04 20:00")
    assert story.tell("police.notification.actioned", "2017-10-05 08:00", rule=RULE) == []
    story.tell("hub.notification.actioned", "2017-10-05 09:00", rule=RULE)
    story.closed("2017-10-06 20:00")
    assert story.statuses() == ["raised", "resolved"]


def test_it_never_goes_quiet():
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    assert len(story.wait("2019-10-02 20:00")) == 1
    assert story.closed("2019-10-03 20:00")[0].status == "resolved"


def test_an_old_answered_incident_does_not_come_back_when_much_is_forgotten():
    story = Open()
    story.closed("2017-10-02 19:00")  # its clock was slow
    story.incident("a", "2017-10-02 20:00")
    story.incident("b", "2018-11-02 12:00", case="P-2")  # of the first case's closing the 13 months are over
    story.closed("2018-11-02 13:00", case="P-2")
    assert story.wait("2018-12-02 12:00") == []


def test_the_hub_may_end_it():
    story = Open()
    story.incident("a", "2017-10-02 20:00")
    story.wait("2017-10-04 20:00")
    story.tell("hub.notification.actioned", "2017-10-05 10:00", rule=RULE)
    assert story.statuses() == ["raised", "resolved"]
