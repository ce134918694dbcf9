"""An urgent alert that nobody answers is put before operators, once; one that is answered is not."""

import json
from typing import Any

import pytest

from building import adult, child, event
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.document import alert_id
from safeguarding.correlation.pack import built_in
from safeguarding.events.times import HOUR
from safeguarding.wire.codec import decode
from safeguarding.wire.topics import OPERATORS
from story import Story, when

COUPLE = {"dawn": "adult_victim", "lee": "adult_perpetrator"}


def urgent(**changes: Any) -> Story:
    """A repeat for MARAC of 1 June at 20:00."""
    story = Story("marac-repeat", **changes)
    for day, data in (("2017-01-31", {"marac_referred": True}), ("2017-06-01", {"marac_referred": False})):
        form = {"tool": "dash", "grade": "high", "case": day, "adults": COUPLE} | data
        story.tell("police.da_form.completed", f"{day} 20:00", **form)
    assert story.last["alert"]["urgency"] == changes.get("urgency", "immediate")
    return story


def answer(story: Story, agency: str, verb: str = "acknowledged", at: str = "2017-06-01 21:00") -> None:
    (life,) = story.hot.lives
    story.tell(f"{agency}.notification.{verb}", at, alert_id=alert_id(story.hot.subject, life))


def test_four_hours_without_an_answer_and_operators_hear_of_it():
    story = urgent()
    story.wait("2017-06-01 23:59")
    assert story.items == []
    story.wait("2017-06-02 00:00")
    (item,) = story.items
    assert (item["kind"], item["rule"], item["at"]) == ("unacknowledged", "marac-repeat", when("2017-06-02 00:00"))
    assert item["alert_id"] == story.last["alert"]["alert_id"]


def test_another_pack_gives_another_time():
    story = Story("marac-repeat")
    story.pack = story.pack._replace(answer_hours=1)
    for day, referred in (("2017-01-31", True), ("2017-06-01", False)):
        form = {"tool": "dash", "grade": "high", "case": day, "adults": COUPLE, "marac_referred": referred}
        story.tell("police.da_form.completed", f"{day} 20:00", **form)
    story.wait("2017-06-01 20:59")
    assert story.items == []
    story.wait("2017-06-01 21:00")
    assert len(story.items) == 1


def test_they_hear_of_it_once_and_the_alert_has_no_new_revision():
    story = urgent()
    story.wait("2017-07-01 00:00")
    assert len(story.items) == 1
    assert story.statuses() == ["raised"]


@pytest.mark.parametrize("agency", ["hub", "police"])
def test_an_answer_of_somebody_who_was_told_is_enough(agency: str):
    story = urgent()
    answer(story, agency)
    story.wait("2017-07-01 00:00")
    assert story.items == []
    assert story.statuses() == ["raised"], "an acknowledgement closes nothing here"


def test_an_answer_of_somebody_who_was_not_told_is_none():
    story = urgent()
    answer(story, "cgl")
    story.wait("2017-07-01 00:00")
    assert len(story.items) == 1


def test_a_closed_alert_waits_for_nobody():
    story = urgent()
    answer(story, "hub", "actioned")
    story.wait("2017-07-01 00:00")
    assert story.items == []


def test_what_can_wait_for_a_day_is_not_urgent():
    story = urgent(urgency="today")
    story.wait("2017-07-01 00:00")
    assert story.items == []


def test_a_mere_notice_waits_for_no_answer():
    story = Story("encompass-notice")
    story.tell("police.da_form.completed", "2017-06-01 20:00", tool="dash", grade="high", marac_referred=False)
    assert story.last["alert"]["urgency"] == "immediate"
    story.wait("2017-07-01 00:00")
    assert story.items == []


def test_it_reaches_the_operators_topic_through_all_rooms():
    couple = adult(1), adult(2, role="adult_perpetrator")
    pipeline = Embedded(built_in())
    for n, referred in ((1, True), (2, False)):
        data = {"tool": "dash", "grade": "high", "marac_referred": referred}
        at = f"2017-0{n}-01T20:00:00+00:00"
        form = event("police.da_form.completed", at, child(1), *couple, data=data, case_ref=f"P-{n}")
        pipeline.publish_text(json.dumps(form))
    pipeline.pass_time(pipeline.clock + 5 * HOUR)
    items = [decode(record.value)[1] for record in pipeline.runtime.records(OPERATORS)]
    assert [item["rule"] for item in items if item["kind"] == "unacknowledged"] == ["marac-repeat"]
