"""court-clock: raised at 50 % of the time to court, escalated at 80 %, over when given or when court sits."""

from typing import Any

import pytest

from story import Line, Story

RULE = "court-clock"


class Court(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, about="case", **changes)

    def asked(self, name: str, at: str, court: str, **other: Any) -> list[Line]:
        return self.tell("probation.psr_information.requested", at, name, case="PSR-1", court_at=court, **other)

    def given(self, at: str, **other: Any) -> list[Line]:
        return self.tell("hub.psr_information.provided", at, case="H-9", to_case_ref="PSR-1", **other)


def test_half_four_fifths_and_all_of_the_time():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00")
    assert story.wait("2017-10-07 09:59") == []
    story.wait("2017-10-20 10:00")
    assert story.said() == [
        Line("2017-10-07 10:00", RULE, "raised", "a", "hub probation"),
        Line("2017-10-10 10:00", RULE, "escalated", "a", "hub probation"),
        Line("2017-10-12 10:00", RULE, "resolved", "a", "hub probation"),
    ]
    assert story.last["alert"]["child"] is None
    assert story.last["alert"]["reason"] == "court has sat without the information"
    assert story.observed()["sentenced without the information"] == (1, None)
    assert story.notices("resolved") == [("hub", "hub"), ("probation", "probation")]


@pytest.mark.parametrize(
    ("at", "lines", "after"),
    [("2017-10-07 10:00", 0, ""), ("2017-10-07 11:00", 2, "5 days 1 h"), ("2017-10-10 11:00", 3, "8 days 1 h")],
)
def test_given_it_is_over(at: str, lines: int, after: str):
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00")
    story.given(at)
    story.wait("2017-10-20 10:00")
    assert len(story.said()) == lines
    assert not lines or story.last["alert"]["reason"] == f"the information was given after {after}"


def test_asked_late_the_steps_already_past_are_in_the_first_revision():
    story = Court()
    (line,) = story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00", arrives="2017-10-11 10:00")
    assert (line.status, story.observed()["per cent of the time to court"]) == ("raised", (90, 50))
    assert [line.status for line in story.wait("2017-10-20 10:00")] == ["resolved"]


def test_after_court_there_is_nothing_to_say():
    story = Court()
    assert story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00", arrives="2017-10-12 10:01") == []
    assert story.wait("2017-10-20 10:00") == []


@pytest.mark.parametrize("court", ["2017-10-02 10:00", "2017-10-01 10:00"])
def test_a_court_that_sat_before_it_was_asked_for_is_no_clock(court: str):
    story = Court()
    assert story.asked("a", "2017-10-02 10:00", court) == []
    assert story.wait("2017-10-20 10:00") == []


def test_the_answer_may_arrive_first():
    story = Court()
    story.given("2017-10-03 10:00")
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00", arrives="2017-10-08 10:00")
    assert story.wait("2017-10-20 10:00") == []


def test_another_court_day_moves_the_clock_and_keeps_the_asking():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00")
    story.asked("b", "2017-10-03 10:00", "2017-10-22 10:00")
    assert [(*line[:2], line.because) for line in story.wait("2017-10-12 10:00")] == [("2017-10-12 10:00", RULE, "a")]


def test_history_starts_nothing():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00", backfill=True)
    assert story.wait("2017-10-20 10:00") == []


def test_the_parts_must_follow_one_another():
    with pytest.raises(ValueError, match="escalate_at comes after raise_at"):
        Court(raise_at=80)


def test_it_says_nothing_of_a_child():
    story = Story(RULE)
    story.tell("probation.psr_information.requested", "2017-10-02 10:00", court_at="2017-10-12 10:00", via="father")
    assert story.wait("2017-10-20 10:00") == []


def test_asked_again_after_court_has_sat_another_clock_runs():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00")
    story.given("2017-10-14 10:00")
    story.asked("b", "2017-10-20 10:00", "2017-10-30 10:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "escalated"), ("a", "resolved")]
    assert story.wait("2017-10-25 09:59") == []  # ten days and an hour: the clocks go back on the way
    assert story.wait("2017-10-25 10:30") == [Line("2017-10-25 10:30", RULE, "raised", "b", "hub probation")]
    story.given("2017-10-26 10:00")
    assert story.said("because", "status")[-1] == ("b", "resolved")
    assert story.last["alert"]["reason"] == "the information was given after 6 days"


def test_asked_again_at_the_moment_of_court_its_day_is_another():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00")
    story.asked("b", "2017-10-12 10:00", "2017-10-13 10:00")
    assert story.said("because", "status")[-1] == ("a", "escalated")
    assert [(*line[:1], line.status) for line in story.wait("2017-10-20 10:00")] == [("2017-10-13 10:00", "resolved")]


def test_history_of_a_case_whose_court_has_sat_keeps_no_later_clock_from_running():
    story = Court()
    story.asked("a", "2017-10-02 10:00", "2017-10-12 10:00", arrives="2017-10-13 10:00")
    story.asked("b", "2017-10-14 10:00", "2017-10-16 10:00")
    assert story.wait("2017-10-15 10:00")[0].because == "b"
