"""invitee-missing: a meeting whose invitations leave out a service involved with the child or a linked adult."""

from typing import Any

import pytest

from story import Line, Story

RULE = "invitee-missing"
ALL = ["dental", "adult_mental_health", "cgl", "probation", "gp", "school_nurse"]


class Meeting(Story):
    def __init__(self, **changes: Any) -> None:
        super().__init__(RULE, **changes)

    def meets(self, name: str, day: str, invited: list[str], *, case: str | None = "CG-1", **other: Any) -> list[Line]:
        data = {"kind": "core_group", "at": f"{day}T14:00:00Z", "invited": invited} | other
        return self.tell("hub.meeting.scheduled", f"{day} 10:00", name, case=case, **data)

    def without(self, *services: str) -> list[str]:
        return [service for service in ALL if service not in services]

    def missing(self) -> set[str]:
        return {what.removeprefix("involved and not invited: ") for what in self.observed()}


INVOLVED = [
    ("dental", "health.dental.concern", {"caries": "high", "note": "n"}, None),
    ("dental", "health.appointment.was_not_brought", {"service": "Dental clinic"}, None),
    ("dental", "health.appointment.attended", {"service": "dentist"}, None),
    ("adult_mental_health", "health.relapse_indicator.set", {"signs": ["s"], "contact": "c"}, "mother"),
    ("cgl", "cgl.engagement.changed", {"status": "engaged"}, "father"),
    ("cgl", "cgl.concern.raised", {"category": "other", "level": "low"}, None),
    ("probation", "probation.case.allocated", {"provider": "p", "worker": "w"}, "father"),
]


@pytest.mark.parametrize(("service", "kind", "data", "via"), INVOLVED)
@pytest.mark.parametrize(("day", "fires"), [("2018-01-30", True), ("2018-01-31", False)])
def test_a_service_involved_in_the_last_twelve_months(
    service: str, kind: str, data: dict[str, Any], via: str | None, day: str, fires: bool
):
    story = Meeting()
    story.tell(kind, "2017-01-31 12:00", via=via, **data)
    assert bool(story.meets("m", day, story.without(service))) is fires
    assert not fires or story.missing() == {service}


def test_invited_it_is_silent():
    story = Meeting()
    for _, kind, data, via in INVOLVED:
        story.tell(kind, "2017-12-01 12:00", via=via, **data)
    assert story.meets("m", "2018-01-30", ALL) == []


def test_the_hub_is_told_who_is_missing():
    story = Meeting()
    for _, kind, data, via in INVOLVED:
        story.tell(kind, "2017-12-01 12:00", via=via, **data)
    assert story.meets("m", "2018-01-30", ["school"]) == [Line("2018-01-30 10:00", RULE, "raised", "m", "hub")]
    assert story.missing() == set(ALL)
    assert set(story.observed().values()) == {(1, None)}
    assert story.last["alert"]["urgency"] == "routine"
    assert story.last["tell"][0]["what"] == (
        "Meeting planned on 30 January 2018: not invited although involved: "
        "dental, adult mental health, cgl, probation, gp, school nurse."
    )


@pytest.mark.parametrize("service", ["gp", "school_nurse"])
def test_practice_and_school_nurse_are_involved_for_as_long_as_they_are_the_childs(service: str):
    story = Meeting()
    assert story.meets("m", "2018-01-30", story.without(service))
    story = Meeting(known=False)
    assert story.meets("m", "2018-01-30", story.without(service)) == []


def test_of_a_home_educated_child_without_a_team_no_school_nurse_is():
    story = Meeting()
    story.tell("education.enrolment.changed", "2018-01-02 09:00", home_educated=True)
    assert story.meets("m", "2018-01-30", story.without("school_nurse")) == []


def test_of_a_child_whose_age_is_not_known_the_school_nurse_is():
    story = Meeting(born=None)
    assert story.meets("m", "2018-01-30", story.without("school_nurse"))


def test_a_small_child_has_no_school_nurse():
    story = Meeting(born="2014-06-01")
    assert story.meets("m", "2018-01-30", story.without("school_nurse")) == []


@pytest.mark.parametrize(
    ("born", "fires"), [("2013-01-31", False), ("2013-01-30", True), ("2000-01-31", True), ("2000-01-30", False)]
)
def test_the_school_nurse_is_for_five_to_seventeen(born: str, fires: bool):
    assert bool(Meeting(born=born).meets("m", "2018-01-30", Meeting().without("school_nurse"))) is fires


