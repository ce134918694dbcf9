"""relapse-signs: signs and contact for the nurse of a child with whom the adult lives or is in contact."""

from typing import Any

import pytest

from story import Line, Story

RULE = "relapse-signs"
SIGNS = ["misses the morning handover", "curtains closed at noon"]


class Relapse(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def signs(self, name: str, at: str, *, by: str = "cgl", via: str | None = "father", **other: Any) -> list[Line]:
        data = {"signs": SIGNS, "contact": "P. Lowther, 01632 960001"} | other
        return self.tell(f"{by}.relapse_indicator.set", at, name, via=via, **data)


@pytest.mark.parametrize("by", ["cgl", "health"])
@pytest.mark.parametrize(
    ("link", "fires"),
    [
        ("yes", True),
        ("contact", True),
        ("household", True),
        ("pregnancy", True),
        ("no", False),
        ("unknown", False),
    ],
)
def test_living_with_the_child_or_in_contact(by: str, link: str, fires: bool):
    assert bool(Relapse().signs("a", "2017-10-05 15:05", by=by, link=link)) is fires


@pytest.mark.parametrize(
    ("born", "told"), [("2014-07-19", ("health-visitor", "HV-EAST")), ("2008-07-19", ("school-nurse", "SN-EAST"))]
)
def test_the_nurse_is_told_signs_and_contact_only(born: str, told: tuple[str, str]):
    story = Relapse(born=born)
    assert story.signs("a", "2017-10-05 15:05") == [Line("2017-10-05 15:05", RULE, "raised", "a", told[0])]
    assert story.notices() == [told]
    (telling,) = story.last["tell"]
    assert (telling["signs"], telling["contact"]) == (SIGNS, "P. Lowther, 01632 960001")
    assert telling["recipient_action"] == "look_for_signs"
    assert "drug" not in telling["what"]
    assert story.last["alert"]["urgency"] == "today"


def test_each_indicator_is_told():
    story = Relapse()
    story.signs("a", "2017-10-05 15:05", case="C-1")
    story.signs("b", "2017-10-06 15:05", case="C-1")
    assert story.said("status", "because") == [("raised", "a"), ("raised", "b")]


def test_a_child_who_is_named_is_linked():
    assert Relapse().signs("a", "2017-10-05 15:05", via=None)


def test_it_is_finished_when_raised_and_history_raises_nothing():
    story = Relapse()
    story.signs("a", "2017-10-05 15:05")
    story.signs("b", "2017-10-06 15:05", backfill=True)
    story.tell("health.notification.dismissed", "2017-10-06 16:00", rule=RULE, reason="r")
    story.wait("2018-10-05 15:05")
    assert story.statuses() == ["raised"]
    story.signs("c", "2018-10-06 15:05")  # the next live one does not bring it up either
    assert story.said("status", "because") == [("raised", "a"), ("raised", "c")]
