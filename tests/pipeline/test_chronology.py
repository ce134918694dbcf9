"""A chronology: in order, voice first, every source named, corrections shown, nothing its reader may not hold."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from building import adult, child, event, nhs, simulate
from safeguarding.cli import _app
from safeguarding.cli.chronology_page import page
from safeguarding.correlation.pack import built_in
from safeguarding.errors import SafeguardingError
from safeguarding.events.times import parse_instant
from safeguarding.inquiry.chronology import Corrections, chronology
from safeguarding.inquiry.facts import Facts
from safeguarding.inquiry.log import of_text
from safeguarding.routing.policy import POLICY

PACK = built_in()
NUMBER = nhs(1)
Event = dict[str, Any]


def said(words: str, **other: Any) -> Event:
    return {"seen": True, "words": words, **other}


FORM = event("police.da_form.completed", "2017-10-20T23:14:00+01:00", child(1), adult(1),
             data={"tool": "dash", "grade": "standard"}, case_ref="CLV-1", record_ref="DAF-1",
             summary="Canary-form: argument.", voice=said("canary-hid upstairs"))  # fmt: skip
WRONG = event("police.concern.raised", "2017-11-03T15:00:00+00:00", child(1),
              data={"category": "other", "level": "high"}, summary="Canary-wrong child.")  # fmt: skip
STORY = [
    event("health.registration.changed", "2017-08-01T09:00:00+01:00", child(1), data={"gp_practice": "A99001"}),
    event("education.enrolment.changed", "2017-09-04T09:00:00+01:00", child(1),
          data={"school": "999001", "school_nurse_team": "SN-NORTON"}),
    event("education.concern.raised", "2017-09-14T10:00:00+01:00", child(1), source="Norton Primary",
          data={"category": "neglect", "level": "low", "neglect_type": "nutritional"}, record_ref="SCH-31",
          summary="=Canary-school: <b>hungry</b>.", voice=said("canary-crisps for tea", alone=True)),
    event("health.appointment.was_not_brought", "2017-10-02T09:30:00+01:00", child(1), data={"service": "dental"},
          summary="Canary-dental."),
    FORM,
    event("police.da_form.completed", "2017-10-20T23:14:00+01:00", child(1), adult(1),
          data={"tool": "dash", "grade": "high"}, case_ref="CLV-1", record_ref="DAF-1", action="update",
          supersedes=FORM["id"], published_at="2017-10-22T10:00:00+01:00", summary="Canary-push.",
          voice=said("canary-saw it")),
    WRONG,
    event("police.concern.raised", "2017-11-03T15:00:00+00:00", child(1), data={"category": "other", "level": "high"},
          action="delete", supersedes=WRONG["id"], published_at="2017-11-06T10:00:00+00:00"),
    event("hub.status.changed", "2017-11-10T11:00:00+00:00", child(1), data={"status": "cin", "team": "CIN-1"}),
]  # fmt: skip
UNTIL = "2017-12-01T12:00:00+00:00"


def of(events: list[Event], audience: str = "hub", who: str = NUMBER, recipient: str | None = None) -> Event:
    log = of_text([json.dumps(made) for made in events], parse_instant(UNTIL))
    facts = Facts(log)
    return chronology(facts, Corrections.of(log), facts.find(who), PACK, audience, recipient)


def run(tmp_path: Path, *arguments: str) -> str:
    file = tmp_path / "story.jsonl"
    file.write_text("\n".join(map(json.dumps, STORY)), encoding="utf-8")
    result = CliRunner().invoke(_app(), ["chronology", NUMBER, str(file), *arguments])
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_it_tells_what_happened_in_order_and_who_says_so():
    entries = of(STORY)["entries"]
    assert [e["at"] for e in entries] == sorted(e["at"] for e in entries)
    told = [(e["agency"], e["type"], e["significance"]) for e in entries if e["kind"] == "event"]
    assert told == [
        ("health", "health.registration.changed", None),
        ("education", "education.enrolment.changed", None),
        ("education", "education.concern.raised", "low concern"),
        ("health", "health.appointment.was_not_brought", "routine signal"),
        ("police", "police.da_form.completed", "low concern"),  # what was said first, then its correction
        ("police", "police.da_form.completed", "high concern"),
        ("police", None, None),
        ("hub", "hub.status.changed", None),
    ]
    school = next(e for e in entries if e.get("type") == "education.concern.raised")
    assert (school["source"], school["record"]) == ("Norton Primary", "SCH-31")


def test_where_the_whole_history_reached_a_threshold_is_marked():
    alerts = {e["rule"]: e for e in of(STORY)["entries"] if e["kind"] == "alert"}
    assert alerts["cumulative-concern"]["tipping_point"]
    assert not alerts["da-health-notice"]["tipping_point"]
    lines = [line for line in simulate(STORY, UNTIL) if line["kind"] == "alert" and line["revision"] == 1]
    assert {(line["alert_id"], line["at"]) for line in lines} == {(e["ref"], e["at"]) for e in alerts.values()}


def test_a_correction_is_shown_as_one_and_what_was_corrected_is_not_said_again():
    answer = of(STORY)
    events = {e["ref"]: e for e in answer["entries"] if e["kind"] == "event"}
    newer = next(e for e in events.values() if e.get("corrects"))
    assert newer["corrects"] == FORM["id"]
    assert events[FORM["id"]]["corrected"] == {
        "how": "replaced", "at": "2017-10-22T10:00:00+01:00", "by": newer["ref"]
    }  # fmt: skip
    assert events[WRONG["id"]]["corrected"]["how"] == "withdrawn"
    assert "Canary-form" not in str(answer)
    assert "canary-hid" not in str(answer)
    assert "Canary-wrong" not in str(answer)


def test_what_another_sender_says_of_an_event_corrects_nothing():
    refused = event("police.da_form.completed", "2017-10-20T23:14:00+01:00", child(1), data=FORM["data"],
                    action="delete", supersedes=FORM["id"], source="Another force",
                    published_at="2017-10-24T10:00:00+01:00")  # fmt: skip
    gone = next(e for e in of([*STORY, refused])["entries"] if e["ref"] == FORM["id"])
    assert gone == next(e for e in of(STORY)["entries"] if e["ref"] == FORM["id"])


def test_what_turned_out_to_be_another_childs_is_not_there_at_all():
    moved = event("police.da_form.completed", "2017-10-20T23:14:00+01:00", child(2), action="update",
                  supersedes=FORM["id"], data=FORM["data"], published_at="2017-10-22T10:00:00+01:00")  # fmt: skip
    answer = of([*STORY[:4], FORM, moved])
    (gone,) = [e for e in answer["entries"] if e["kind"] == "event" and e["ref"] == FORM["id"]]
    assert (gone["type"], gone["details"], gone["significance"]) == (None, {}, None)
    assert not any(word in str(answer) for word in ("Canary-form", "canary-hid", moved["id"]))


@pytest.mark.parametrize("audience", [name for name in POLICY if name not in ("hub", "worker", "operators")])
def test_others_read_what_they_were_told_and_no_more(audience: str):
    answer = of(STORY, audience)
    notices = [line for line in simulate(STORY, UNTIL) if line["kind"] == "notice" and line["audience"] == audience]
    own = [made for made in STORY if made["agency"] == audience and POLICY[audience]["narrative"] == "own"]
    allowed = json.dumps([notices, own], ensure_ascii=False)
    for word in set(re.findall(r"[Cc]anary-\w+", json.dumps(STORY))):
        assert word in allowed or word not in str(answer)
    codes = {notice["recipient"]["code"] for notice in notices}
    told = [e for e in answer["entries"] if e["kind"] == "notice"]
    assert {e["what"] for e in told} <= {notice["what"] for notice in notices}
    if len(codes) == 1:
        assert len(told) == len(notices)
    assert {e["agency"] for e in answer["entries"] if e["kind"] == "event"} <= ({audience} if own else set())
    identifiers = (answer["child"] or {"identifiers": {}})["identifiers"]
    assert set(identifiers) <= {"nhs_number", "upn"} & {POLICY[audience]["identity"]}


def test_a_withdrawn_notice_leaves_only_that_it_was():
    events = [*STORY[:2], FORM]
    other = {"case_ref": "CLV-1", "action": "delete", "published_at": "2017-10-24T10:00:00+01:00"}
    gone = event(FORM["type"], FORM["occurred_at"], *FORM["people"], data=FORM["data"], supersedes=FORM["id"], **other)
    before, after = of(events, "gp"), of([*events, gone], "gp")
    assert "canary-hid" in str(before)
    assert "canary-hid" not in str(after)
    assert [e["status"] for e in after["entries"]] == ["withdrawn"]


def test_of_two_practices_each_reads_its_own():
    moved = event("health.registration.changed", "2017-11-20T09:00:00+00:00", child(1), data={"gp_practice": "A99002"})
    after = event("health.appointment.was_not_brought", "2017-11-22T09:30:00+00:00", child(1),
                  data={"service": "dental"})  # fmt: skip
    events = [*STORY, moved, after]
    with pytest.raises(SafeguardingError, match="A99001, A99002: say with --recipient"):
        of(events, "gp")
    first, second = (of(events, "gp", recipient=code) for code in ("A99001", "A99002"))
    assert first["entries"]
    assert second["entries"]
    assert not {e["ref"] for e in first["entries"]} & {e["ref"] for e in second["entries"]}


def test_an_address_and_a_school_that_are_secret_are_in_no_chronology():
    secret = event("police.incident.recorded", "2017-10-20T22:10:00+01:00", child(1, address_confidential=True),
                   data={"kind": "domestic_abuse", "children_linked": True,
                         "address_of_incident_postcode": "TS19 9AB"})  # fmt: skip
    text = str(of([*STORY[:3], secret]))
    assert "TS19 9AB" not in text
    assert "999001" not in text
    assert "999001" in str(of(STORY))


def test_a_child_that_went_on_under_another_record_is_found_by_its_old_key():
    other = child(2, name={"given": "Toby", "family": "Harrow"})
    seen = event("yos.concern.raised", "2017-11-12T15:00:00+00:00", other, data={"category": "other", "level": "low"})
    merged = event("hub.identity.merged", "2017-11-15T11:00:00+00:00", child(1), other)
    log = of_text([json.dumps(made) for made in [*STORY, seen, merged]], parse_instant(UNTIL))
    facts = Facts(log)
    keys = [key for key in facts.records if facts.child(key)]
    answers = [chronology(facts, Corrections.of(log), key, PACK) for key in keys]
    assert len({answer["key"] for answer in answers}) == 1
    assert any(e.get("type") == "yos.concern.raised" for e in answers[0]["entries"])


def test_nobody_unknown_reads_it():
    for audience in ("neighbour", "operators"):
        with pytest.raises(SafeguardingError, match="a chronology is for one of hub"):
            of(STORY, audience)


def test_the_text_has_the_voice_before_what_others_say(tmp_path: Path):
    text = run(tmp_path)
    assert text.index("canary-crisps") < text.index("=Canary-school")
    assert "[tipping point]" in text
    assert "[replaced by its sender on 22 Oct 2017]" in text
    assert "Norton Primary SCH-31" in text


def test_a_cell_of_the_table_is_never_a_formula(tmp_path: Path):
    rows = list(csv.DictReader(StringIO(run(tmp_path, "--format", "csv"))))
    assert next(row for row in rows if row["source"] == "Norton Primary SCH-31")["account"].startswith("'=Canary")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_page_runs_nothing_loads_nothing_and_says_the_child_first(tmp_path: Path):
    html = run(tmp_path, "--format", "html")
    assert "&lt;b&gt;hungry&lt;/b&gt;" in html
    assert not re.search(r"<script|<img|<link|https?://|@import|url\(|\son\w+=", html)
    assert html.index("canary-crisps") < html.index("What happened")
    assert html.count('class="tipping"') == sum(e.get("tipping_point", False) for e in of(STORY)["entries"])
    assert 'content: "Chronology: Tobias Harrow' in html


def test_a_name_cannot_break_out_of_the_page():
    answer = of(STORY)
    answer["child"]["name"] = {"given": '"; } </style><script>', "family": "x"}
    html = page(answer)
    assert "<script" not in html
    assert "</style><" in html
    assert html.count("</style>") == 1


def test_json_is_the_whole_of_it(tmp_path: Path):
    assert json.loads(run(tmp_path, "--format", "json", "--until", UNTIL)) == json.loads(json.dumps(of(STORY)))


def test_what_a_named_child_said_is_not_its_siblings_whom_the_event_reaches_through_an_adult():
    """A child who was not there said nothing; what the event is about is told all the same."""
    mother = adult(1, role="parent_carer")
    household = event("hub.household.changed", "2017-08-01T09:00:00+01:00", child(1), child(2), mother, case_ref="H")
    form = event("police.da_form.completed", "2017-10-20T23:14:00+01:00", child(2), adult(1), case_ref="CLV-1",
                 data={"tool": "dash", "grade": "high"}, voice=said("canary-hid upstairs"))  # fmt: skip
    own, sibling = of([household, form], who=nhs(2)), of([household, form])
    assert "canary-hid upstairs" in str(own)
    assert "canary-hid upstairs" not in str(sibling)
    assert form["id"] in str(sibling)


def test_a_reader_who_may_not_hold_a_voice_is_not_told_that_nobody_wrote_one_down():
    for audience in ("cgl", "probation"):
        assert "Nobody has written down" not in page(of([*STORY[:2], FORM], audience))
    assert "Nobody has written down" in page(of(STORY[:2]))


def test_an_agency_does_not_learn_from_its_own_events_that_another_ties_the_adult_to_the_child():
    link = event("cgl.client.children_linked", "2017-08-01T09:00:00+01:00", child(1), adult(1, "client"),
                 data={"lives_with": "yes"})  # fmt: skip
    form = event("police.da_form.completed", "2017-10-20T23:14:00+01:00", adult(1), case_ref="CLV-1",
                 data={"tool": "dash", "grade": "high"})  # fmt: skip
    named = event("police.incident.recorded", "2017-10-19T23:14:00+01:00", child(1), adult(1),
                  data={"kind": "domestic_abuse", "children_linked": True})  # fmt: skip
    assert form["id"] in str(of([link, form]))
    assert form["id"] not in str(of([link, form], "police"))
    assert named["id"] in str(of([link, named], "police"))
    assert form["id"] in str(of([named, form], "police"))
