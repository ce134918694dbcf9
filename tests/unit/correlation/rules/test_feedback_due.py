"""feedback-due: a decision has been made and the referrer has not been told after 1 working day."""

from typing import Any

from story import Line, Story

RULE = "feedback-due"


class Feedback(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def decided(self, name: str, at: str, *, told: bool = False, of: str = "S-1", **other: Any) -> list[Line]:
        data = {"from_agency": "education", "from_case_ref": of, "outcome": "assessment", "case": "H-1"} | other
        return self.tell("hub.decision.made", at, name, referrer_told=told, **data)


def test_it_is_due_at_five_on_the_next_working_day():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    assert story.wait("2017-10-09 16:59") == []
    assert story.wait("2017-10-09 17:00") == [Line("2017-10-09 17:00", RULE, "raised", "a", "hub")]
    assert story.last["alert"]["urgency"] == "routine"


def test_told_at_once_it_is_silent():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00", told=True)
    assert story.wait("2017-10-20 17:00") == []


def test_told_in_time_it_is_silent_and_told_late_it_is_resolved():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.decided("b", "2017-10-09 17:00", told=True)
    assert story.wait("2017-10-20 17:00") == []
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.wait("2017-10-10 09:00")
    assert story.decided("b", "2017-10-10 10:00", told=True)[0].status == "resolved"


def test_told_in_the_same_moment_it_is_silent():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.decided("b", "2017-10-06 10:00", told=True)
    assert story.wait("2017-10-20 17:00") == []


def test_told_of_another_referral_is_not_told_of_this():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.decided("b", "2017-10-06 12:00", told=True, of="S-2")
    assert story.wait("2017-10-09 17:00")[0].because == "a"


def test_a_later_decision_that_nobody_told_is_due_although_the_first_was_told():
    story = Feedback()
    story.decided("a", "2017-10-02 10:00", told=True)
    story.decided("b", "2017-10-06 10:00")
    assert story.wait("2017-10-09 17:00")[0].because == "b"


def test_another_decision_after_the_hub_has_answered_for_the_first_is_due_again():
    story = Feedback()
    story.decided("a", "2017-10-02 09:00")
    story.wait("2017-10-04 09:00")
    story.tell("hub.notification.dismissed", "2017-10-04 10:00", rule=RULE, reason="told by phone")
    story.decided("b", "2017-11-20 09:00")
    assert [line.because for line in story.wait("2017-11-22 09:00")] == ["b"]


def test_the_word_may_arrive_before_the_decision():
    story = Feedback()
    story.decided("b", "2017-10-06 12:00", told=True)
    story.decided("a", "2017-10-06 10:00", arrives="2017-10-12 10:00")
    assert story.wait("2017-10-20 17:00") == []


def test_each_referral_has_its_own():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.decided("b", "2017-10-06 11:00", of="S-2")
    assert [line.because for line in story.wait("2017-10-09 17:00")] == ["a", "b"]


def test_history_starts_nothing():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00", backfill=True)
    assert story.wait("2017-10-20 17:00") == []
    story.decided("b", "2017-10-23 10:00", of="S-2")  # the next live one does not bring it up either
    assert [line.because for line in story.wait("2017-11-20 17:00")] == ["b"]


def test_without_the_referrals_own_reference_it_is_known_by_the_hubs_case_or_by_itself():
    story = Feedback()
    for minute, (name, case) in enumerate([("a", "H-1"), ("b", "H-1"), ("c", "H-2"), ("d", None), ("e", None)]):
        story.decided(name, f"2017-10-06 10:0{minute}", of="", case=case)
    assert sorted(line.because for line in story.wait("2017-10-20 17:00")) == ["a", "c", "d", "e"]


def test_the_hub_may_end_it():
    story = Feedback()
    story.decided("a", "2017-10-06 10:00")
    story.wait("2017-10-10 09:00")
    story.tell("hub.notification.actioned", "2017-10-10 10:00", rule=RULE)
    assert story.statuses() == ["raised", "resolved"]


def test_the_words_carry_the_numbers():
    assert Feedback(days=2).pack.rules[RULE].words.endswith("has not been told after 2 working days.")


def test_told_late_of_the_first_decision_its_alert_is_resolved_although_the_second_waits():
    story = Feedback()
    story.decided("a", "2017-10-02 10:00")
    story.decided("b", "2017-10-04 10:00")
    story.decided("c", "2017-10-03 18:00", told=True, arrives="2017-10-04 11:00")
    assert story.said("because", "status") == [("a", "raised"), ("a", "resolved")]
    assert [line.because for line in story.wait("2017-10-05 17:00")] == ["b"]
