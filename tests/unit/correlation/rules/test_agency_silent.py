"""agency-silent: heartbeat and events both silent for 2 heartbeats, or, without heartbeats, 3 usual gaps."""

from typing import Any

import pytest

from story import Line, Story

RULE = "agency-silent"


class Agency(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, about="agency", **changes)

    def beats(self, name: str, at: str, every: int = 3600) -> list[Line]:
        return self.tell("police.heartbeat.sent", at, name, every_seconds=every)

    def sends(self, name: str, at: str, **other: Any) -> list[Line]:
        return self.tell("police.triage.completed", at, name, outcome="o", reason="r", **other)


class TestWithHeartbeats:
    def test_after_two_of_them_the_operators_are_told(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        assert story.wait("2017-10-02 09:59") == []
        assert story.wait("2017-10-02 10:00") == [Line("2017-10-02 10:00", RULE, "raised", "a", "operators")]
        assert story.last["alert"]["urgency"] == "immediate"
        assert story.last["alert"]["child"] is None
        assert story.observed() == {"minutes of silence": (120, 120)}
        assert story.last["tell"][0]["what"].startswith("Nothing has come from police for 2 h.")

    @pytest.mark.parametrize("at", ["2017-10-02 09:59", "2017-10-02 10:00"])
    def test_heard_in_time_it_is_silent(self, at: str):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        story.beats("b", at)
        assert story.wait("2017-10-02 11:58") == []

    def test_an_event_is_as_good_as_a_heartbeat(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        story.sends("b", "2017-10-02 09:30")
        assert story.wait("2017-10-02 11:29") == []
        assert story.wait("2017-10-02 11:30")[0].because == "b"

    def test_heard_again_it_is_resolved_and_can_fall_silent_again(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        story.wait("2017-10-02 12:00")
        assert story.sends("b", "2017-10-02 12:30")[0].status == "resolved"
        assert story.wait("2017-10-02 14:30")[0].status == "raised"

    def test_the_newest_word_on_how_often_stands(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        story.beats("b", "2017-10-02 08:30", every=60)
        assert story.wait("2017-10-02 08:32")

    def test_it_never_falls_quiet(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        assert len(story.wait("2018-10-02 08:00")) == 1

    def test_what_is_late_is_heard_when_it_arrives(self):
        story = Agency()
        story.beats("a", "2017-10-02 08:00")
        story.sends("b", "2017-10-01 08:00", arrives="2017-10-02 09:00")
        assert story.wait("2017-10-02 10:59") == []


class TestWithout:
    def hourly(self, count: int, **changes: Any) -> Agency:
        story = Agency(**changes)
        for hour in range(count):
            story.sends(f"{hour}", f"2017-10-02 {8 + hour:02}:00")
        return story

    def test_three_usual_gaps(self):
        story = self.hourly(6)
        assert story.wait("2017-10-02 15:59") == []
        assert story.wait("2017-10-02 16:00")[0].because == "5"

    def test_a_gap_is_usual_only_when_some_are_known(self):
        assert self.hourly(5).wait("2017-12-02 16:00") == []
        assert self.hourly(5, known_gaps=4).wait("2017-12-02 16:00")

    def test_a_few_events_within_minutes_say_nothing_of_the_hours_between_them(self):
        story = Agency()
        for clock in ("10:05", "10:06", "10:07", "16:05", "16:06", "16:07"):
            story.sends(clock, f"2017-10-02 {clock}")
        assert story.wait("2017-12-02 16:00") == []

    def test_nor_does_a_burst(self):
        story = Agency()
        for minute in range(0, 60, 5):
            story.sends(f"{minute}", f"2017-10-02 20:{minute:02}")
        assert story.wait("2017-12-02 16:00") == []

    def test_two_hours_do(self):
        story = Agency()
        for clock in ("20:00", "20:24", "20:48", "21:12", "21:36", "22:00"):
            story.sends(clock, f"2017-10-02 {clock}")
        assert story.wait("2017-10-02 23:11") == []
        assert story.wait("2017-10-02 23:12")

    def test_nor_do_those_of_four_days_but_those_of_five(self):
        story = Agency()
        for day in (2, 3, 4, 5):
            for clock in ("10:05", "10:06"):
                story.sends(f"{day} {clock}", f"2017-10-0{day} {clock}")
        assert story.wait("2017-10-09 10:05") == []
        story.sends("9 10:05", "2017-10-09 10:05")
        story.sends("9 10:06", "2017-10-09 10:06")
        assert story.wait("2017-10-21 10:02") == []  # 3 x 95 h 59 min: the week-end is known as it was
        assert story.wait("2017-10-21 10:03")

    def test_what_is_alike_no_more_is_resolved_when_heard_again(self):
        story = self.hourly(6)
        story.sends("back", "2017-10-03 13:00")
        story.sends("again", "2017-10-05 13:00")
        assert [line.status for line in story.said()] == ["raised", "resolved", "raised", "resolved"]

    def test_nights_become_usual_after_a_few_of_them(self):
        story = Agency()
        for day in range(2, 7):
            for hour in (9, 10, 11, 12):
                story.sends(f"{day} {hour}", f"2017-10-0{day} {hour:02}:00")
        assert story.wait("2017-10-09 02:59") == []  # 3 x 21 h after Friday noon
        assert story.wait("2017-10-09 03:00")

    def test_history_says_nothing_of_the_usual(self):
        story = self.hourly(6)
        for minute in range(8):
            story.sends(f"h{minute}", "2017-01-01 08:00", arrives=f"2017-10-02 13:{minute:02}", backfill=True)
        assert story.wait("2017-10-02 16:06") == []
        assert story.wait("2017-10-02 16:07")

    def test_an_outage_does_not_become_usual(self):
        story = self.hourly(6)
        story.sends("back", "2017-10-09 08:00")
        assert [line.status for line in story.said()] == ["raised", "resolved"]
        assert story.wait("2017-10-09 17:00")[0].at == "2017-10-09 17:00"


def test_what_is_kept_of_an_agency_is_little():
    story = Agency()
    for day in range(1, 29):
        for hour in range(24):
            story.sends(f"{day} {hour}", f"2017-11-{day:02} {hour:02}:00")
            story.beats(f"{day} {hour} b", f"2017-11-{day:02} {hour:02}:30")
    assert len(story.hot.marks) == 1
    assert len(story.hot.marks[0].data["longest"]) == 14
