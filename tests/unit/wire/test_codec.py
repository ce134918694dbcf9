"""The codec: allow-listed fingerprints only, nothing after the record, and one kind of exception."""

import traceback
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.errors import Refused
from safeguarding.wire.codec import decode, decode_as, decode_event, encode, normal_form
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import by_name, by_prefix, folder

NAME = "education.concern.raised"
PREFIXES = [by_name(name).prefix for name in CONTRACTS]


def value_of(name: str) -> dict:
    row = CONTRACTS[name]
    return row.model.model_validate_json((folder() / row.example).read_text(encoding="utf-8")).model_dump()


VALUE = value_of(NAME)
BYTES = encode(NAME, VALUE)


def refusal(data: bytes | None) -> str:
    with pytest.raises(Refused) as caught:
        decode(data)
    return caught.value.code


def test_a_message_begins_with_marker_and_fingerprint():
    assert BYTES[:2] == b"\xc3\x01"
    assert by_prefix(BYTES[:10]) is by_name(NAME)
    assert len(set(PREFIXES)) == len(CONTRACTS)


@pytest.mark.parametrize(
    "data", [None, b"", b"\xc3\x01", BYTES[:9], b"\xc3\x02" + BYTES[2:], b"\xc3\x01" + bytes(8) + BYTES[10:], b"{}"]
)
def test_only_fingerprints_of_the_allow_list_are_read(data: bytes | None):
    assert refusal(data) == "SCHEMA_UNKNOWN"


@pytest.mark.parametrize("length", range(10, len(BYTES)))
def test_a_truncated_record_is_refused(length: int):
    assert refusal(BYTES[:length]) == "DECODE_FAILED"


def test_bytes_after_the_record_are_refused():
    assert refusal(BYTES + b"\x00") == "DECODE_FAILED"
    assert refusal(BYTES + BYTES) == "DECODE_FAILED"


def test_text_that_is_no_utf8_is_refused():
    assert refusal(BYTES.replace(b"clingy", b"cl\xff\xfegy")) == "DECODE_FAILED"


@pytest.mark.parametrize("number", [b"\x01", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xff" * 20])
def test_lengths_that_lie_are_refused(number: bytes):
    assert refusal(BYTES[:10] + number + BYTES[11:]) == "DECODE_FAILED"


def answers(data: bytes) -> None:
    codes = set()
    for read in (decode, decode_event, lambda d: decode_as(NAME, d)):
        try:
            read(data)
        except Refused as refused:
            codes.add(refused.code)
    assert codes <= {"SCHEMA_UNKNOWN", "DECODE_FAILED"}


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_refused(data: bytes):
    answers(data)


@given(st.sampled_from(PREFIXES), st.binary(max_size=300))
def test_any_bytes_after_a_known_fingerprint_are_a_record_or_refused(prefix: bytes, body: bytes):
    answers(prefix + body)


@given(st.integers(10, len(BYTES) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_record_is_a_record_or_refused(place: int, damage: bytes):
    answers(BYTES[:place] + damage + BYTES[place + len(damage) :])


def test_the_right_type_is_asked_for_by_name():
    assert decode_as(NAME, BYTES) == VALUE
    with pytest.raises(Refused, match="SCHEMA_UNKNOWN"):
        decode_as("police.heartbeat.sent", BYTES)


def test_what_is_no_event_is_no_event_of_an_agency():
    alert = encode("alert.alert", value_of("alert.alert"))
    assert decode(alert)[0] == "alert.alert"
    with pytest.raises(Refused, match="SCHEMA_UNKNOWN"):
        decode_event(alert)


def test_missing_times_and_source_are_filled_in():
    bare = VALUE | {"recorded_at": None, "published_at": None, "source": None}
    event = decode_event(encode(NAME, bare))
    assert event["occurred_at"] == event["recorded_at"] == event["published_at"]
    assert event["source"] == "education"
    later = decode_event(encode(NAME, bare | {"recorded_at": VALUE["recorded_at"]}))
    assert later["published_at"] == later["recorded_at"] == VALUE["recorded_at"]


def test_text_of_an_event_is_nfc_wherever_it_stands():
    text, composed = normalize("NFD", "Zoë Wiśniewska ‏ليلى"), "Zoë Wiśniewska ‏ليلى"
    assert text != composed
    person = VALUE["people"][0] | {"name": {"given": text, "family": "Ωmega"}}
    event = normal_form(VALUE | {"summary": text, "people": [person]})
    assert event["summary"] == event["people"][0]["name"]["given"] == normalize("NFC", composed)
    neglect = value_of("hub.neglect_assessment.completed")
    neglect["data"]["areas"] = {text: 3}
    assert [*normal_form(neglect)["data"]["areas"]] == [composed]


@given(st.text())
def test_other_text_stays_as_sent(text: str):
    event = decode_event(encode(NAME, VALUE | {"summary": text}))
    assert event["summary"] == text
    assert normal_form(event)["summary"] == normalize("NFC", text)


def test_an_event_in_normal_form_is_handed_back_as_it_is():
    assert normal_form(VALUE) is VALUE


def test_a_value_that_does_not_fit_is_refused_without_quoting_it():
    value = VALUE | {"occurred_at": "".join(["CAN", "ARY"])}  # a traceback shows the source line too
    with pytest.raises(Refused) as caught:
        encode(NAME, value)
    assert caught.value.code == "BAD_VALUE"
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))


def test_a_lone_surrogate_is_refused():
    with pytest.raises(Refused, match="BAD_VALUE"):
        encode(NAME, VALUE | {"summary": "\ud800"})
