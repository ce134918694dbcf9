"""not-brought-pattern: 2 missed at one service in a row, or 3 at any, within 12 months; 1 on a plan for neglect."""

from typing import Any

import pytest

from story import Line, Story

RULE = "not-brought-pattern"


class NotBrought(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def missed(self, name: str, at: str, service: str = "paediatrics", **other: Any) -> list[Line]:
        return self.tell("health.appointment.was_not_brought", at, name, service=service, **other)

    def attended(self, at: str, service: str = "paediatrics", **other: Any) -> list[Line]:
        return self.tell("health.appointment.attended", at, service=service, **other)

    def plan(self, at: str, status: str = "cpp", reason: str = "neglect", **other: Any) -> list[Line]:
        return self.tell("hub.status.changed", at, status=status, reason=reason, **other)


class TestAtOneService:
    def test_one_is_not_enough_two_are(self):
        story = NotBrought()
        assert story.missed("a", "2017-09-05 10:00") == []
        assert story.missed("b", "2017-10-10 10:00") == [
            Line("2017-10-10 10:00", RULE, "raised", "a b", "gp school-nurse")
        ]
        assert story.last["alert"]["urgency"] == "routine"
        assert story.observed() == {
            "missed at one service in a row": (2, 2),
            "missed at any service within 12 months": (2, 3),
            "missed on a plan for neglect": (0, 1),
        }
        assert story.last["tell"][0]["what"] == "Not brought to 2 appointments at 1 service."

    @pytest.mark.parametrize(("day", "fires"), [("2018-09-04", True), ("2018-09-05", False), ("2018-09-06", False)])
    def test_within_twelve_months(self, day: str, fires: bool):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        assert bool(story.missed("b", f"{day} 10:00")) is fires

    def test_one_attended_between_them_parts_them(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00")
        assert story.missed("b", "2017-10-10 10:00") == []

    def test_after_one_attended_two_in_a_row_are_two_again(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00")
        story.missed("b", "2017-10-10 10:00", "audiology")
        story.attended("2017-10-11 10:00", "audiology")
        assert story.missed("c", "2018-08-10 10:00")  # three at any service
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00")
        story.attended("2017-09-21 10:00")
        assert story.missed("b", "2018-09-10 10:00") == []
        assert story.missed("c", "2018-09-20 10:00")[0].because == "b c"

    def test_missed_and_attended_at_the_same_moment_the_missed_one_came_first(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00")
        assert story.missed("b", "2017-09-20 10:00")[0].because == "a b"

    def test_one_attended_elsewhere_does_not(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00", "audiology")
        assert story.missed("b", "2017-10-10 10:00")

    def test_two_services_are_not_one(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        assert story.missed("b", "2017-10-10 10:00", "audiology") == []

    def test_a_service_is_the_same_however_it_is_written(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00", "Paediatrics ")
        assert story.missed("b", "2017-10-10 10:00", "paediatrics")

    def test_one_attended_between_them_that_comes_late_takes_it_back(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.missed("b", "2017-10-10 10:00")
        assert story.attended("2017-09-20 10:00", arrives="2017-10-11 10:00")[0].status == "withdrawn"


class TestAtAny:
    @pytest.mark.parametrize(("count", "fires"), [(2, False), (3, True)])
    def test_three_services(self, count: int, fires: bool):
        story = NotBrought()
        for n in range(count):
            story.missed(f"{n}", f"2017-0{n + 1}-05 10:00", f"service {n}")
        assert bool(story.said()) is fires

    def test_attended_ones_between_do_not_part_them(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.attended("2017-09-20 10:00")
        story.missed("b", "2017-10-10 10:00")
        story.attended("2017-10-20 10:00")
        assert story.missed("c", "2017-11-10 10:00")[0].because == "a b c"

    def test_the_count_of_the_service_is_shown_and_not_counted(self):
        story = NotBrought()
        assert story.missed("a", "2017-09-05 10:00", consecutive=4) == []
        story.missed("b", "2017-10-10 10:00", consecutive=5)
        assert story.observed()["in a row by the service's own count"] == (5, None)


class TestOnAPlanForNeglect:
    @pytest.mark.parametrize(
        ("status", "reason", "ended", "fires"),
        [
            ("cpp", "neglect", False, True),
            ("cin", "Neglect", False, True),
            ("lac", "neglect", False, False),
            ("early_help", "neglect", False, False),
            ("cpp", "emotional abuse", False, False),
            ("cpp", "neglect", True, False),
        ],
    )
    def test_one_is_enough(self, status: str, reason: str, ended: bool, fires: bool):
        story = NotBrought()
        story.plan("2017-08-01 09:00", status, reason, ended=ended)
        said = story.missed("a", "2017-09-05 10:00")
        assert bool(said) is fires
        assert not fires or story.last["alert"]["urgency"] == "today"
        assert not fires or story.last["tell"][0]["what"] == "Not brought to 1 appointment at 1 service."

    @pytest.mark.parametrize(
        ("begins", "ends", "fires"),
        [
            ("2017-09-05 15:00", "2017-12-01 09:00", True),  # later that day
            ("2017-09-06 09:00", "2017-12-01 09:00", False),
            ("2017-08-01 09:00", "2017-09-05 09:00", True),  # earlier that day
            ("2017-08-01 09:00", "2017-09-04 09:00", False),
        ],
    )
    def test_the_plan_stands_on_the_day(self, begins: str, ends: str, fires: bool):
        story = NotBrought()
        story.plan(begins, arrives="2017-12-01 12:00")
        story.plan(ends, arrives="2017-12-01 12:00", ended=True)
        assert bool(story.missed("a", "2017-09-05 10:00", arrives="2017-12-01 13:00")) is fires

    def test_a_plan_that_began_long_ago_still_stands(self):
        story = NotBrought()
        story.plan("2015-08-01 09:00")
        story.attended("2015-08-02 09:00")
        story.attended("2017-09-01 09:00")
        assert story.missed("a", "2017-09-05 10:00")

    def test_the_plan_may_arrive_after_the_appointment(self):
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        assert story.plan("2017-09-01 09:00", arrives="2017-09-06 09:00")[0].because == "a"

    def test_the_worker_is_told_if_there_is_one(self):
        story = NotBrought()
        story.plan("2017-08-01 09:00", worker="W. Ferris", team="Team 2")
        assert story.missed("a", "2017-09-05 10:00")[0].to == "gp school-nurse worker"


class TestAttendedSince:
    def open(self) -> NotBrought:
        story = NotBrought()
        story.missed("a", "2017-09-05 10:00")
        story.missed("b", "2017-10-10 10:00")
        return story

    def test_at_a_service_named_in_it_resolves_it(self):
        story = self.open()
        assert story.attended("2017-11-07 10:00")[0].status == "resolved"
        assert story.notices("resolved") == [("gp", "A99001"), ("school-nurse", "SN-EAST")]

    def test_at_another_service_or_before_does_not(self):
        story = self.open()
        assert story.attended("2017-11-07 10:00", "audiology") == []
        assert story.attended("2017-09-01 10:00", arrives="2017-11-08 10:00") == []

    def test_one_attended_in_the_moment_of_the_last_missed_is_not_since(self):
        story = self.open()
        assert story.attended("2017-10-10 10:00", "paediatrics", arrives="2017-10-11 10:00") == []

    def test_after_it_another_needs_a_new_one_and_the_old_ones_count(self):
        story = self.open()
        story.attended("2017-11-07 10:00")
        assert story.missed("c", "2017-12-07 10:00", "audiology")[0].because == "a b c"


def test_an_appointment_of_the_parent_is_no_childs():
    story = NotBrought()
    story.missed("a", "2017-09-05 10:00", via="mother")
    assert story.missed("b", "2017-10-10 10:00", via="mother") == []


def test_ninety_days_without_another_it_falls_quiet():
    story = NotBrought()
    story.missed("a", "2017-09-05 10:00")
    story.missed("b", "2017-10-10 10:00")
    assert [line[:1] + line[2:3] for line in story.wait("2018-02-01 10:00")] == [("2018-01-08 00:00", "resolved")]


def test_the_words_carry_the_numbers():
    assert NotBrought().pack.rules[RULE].words == (
        "2 missed appointments at one service with none attended between them, or 3 at any, within 12 months; "
        "1 when the child is on a plan for neglect."
    )
