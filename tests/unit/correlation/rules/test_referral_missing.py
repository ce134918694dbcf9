"""referral-missing: a form with a child, or an incident with a child present, and no referral of that case."""

from typing import Any

import pytest

from story import Line, Story

RULE = "referral-missing"


class Referral(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def form(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.da_form.completed", at, name, case=case, tool="dash", grade="standard", **other)

    def incident(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        data = {"kind": "child_present", "children_linked": True} | other
        return self.tell("police.incident.recorded", at, name, case=case, **data)

    def referral(self, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.referral.submitted", at, case=case, form="ppn", **other)


def test_the_steps_come_at_24_48_and_72_hours():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    assert story.wait("2017-10-03 19:14") == []
    story.wait("2017-10-10 12:00")
    assert story.said() == [
        Line("2017-10-03 19:15", RULE, "raised", "a", "police"),
        Line("2017-10-04 19:15", RULE, "escalated", "a", "police"),
        Line("2017-10-05 19:15", RULE, "escalated", "a", "police hub"),
    ]
    assert story.notices() == [
        ("police", "police"),
        ("police", "police"),
        ("police", "police-supervisor"),
        ("police", "police"),
        ("police", "police-supervisor"),
        ("hub", "hub"),
    ]
    assert story.observed() == {"hours without a referral": (72, 72)}


@pytest.mark.parametrize(
    ("arrives", "stage"),
    [("2017-10-03 19:16", 24), ("2017-10-04 19:14", 24), ("2017-10-04 19:16", 48), ("2017-10-05 19:16", 72)],
)
def test_steps_already_past_are_in_the_first_revision(arrives: str, stage: int):
    story = Referral()
    (line,) = story.form("a", "2017-10-02 19:15", arrives=arrives)
    assert (line.at, line.status) == (arrives, "raised")
    assert story.observed()["hours without a referral"][1] == stage


def test_the_referral_resolves_it_with_the_delay_between_the_two():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.wait("2017-10-05 09:00")
    story.referral("2017-10-04 21:15", arrives="2017-10-05 10:00")
    assert story.said()[-1] == Line("2017-10-05 10:00", RULE, "resolved", "a", "police")
    assert story.last["alert"]["reason"] == "the referral arrived after 2 days 2 h"
    assert story.notices("resolved") == [("police", "police"), ("police", "police-supervisor")]


@pytest.mark.parametrize("at", ["2017-10-03 19:14", "2017-10-03 19:15"])
def test_in_time_it_does_not_fire(at: str):
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.referral(at)
    assert story.wait("2017-10-10 12:00") == []
    assert story.said() == []


def test_the_referral_may_arrive_or_occur_before_the_form():
    story = Referral()
    story.referral("2017-10-02 18:00")
    story.form("a", "2017-10-02 19:15", arrives="2017-10-04 19:15")
    assert story.wait("2017-10-10 12:00") == []


def test_another_cases_referral_does_not_answer():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.referral("2017-10-02 20:00", case="P-2")
    assert story.wait("2017-10-03 20:00")


@pytest.mark.parametrize(("at", "fires"), [("2017-10-02 19:14", True), ("2017-10-02 19:15", False)])
def test_without_a_case_a_referral_that_is_not_older_answers_for_the_child(at: str, fires: bool):
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.referral(at, case=None, arrives="2017-10-02 20:00")
    assert bool(story.wait("2017-10-03 20:00")) is fires


def test_one_alert_a_case_from_its_first_event():
    story = Referral()
    story.form("b", "2017-10-02 21:00")
    story.incident("a", "2017-10-02 19:00", arrives="2017-10-02 22:00")
    assert story.wait("2017-10-03 21:00")[0][:4] == ("2017-10-03 19:00", RULE, "raised", "a")


def test_forms_without_a_case_are_two_alerts():
    story = Referral()
    story.form("a", "2017-10-02 19:00", case=None)
    story.form("b", "2017-10-02 20:00", case=None)
    assert [line.because for line in story.wait("2017-10-03 22:00")] == ["a", "b"]


def test_two_cases_are_two_alerts():
    story = Referral()
    story.form("a", "2017-10-02 19:00")
    story.form("b", "2017-10-02 20:00", case="P-2")
    story.referral("2017-10-02 21:00", case="P-2")
    assert [line.because for line in story.wait("2017-10-03 22:00")] == ["a"]


@pytest.mark.parametrize(("kind", "fires"), [("child_present", True), ("domestic_abuse", False), ("other", False)])
def test_which_incidents_ask_for_a_referral(kind: str, fires: bool):
    story = Referral()
    story.incident("a", "2017-10-02 19:15", kind=kind)
    assert bool(story.wait("2017-10-03 20:00")) is fires


@pytest.mark.parametrize("other", [{"via": "mother"}, {"backfill": True}])
def test_a_child_who_is_not_named_and_history_ask_for_none(other: dict[str, Any]):
    story = Referral()
    story.form("a", "2017-10-02 19:15", **other)
    assert story.wait("2017-10-03 20:00") == []


def test_a_decision_ends_it():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.wait("2017-10-03 20:00")
    story.tell("hub.notification.actioned", "2017-10-03 21:00", rule=RULE)
    story.wait("2017-10-10 20:00")
    assert story.statuses() == ["raised", "resolved"]


def test_a_dismissal_mutes_the_rule_for_the_child_also_for_another_case():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.wait("2017-10-03 20:00")
    story.tell("police.notification.dismissed", "2017-10-03 21:00", rule=RULE, reason="not our child")
    story.form("b", "2017-10-05 19:15", case="P-2")
    assert story.wait("2017-10-07 20:00") == []


def test_a_graver_form_breaks_the_mute_when_its_time_is_over():
    story = Referral()
    story.form("a", "2017-10-02 19:15")
    story.wait("2017-10-03 20:00")
    story.tell("police.notification.dismissed", "2017-10-03 21:00", rule=RULE, reason="not our child")
    story.tell("police.da_form.completed", "2017-10-05 19:15", "b", case="P-2", tool="dash", grade="high")
    assert [line.because for line in story.wait("2017-10-06 20:00")] == ["b"]


def test_the_steps_must_follow_one_another():
    with pytest.raises(ValueError, match="must follow one another"):
        Referral(hours=48)


def test_the_words_carry_the_numbers():
    words = Referral(hours=12, then=[]).pack.rules[RULE].words
    assert words.endswith("no referral of that case after 12 h.")
