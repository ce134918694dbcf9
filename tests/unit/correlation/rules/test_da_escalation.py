"""da-escalation: three incidents within 12 months, or a form graded above the one before it, of another case."""

from typing import Any

import pytest

from story import Line, Story

RULE = "da-escalation"


class Escalation(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def incident(self, name: str, day: str, **other: Any) -> list[Line]:
        data = {"kind": "domestic_abuse", "children_linked": True, "case": name} | other
        return self.tell("police.incident.recorded", f"{day} 20:00", name, **data)

    def form(self, name: str, day: str, grade: str = "standard", **other: Any) -> list[Line]:
        data = {"tool": "dash", "grade": grade, "case": name} | other
        return self.tell("police.da_form.completed", f"{day} 21:00", name, **data)


class TestThatComeAgain:
    @pytest.mark.parametrize(("count", "fires"), [(2, False), (3, True), (4, True)])
    def test_three_are_enough(self, count: int, fires: bool):
        story = Escalation()
        for n in range(count):
            story.incident(f"{n}", f"2017-0{n + 1}-01")
        assert bool(story.said()) is fires

    @pytest.mark.parametrize(("third", "fires"), [("2018-01-30", True), ("2018-01-31", False), ("2018-02-01", False)])
    def test_within_twelve_months(self, third: str, fires: bool):
        story = Escalation()
        story.incident("a", "2017-01-31")
        story.incident("b", "2017-06-01")
        assert bool(story.incident("c", third)) is fires

    def test_who_is_told_and_what_was_observed(self):
        story = Escalation()
        for n, name in enumerate("abc"):
            story.incident(name, f"2017-0{n + 1}-01")
        assert story.said() == [Line("2017-03-01 20:00", RULE, "raised", "a b c", "hub gp school-nurse")]
        assert story.observed() == {
            "domestic-abuse incidents within 12 months": (3, 3),
            "rises of grade within 12 months": (0, 1),
        }
        assert story.last["tell"][1]["counts"] == {"incidents": 3}
        assert story.last["domestic_abuse"] is True

    def test_an_incident_and_its_forms_are_one(self):
        story = Escalation()
        story.incident("a", "2017-01-01", case="P-1")
        story.form("b", "2017-01-01", case="P-1")
        story.form("c", "2017-01-02", case="P-1")
        assert story.said() == []

    def test_history_takes_part_when_something_live_comes(self):
        story = Escalation()
        for n in range(4):
            story.form(f"{n}", f"2017-0{n + 1}-01", backfill=True)
        assert story.said() == []
        assert story.incident("other", "2017-05-01", kind="other") == []
        assert story.incident("live", "2017-05-01")[0].because == "0 1 2 3 live"


class TestThatGrowGraver:
    @pytest.mark.parametrize(
        ("grades", "fires"),
        [
            ("standard standard", False),
            ("standard medium", True),
            ("standard high", True),
            ("medium high", True),
            ("medium standard", False),
            ("high medium", False),
        ],
    )
    def test_above_the_form_before_it(self, grades: str, fires: bool):
        story = Escalation()
        for n, grade in enumerate(grades.split()):
            story.form(f"{n}", f"2017-0{n + 1}-01", grade)
        assert bool(story.said()) is fires

    @pytest.mark.parametrize(("second", "fires"), [("2018-01-30", True), ("2018-01-31", False)])
    def test_within_twelve_months(self, second: str, fires: bool):
        story = Escalation()
        story.form("a", "2017-01-31")
        assert bool(story.form("b", second, "high")) is fires

    def test_only_the_form_before_it_counts(self):
        story = Escalation(incidents={"count": 9, "months": 12})
        story.form("a", "2017-01-01", "standard")
        story.form("b", "2017-02-01", "high", arrives="2017-03-02 12:00")
        story.form("c", "2017-03-01", "medium", arrives="2017-03-03 12:00")
        assert story.said("because") == [("a b",)]

    def test_a_second_form_of_the_same_case_is_compared_with_the_case_before(self):
        story = Escalation()
        story.form("a", "2017-01-01", "standard", case="P-1")
        story.form("b", "2017-01-02", "high", case="P-1")
        assert story.said() == []
        story.form("c", "2017-02-01", "medium", case="P-2")
        assert story.said() == []
        assert story.form("d", "2017-02-02", "high", case="P-2") == []  # not above b

    def test_a_case_is_named_by_its_earliest_event(self):
        story = Escalation()
        story.incident("a", "2017-01-01", case="P-1")
        story.form("b", "2017-01-01", "standard", case="P-1")
        story.form("c", "2017-02-01", "medium")
        assert story.said("because") == [("a c",)]

    def test_a_rise_to_high_only_may_be_asked_for(self):
        story = Escalation(rise_to="high", incidents={"count": 9, "months": 12})
        story.form("a", "2017-01-01", "standard")
        assert story.form("b", "2017-02-01", "medium") == []
        assert story.form("c", "2017-03-01", "high")[0].because == "b c"

    def test_the_form_is_the_one_before_it_by_time_not_by_arrival(self):
        story = Escalation()
        story.form("b", "2017-02-01", "high")
        assert story.form("a", "2017-01-01", "standard", arrives="2017-02-02 12:00")[0].because == "a b"


class TestDials:
    def test_each_tier_can_be_off_and_not_both(self):
        story = Escalation(incidents={"count": 3, "months": 12, "on": False})
        for n in range(4):
            story.incident(f"{n}", f"2017-0{n + 1}-01")
        assert story.said() == []
        story = Escalation(rise={"months": 12, "on": False})
        story.form("a", "2017-01-01")
        assert story.form("b", "2017-02-01", "high") == []
        with pytest.raises(ValueError, match="every tier is off"):
            Escalation(incidents={"months": 12, "on": False}, rise={"months": 12, "on": False})

    def test_new_ones_after_a_close(self):
        story = Escalation(new_after_close=2)
        for n in range(3):
            story.incident(f"{n}", f"2017-0{n + 1}-01")
        story.tell("hub.notification.actioned", "2017-03-02 09:00", rule=RULE)
        assert story.incident("x", "2017-03-05") == []
        assert story.incident("y", "2017-03-06")[0].because == "0 1 2 x y"


def test_decided_it_closes_and_needs_a_new_incident():
    story = Escalation()
    for n in range(3):
        story.incident(f"{n}", f"2017-0{n + 1}-01")
    assert story.tell("hub.notification.actioned", "2017-03-02 09:00", rule=RULE)[0].status == "resolved"
    assert story.form("f", "2017-03-03", case="2") == []
    assert story.incident("3", "2017-04-01")[0].because == "0 1 2 3"


def test_a_dismissal_is_broken_by_a_grade_above_the_dismissed():
    def dismissed() -> Escalation:
        story = Escalation()
        for n in range(3):
            story.form(f"{n}", f"2017-0{n + 1}-01", "medium")
        story.tell("hub.notification.dismissed", "2017-03-02 09:00", rule=RULE, reason="known")
        return story

    assert dismissed().form("x", "2017-03-05", "medium") == []
    assert dismissed().form("x", "2017-03-05", "high")[0].status == "raised"


def test_a_rise_that_an_open_alert_rests_on_is_not_forgotten():
    story = Escalation(incidents={"count": 9, "months": 12})
    story.incident("a", "2017-01-01", case="P-1")
    story.form("f", "2017-01-01", "standard", case="P-1")
    story.form("b", "2017-12-20", "high")
    story.form("c", "2018-02-20", "high")
    story.form("d", "2018-02-21", "high")
    assert story.statuses() == ["raised"]


def test_the_words_carry_the_numbers():
    assert Escalation().pack.rules[RULE].words == (
        "At least 3 domestic-abuse incidents within 12 months, "
        "or a form's grade rises above that of the form before it within 12 months."
    )