@pytest.mark.parametrize(("at", "fires"), [("2018-01-30 10:00", True), ("2018-01-30 10:01", False)])
def test_who_is_known_in_the_moment_of_the_invitations(at: str, fires: bool):
    story = Meeting(known=False)
    story.tell("health.registration.changed", at, gp_practice="A99001", arrives="2018-01-31 09:00")
    story.tell("education.enrolment.changed", at, school="9", school_nurse_team="SN", arrives="2018-01-31 09:00")
    story.tell("health.dental.concern", at, caries="high", note="n", arrives="2018-01-31 09:00")
    story.meets("m", "2018-01-30", ["cgl"], arrives="2018-01-31 10:00")
    assert (story.missing() if story.records else set()) == ({"gp", "school_nurse", "dental"} if fires else set())


def test_an_appointment_elsewhere_is_not_the_dentists():
    story = Meeting()
    story.tell("health.appointment.was_not_brought", "2017-12-01 12:00", service="audiology")
    assert story.meets("m", "2018-01-30", story.without("dental")) == []


def test_what_another_agency_sees_of_the_family_shows_no_service():
    story = Meeting()
    story.tell("police.concern.raised", "2017-12-01 12:00", category="emotional", level="low")
    story.tell("education.concern.raised", "2017-12-02 12:00", category="emotional", level="low", via="mother")
    assert story.meets("m", "2018-01-30", story.without("cgl", "probation")) == []


def test_the_last_time_before_the_invitations_counts():
    story = Meeting()
    for day in ("2017-01-15", "2017-12-01"):
        story.tell("health.dental.concern", f"{day} 12:00", caries="high", note="n")
    assert story.meets("m", "2018-01-30", story.without("dental"))


def test_who_is_involved_only_later_need_not_have_been_invited():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("cgl"))
    assert story.tell("cgl.engagement.changed", "2018-02-01 12:00", status="engaged", via="father") == []


def test_word_that_comes_late_counts_where_it_occurred():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("cgl"))
    late = {"status": "engaged", "via": "father", "arrives": "2018-02-01 12:00"}
    assert story.tell("cgl.engagement.changed", "2018-01-01 12:00", **late)[0].because == "m"


def test_invited_after_all_it_is_resolved():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("gp"))
    assert story.meets("n", "2018-01-31", ALL)[0].status == "resolved"
    assert story.observed() == {"involved and not invited": (0, None)}


@pytest.mark.parametrize(
    ("service", "kind", "data"),
    [
        ("gp", "health.registration.changed", {"gp_practice": "A99002"}),
        ("school_nurse", "education.enrolment.changed", {"school": "999002", "school_nurse_team": "SN-WEST"}),
    ],
)
def test_a_family_that_moves_does_not_invite_whom_it_had(service: str, kind: str, data: dict[str, Any]):
    story = Meeting()
    story.meets("m", "2018-01-30", story.without(service))
    story.tell(kind, "2018-02-10 12:00", **data)
    assert story.tell("health.dental.concern", "2018-02-11 12:00", caries="high", note="n") == []
    assert story.statuses() == ["raised"]


def test_it_stands_when_what_showed_the_service_is_no_longer_remembered():
    story = Meeting()
    story.tell("health.dental.concern", "2017-02-01 12:00", caries="high", note="n")
    story.meets("m", "2018-01-30", story.without("dental"))
    assert story.tell("cgl.engagement.changed", "2018-03-20 12:00", status="engaged", via="father") == []
    (line,) = story.wait("2018-04-30 00:00")
    assert (line.status, story.last["alert"]["reason"]) == ("resolved", "quiet")


def test_invited_to_another_meeting_it_is_not():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("gp"))
    assert story.meets("n", "2018-01-31", ALL, case="CG-2") == []


def test_without_a_case_the_same_meeting_is_the_same_kind_at_the_same_time():
    story = Meeting()
    at = "2018-02-20T14:00:00Z"
    story.meets("m", "2018-01-30", story.without("gp"), case=None, at=at)
    assert story.meets("n", "2018-01-31", ALL, case=None, at=at)[0].status == "resolved"


def test_without_a_case_a_meeting_at_another_time_is_another():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("gp"), case=None, at="2018-02-20T14:00:00Z")
    assert story.meets("n", "2018-01-31", ALL, case=None, at="2018-02-21T14:00:00Z") == []


def test_ninety_days_later_it_falls_quiet():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("gp"))
    assert [line.status for line in story.wait("2018-06-01 10:00")] == ["resolved"]


def test_history_raises_nothing():
    story = Meeting()
    assert story.meets("m", "2018-01-30", story.without("gp"), backfill=True) == []


def test_a_meeting_of_history_raises_nothing_at_the_next_live_event_either():
    story = Meeting()
    story.meets("m", "2018-01-30", story.without("gp"), backfill=True)
    assert story.tell("health.dental.concern", "2018-02-01 12:00", caries="high", note="n") == []
