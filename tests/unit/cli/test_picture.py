"""The operators' picture: each record in one state, nothing that waits is forgotten, nothing that is answered waits."""

import json
from collections.abc import Iterable
from typing import Any

from building import child, event
from safeguarding.cli import picture
from safeguarding.cli.embedded import PARTITIONS, Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.events.envelope import AGENCIES
from safeguarding.wire.codec import decode
from safeguarding.wire.topics import OPERATORS, RAISED, REVIEW, receipt_topic

NELL = child(1, date_of_birth="2009-05-14")
AT = "2017-09-05T12:00:00+01:00"
CONCERNS = [
    event(f"{agency}.concern.raised", f"2017-09-0{n}T12:00:00+01:00", NELL, data={"category": "other", "level": "low"})
    for n, agency in enumerate(["yos", "cgl", "yos"], 1)
]
PACK = built_in()


def pipeline(*events: dict[str, Any]) -> Embedded:
    made = Embedded(PACK)
    for one in events:
        made.publish_text(json.dumps(one))
    return made


def read(made: Embedded, *topics: str) -> list[dict[str, Any]]:
    places = [(topic, n) for topic in topics for n in range(made.runtime.partitions[topic])]
    return [decode(r.value)[1] for topic, n in places for r in made.runtime.records(topic, n)]


def alerts(made: Embedded, answers: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    standing = picture.newest_alerts(read(made, RAISED))
    return picture.alerts_line(standing, [normal(answer) for answer in answers], PACK.finished)


def normal(answer: dict[str, Any]) -> dict[str, Any]:
    from safeguarding.events.acceptance import read_json

    return read_json(json.dumps(answer))


def test_every_record_stands_in_one_state_and_our_own_repeats_do_not_count():
    bad = CONCERNS[0] | {"id": "00000000-0000-4000-8000-000000000001", "basis": None}
    made = pipeline(
        *CONCERNS, CONCERNS[0], {k: v for k, v in bad.items() if v}, bad | {"test": True, "basis": "consent"}
    )
    receipts = read(made, *map(receipt_topic, AGENCIES))
    counted = picture.counted(picture.states_of([*receipts, receipts[0]]))
    assert dict(counted["yos"]) == {"accepted": 2, "duplicate": 1, "held": 1, "rejected": 1}
    assert dict(counted["cgl"]) == {"accepted": 1}
    assert not counted["police"]


def test_a_test_event_is_counted_by_itself():
    made = pipeline(CONCERNS[0] | {"test": True})
    assert dict(picture.counted(picture.states_of(read(made, receipt_topic("yos"))))["yos"]) == {"test": 1}


def test_an_alert_waits_until_somebody_answers_and_ends_when_it_is_closed():
    made = pipeline(*CONCERNS)
    line = alerts(made)
    assert (line["open"], line["unacknowledged"]) == (1, 1)
    name = line["oldest_unacknowledged"]["alert_id"]
    by_id = event("hub.notification.acknowledged", AT, data={"alert_id": name})
    by_rule = event("hub.notification.acknowledged", AT, NELL, data={"rule": "cumulative-concern"})
    for answer in (by_id, by_rule):
        assert alerts(made, [answer])["unacknowledged"] == 0
    other = event("hub.notification.acknowledged", AT, child(2), data={"rule": "cumulative-concern"})
    early = by_rule | {"occurred_at": "2017-09-01T12:00:00+01:00"}
    for answer in (other, early):
        assert alerts(made, [answer])["unacknowledged"] == 1
    closed = event("hub.notification.actioned", AT, NELL, data={"rule": "cumulative-concern"})
    assert alerts(pipeline(*CONCERNS, closed))["open"] == 0


def test_what_waits_for_an_answer_is_shown_for_each_audience_with_its_oldest():
    other = [
        one | {"people": [child(2)], "id": f"00000000-0000-4000-8000-00000000001{n}"} for n, one in enumerate(CONCERNS)
    ]
    later = [
        one | {"occurred_at": f"2017-09-1{n}T12:00:00+01:00", "published_at": f"2017-09-1{n}T12:05:00+01:00"}
        for n, one in enumerate(other)
    ]
    gp = event("health.registration.changed", "2017-09-10T09:00:00+01:00", child(2), data={"gp_practice": "A99001"})
    waiting = alerts(pipeline(*CONCERNS, gp, *later))["unacknowledged_by_audience"]
    assert {audience: one["count"] for audience, one in waiting.items()} == {"gp": 2, "hub": 2, "school-nurse": 2}
    assert waiting["hub"]["oldest"]["since"] == "2017-09-03T12:05:00+01:00"


def test_a_notice_that_waits_for_its_recipient_is_seen_until_it_has_left():
    made = pipeline(*CONCERNS)
    line = alerts(made)
    assert line["held_notices"] == 2
    assert line["held_because"] == {"no_recipient": 2}
    assert line["oldest_held_notice"]["rule"] == "cumulative-concern"
    known = event("health.registration.changed", AT, NELL, data={"gp_practice": "A99001"})
    assert alerts(pipeline(*CONCERNS, known))["held_notices"] == 1


def test_a_notice_is_nothing_that_somebody_must_answer():
    data = {"tool": "dash", "grade": "high", "marac_referred": False}
    line = alerts(pipeline(event("police.da_form.completed", AT, NELL, data=data, case_ref="P-1")))
    assert (line["open"], line["unacknowledged"]) == (0, 0)
    assert line["held_notices"] == 3


def test_gaps_and_silent_agencies_are_counted():
    data = {"tool": "dash", "grade": "high", "marac_referred": False}
    beat = event("police.heartbeat.sent", AT, data={"every_seconds": 60})
    made = pipeline(beat, event("police.da_form.completed", AT, NELL, data=data, case_ref="P-1"))
    made.pass_time(made.clock + 30 * 3_600_000)
    line = alerts(made)
    assert line["gaps"] == {"encompass-gap": 1, "referral-missing": 1, "receipt-missing": 0}
    assert line["silent_agencies"] == ["police"]
    assert picture.items_of(read(made, OPERATORS))["held_notice:no_recipient"] == 3
    assert picture.items_of(read(made, OPERATORS))["agency_silent:raised"] == 1


def test_a_question_is_open_until_it_is_decided():
    twin = child(2, ref="c1", name=NELL["name"], date_of_birth=NELL["date_of_birth"], identifiers=None, postcode=None)
    doubt = event("police.concern.raised", AT, twin, data={"category": "other", "level": "low"})
    made = pipeline(CONCERNS[0], doubt)
    asked = read(made, REVIEW)
    (question,) = picture.open_questions(asked)
    assert (question["agency"], question["reason"]) == ("police", asked[0]["reason"])
    assert picture.open_questions([*asked, asked[0] | {"open": False}]) == []


def test_partitions_of_the_embedded_pipeline_are_those_of_the_tests():
    assert PARTITIONS == 4
