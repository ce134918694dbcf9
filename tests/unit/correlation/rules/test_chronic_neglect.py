"""chronic-neglect: 2 types of neglect within 12 months, or a tool's grade worse by 1 in 2 areas."""

from typing import Any

import pytest

from story import Line, Story

RULE = "chronic-neglect"


class Neglect(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def worry(self, name: str, day: str, kind: str | None, agency: str = "health", **other: Any) -> list[Line]:
        data = {"category": "neglect", "level": "low", "neglect_type": kind} | other
        return self.tell(f"{agency}.concern.raised", f"{day} 10:00", name, **data)

    def assessed(self, name: str, day: str, areas: dict[str, int], tool: str = "GCP", **other: Any) -> list[Line]:
        return self.tell("hub.neglect_assessment.completed", f"{day} 10:00", name, tool=tool, areas=areas, **other)


class TestTypes:
    @pytest.mark.parametrize(
        ("kinds", "fires"),
        [
            (("physical",), False),
            (("physical", "physical", "physical"), False),
            (("physical", "medical"), True),
            (("physical", "medical", "supervision"), True),
            (("physical", None), False),
        ],
    )
    def test_two_different_ones(self, kinds: tuple[str | None, ...], fires: bool):
        story = Neglect()
        for n, kind in enumerate(kinds):
            story.worry(f"{n}", f"2017-0{n + 1}-01", kind)
        assert bool(story.said()) is fires

    @pytest.mark.parametrize(("day", "fires"), [("2018-01-30", True), ("2018-01-31", False)])
    def test_within_twelve_months(self, day: str, fires: bool):
        story = Neglect()
        story.worry("a", "2017-01-31", "physical")
        assert bool(story.worry("b", day, "medical")) is fires

    def test_who_is_told_and_what_was_observed(self):
        story = Neglect()
        story.worry("a", "2017-01-01", "physical")
        assert story.worry("b", "2017-02-01", "medical", "education") == [
            Line("2017-02-01 10:00", RULE, "raised", "a b", "hub school-nurse")
        ]
        assert story.observed() == {
            "types of neglect within 12 months": (2, 2),
            "areas in which a neglect tool's grade is worse": (0, 2),
        }
        assert [(one["recipient_action"], one["counts"]) for one in story.last["tell"]] == [
            ("contact_hub", {"events": 2})
        ] * 2

    def test_two_types_under_one_case_are_two(self):
        story = Neglect()
        story.worry("a", "2017-01-01", "physical", case="S-1")
        assert story.worry("b", "2017-02-01", "medical", case="S-1")[0].because == "a b"

    def test_one_type_under_one_case_is_named_by_its_earliest_event(self):
        story = Neglect()
        story.worry("a", "2017-01-01", "physical", case="S-1")
        story.worry("again", "2017-01-02", "physical", case="S-1")
        assert story.worry("b", "2017-02-01", "medical")[0].because == "a b"

    def test_poverty_is_no_neglect(self):
        story = Neglect()
        story.worry("a", "2017-01-01", "physical")
        assert story.worry("b", "2017-02-01", "medical", category="hardship") == []

    def test_more_of_it_amends(self):
        story = Neglect()
        story.worry("a", "2017-01-01", "physical")
        story.worry("b", "2017-02-01", "medical")
        story.worry("c", "2017-03-01", "physical")
        assert story.said("status", "because") == [("raised", "a b"), ("amended", "a b c")]


class TestTheTool:
    @pytest.mark.parametrize(
        ("then", "now", "fires"),
        [
            ({"care": 1, "safety": 2}, {"care": 2, "safety": 3}, True),
            ({"care": 1, "safety": 2}, {"care": 4, "safety": 2}, False),
            ({"care": 1, "safety": 2, "love": 3}, {"care": 2, "safety": 1, "love": 5}, True),
            ({"care": 3, "safety": 3}, {"care": 2, "safety": 1}, False),
            ({"care": 1}, {"safety": 5, "love": 5}, False),
        ],
    )
    def test_worse_by_one_in_two_areas(self, then: dict[str, int], now: dict[str, int], fires: bool):
        story = Neglect()
        story.assessed("a", "2017-01-31", then)
        assert bool(story.assessed("b", "2017-06-01", now)) is fires

    @pytest.mark.parametrize(("day", "fires"), [("2018-01-30", True), ("2018-01-31", False)])
    def test_within_twelve_months(self, day: str, fires: bool):
        story = Neglect()
        story.assessed("a", "2017-01-31", {"care": 1, "safety": 1})
        assert bool(story.assessed("b", day, {"care": 2, "safety": 2})) is fires

    def test_between_any_two_of_them(self):
        story = Neglect()
        story.assessed("a", "2017-01-01", {"care": 1, "safety": 1})
        assert story.assessed("b", "2017-02-01", {"care": 2, "safety": 1}) == []
        assert story.assessed("c", "2017-03-01", {"care": 2, "safety": 2})[0].because == "a c"
        assert story.assessed("d", "2017-04-01", {"care": 3, "safety": 3})[0].because == "a b c d"

    def test_an_assessment_that_is_too_old_does_not_hide_a_newer_one(self):
        story = Neglect()
        story.assessed("too old", "2017-01-01", {"food": 1, "home": 1})
        story.assessed("a", "2017-06-01", {"food": 1, "home": 1})
        assert story.assessed("b", "2018-01-02", {"food": 2, "home": 2})[0].because == "a b"

    def test_after_a_close_one_new_assessment_is_enough(self):
        story = Neglect()
        story.assessed("a", "2017-01-01", {"care": 1, "safety": 1})
        story.assessed("b", "2017-02-01", {"care": 2, "safety": 2})
        story.tell("hub.notification.actioned", "2017-02-02 10:00", rule=RULE)
        assert story.assessed("c", "2017-03-01", {"care": 2, "safety": 2})[0].because == "a c"

    def test_what_was_observed(self):
        story = Neglect()
        story.assessed("a", "2017-01-01", {"care": 1, "safety": 1, "love": 1})
        story.assessed("b", "2017-02-01", {"care": 2, "safety": 2, "love": 3})
        assert story.observed() == {
            "types of neglect within 12 months": (0, 2),
            "areas in which a neglect tool's grade is worse": (3, 2),
        }

    def test_after_a_close_an_earlier_assessment_that_comes_late_is_a_new_one(self):
        story = Neglect()
        story.assessed("a", "2017-02-01", {"care": 1, "safety": 1})
        story.assessed("b", "2017-03-01", {"care": 2, "safety": 2})
        story.tell("hub.notification.actioned", "2017-03-02 10:00", rule=RULE)
        late = {"care": 1, "safety": 1}
        assert story.assessed("late", "2017-01-01", late, arrives="2017-03-03 10:00")[0].because == "late b"

    def test_another_tool_is_another_scale(self):
        story = Neglect()
        story.assessed("a", "2017-01-01", {"care": 1, "safety": 1})
        assert story.assessed("b", "2017-02-01", {"care": 5, "safety": 5}, tool="HCAT") == []
        story = Neglect(areas=1)
        story.assessed("a", "2017-01-01", {"care": 1})
        assert story.assessed("b", "2017-02-01", {"care": 5}, tool="HCAT") == []

    def test_the_order_of_arrival_does_not_matter(self):
        story = Neglect()
        story.assessed("b", "2017-02-01", {"care": 2, "safety": 2})
        assert (
            story.assessed("a", "2017-01-01", {"care": 1, "safety": 1}, arrives="2017-03-01 10:00")[0].because == "a b"
        )


class TestItsLife:
    def open(self) -> Neglect:
        story = Neglect()
        story.worry("a", "2017-01-31", "physical")
        story.worry("b", "2017-02-28", "medical")
        return story

    def test_it_falls_quiet_only_after_twelve_months(self):
        story = self.open()
        assert story.wait("2018-02-27 23:59") == []
        assert story.wait("2018-02-28 00:00")[0].status == "resolved"
        assert story.last["alert"]["reason"] == "quiet"

    def test_decided_it_closes_and_needs_something_new(self):
        story = self.open()
        assert story.tell("hub.notification.actioned", "2017-03-01 10:00", rule=RULE)[0].status == "resolved"
        assert story.worry("c", "2017-03-02", "physical")[0].because == "a b c"

    def test_after_a_close_the_window_that_holds_nothing_new_is_no_part_of_another(self):
        story = Neglect()
        story.worry("a", "2017-01-30", "physical")
        story.worry("b", "2017-01-31", "medical")
        story.tell("hub.notification.actioned", "2017-02-01 10:00", rule=RULE)
        story.worry("c", "2018-02-10", "physical")
        assert story.worry("d", "2018-02-11", "medical")[0].because == "c d"

    def test_after_a_close_two_assessments_that_are_old_are_no_part_of_another(self):
        story = Neglect()
        story.assessed("a", "2017-01-01", {"care": 1, "safety": 1})
        story.assessed("b", "2017-02-01", {"care": 2, "safety": 2})
        story.tell("hub.notification.actioned", "2017-02-02 10:00", rule=RULE)
        story.assessed("c", "2017-09-01", {"care": 2, "safety": 2})
        assert story.said("because")[-1] == ("a c",)

    def test_an_acute_alert_of_another_rule_does_not_silence_it(self):
        story = Story(RULE, "cumulative-concern")
        for n, kind in enumerate(("physical", "medical", "physical")):
            agency = ("health", "education")[n % 2]
            data = {"category": "neglect", "level": "high", "neglect_type": kind}
            story.tell(f"{agency}.concern.raised", f"2017-01-0{n + 1} 10:00", f"{n}", **data)
        assert sorted(story.said("rule")) == [("chronic-neglect",), ("chronic-neglect",), ("cumulative-concern",)]


def test_the_words_carry_the_numbers():
    assert Neglect().pack.rules[RULE].words == (
        "At least 2 different types of neglect, or a neglect tool's grade worse by at least 1 in at least 2 areas, "
        "within 12 months."
    )


def test_history_waits_for_an_event_that_tells_of_neglect():
    story = Neglect()
    story.worry("a", "2017-01-01", "physical", backfill=True)
    story.worry("b", "2017-02-01", "medical", backfill=True)
    assert story.worry("c", "2017-09-01", None, category="emotional") == []
    assert story.worry("d", "2017-09-02", "medical")[0].because == "a b d"
