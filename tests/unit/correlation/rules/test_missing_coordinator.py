"""missing-coordinator: the third missing episode within 90 days, or any with cause for concern."""

from typing import Any

import pytest

from safeguarding.inquiry.why import windows
from story import Line, Story


class Missing(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__("missing-coordinator", **changes)

    def goes(self, name: str, at: str, *, worry: bool = False, risk: str = "low", **other: Any) -> list[Line]:
        return self.tell("police.missing.reported", at, name, risk=risk, cause_for_concern=worry, **other)


def test_the_third_on_the_ninetieth_date_counts_although_more_than_90_days_have_passed():
    story = Missing()
    story.goes("a", "2017-08-06 23:30")
    story.goes("b", "2017-09-10 12:00")
    assert story.goes("c", "2017-11-03 23:59") == [
        Line("2017-11-03 23:59", "missing-coordinator", "raised", "a b c", "police hub")
    ]
    assert story.last["alert"]["urgency"] == "today"
    assert story.observed()["missing episodes within 90 days"] == (3, 3)
    assert story.notices() == [("police", "police"), ("hub", "hub")]


def test_the_ninety_first_date_is_out():
    story = Missing()
    story.goes("a", "2017-08-06 23:30")
    story.goes("b", "2017-09-10 12:00")
    assert story.goes("c", "2017-11-04 00:10") == []


@pytest.mark.parametrize(("times", "fires"), [(2, False), (3, True), (4, True)])
def test_three_are_enough_and_two_are_not(times: int, fires: bool):
    story = Missing()
    for n in range(times):
        story.goes(f"{n}", f"2017-09-0{n + 1} 12:00")
    assert bool(story.said()) is fires


def test_a_fourth_amends_and_raises_no_second():
    story = Missing()
    for n in range(4):
        story.goes(f"{n}", f"2017-09-0{n + 1} 12:00")
    assert story.said("status", "because") == [("raised", "0 1 2"), ("amended", "0 1 2 3")]


def test_one_with_cause_for_concern_is_enough():
    story = Missing()
    assert story.goes("a", "2017-09-01 12:00", worry=True)[0].because == "a"
    assert story.observed()["episodes with cause for concern"] == (1, 1)
    assert story.last["tell"][0]["what"].startswith("1 missing episode with cause for concern.")
    story.goes("b", "2017-09-02 12:00", worry=True)
    assert story.last["tell"][0]["what"].startswith("2 missing episodes.")


def test_one_without_is_not():
    assert Missing().goes("a", "2017-09-01 12:00", risk="high") == []


def test_cause_for_concern_can_be_left_out_of_the_rule():
    story = Missing(cause_for_concern=False)
    assert story.goes("a", "2017-09-01 12:00", worry=True) == []
    for n in range(3):
        story.goes(f"{n}", f"2017-09-0{n + 2} 12:00")
    assert story.observed()["episodes with cause for concern"] == (0, None)
    assert "cause for concern" not in story.pack.rules["missing-coordinator"].words


def test_one_episode_is_one_however_often_it_is_reported():
    story = Missing()
    for n in range(3):
        story.goes(f"{n}", f"2017-09-0{n + 1} 12:00", case="M-1")
    assert story.said() == []
    story.goes("b", "2017-09-05 12:00", case="M-2")
    assert story.goes("c", "2017-09-06 12:00", case="M-3")[0].because == "0 b c"


def test_a_sibling_who_went_missing_is_not_this_child():
    story = Missing()
    assert story.goes("a", "2017-09-01 12:00", worry=True, via="mother") == []


def test_the_order_of_arrival_does_not_matter():
    story = Missing()
    story.goes("c", "2017-09-20 12:00")
    story.goes("a", "2017-09-01 12:00", arrives="2017-09-21 12:00")
    assert story.goes("b", "2017-09-10 12:00", arrives="2017-09-22 12:00")[0].because == "a b c"


@pytest.mark.parametrize(
    "answer", ["hub.notification.acknowledged", "police.notification.acknowledged", "hub.notification.actioned"]
)
def test_an_acknowledged_allocation_closes_it_and_another_needs_a_new_episode(answer: str):
    story = Missing()
    for n in range(3):
        story.goes(f"{n}", f"2017-09-0{n + 1} 12:00")
    said = story.tell(answer, "2017-09-04 09:00", rule="missing-coordinator")
    assert said[0].status == "resolved"
    story.goes("again", "2017-09-01 12:00", case=None, arrives="2017-09-04 10:00")  # old, but new to the pipeline
    assert story.said("status", "because")[-1] == ("raised", "0 again 1 2")


def test_after_a_close_the_window_that_holds_nothing_new_is_no_part_of_another():
    story = Missing()
    for n in range(4):
        story.goes(f"{n}", f"2017-02-0{n + 1} 12:00")
    story.tell("police.notification.acknowledged", "2017-02-05 09:00", rule="missing-coordinator")
    for n in range(3):
        story.goes(f"new {n}", f"2017-09-0{n + 1} 12:00")
    assert story.said("because")[-1] == ("new 0 new 1 new 2",)
    assert story.observed()["missing episodes within 90 days"] == (4, 3)


def test_after_a_close_an_old_cause_for_concern_is_no_part_of_another():
    story = Missing()
    story.goes("grave", "2017-02-01 12:00", worry=True)
    story.tell("police.notification.acknowledged", "2017-02-05 09:00", rule="missing-coordinator")
    assert story.goes("light", "2017-09-01 12:00") == []
    assert story.goes("grave again", "2017-09-02 12:00", worry=True)[0].because == "grave again"


def test_history_alone_raises_nothing_and_joins_the_next_live_episode():
    story = Missing()
    for n in range(3):
        story.goes(f"{n}", f"2017-09-0{n + 1} 12:00", arrives="2017-09-10 09:00", backfill=True)
    assert story.said() == []
    assert story.goes("live", "2017-09-11 12:00")[0].because == "0 1 2 live"


def test_ninety_days_later_it_falls_quiet():
    story = Missing()
    story.goes("a", "2017-09-01 12:00", worry=True)
    assert story.last["tell"][0]["recipient_action"] == "contact_hub"
    assert story.last["tell"][0]["counts"] == {"missing_episodes": 1}
    assert story.wait("2017-11-29 23:59") == []
    assert story.wait("2017-11-30 00:00")[0].status == "resolved"


def needs(story: Missing) -> list[dict[str, tuple[int, int]]]:
    found = windows(story.hot, story.pack.rules["missing-coordinator"])
    return [{need["what"]: (need["value"], need["threshold"]) for need in window["needs"]} for window in found]


def test_how_near_it_comes_and_what_is_new_after_a_close():
    story = Missing()
    story.goes("a", "2017-09-01 12:00", worry=True)
    episodes, grave = {"missing episodes": (1, 3)}, {"episodes with cause for concern": (1, 1)}
    assert needs(story) == [episodes, grave]
    story.tell("police.notification.acknowledged", "2017-09-04 09:00", rule="missing-coordinator")
    old = {"new since the last close": (0, 1)}
    assert needs(story) == [episodes | old, grave | old]
    assert needs(Missing(cause_for_concern=False)) == [{"missing episodes": (0, 3)}]


def test_the_words_carry_the_numbers():
    words = Missing(episodes=2, days=30).pack.rules["missing-coordinator"].words
    assert words == "2 missing episodes within 30 days, or any with cause for concern."
