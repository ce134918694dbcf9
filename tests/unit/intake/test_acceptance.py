"""Acceptance by example: every reason code that intake gives, with the path of the field and nothing else."""

import json
from typing import Any
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import adult, child, event, nhs
from safeguarding.errors import Refused
from safeguarding.events.acceptance import EVENT_LIMIT, PEOPLE_LIMIT, TEXT_LIMIT, check_texts, read_json
from safeguarding.events.times import MINUTE, rfc3339
from safeguarding.intake.acceptance import accept

NOON = "2017-10-02T12:00:00+01:00"
GOOD = event("health.concern.raised", NOON, child(), case_ref="H-1", summary="Worried.")
NOW = 1_506_942_000_000  # noon, in milliseconds


def refusal(made: Any, agency: str = "health", now: int | None = None, backfill: frozenset[str] | None = None) -> Any:
    """Code and field with which an event in its JSON form is refused; None: it is accepted."""
    try:
        accept(read_json(made if isinstance(made, str) else json.dumps(made)), agency, now, backfill)
    except Refused as refused:
        return refused.code, refused.field
    return None


def without(made: dict[str, Any], field: str) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key != field}


def test_a_good_event_is_accepted():
    assert refusal(GOOD) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"agency": "police"}, ("AGENCY_MISMATCH", "agency")),
        ({"type": "health.concern.whispered"}, ("UNKNOWN_TYPE", "type")),
        ({"type": 7}, ("UNKNOWN_TYPE", "type")),
        ({"type": None}, ("MISSING_FIELD", "type")),
        ({"colour": "red"}, ("UNKNOWN_FIELD", "colour")),
        ({"data": {"category": "other", "level": "low", "colour": "red"}}, ("UNKNOWN_FIELD", "data.colour")),
        ({"data": {"category": "other"}}, ("MISSING_FIELD", "data.level")),
        ({"data": {"category": "other", "level": "grave"}}, ("BAD_VALUE", "data.level")),
        ({"people": [child(role="cousin")]}, ("BAD_VALUE", "people.0.role")),
        ({"people": [without(child(), "ref")]}, ("MISSING_FIELD", "people.0.ref")),
        ({"people": [child(ref="")]}, ("BAD_VALUE", "people.0.ref")),
        ({"people": [child(1), child(2, ref="c1")]}, ("BAD_VALUE", "people.1.ref")),
        ({"people": [child(date_of_birth="2009-02-30")]}, ("BAD_VALUE", "people.0.date_of_birth")),
        ({"people": [child(ref=f"c{n}") for n in range(PEOPLE_LIMIT + 1)]}, ("TOO_LARGE", "people")),
        ({"people": [], "case_ref": None}, ("MISSING_FIELD", "people")),
        ({"id": "one"}, ("BAD_VALUE", "id")),
        ({"id": None}, ("BAD_VALUE", "id")),
        ({"occurred_at": "2017-10-02T12:00:00"}, ("BAD_VALUE", "occurred_at")),
        ({"occurred_at": "2017-10-02"}, ("BAD_VALUE", "occurred_at")),
        ({"occurred_at": "1017-10-02T12:00:00+01:00"}, ("BAD_VALUE", "occurred_at")),
        ({"action": "update"}, ("MISSING_FIELD", "supersedes")),
        ({"action": "delete", "supersedes": None}, ("MISSING_FIELD", "supersedes")),
        ({"action": "update", "supersedes": GOOD["id"]}, ("BAD_VALUE", "supersedes")),
        ({"supersedes": "e8a3f1c2-8f6d-4c94-9c63-0a6f0d3d0001"}, ("BAD_VALUE", "supersedes")),
        ({"sensitivity": ["secret"]}, ("BAD_VALUE", "sensitivity.0")),
        ({"mode": "dead"}, ("BAD_VALUE", "mode")),
        ({"test": "yes"}, ("BAD_VALUE", "test")),
        ({"test": 1}, ("BAD_VALUE", "test")),
    ],
)
def test_a_fault_is_named_by_code_and_field(change: dict[str, Any], expected: tuple[str, str]):
    assert refusal(GOOD | change) == expected


@pytest.mark.parametrize("field", ["id", "occurred_at", "agency", "data"])
def test_a_missing_field_is_named(field: str):
    assert refusal(without(GOOD, field)) == ("MISSING_FIELD", field)


def test_an_appointment_that_was_attended_is_not_one_that_was_missed():
    missed = event("health.appointment.was_not_brought", NOON, child(), data={"service": "dental", "attended": True})
    assert refusal(missed) == ("BAD_VALUE", "data.attended")
    assert refusal(missed | {"data": {"service": "dental", "attended": False}}) is None


