"""closing-code: an incident with a child that was closed with a code which the search does not look for."""

from typing import Any

import pytest

from story import Line, Story

RULE = "closing-code"


class Codes(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def incident(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        data = {"kind": "domestic_abuse", "children_linked": True} | other
        return self.tell("police.incident.recorded", at, name, case=case, **data)

    def closed(self, name: str, at: str, code: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.incident.closed", at, name, case=case, closing_code=code, **other)


@pytest.mark.parametrize(("code", "fires"), [("QL23", False), ("ql23 ", False), ("QL24", True), ("QL2", True)])
def test_another_code_fires_and_the_right_one_does_not(code: str, fires: bool):
    story = Codes()
    story.incident("a", "2017-10-11 21:05")
    assert bool(story.closed("z", "2017-10-11 23:05", code)) is fires


def test_who_is_told():
    story = Codes()
    story.incident("a", "2017-10-11 21:05")
    assert story.closed("z", "2017-10-11 23:05", "QL99") == [Line("2017-10-11 23:05", RULE, "raised", "z", "police")]
    assert story.last["alert"]["urgency"] == "routine"


def test_the_code_is_a_parameter():
    story = Codes(code="QL99")
    story.incident("a", "2017-10-11 21:05")
    assert story.closed("z", "2017-10-11 23:05", "QL99") == []
    assert story.pack.rules[RULE].words.endswith("a code other than QL99.")


def test_the_closing_may_come_first():
    story = Codes()
    assert story.closed("z", "2017-10-11 23:05", "QL99") == []
    assert story.incident("a", "2017-10-11 21:05", arrives="2017-10-12 09:00")[0].because == "z"


@pytest.mark.parametrize("other", [{"kind": "other"}, {"via": "mother"}])
def test_what_is_no_incident_of_this_child(other: dict[str, Any]):
    story = Codes()
    story.incident("a", "2017-10-11 21:05", **other)
    assert story.closed("z", "2017-10-11 23:05", "QL99") == []


def test_an_incident_of_another_kind_with_a_form_is_one():
    story = Codes()
    story.incident("a", "2017-10-11 21:05", kind="other")
    story.tell("police.da_form.completed", "2017-10-11 22:00", "b", case="P-1", tool="dash", grade="standard")
    assert story.closed("z", "2017-10-11 23:05", "QL99")


def test_another_case_is_another_matter():
    story = Codes()
    story.incident("a", "2017-10-11 21:05")
    assert story.closed("z", "2017-10-11 23:05", "QL99", case="P-2") == []


def test_it_is_finished_when_raised():
    story = Codes()
    story.incident("a", "2017-10-11 21:05")
    story.closed("z", "2017-10-11 23:05", "QL99")
    story.tell("police.notification.dismissed", "2017-10-12 09:00", rule=RULE, reason="r")
    story.closed("y", "2017-10-12 10:00", "QL98")
    story.closed("x", "2017-10-11 22:00", "QL97", arrives="2017-10-12 11:00")
    assert story.statuses() == ["raised"]
    assert story.last["domestic_abuse"] is True
    assert story.observed() == {"closed with another code than QL23": (1, None)}


def test_history_raises_nothing():
    story = Codes()
    story.incident("a", "2017-10-11 21:05")
    assert story.closed("z", "2017-10-11 23:05", "QL99", backfill=True) == []
