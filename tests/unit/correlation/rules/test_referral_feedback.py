"""referral-feedback: whoever referred hears that the hub has it, by when it decides, and what it decided."""

from typing import Any

import pytest

from building import child, event, simulate
from safeguarding.events.times import rfc3339
from story import Story

RECEIVED, DECIDED = "hub.referral.received", "hub.decision.made"
OURS = {"from_agency": "police", "from_case_ref": "P-7"}


def progress(story: Story) -> list[dict[str, Any]]:
    return [telling["feedback"] for record in story.records for telling in record["tell"]]


def test_the_referrer_hears_when_it_was_received_and_by_when_it_is_decided():
    story = Story("referral-feedback")
    story.tell(RECEIVED, "2017-10-06 10:00", case="H-1", **OURS)  # a Friday
    (said,) = progress(story)
    assert (said["case_ref"], said["stage"]) == ("P-7", "received")
    assert rfc3339(said["decision_due_at"]) == "2017-10-09T17:00:00+01:00"
    assert story.notices() == [("police", "police")]


@pytest.mark.parametrize("days", [1, 2])
def test_the_time_for_a_decision_is_a_number_of_the_pack(days: int):
    story = Story("referral-feedback", decision_days=days)
    story.tell(RECEIVED, "2017-10-02 10:00", case="H-1", **OURS)
    assert rfc3339(progress(story)[0]["decision_due_at"]) == f"2017-10-0{2 + days}T17:00:00+01:00"


def test_the_referrer_hears_what_was_decided():
    story = Story("referral-feedback")
    story.tell(RECEIVED, "2017-10-02 10:00", case="H-1", **OURS)
    story.tell(DECIDED, "2017-10-02 15:00", case="H-1", outcome="early_help", referrer_told=False, **OURS)
    assert [(one["stage"], one.get("outcome")) for one in progress(story)] == [
        ("received", None),
        ("decided", "early_help"),
    ]
    assert story.observed() == {"decided": (1, None)}
    assert story.last["tell"][0]["what"] == "Referral P-7: the hub has decided: early help."


def test_what_the_hub_brought_to_itself_or_history_tells_nobody():
    story = Story("referral-feedback")
    story.tell(RECEIVED, "2017-10-02 10:00", case="H-1", from_agency="hub", from_case_ref="H-0")
    story.tell(RECEIVED, "2017-10-03 10:00", case="H-2", backfill=True, **OURS)
    story.tell(RECEIVED, "2017-10-04 10:00", case="H-3", via="mother", **OURS)  # of a child whom nobody referred
    assert story.said() == []
    story.tell(RECEIVED, "2017-10-05 10:00", "d", case="H-4", **OURS)
    assert story.said("status", "because") == [("raised", "d")]
    assert story.observed() == {"received": (1, None)}


NELL = child(1)
RECEIPT = event(RECEIVED, "2017-10-02T10:00:00+01:00", NELL, data=OURS, case_ref="H-1")
DECISION = event(DECIDED, "2017-10-02T15:00:00+01:00", NELL, case_ref="H-1",
                 data=OURS | {"outcome": "assessment", "referrer_told": True})  # fmt: skip


def feedback(*events: dict[str, Any]) -> list[dict[str, Any]]:
    lines = simulate([*events], "2017-10-20T12:00:00+01:00")
    assert not [line for line in lines if "feedback" in str(line.get("rule"))], "nobody must do anything"
    return [line for line in lines if line["kind"] == "feedback"]


def test_on_time_the_referrer_gets_feedback_and_nobody_an_alert():
    first, last = feedback(RECEIPT, DECISION)
    assert (first["agency"], first["at"], first["status"]) == ("police", RECEIPT["published_at"], "raised")
    assert first["progress"] == {"case_ref": "P-7", "stage": "received", "occurred_at": RECEIPT["occurred_at"],
                                 "decision_due_at": "2017-10-03T17:00:00+01:00"}  # fmt: skip
    assert last["progress"]["outcome"] == "assessment"


def test_the_same_event_again_says_nothing_twice():
    assert len(feedback(RECEIPT, RECEIPT, DECISION, DECISION)) == 2


def test_a_decision_that_is_corrected_is_told_again_and_one_that_is_taken_back_is_withdrawn():
    later = {"supersedes": DECISION["id"], "published_at": "2017-10-04T09:00:00+01:00"}
    other = DECISION | {"id": "00000000-0000-4000-8000-000000000001", "action": "update", **later}
    other["data"] = DECISION["data"] | {"outcome": "no_further_action"}
    amended = feedback(RECEIPT, DECISION, other)[-1]
    assert (amended["status"], amended["revision"]) == ("amended", 2)
    assert amended["progress"]["outcome"] == "no_further_action"
    gone = DECISION | {"id": "00000000-0000-4000-8000-000000000002", "action": "delete", **later}
    (*_, told, withdrawn) = feedback(RECEIPT, DECISION, gone)
    assert (withdrawn["status"], withdrawn["feedback_id"]) == ("withdrawn", told["feedback_id"])
    assert "P-7" not in repr(withdrawn)
