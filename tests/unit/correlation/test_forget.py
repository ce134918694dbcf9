"""What the hot record lets go of after thirteen months, and what it must not."""

from typing import Any

import pytest

from story import Story


def names(story: Story) -> list[str]:
    return [story._names[mark.event_id] for mark in story.hot.marks]


def worry(story: Story, name: str, at: str, agency: str = "health", **other: Any) -> None:
    story.tell(f"{agency}.concern.raised", at, name, **({"category": "other", "level": "low"} | other))


@pytest.mark.parametrize(("today", "kept"), [("2018-02-01 12:00", ["a", "b"]), ("2018-02-02 12:00", ["b"])])
def test_after_thirteen_months_an_event_goes(today: str, kept: list[str]):
    story = Story("cumulative-concern", known=False)
    worry(story, "a", "2017-01-01 12:00")
    worry(story, "b", today)
    assert names(story) == kept


def test_it_looks_once_a_day_and_again_the_next():
    story = Story("cumulative-concern", known=False)
    worry(story, "a", "2017-01-01 12:00")
    worry(story, "b", "2017-01-02 12:00")
    worry(story, "c", "2018-02-02 12:00")
    assert names(story) == ["b", "c"]
    worry(story, "d", "2018-02-03 12:00")
    assert names(story) == ["c", "d"]


def test_what_an_open_alert_rests_on_stays_and_goes_with_it():
    story = Story("incident-open", known=False)
    story.tell("police.incident.recorded", "2017-01-01 12:00", "a", kind="domestic_abuse", children_linked=True)
    worry(story, "b", "2018-06-01 12:00")
    assert names(story) == ["a", "b"]
    story.tell("hub.notification.actioned", "2018-06-02 12:00", "c", rule="incident-open")
    worry(story, "d", "2018-06-03 12:00")
    assert names(story) == ["b", "c", "d"]
    assert story.hot.lives == []


def test_a_notice_that_is_finished_keeps_nothing():
    story = Story("da-health-notice")
    story.tell("police.da_form.completed", "2017-01-01 12:00", "a", tool="dash", grade="high")
    worry(story, "b", "2018-06-01 12:00")
    assert "a" not in names(story)
    assert story.hot.lives == []


def test_of_a_case_that_goes_on_the_first_the_gravest_and_the_last_of_a_type_stay():
    story = Story("cumulative-concern", known=False)
    for number, level in enumerate(("low", "low", "high", "low", "medium"), 1):
        worry(story, f"{number}", f"2017-01-0{number} 12:00", level=level, case="S-1")
    worry(story, "now", "2018-06-01 12:00", case="S-1")
    assert names(story) == ["1", "3", "5", "now"]


def test_a_mute_outlives_what_was_dismissed():
    story = Story("cumulative-concern")
    for name, at, agency in (
        ("a", "2017-01-01", "health"),
        ("b", "2017-01-02", "police"),
        ("c", "2017-01-03", "health"),
    ):
        worry(story, name, f"{at} 12:00", agency)
    worry(story, "d", "2017-01-04 12:00", arrives="2018-01-20 12:00")
    worry(story, "e", "2017-01-05 12:00", arrives="2018-01-20 12:01")
    worry(story, "f", "2017-01-06 12:00", "police", arrives="2018-01-20 12:02")
    story.tell("hub.notification.dismissed", "2018-01-30 12:00", rule="cumulative-concern", reason="known")
    worry(story, "g", "2018-02-20 12:00")
    assert [life.mute_until is not None for life in story.hot.lives][-1:] == [True]


def test_the_status_that_stands_stays_and_those_before_it_go():
    story = Story("status-to-health")
    for name, day, status in (("a", "2014-01-01", "cin"), ("b", "2014-02-01", "cpp"), ("c", "2014-03-01", "lac")):
        story.tell("hub.status.changed", f"{day} 12:00", name, status=status)
    worry(story, "d", "2017-01-01 12:00")
    assert names(story) == ["c", "d"]


def test_a_notice_that_waits_for_its_recipient_keeps_its_evidence():
    story = Story("status-to-health", known=False)
    story.tell("hub.status.changed", "2014-01-01 12:00", "a", status="cin")
    story.tell("hub.status.changed", "2014-02-01 12:00", "b", status="lac")
    worry(story, "d", "2017-01-01 12:00")
    assert names(story) == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("opens", "closes", "data"),
    [
        ("yos.case.opened", "yos.case.closed", {"order": "o", "worker": "w"}),
        ("probation.case.allocated", "probation.case.closed", {"provider": "p", "worker": "w"}),
    ],
)
def test_a_case_that_is_open_stays_and_one_that_was_closed_goes(opens: str, closes: str, data: dict[str, Any]):
    story = Story("family-overlap", known=False)
    story.tell(opens, "2014-01-01 12:00", "a", case="1", **data)
    story.tell(closes, "2014-01-02 12:00", "b", case="1", **data)
    story.tell(opens, "2014-01-03 12:00", "c", case="2", **data)
    worry(story, "d", "2017-01-01 12:00")
    assert names(story) == ["c", "d"]


