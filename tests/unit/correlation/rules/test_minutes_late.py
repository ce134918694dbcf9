"""minutes-late: a core group was held and its minutes have not been published after 5 working days."""

from typing import Any

from story import Line, Story

RULE = "minutes-late"


class Minutes(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def held_on(self, name: str, at: str, *, meeting: str = "CG-1", **other: Any) -> list[Line]:
        return self.tell("hub.core_group.held", at, name, meeting_ref=meeting, case="H-1", **other)

    def published(self, at: str, *, meeting: str = "CG-1", **other: Any) -> list[Line]:
        return self.tell("hub.minutes.published", at, meeting_ref=meeting, case="H-1", **other)


def test_after_five_working_days():
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00")
    assert story.wait("2017-10-09 16:59") == []
    assert story.wait("2017-10-09 17:00") == [Line("2017-10-09 17:00", RULE, "raised", "a", "hub")]
    assert story.last["alert"]["urgency"] == "routine"


def test_published_in_time_it_is_silent_and_late_it_is_resolved():
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00")
    story.published("2017-10-09 17:00")
    assert story.wait("2017-10-20 09:00") == []
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00")
    story.wait("2017-10-10 09:00")
    assert story.published("2017-10-10 10:00")[0].status == "resolved"


def test_each_meeting_has_its_own_minutes_though_the_case_is_one():
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00")
    story.published("2017-10-03 14:00")
    story.held_on("b", "2017-11-06 14:00", meeting="CG-2")
    assert [line.because for line in story.wait("2017-12-01 09:00")] == ["b"]


def test_the_minutes_may_arrive_first():
    story = Minutes()
    story.published("2017-10-03 14:00")
    story.held_on("a", "2017-10-02 14:00", arrives="2017-10-20 14:00")
    assert story.wait("2017-12-01 09:00") == []
    story.held_on("b", "2017-12-04 14:00", meeting="CG-2")  # the next live one does not bring it up either
    assert [line.because for line in story.wait("2018-02-01 09:00")] == ["b"]


def test_the_hub_may_end_it():
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00")
    story.wait("2017-10-10 09:00")
    story.tell("hub.notification.actioned", "2017-10-10 10:00", rule=RULE)
    assert story.statuses() == ["raised", "resolved"]


def test_history_starts_nothing():
    story = Minutes()
    story.held_on("a", "2017-10-02 14:00", backfill=True)
    assert story.wait("2017-12-01 09:00") == []


def test_the_words_carry_the_numbers():
    assert Minutes(days=10).pack.rules[RULE].words.endswith("after 10 working days.")
