"""A canary in every sensitive field of every event type: it is found where the matrix of rules.md allows, nowhere else.

A canary is the word zq, the kind of field, and who sent it: zqsummary-cgl.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from building import child
from canaries import AGENCY, CANARY, MAY_READ, UPN, found, full_of_canaries, people
from safeguarding.cli import _app, picture
from safeguarding.cli.embedded import Embedded
from safeguarding.cli.identity_act import act, effect_lines
from safeguarding.cli.identity_log import Known
from safeguarding.cli.identity_report import held, matches, plain
from safeguarding.cli.identity_shown import in_a_line, line_of, question_lines, question_of
from safeguarding.cli.lines import FEEDBACKS
from safeguarding.cli.quarantined import items as quarantined
from safeguarding.cli.quarantined import line
from safeguarding.cli.review import items
from safeguarding.correlation.pack import built_in
from safeguarding.events.catalogue import TYPES
from safeguarding.events.envelope import AGENCIES
from safeguarding.events.notice import NOTICES
from safeguarding.events.times import DAY_ZERO, HOUR, parse_instant, rfc3339
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode, decode_as, decode_event
from safeguarding.wire.topics import (
    ACCEPTED,
    AUDIENCES,
    DISCLOSURES,
    FACTS,
    OPERATORS,
    QUARANTINED,
    RAISED,
    REVIEW,
    TOPICS,
    audience_topic,
    receipt_topic,
)


def a_year() -> list[dict[str, Any]]:
    """Every event type but the ones that change who somebody is, again and again."""
    start = parse_instant("2017-01-09T09:00:00+00:00")
    first = ("health.registration.changed", "education.enrolment.changed", "cgl.client.children_linked")
    kinds = [*first, *(kind for kind in TYPES if ".identity." not in kind and kind not in first)]
    return [full_of_canaries(kind, start + n * 7 * HOUR) for n, kind in enumerate([*kinds, *kinds])]


@pytest.fixture(scope="module")
def pipeline() -> Embedded:
    pipeline = Embedded(built_in())
    for made in a_year():
        lines = pipeline.publish_text(json.dumps(made))
        answer = ".notification." in made["type"]  # most agencies are not told, and may not answer
        allowed = ({"accepted"}, {"rejected"}) if answer else ({"accepted"},)
        assert {line["status"] for line in lines if line["kind"] == "receipt"} in allowed, made["type"]
    bad = full_of_canaries("police.concern.raised", pipeline.clock)
    refused = [
        bad | {"action": "update"},
        bad | {"occurred_at": rfc3339(pipeline.clock + 24 * HOUR)},
        bad | {"basis": "zqbasis-police"},
    ]
    for n, made in enumerate(refused):
        pipeline.publish_text(json.dumps(made | {"id": f"00000000-0000-4000-8000-00000000000{n}"}))
    doubtful = people("police")[0] | {"identifiers": {"nhs_number": "9990000026", "upn": UPN}}
    pipeline.publish_text(json.dumps(bad | {"people": [doubtful]}))
    unregistered = child(2, identifiers={"la_child_id": "zqlachildid-hub"}, name={"given": "zqgiven-hub"})
    form = full_of_canaries("police.da_form.completed", pipeline.clock)
    pipeline.publish_text(json.dumps(form | {"people": [unregistered], "case_ref": "P-2"}))
    pipeline.pass_time(pipeline.clock + 400 * 24 * HOUR)
    return pipeline


def told(pipeline: Embedded, *topics: str) -> set[tuple[str, str]]:
    return {word for t in topics for r in pipeline.runtime.records(t) for word in found(repr(decode(r.value)[1]))}


def test_every_kind_of_field_was_sown():
    text = json.dumps(a_year())
    assert {kind for kind, _ in found(text)} == set(MAY_READ)
    for agency in AGENCIES:
        assert {"given", "postcode", "summary", "voice", "caseref", "adult"} <= {
            k for k, a in found(text) if a == agency
        }


def test_much_was_told(pipeline: Embedded):
    """Else the tests below would prove nothing."""
    for audience in ("hub", "gp", "school-nurse", "police"):
        assert pipeline.runtime.records(audience_topic(audience)), audience
    assert ("given", "health") in told(pipeline, audience_topic("gp")) | told(pipeline, audience_topic("hub"))
    assert {"summary", "voice", "nhs", "upn"} <= {kind for kind, _ in told(pipeline, audience_topic("hub"))}
    for topic in (QUARANTINED, REVIEW, OPERATORS, DISCLOSURES):
        assert pipeline.runtime.records(topic), topic


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_reads_what_the_matrix_allows_and_no_more(pipeline: Embedded, audience: str):
    for kind, agency in told(pipeline, audience_topic(audience)):
        own = "own" in MAY_READ[kind] and AGENCY.get(audience, audience) == agency
        assert audience in MAY_READ[kind] or own, (kind, agency)


@pytest.mark.parametrize("audience", sorted(NOTICES))
def test_no_notice_names_another_agencys_event(pipeline: Embedded, audience: str):
    for record in pipeline.runtime.records(audience_topic(audience)):
        _, notice = decode(record.value)
        assert not {"because", "history", "observed"} & notice.keys()
        assert not re.search(r"\b[a-z]+\.[a-z_]+\.[a-z_]+\b", notice["what"]), notice["what"]


@pytest.mark.parametrize("topic", [REVIEW, OPERATORS, DISCLOSURES, *FEEDBACKS, *map(receipt_topic, AGENCIES)])
def test_receipts_feedback_reviews_disclosures_and_items_for_operators_hold_no_value(pipeline: Embedded, topic: str):
    assert not told(pipeline, topic)


def test_somebody_who_referred_has_heard_of_it(pipeline: Embedded):
    """Else the test above would prove little."""
    assert any(pipeline.runtime.records(topic) for topic in FEEDBACKS)


def test_beside_its_original_bytes_a_quarantined_record_says_nothing(pipeline: Embedded):
    for record in pipeline.runtime.records(QUARANTINED):
        _, kept = decode(record.value)
        beside = {name: value for name, value in kept.items() if name not in ("value", "key", "headers")}
        assert not found(repr(beside))


def test_what_operators_are_shown_says_nothing_of_anybody(pipeline: Embedded):
    """The list of the quarantine, the picture of the whole, and a record that is nothing but somebody's data."""
    hostile = Embedded(built_in())
    topic, text = "events.police.v1", b"zqsummary-police"
    hostile.runtime.append(topic, text, text, ((text.decode(), text), ("ce_type", text)), timestamp=1)
    hostile.runtime.run()
    kept = [*pipeline.runtime.records(QUARANTINED), *hostile.runtime.records(QUARANTINED)]
    listed = [line(item) for item in quarantined(kept, [])]
    assert {one["code"] for one in listed} >= {"SCHEMA_UNKNOWN", "FUTURE_TIME"}
    assert not found(json.dumps(listed))
    (receipt,) = (decode(record.value)[1] for record in hostile.runtime.records(receipt_topic("police")))
    assert not found(repr(receipt))
    values = {topic: [decode(r.value)[1] for r in pipeline.runtime.records(topic)] for topic in (RAISED, OPERATORS)}
    alerts = picture.newest_alerts(values[RAISED])
    shown = [picture.alerts_line(alerts, [], frozenset()), picture.items_of(values[OPERATORS])]
    assert alerts
    assert not found(json.dumps(shown))