def test_the_topic_says_whose_event_it_is():
    assert refusal(GOOD, agency="police") == ("AGENCY_MISMATCH", "agency")


def test_a_type_of_another_agency_is_a_mismatch_even_under_its_own_name():
    made = event("police.concern.raised", NOON, child())
    assert refusal(made | {"agency": "health"}) == ("AGENCY_MISMATCH", "agency")
    decoded = read_json(json.dumps(made)) | {"agency": "health"}
    with pytest.raises(Refused) as caught:
        accept(decoded, "health", None, None)
    assert (caught.value.code, caught.value.field) == ("AGENCY_MISMATCH", "agency"), "as `simulate` says"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '"event"', "null", "NaN", "[" * 100_000, '{"type":' * 5000, "{}}"]
)
def test_what_is_no_json_object_cannot_be_decoded(text: str):
    assert refusal(text) == ("DECODE_FAILED", None)


@pytest.mark.parametrize("time", [NOW, 0, 1506942000, 17441])
@pytest.mark.parametrize("field", ["occurred_at", "recorded_at", "published_at"])
def test_a_time_is_written_never_counted(field: str, time: int):
    assert refusal(GOOD | {field: time}) == ("BAD_VALUE", field)


def test_a_day_is_written_never_counted():
    assert refusal(GOOD | {"people": [child(date_of_birth=14000)]}) == ("BAD_VALUE", "people.0.date_of_birth")


class TestText:
    @pytest.mark.parametrize(
        "sign", [*map(chr, range(9)), "\x0b", "\x0c", "\r", "\x1b", "\x1f", "\x7f", "\x85", "\x9f"]
    )
    def test_control_characters_are_bad_text(self, sign: str):
        assert refusal(GOOD | {"summary": f"a{sign}b"}) == ("BAD_TEXT", "summary")

    @pytest.mark.parametrize("sign", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])
    def test_bidirectional_overrides_are_bad_text(self, sign: str):
        made = GOOD | {"people": [child(name={"given": f"Ne{sign}ll", "family": "Harrow"})]}
        assert refusal(made) == ("BAD_TEXT", "people.0.name.given")

    @pytest.mark.parametrize(
        "text", ["tab\tand\nline", "Siân O’Brien", "Nguyễn", "李", "עברית", "أمل", "👩‍👧", "\u200f", "é"]
    )
    def test_every_script_is_welcome(self, text: str):
        assert refusal(GOOD | {"summary": text}) is None

    def test_half_a_character_is_bad_text(self):
        assert refusal(GOOD | {"summary": "\ud800"}) == ("BAD_TEXT", "summary")

    def test_a_text_may_be_as_long_as_the_limit_and_no_longer(self):
        assert refusal(GOOD | {"summary": "x" * TEXT_LIMIT}) is None
        assert refusal(GOOD | {"summary": "x" * (TEXT_LIMIT + 1)}) == ("TOO_LARGE", "summary")
        assert refusal(GOOD | {"summary": "x" * 200_000}) == ("TOO_LARGE", "summary")

    def test_a_file_line_far_over_the_limit_is_not_even_read(self):
        assert refusal('{"' + "x" * 4 * EVENT_LIMIT) == ("TOO_LARGE", None)

    def test_the_keys_of_a_map_are_text_too(self):
        made = event("hub.neglect_assessment.completed", NOON, child(), data={"tool": "gcp2", "areas": {"a\0b": 3}})
        assert refusal(made, "hub") == ("BAD_TEXT", "data.areas")


class TestTime:
    @pytest.mark.parametrize("field", ["occurred_at", "recorded_at"])
    def test_five_minutes_after_publication_is_the_last_moment(self, field: str):
        early = {"occurred_at": NOON, "published_at": NOON}
        assert refusal(GOOD | early | {field: rfc3339(NOW + 5 * MINUTE)}) is None
        made = GOOD | early | {field: rfc3339(NOW + 5 * MINUTE + 1)}
        assert refusal(made) == ("FUTURE_TIME", field)

    def test_five_minutes_ahead_of_the_clock_is_the_last_moment(self):
        made = GOOD | {"published_at": NOON}
        assert refusal(made, now=NOW - 5 * MINUTE) is None
        assert refusal(made, now=NOW - 5 * MINUTE - 1) == ("FUTURE_TIME", "published_at")

    def test_without_a_clock_the_events_are_the_clock(self):
        late = "2090-01-01T00:00:00+00:00"
        assert refusal(GOOD | {"published_at": late}) is None

    def test_a_missing_time_is_the_one_before_it(self):
        read = read_json(json.dumps(without(GOOD, "published_at")))
        assert read["published_at"] == read["recorded_at"] == read["occurred_at"] == NOW
        read = read_json(json.dumps(without(GOOD, "published_at") | {"recorded_at": rfc3339(NOW + 1000)}))
        assert (read["published_at"], read["occurred_at"]) == (NOW + 1000, NOW)


