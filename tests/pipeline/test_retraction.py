"""What was told wrongly is taken back from exactly those who were told, wherever the child has moved since."""

from typing import Any

import pytest

from building import adult, child, event, simulate

NELL = child(1, date_of_birth="2009-05-14")
Lines = list[dict[str, Any]]
FORM = event(
    "police.da_form.completed",
    "2017-10-02T21:00:00+01:00",
    NELL,
    adult(1),
    data={"tool": "dash", "grade": "high", "marac_referred": False},
    case_ref="P-1",
    voice={"seen": True, "words": "I hid upstairs."},
    summary="Chair thrown.",
)


def registered(gp: str, at: str) -> dict[str, Any]:
    return event("health.registration.changed", at, NELL, data={"gp_practice": gp})


def enrolled(school: str, nurse: str, at: str) -> dict[str, Any]:
    data = {"school": school, "school_nurse_team": nurse, "home_educated": False}
    return event("education.enrolment.changed", at, NELL, data=data)


KNOWN = [registered("A99001", "2017-01-09T09:00:00+00:00"), enrolled("999001", "SN-EAST", "2017-01-09T09:00:00+00:00")]
MOVED = [registered("A99002", "2017-10-03T09:00:00+01:00"), enrolled("999002", "SN-WEST", "2017-10-03T09:00:00+01:00")]


def taken_back(wrong: dict[str, Any], at: str = "2017-10-04T09:00:00+01:00", action: str = "delete") -> dict[str, Any]:
    made = {**wrong, "id": "00000000-0000-4000-8000-0000000000ff", "action": action, "supersedes": wrong["id"]}
    return {**made, "published_at": at}


def told(lines: Lines, rule: str, *statuses: str) -> list[tuple[str, str]]:
    notices = [line for line in lines if line["kind"] == "notice" and line["rule"] == rule]
    return sorted((n["audience"], n["recipient"]["code"]) for n in notices if n["status"] in statuses)


@pytest.mark.parametrize(
    ("rule", "to"),
    [
        ("da-health-notice", [("gp", "A99001"), ("school-nurse", "SN-EAST")]),
        ("encompass-notice", [("school", "999001")]),
    ],
)
def test_a_withdrawal_goes_to_those_who_were_told_and_not_to_those_who_came_later(rule: str, to: list[Any]):
    lines = simulate([*KNOWN, FORM, *MOVED, taken_back(FORM)])
    assert told(lines, rule, "raised") == to
    assert told(lines, rule, "withdrawn") == to


def test_a_withdrawal_repeats_nothing_of_what_it_withdraws():
    lines = simulate([*KNOWN, FORM, *MOVED, taken_back(FORM)])
    rules = ("da-health-notice", "encompass-notice")
    gone = [n for n in lines if n["kind"] == "notice" and n["status"] == "withdrawn" and n["rule"] in rules]
    assert len(gone) == 3
    for notice in gone:
        assert not {"counts", "grade", "signs", "voice"} & notice.keys()
        assert notice["recipient_action"] == "none"
        assert "Please disregard" in notice["what"]
        text = str(notice).lower()
        assert not [word for word in ("hid upstairs", "chair", "abuse", "2 october", "high") if word in text]
        assert notice["handling"]["hide_from_patient_online"], "it is still about that"


def test_who_only_waited_for_a_notice_hears_nothing_of_its_withdrawal():
    lines = simulate([KNOWN[1], FORM, taken_back(FORM), MOVED[0]], until="2017-11-04T09:00:00+00:00")
    assert told(lines, "da-health-notice", "withdrawn") == [("school-nurse", "SN-EAST")]
    assert not [line for line in lines if line["kind"] == "notice" and line["audience"] == "gp"]


def test_a_correction_goes_to_those_who_were_told_and_to_those_who_hold_the_role_now():
    milder = taken_back(FORM, action="update") | {"data": {**FORM["data"], "grade": "medium"}}
    lines = simulate([*KNOWN, FORM, *MOVED, milder])
    assert {("gp", "A99001"), ("gp", "A99002")} <= set(told(lines, "da-health-notice", "amended"))


CONCERNS = [
    event(f"{agency}.concern.raised", f"2017-09-0{n}T12:00:00+01:00", NELL, data={"category": "other", "level": "low"})
    for n, agency in enumerate(["yos", "cgl", "yos"], 1)
]


def test_a_pattern_that_falls_apart_is_taken_back_from_every_practice_that_heard_of_it():
    more = event("yos.concern.raised", "2017-10-05T12:00:00+01:00", NELL, data={"category": "other", "level": "low"})
    lines = simulate([*KNOWN, *CONCERNS, *MOVED, more, taken_back(CONCERNS[1], "2017-10-06T12:00:00+01:00")])
    rule = "cumulative-concern"
    assert told(lines, rule, "raised", "amended") == told(lines, rule, "withdrawn")
    assert ("gp", "A99001") in told(lines, rule, "withdrawn")
    assert ("gp", "A99002") in told(lines, rule, "withdrawn")


def test_a_close_says_why_and_nothing_else_to_whoever_was_told():
    decided = event("hub.notification.actioned", "2017-10-06T12:00:00+01:00", NELL, data={"rule": "cumulative-concern"})
    lines = simulate([*KNOWN, *CONCERNS, *MOVED, decided])
    over = [line for line in lines if line["kind"] == "notice" and line["status"] == "resolved"]
    assert sorted(n["recipient"]["code"] for n in over) == ["A99001", "SN-EAST"]
    assert {n["what"] for n in over} == {"Closed: actioned by hub."}