def test_what_a_command_prints_of_a_bad_file_names_nobody(tmp_path: Path):
    bad, file = full_of_canaries("police.concern.raised", parse_instant("2017-01-09T09:00:00Z")), tmp_path / "x.jsonl"
    broken = [bad | {"basis": "zqbasis-police"}, bad | {"zqkey-police": 1}, bad | {"people": "zqgiven-police"}]
    text = [*map(json.dumps, broken), json.dumps(bad)[:-40], "zqsummary-police"]
    file.write_text("\n".join(text), encoding="utf-8")
    for words in (["check"], ["simulate"], ["simulate", "--json"], ["explain"], ["who-would-see"]):
        done = CliRunner().invoke(_app(), [*words, str(file)])
        assert not CANARY.search(f"{done.stdout}{done.stderr}{done.exception}"), words


@pytest.fixture
def identity_says(pipeline: Embedded, tmp_path: Path) -> Iterator[Callable[[bool], str]]:
    """All that the identity commands print of this log; with values or without."""
    rows = Rows(tmp_path / "rows", fresh=True)
    records = pipeline.runtime.records(ACCEPTED)
    known, questions = Known(records, Settings(clock="events"), rows), items(pipeline.runtime.records(REVIEW))
    accepted = [decode_as("log.accepted", record.value) for record in records]
    events = [decode_event(value["body"]) for value in accepted if value["kind"] == "event"]

    def said(sensitive: bool) -> str:
        shown = [question_of(known.look, item, sensitive=sensitive) for item in questions]
        lines = [text for line in shown for text in question_lines(line)]
        lines += [in_a_line(item) + json.dumps(line_of(item)) for item in questions]
        for item in (item for item in questions if item.ref and item.open):
            data = {"event_agency": item.agency, "event_id": item.id, "ref": item.ref}
            at = rfc3339(pipeline.clock)
            made = act(
                "decided", [("child", c["key"]) for c in item.candidates[:1]], data, summary="", record=None, at=at
            )
            lines += [json.dumps(made), *effect_lines(known.would(made))]
        figures = [*matches(events, questions), *held(questions, pipeline.clock)]
        return "\n".join([json.dumps(shown), *lines, json.dumps(figures), *map(plain, figures)])

    yield said
    rows.close()


