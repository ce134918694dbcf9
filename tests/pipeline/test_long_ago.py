"""A word on what is long past: what has left the hot record is in the alert all the same."""

from building import child, event, nhs, simulate
from pipeline.stories import Event, named

NELL = child(1)
NELLY = child(1, ref="n1", identifiers={"agency_ref": "P-7"}, name={"given": "Nelly", "family": "Harow"},
              date_of_birth="2009-02-15", postcode="TS25 9ZZ")  # fmt: skip


def concern(day: str, agency: str, case: str | None = None) -> Event:
    data = {"category": "physical", "level": "low"}
    return event(f"{agency}.concern.raised", f"{day}T12:00:00+00:00", NELL, data=data, case_ref=case)


def put_right(of: Event, at: str) -> Event:
    return of | {"id": named(1), "action": "update", "supersedes": of["id"], "published_at": at}


def test_an_alert_that_ended_keeps_all_its_reasons_although_some_have_left_the_record_before_others():
    three = [concern("2017-03-01", "health"), concern("2017-03-05", "police"), concern("2017-05-20", "health")]
    later = concern("2018-05-01", "education")  # on this day the first two are let go of
    for more in ([], [concern("2018-08-01", "education")]):  # and on this one the last, and the alert
        wrong = [*three, later, *more]
        alerts = [
            a for a in simulate([*wrong, put_right(three[0], "2018-09-01T09:00:00+00:00")]) if a["kind"] == "alert"
        ]
        assert [a["status"] for a in alerts] == ["raised", "resolved", "resolved"]
        first, last = ([b["occurred_at"] for b in a["because"]] for a in (alerts[0], alerts[-1]))
        assert last == first
        assert alerts[-1]["observed"] == alerts[0]["observed"]


def test_a_change_of_status_that_a_merge_shows_is_told_although_the_status_before_it_has_left_the_record():
    def status(day: str, who: Event, word: str) -> Event:
        data = {"status": word, "team": "CIN-1"}
        return event("hub.status.changed", f"{day}T09:00:00+00:00", who, data=data)

    def seen(day: str) -> Event:
        return event("health.camhs.seen", f"{day}T09:00:00+00:00", NELLY)

    placed = {"school": "999001", "school_nurse_team": "SN-1"}
    story = [
        event("health.registration.changed", "2017-01-09T09:00:00+00:00", NELL, data={"gp_practice": "A99001"}),
        event("education.enrolment.changed", "2017-01-09T10:00:00+00:00", NELL, data=placed),
        seen("2017-01-10"),
        status("2017-06-20", NELL, "cpp"),
        status("2017-06-22", NELLY, "none"),
        seen("2018-09-24"),
    ]
    people = [
        {"ref": "p1", "role": "child", "identifiers": {"nhs_number": nhs(1)}},
        NELLY | {"ref": "p2", "identifiers": None},
    ]
    lines = simulate([*story, event("hub.identity.merged", "2018-09-29T09:00:00+00:00", *people, data={})])
    notices = [n for n in lines if n["kind"] == "notice" and n["audience"] == "gp"]
    assert [(n["rule"], n["at"][:10]) for n in notices] == [
        ("status-to-health", "2017-06-20"),
        ("status-to-health", "2018-09-29"),
    ]
    assert "from child protection plan to no plan" in notices[-1]["what"]