def test_the_last_word_of_cgl_on_an_adult_stays():
    story = Story("family-overlap", known=False)
    for day, status in enumerate(("engaged", "missed", "dropped_out"), 1):
        story.tell("cgl.engagement.changed", f"2014-01-0{day} 12:00", status, status=status, via="sean")
    story.tell("cgl.engagement.changed", "2014-01-04 12:00", "hers", status="engaged", via="donna")
    worry(story, "d", "2017-01-01 12:00")
    assert names(story) == ["dropped_out", "hers", "d"]


def test_the_counts_by_day_go_as_well():
    story = Story("cumulative-concern", known=False)
    worry(story, "a", "2017-01-01 12:00")
    worry(story, "b", "2018-06-01 12:00")
    assert [len(days) for days in story.hot.days.values()] == [1]


def test_a_busy_childhood_is_a_small_record():
    story = Story("da-health-notice", "incident-open", "encompass-notice", "not-brought-pattern")
    sizes = []
    for year in range(2010, 2018):
        for month in range(1, 13):
            worry(story, f"{year} {month}", f"{year}-{month:02}-01 12:00")
            at = f"{year}-{month:02}-02 12:00"
            story.tell("police.da_form.completed", at, tool="dash", grade="standard", case=f"{year}{month}")
            story.tell("police.incident.closed", at, case=f"{year}{month}", closing_code="QL23")
        sizes.append(len(story.hot.marks) + len(story.hot.lives))
    assert len(set(sizes[3:])) == 1


def test_an_answer_stays_as_long_as_what_it_answers():
    story = Story("da-escalation", "receipt-missing", "return-interview")
    for month in range(30):  # the alert stays open, and holds on to the first cases
        at, case = f"{2017 + month // 12}-{month % 12 + 1:02}-01", f"{month}"
        story.tell("police.incident.recorded", f"{at} 12:00", kind="domestic_abuse", children_linked=True, case=case)
        if month in (0, 29):
            ours = {"from_agency": "police", "from_case_ref": case}
            story.tell("police.referral.submitted", f"{at} 13:00", form="ppn", case=case)
            story.tell("hub.referral.received", f"{at} 13:10", **ours)
            story.tell("hub.decision.made", f"{at} 14:00", outcome="early_help", referrer_told=True, **ours)
            story.tell("police.missing.returned", f"{at} 15:00", returned_at=f"{at} 15:00", case=case)
            story.tell("hub.return_interview.completed", f"{at} 16:00", declined=False, factors=[])
    assert {record["alert"]["rule"]["id"] for record in story.records} == {"da-escalation"}


def test_an_answer_stays_with_a_start_that_stays_for_another_reason():
    story = Story("minutes-late")
    story.tell("hub.minutes.published", "2020-01-21 10:00", meeting_ref="M1", distributed_to=[])
    story.tell("hub.core_group.held", "2020-01-21 10:01", case="1", meeting_ref="M1", distributed_to=[])
    story.tell("hub.information.provided", "2020-04-19 11:00", case="1", from_agency="health")
    story.tell("hub.core_group.held", "2021-04-19 11:00", meeting_ref="M2", distributed_to=[])
    assert not story.records


def test_since_when_an_adult_is_a_client_stays():
    story = Story("family-overlap", known=False)
    story.tell("cgl.client.children_linked", "2014-01-01 12:00", "list", lives_with="yes", adults={"sean": "client"})
    for day, status in enumerate(("dropped_out", "engaged", "missed", "engaged"), 2):
        story.tell("cgl.engagement.changed", f"2014-01-0{day} 12:00", f"{day} {status}", status=status, via="sean")
    worry(story, "d", "2017-01-01 12:00")
    assert names(story) == ["list", "2 dropped_out", "3 engaged", "5 engaged", "d"]


def test_a_client_who_is_heard_of_again_after_years_is_no_new_one():
    story = Story("family-overlap", known=False)
    story.tell("cgl.engagement.changed", "2015-01-01 12:00", "a", status="engaged", via="sean")
    story.tell("yos.case.opened", "2015-01-02 12:00", "b", order="o", worker="w", case="Y-1")
    story.tell("cgl.engagement.changed", "2016-06-01 12:00", "c", status="missed", via="sean")
    assert story.tell("cgl.engagement.changed", "2017-08-01 12:00", "d", status="engaged", via="sean") == []
    assert story.said("because", "status") == [("a b", "raised"), ("a b", "resolved")]


def test_a_case_that_goes_to_another_worker_is_no_new_one_after_years():
    story = Story("family-overlap", known=False)
    case = {"provider": "p", "case": "1", "via": "craig"}
    story.tell("probation.case.allocated", "2015-01-01 12:00", "a", worker="v", **case)
    story.tell("yos.case.opened", "2015-01-02 12:00", "b", order="o", worker="w", case="Y-1")
    story.tell("probation.case.allocated", "2015-06-01 12:00", "c", worker="w", **case)
    assert story.tell("cgl.engagement.changed", "2017-08-01 12:00", "d", status="dropped_out", via="sean") == []
    assert names(story) == ["a", "b", "c", "d"]
    assert story.said("because", "status") == [("a b", "raised"), ("a b", "resolved")]
