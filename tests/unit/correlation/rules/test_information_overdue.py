"""information-overdue: the hub's request is unanswered at the time it names, else after 5 working days."""

from typing import Any

import pytest

from story import Line, Story

RULE = "information-overdue"


class Requests(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def asked(self, name: str, at: str, *, of: str = "health", case: str | None = "I-1", **other: Any) -> list[Line]:
        return self.tell("hub.information.requested", at, name, case=case, from_agency=of, **other)

    def came(self, at: str, *, of: str = "health", case: str | None = "I-1", **other: Any) -> list[Line]:
        return self.tell("hub.information.provided", at, case=case, from_agency=of, **other)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2017-10-02 09:00", "2017-10-09 17:00"),
        ("2017-08-25 09:00", "2017-09-04 17:00"),  # over a bank holiday
        ("2017-10-07 09:00", "2017-10-13 17:00"),  # on a Saturday
    ],
)
def test_after_five_working_days(asked: str, due: str):
    story = Requests()
    story.asked("a", asked)
    assert story.wait(due.replace("17:00", "16:59")) == []
    assert story.wait(due) == [Line(due, RULE, "raised", "a", "health hub")]
    assert story.last["alert"]["urgency"] == "routine"


def test_at_the_time_that_the_request_names():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-03 12:30")
    assert story.wait("2017-10-03 12:29") == []
    assert story.wait("2017-10-03 12:30")[0].at == "2017-10-03 12:30"


@pytest.mark.parametrize(
    ("agency", "told"),
    [("education", ("school", "999001")), ("police", ("police", "police")), ("probation", ("probation", "probation"))],
)
def test_the_asked_agency_is_told(agency: str, told: tuple[str, str]):
    story = Requests()
    story.asked("a", "2017-10-02 09:00", of=agency)
    story.wait("2017-10-10 09:00")
    assert story.notices() == [told, ("hub", "hub")]


def test_answered_in_time_it_is_silent_and_late_it_is_resolved():
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.came("2017-10-09 17:00")
    assert story.wait("2017-10-20 09:00") == []
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.wait("2017-10-10 09:00")
    assert story.came("2017-10-10 10:00")[0].status == "resolved"


def test_one_agencys_answer_is_not_anothers():
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.asked("b", "2017-10-02 09:00", of="police")
    story.came("2017-10-03 09:00", of="police")
    assert [line.because for line in story.wait("2017-10-10 09:00")] == ["a"]


def test_asked_again_under_the_same_case_the_old_answer_does_not_count():
    story = Requests()
    story.asked("a", "2017-09-04 09:00")
    story.came("2017-09-05 09:00")
    story.asked("b", "2017-10-02 09:00")
    assert [line.because for line in story.wait("2017-10-10 09:00")] == ["b"]


def test_asked_twice_and_answered_once_the_delay_is_that_of_the_first():
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.asked("b", "2017-10-09 09:00")
    story.wait("2017-10-10 09:00")
    assert story.came("2017-10-10 10:00")[0].because == "a"
    assert story.last["alert"]["reason"] == "the information came after 8 days 1 h"


def test_asked_again_for_an_earlier_time_that_time_counts():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-20 09:00")
    story.asked("b", "2017-10-03 09:00", due_at="2017-10-05 09:00")
    assert story.wait("2017-10-05 08:59") == []
    assert story.wait("2017-10-05 09:00") == [Line("2017-10-05 09:00", RULE, "raised", "b", "health hub")]
    assert story.wait("2017-10-30 09:00") == []  # one case, one alert
    assert [(line.status, line.because) for line in story.came("2017-10-30 10:00")] == [("resolved", "b")]


def test_what_was_sent_before_it_was_asked_for_in_the_case_answers_the_first_request():
    story = Requests()
    story.came("2017-10-01 09:00")
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-03 09:00")
    assert story.wait("2017-10-20 09:00") == []


def test_asked_again_for_a_later_time_the_first_counts():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-05 09:00")
    story.asked("b", "2017-10-03 09:00", due_at="2017-10-20 09:00")
    assert [line.because for line in story.wait("2017-10-05 09:00")] == ["a"]


def test_an_earlier_time_that_was_settled_does_not_count_for_another_request():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-03 09:00")
    story.wait("2017-10-03 09:00")
    story.tell("hub.notification.actioned", "2017-10-03 10:00", rule=RULE)
    story.asked("b", "2017-10-04 09:00", due_at="2017-10-20 09:00")
    assert story.wait("2017-10-19 09:00") == []
    assert [line.because for line in story.wait("2017-10-20 09:00")] == ["b"]


def test_asked_again_after_the_hub_has_decided_it_waits_again():
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.wait("2017-10-10 09:00")
    story.tell("hub.notification.actioned", "2017-10-10 10:00", rule=RULE)
    story.asked("b", "2017-10-11 09:00")
    assert [line.because for line in story.wait("2017-10-20 09:00")] == ["b"]


def test_the_answer_may_arrive_before_the_request():
    story = Requests()
    story.came("2017-10-03 09:00")
    story.asked("a", "2017-10-02 09:00", arrives="2017-10-12 09:00")
    assert story.wait("2017-10-20 09:00") == []


@pytest.mark.parametrize(("at", "fires"), [("2017-10-02 08:59", True), ("2017-10-02 09:00", False)])
def test_without_a_case_by_child_if_it_is_not_older(at: str, fires: bool):
    story = Requests()
    story.asked("a", "2017-10-02 09:00", case=None)
    story.came(at, case=None, arrives="2017-10-02 10:00")
    assert bool(story.wait("2017-10-10 09:00")) is fires


def test_the_words_carry_the_numbers():
    assert Requests().pack.rules[RULE].words.endswith("else after 5 working days.")
    assert Requests(days=1).pack.rules[RULE].words.endswith("else after 1 working day.")


def test_the_asked_agency_learns_when_it_was_asked_and_until_when():
    story = Requests()
    story.asked("a", "2017-10-02 09:00")
    story.wait("2017-10-09 17:00")
    assert story.last["tell"][0]["what"] == (
        "The hub asked for information on this child on 2 October 2017; it was due by 17:00 on 9 October 2017."
    )


def test_history_starts_nothing():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", backfill=True)
    assert story.wait("2017-10-20 09:00") == []


def test_a_late_answer_resolves_the_alert_of_its_request_although_the_case_waits_again():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-06 09:00")
    story.asked("b", "2017-10-10 09:00", due_at="2017-10-20 09:00")
    story.came("2017-10-08 09:00", arrives="2017-10-12 09:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "resolved")]
    assert story.last["alert"]["reason"] == "the information came after 6 days"
    assert [line.because for line in story.wait("2017-10-20 09:00")] == ["b"]


def test_a_late_answer_to_the_first_request_gives_way_to_the_second_that_is_overdue_too():
    story = Requests()
    story.asked("a", "2017-10-02 09:00", due_at="2017-10-06 09:00")
    story.asked("b", "2017-10-10 09:00", due_at="2017-10-11 09:00")
    story.came("2017-10-08 09:00", arrives="2017-10-12 09:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "resolved"), ("b", "raised")]
