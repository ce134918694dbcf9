"""status-to-health: the child's status changes to, from or between CIN, CPP and LAC."""

from typing import Any

import pytest

from story import Line, Story

RULE = "status-to-health"


class Status(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def becomes(self, name: str, day: str, status: str, **other: Any) -> list[Line]:
        return self.tell("hub.status.changed", f"{day} 14:05", name, status=status, **other)


def test_practice_and_nurse_are_told_at_once():
    story = Status()
    assert story.becomes("a", "2017-09-28", "cpp", team="Safeguarding 2") == [
        Line("2017-09-28 14:05", RULE, "raised", "a", "gp school-nurse")
    ]
    assert story.last["alert"]["urgency"] == "routine"
    (gp, _) = story.last["tell"]
    assert gp["what"] == "Status changed on 28 September 2017: from no plan to child protection plan."
    assert (gp["contact"], gp["recipient_action"]) == ("Safeguarding 2", "file")
    assert story.observed() == {"from no plan to child protection plan": (1, None)}


@pytest.mark.parametrize(
    ("steps", "fires"),
    [
        (["cin"], [True]),
        (["lac"], [True]),
        (["early_help"], [False]),
        (["none"], [False]),
        (["cin", "cpp", "lac"], [True, True, True]),
        (["cin", "cin"], [True, False]),
        (["cin", "none"], [True, True]),
        (["cin", "early_help"], [True, True]),
        (["early_help", "none", "cin"], [False, False, True]),
    ],
)
def test_to_from_and_between(steps: list[str], fires: list[bool]):
    story = Status()
    said = [story.becomes(f"{n}", f"2017-0{n + 1}-01", status) for n, status in enumerate(steps)]
    assert [bool(lines) for lines in said] == fires


def test_an_end_is_a_change():
    story = Status()
    story.becomes("a", "2017-01-01", "cpp")
    assert story.becomes("b", "2017-06-01", "cpp", ended=True)[0].because == "b"
    assert story.becomes("c", "2017-07-01", "cpp", ended=True) == []


def test_the_plan_of_years_ago_is_remembered():
    story = Status()
    story.becomes("a", "2014-01-01", "cpp")
    story.tell("education.concern.raised", "2014-01-02 10:00", category="other", level="low")
    story.tell("education.concern.raised", "2017-01-02 10:00", category="other", level="low")
    assert story.becomes("b", "2017-06-01", "cpp") == []
    assert story.becomes("c", "2017-07-01", "none")


def test_it_is_finished_when_raised_also_when_an_earlier_word_comes_late():
    story = Status()
    story.becomes("b", "2017-06-01", "cin")
    assert [line.because for line in story.becomes("a", "2017-05-01", "cin", arrives="2017-06-02 10:00")] == ["a"]


def test_history_tells_nobody_and_is_remembered():
    story = Status()
    assert story.becomes("a", "2017-01-01", "cin", backfill=True) == []
    assert story.becomes("b", "2017-02-01", "cin") == []
    assert [line.because for line in story.becomes("c", "2017-03-01", "lac")] == ["c"]


def test_a_siblings_status_is_not_this_childs():
    assert Status().becomes("a", "2017-01-01", "cpp", via="mother") == []
