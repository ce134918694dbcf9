"""receipt-missing: a referral not received after 1 h, or received and not decided after 1 working day."""

from typing import Any

import pytest

from story import Line, Story

RULE = "receipt-missing"


class Receipt(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def sent(self, name: str, at: str, *, case: str | None = "P-1", **other: Any) -> list[Line]:
        return self.tell("police.referral.submitted", at, name, case=case, form="ppn", **other)

    def received(self, name: str, at: str, *, of: str = "P-1", agency: str = "police", **other: Any) -> list[Line]:
        return self.tell("hub.referral.received", at, name, case="H-1", from_agency=agency, from_case_ref=of, **other)

    def decided(self, at: str, *, of: str = "P-1", agency: str = "police", **other: Any) -> list[Line]:
        data = {"case": "H-1", "from_agency": agency, "from_case_ref": of, "outcome": "assessment"} | other
        return self.tell("hub.decision.made", at, referrer_told=True, **data)


class TestReceipt:
    def test_after_an_hour_the_hub_and_the_referrer_are_told(self):
        story = Receipt()
        story.sent("a", "2017-10-07 22:00")
        assert story.wait("2017-10-07 22:59") == []
        assert story.wait("2017-10-07 23:00") == [Line("2017-10-07 23:00", RULE, "raised", "a", "hub police")]
        assert story.observed() == {"hours without a receipt": (1, 1)}
        assert "Referral P-1: the hub has not confirmed" in story.last["tell"][1]["what"]
        assert story.last["alert"]["urgency"] == "today"

    @pytest.mark.parametrize("at", ["2017-10-07 22:30", "2017-10-07 23:00"])
    def test_received_in_time_it_is_silent(self, at: str):
        story = Receipt()
        story.sent("a", "2017-10-07 22:00")
        story.received("r", at)
        assert story.wait("2017-10-08 22:00") == []

    def test_received_late_it_is_resolved(self):
        story = Receipt()
        story.sent("a", "2017-10-07 22:00")
        story.wait("2017-10-08 09:00")
        story.received("r", "2017-10-08 09:30")
        assert story.last["alert"]["reason"] == "the hub received it after 11 h 30 min"

    @pytest.mark.parametrize("other", [{"of": "P-2"}, {"agency": "education"}])
    def test_the_receipt_of_another_referral_is_none(self, other: dict[str, Any]):
        story = Receipt()
        story.sent("a", "2017-10-07 22:00")
        story.received("r", "2017-10-07 22:30", **other)
        assert story.wait("2017-10-07 23:00")[0].because == "a"

    def test_a_referral_without_a_case_is_answered_for_the_child(self):
        story = Receipt()
        story.sent("a", "2017-10-07 22:00", case=None)
        story.received("r", "2017-10-07 22:30", of="whatever")
        assert story.wait("2017-10-07 23:00") == []


class TestDecision:
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            ("2017-10-02 00:01", "2017-10-03 17:00"),
            ("2017-10-02 23:59", "2017-10-03 17:00"),
            ("2017-10-06 09:00", "2017-10-09 17:00"),  # a Friday
            ("2017-08-27 10:30", "2017-08-29 17:00"),  # the Sunday before a bank holiday
            ("2017-12-22 16:00", "2017-12-27 17:00"),  # Christmas and Boxing Day
            ("2016-12-23 16:00", "2016-12-28 17:00"),  # Christmas on a Sunday: Monday and Tuesday instead
        ],
    )
    def test_it_is_due_at_five_on_the_next_working_day(self, received: str, due: str):
        story = Receipt()
        story.received("r", received)
        assert story.wait(due.replace("17:00", "16:59")) == []
        assert [line[:4] for line in story.wait(due)] == [(due, RULE, "raised", "r")]

    def test_decided_in_time_it_is_silent(self):
        story = Receipt()
        story.received("r", "2017-10-02 10:00")
        story.decided("2017-10-03 17:00")
        assert story.wait("2017-10-05 10:00") == []

    def test_decided_late_it_is_resolved(self):
        story = Receipt()
        story.received("r", "2017-10-02 10:00")
        story.wait("2017-10-04 09:00")
        assert "Referral P-1: the hub has received it" in story.last["tell"][1]["what"]
        assert story.decided("2017-10-04 10:00")[0].status == "resolved"

    def test_the_decision_on_another_referral_is_none(self):
        story = Receipt()
        story.received("r", "2017-10-02 10:00")
        story.decided("2017-10-02 12:00", of="P-2")  # under the hub's same case
        assert story.wait("2017-10-03 17:00")

    @pytest.mark.parametrize(
        ("agency", "told"),
        [
            ("education", ("school", "999001")),
            ("health", ("health", "health")),
            ("yos", ("yos", "yos")),
            ("police", ("police", "police")),
        ],
    )
    def test_any_agencys_referral_counts_and_it_is_told(self, agency: str, told: tuple[str, str]):
        story = Receipt()
        story.received("r", "2017-10-02 10:00", of="S-1", agency=agency)
        story.wait("2017-10-03 17:00")
        assert story.notices() == [("hub", "hub"), told]

    def test_two_referrals_under_one_case_of_the_hub_are_two(self):
        story = Receipt()
        story.received("r", "2017-10-02 10:00")
        story.received("s", "2017-10-02 11:00", of="P-2")
        story.decided("2017-10-02 12:00", of="P-2")
        assert [line.because for line in story.wait("2017-10-03 17:00")] == ["r"]

    def test_a_referral_of_the_hub_itself_tells_the_hub_once(self):
        story = Receipt()
        story.received("r", "2017-10-02 10:00", agency="hub")
        story.wait("2017-10-03 17:00")
        assert story.notices() == [("hub", "hub")]

    def test_the_two_waits_of_one_case_follow_one_another(self):
        story = Receipt()
        story.sent("a", "2017-10-02 09:00")
        story.wait("2017-10-02 12:00")
        story.received("r", "2017-10-02 10:30", arrives="2017-10-04 09:00")
        assert story.said("at", "status", "because") == [
            ("2017-10-02 10:00", "raised", "a"),
            ("2017-10-04 09:00", "resolved", "a"),
            ("2017-10-04 09:00", "raised", "r"),
        ]