def test_the_identity_commands_say_no_value_unless_asked(identity_says: Callable[[bool], str]):
    assert not found(identity_says(False))
    assert {"given", "family", "nhs", "upn", "postcode"} <= {kind for kind, _ in found(identity_says(True))}


@pytest.mark.parametrize("topic", TOPICS)
def test_no_key_and_no_header_names_anybody(pipeline: Embedded, topic: str):
    born = str(parse_instant("2009-02-14T00:00:00Z") // 86_400_000), str(DAY_ZERO)
    for record in pipeline.runtime.records(topic):
        text = repr((record.key, record.headers))
        assert not found(text)
        assert not any(day in text for day in born)


def test_what_passes_between_rooms_is_under_keys_that_nobody_can_read(pipeline: Embedded):
    for topic in (ACCEPTED, FACTS, RAISED):
        assert pipeline.runtime.records(topic)
        for record in pipeline.runtime.records(topic):
            assert re.fullmatch(
                rb"tick(\|\d+(\|[0-9a-f]{16})?)?|[0-9a-f-]{36}|events\.[a-z]+\.v1\|\d+\|\d+\|[0-9a-f]{16}-\d+",
                record.key or b"",
            ), record.key


def test_nothing_is_logged_or_printed(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]):
    caplog.set_level(logging.DEBUG)
    pipeline = Embedded(built_in())
    for made in a_year()[:60]:
        pipeline.publish_text(json.dumps(made))
    bad = full_of_canaries("police.concern.raised", pipeline.clock)
    for change in ({"action": "update"}, {"zqkey-police": 1}, {"data": "zqdata-police"}, {"id": "zqid-police"}):
        (line,) = pipeline.publish_text(json.dumps(bad | change))
        assert line["status"] == "rejected"
        assert not CANARY.search(json.dumps(line))
    assert not found(caplog.text)
    assert capsys.readouterr() == ("", "")
