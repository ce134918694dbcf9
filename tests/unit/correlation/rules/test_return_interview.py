"""return-interview: returned, and no interview since, held or declined; warned at 48 h, a breach at 72 h."""

from typing import Any

import pytest

from story import Line, Story

RULE = "return-interview"


class Returns(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def returned(self, name: str, at: str, *, reported: str | None = None, **other: Any) -> list[Line]:
        return self.tell("police.missing.returned", reported or at, name, **({"returned_at": at, "case": name} | other))

    def interview(self, at: str, *, declined: bool = False, **other: Any) -> list[Line]:
        return self.tell("hub.return_interview.completed", at, declined=declined, **other)


def test_warned_at_48_hours_and_a_breach_at_72():
    story = Returns()
    story.returned("a", "2017-10-02 06:00")
    assert story.wait("2017-10-04 05:59") == []
    story.wait("2017-10-09 06:00")
    assert story.said() == [
        Line("2017-10-04 06:00", RULE, "raised", "a", "hub police"),
        Line("2017-10-05 06:00", RULE, "escalated", "a", "hub police"),
    ]
    assert story.observed() == {"hours since the return": (72, 72)}


def test_the_hours_run_from_the_return_not_from_the_report_of_it():
    story = Returns()
    story.returned("a", "2017-10-02 06:00", reported="2017-10-03 12:00")
    assert story.wait("2017-10-04 06:00")[0].at == "2017-10-04 06:00"


def test_they_are_elapsed_hours_when_the_clocks_go_forward():
    story = Returns()
    story.returned("a", "2018-03-24 06:00")
    assert story.wait("2018-03-26 06:59") == []
    assert story.wait("2018-03-26 07:00")


@pytest.mark.parametrize("declined", [False, True])
def test_an_interview_held_or_declined_answers(declined: bool):
    story = Returns()
    story.returned("a", "2017-10-02 06:00")
    story.interview("2017-10-03 10:00", declined=declined, case="H-7")
    assert story.wait("2017-10-09 06:00") == []


@pytest.mark.parametrize(("at", "fires"), [("2017-10-02 05:59", True), ("2017-10-02 06:00", False)])
def test_one_from_before_the_return_does_not(at: str, fires: bool):
    story = Returns()
    story.returned("a", "2017-10-02 06:00")
    story.interview(at, arrives="2017-10-02 07:00")
    assert bool(story.wait("2017-10-04 06:00")) is fires


def test_one_interview_answers_all_returns_before_it_and_none_after():
    story = Returns()
    story.returned("a", "2017-10-01 06:00")
    story.returned("b", "2017-10-02 06:00")
    story.interview("2017-10-02 12:00")
    story.returned("c", "2017-10-02 20:00")
    assert [line.because for line in story.wait("2017-10-09 06:00")] == ["c", "c"]


def test_a_case_that_has_been_answered_waits_again_after_another_return():
    story = Returns()
    story.returned("a", "2017-10-01 06:00", case="M-1")
    story.interview("2017-10-02 12:00")
    story.returned("b", "2017-10-05 06:00", case="M-1")
    assert [line.because for line in story.wait("2017-10-09 06:00")] == ["b", "b"]
    story.interview("2017-10-09 12:00")
    assert story.said("because", "status")[-1] == ("b", "resolved")


def test_a_case_waits_from_its_earliest_return_and_one_interview_answers_all():
    story = Returns()
    story.returned("a", "2017-10-01 06:00", case="M-1")
    story.returned("b", "2017-10-02 06:00", case="M-1")
    story.wait("2017-10-05 06:00")
    story.interview("2017-10-05 07:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "escalated"), ("a", "resolved")]


def test_another_return_after_the_hub_has_decided_waits_again():
    story = Returns()
    story.returned("a", "2017-10-01 06:00", case="M-1")
    story.wait("2017-10-05 06:00")
    story.tell("hub.notification.actioned", "2017-10-05 10:00", rule=RULE)
    story.returned("b", "2017-10-06 06:00", case="M-1")
    assert [line.because for line in story.wait("2017-10-10 06:00")] == ["b", "b"]


def test_a_late_interview_resolves_every_open_alert_with_its_delay():
    story = Returns()
    story.returned("a", "2017-10-01 06:00")
    story.returned("b", "2017-10-02 06:00")
    story.wait("2017-10-04 12:00")
    story.interview("2017-10-04 18:00")
    assert story.said("because", "status")[-2:] == [("a", "resolved"), ("b", "resolved")]
    assert story.last["alert"]["reason"] == "the interview was recorded after 2 days 12 h"


def test_returns_without_a_case_are_two():
    story = Returns()
    story.returned("a", "2017-10-02 06:00", case=None)
    story.returned("b", "2017-10-02 07:00", case=None)
    assert [line.because for line in story.wait("2017-10-04 12:00")] == ["a", "b"]


def test_a_return_that_comes_late_is_overdue_on_arrival():
    story = Returns()
    (line,) = story.returned("a", "2017-10-02 06:00", reported="2017-10-05 07:00")
    assert (line.at, line.status) == ("2017-10-05 07:00", "raised")
    assert story.observed() == {"hours since the return": (73, 72)}


def test_a_siblings_return_and_history_start_nothing():
    story = Returns()
    story.returned("a", "2017-10-02 06:00", via="mother")
    story.returned("b", "2017-10-02 06:00", backfill=True)
    assert story.wait("2017-10-09 06:00") == []


def test_the_words_carry_the_numbers():
    words = Returns(hours=24, then=[{"hours": 36, "audiences": ["hub"]}]).pack.rules[RULE].words
    assert words.endswith("after 24 h and 36 h.")


def test_a_late_interview_resolves_the_alert_of_its_return_although_the_case_waits_again():
    story = Returns()
    story.returned("a", "2017-10-01 06:00", case="M-1")
    story.returned("b", "2017-10-03 10:00", case="M-1")
    story.interview("2017-10-02 14:00", arrives="2017-10-03 12:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "resolved")]
    assert story.last["alert"]["reason"] == "the interview was recorded after 32 h"
    assert [line.because for line in story.wait("2017-10-09 06:00")] == ["b", "b"]