class TestBackfill:
    made = GOOD | {"mode": "backfill"}

    def test_it_is_closed_unless_operators_open_it_for_that_agency(self):
        assert refusal(self.made, backfill=frozenset()) == ("BACKFILL_CLOSED", "mode")
        assert refusal(self.made, backfill=frozenset({"police"})) == ("BACKFILL_CLOSED", "mode")
        assert refusal(self.made, backfill=frozenset({"health"})) is None

    def test_simulate_allows_it_to_all(self):
        assert refusal(self.made, backfill=None) is None


class TestAboutSomebody:
    def test_a_case_stands_for_its_people(self):
        assert refusal(GOOD | {"people": []}) is None
        made = event("hub.referral.received", NOON, data={"from_agency": "police", "from_case_ref": "P-1"})
        assert refusal(made, "hub") is None
        made = event("hub.psr_information.provided", NOON, data={"to_case_ref": "PB-1"})
        assert refusal(made, "hub") is None

    def test_a_heartbeat_names_nobody(self):
        assert refusal(event("health.heartbeat.sent", NOON)) is None

    def test_an_answer_names_an_alert_or_a_child(self):
        made = event("hub.notification.actioned", NOON, data={"alert_id": "a"})
        assert refusal(made, "hub") is None
        assert refusal(made | {"data": {"rule": "cumulative-concern"}}, "hub") == ("MISSING_FIELD", "people")
        assert refusal(made | {"data": {"rule": "cumulative-concern"}, "people": [child()]}, "hub") is None


def test_the_id_is_read_in_one_form_whatever_form_it_was_written_in():
    assert read_json(json.dumps(GOOD | {"id": GOOD["id"].upper()}))["id"] == GOOD["id"]


def test_on_the_wire_an_id_in_another_form_is_a_bad_value():
    """Else one event under two spellings of its id would be counted twice."""
    decoded = read_json(json.dumps(GOOD))
    for form in (f"{{{GOOD['id']}}}", GOOD["id"].upper(), GOOD["id"].replace("-", "")):
        with pytest.raises(Refused) as caught:
            accept(decoded | {"id": form}, "health", None, None)
        assert (caught.value.code, caught.value.field) == ("BAD_VALUE", "id")


CANARY = "Canary-9990000018"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "ref", CANARY]), inner),
    max_leaves=5,
)
RICH = event(
    "police.da_form.completed",
    NOON,
    child(identifiers={"nhs_number": nhs(1), "agency_ref": "P1"}),
    adult(),
    case_ref="P-1",
    record_ref="R-1",
    source="north",
    sensitivity=["s_flag"],
    family_informed="no",
    voice={"seen": True, "alone": True, "words": "I hid.", "demeanour": "quiet"},
    summary="Argument.",
)


def places(node: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))]


def put(node: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if not place:
        return value
    copy = node.copy()
    copy[place[0]] = put(node[place[0]], place[1:], value)
    return copy


@given(st.sampled_from(places(RICH)), json_values, st.none() | st.just(CANARY))
def test_a_refusal_never_quotes_what_it_refuses(place: tuple[str | int, ...], value: Any, key: str | None):
    made = put(RICH, place, {key: value} if key else value)
    found = refusal(json.dumps(made), "police")
    assert found is None or CANARY not in f"{found[0]} {found[1]}"


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_any_text_is_read_or_refused(text: str):
    assert refusal(text) is not None


def test_a_field_that_nobody_would_name_so_is_not_repeated():
    assert refusal(GOOD | {CANARY: 1}) == ("UNKNOWN_FIELD", "?")
    assert refusal(GOOD | {"data": {"category": "other", "level": "low", "Nell Harrow": 1}}) == (
        "UNKNOWN_FIELD",
        "data.?",
    )


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_what_is_told_to_be_plain_is_in_its_normal_form(made: dict[str, Any]):
    try:
        plain = check_texts(made)
    except Refused:
        return
    assert not plain or is_normalized("NFC", json.dumps(made, ensure_ascii=False))


def test_a_plain_event_is_told_to_be_so():
    assert check_texts(GOOD)
    assert not check_texts(GOOD | {"summary": "Zoë is worried."})