def test_a_decision_of_the_hub_ends_it_and_it_never_goes_quiet():
    story = Receipt()
    story.sent("a", "2017-10-02 09:00")
    assert len(story.wait("2018-10-02 12:00")) == 1
    assert story.tell("hub.notification.actioned", "2018-10-03 12:00", rule=RULE)[0].status == "resolved"


def test_referrals_without_a_case_are_two_and_a_siblings_is_none():
    story = Receipt()
    story.sent("a", "2017-10-02 09:00", case=None)
    story.sent("b", "2017-10-02 09:30", case=None)
    story.sent("c", "2017-10-02 09:40", case="P-3", via="mother")
    assert [line.because for line in story.wait("2017-10-02 12:00")] == ["a", "b"]


def test_history_starts_nothing():
    story = Receipt()
    story.sent("a", "2017-10-02 09:00", backfill=True)
    story.received("r", "2017-10-02 10:00", of="P-2", backfill=True)
    assert story.wait("2017-10-10 12:00") == []


def test_the_words_carry_the_numbers():
    words = Receipt(receipt_hours=2, decision_days=3).pack.rules[RULE].words
    assert "after 2 h" in words
    assert words.endswith("not decided after 3 working days.")


class TestFeedback:
    """What the referrer reads: that it is late and since when, and then what came of it."""

    def told(self, story: Receipt) -> str:
        (police,) = [telling for telling in story.last["tell"] if telling["audience"] == "police"]
        return str(police["what"])

    def test_late_and_since_when_then_received(self):
        story = Receipt()
        story.sent("a", "2017-10-02 22:00")
        story.wait("2017-10-03 09:00")
        assert self.told(story).endswith("due by 23:00 on 2 October 2017.")
        story.received("r", "2017-10-03 09:30")
        assert self.told(story) == "Closed: the hub received it after 11 h 30 min."

    def test_late_and_since_when_then_the_decision(self):
        story = Receipt()
        story.sent("a", "2017-10-02 22:00")
        story.received("r", "2017-10-02 22:30")
        story.wait("2017-10-03 17:00")
        assert "has not decided yet; due by 17:00 on 3 October 2017" in self.told(story)
        story.decided("2017-10-04 10:30", outcome="strategy_discussion")
        assert self.told(story) == "Closed: the hub decided (strategy discussion) after 36 h."
