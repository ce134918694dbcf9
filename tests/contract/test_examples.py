"""Examples: one beside each schema, and everything that reads or writes a record agrees on it."""

import io
import json
import re
from datetime import date, datetime
from pathlib import Path

import avro.io
import avro.schema
import nhs_number
import pytest

from safeguarding.events.acceptance import read_json
from safeguarding.events.base import Word
from safeguarding.events.catalogue import TYPES
from safeguarding.events.envelope import BASES
from safeguarding.events.times import DAY_ZERO, instant_of
from safeguarding.intake.acceptance import accept
from safeguarding.wire.codec import decode, decode_event, encode
from safeguarding.wire.contract import CONTRACTS, Contract
from safeguarding.wire.schemas import folder

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def text_of(row: Contract) -> str:
    return (folder() / row.example).read_text(encoding="utf-8")


def model_of(row: Contract) -> Word:
    return row.model.model_validate_json(text_of(row))


each = pytest.mark.parametrize("row", CONTRACTS.values(), ids=CONTRACTS)


def test_every_schema_has_its_example_and_every_example_its_schema():
    def files(pattern: str) -> set[str]:
        return {file.relative_to(folder()).as_posix() for file in folder().rglob(pattern)}

    kept = {file for file in files("*.avsc") if "/history/" in file}
    assert files("*.avsc") - kept == {row.path for row in CONTRACTS.values()}
    assert files("*/examples/*") == {row.example for row in CONTRACTS.values()}


@each
def test_path_is_the_records_name(row: Contract):
    assert CONTRACTS[row.name] is row
    assert f"{row.family}.{row.file}" == row.name
    assert Path(row.path).stem == Path(row.example).stem == row.file
    if row.name in TYPES:
        assert json.loads(text_of(row))["type"] == row.name
    if row.family == "notice":
        assert json.loads(text_of(row))["audience"] == row.file


@each
def test_json_to_model_to_json_is_stable(row: Contract):
    model = model_of(row)
    assert model.model_dump(mode="json", exclude_unset=True) == json.loads(text_of(row))
    assert row.model.model_validate_json(model.model_dump_json()) == model


@each
def test_goes_through_the_codec_unchanged(row: Contract):
    model = model_of(row)
    name, value = decode(encode(row.name, model.model_dump()))
    assert (name, value) == (row.name, model.model_dump())
    assert row.model.model_validate(value) == model
    if row.name in TYPES:
        assert decode_event(encode(row.name, value)) == value | {"source": value["source"] or value["agency"]}


@each
def test_a_record_without_its_optional_fields_is_the_same_record(row: Contract):
    model = model_of(row)
    assert encode(row.name, model.model_dump(exclude_unset=True)) == encode(row.name, model.model_dump())


@each
def test_apache_avro_reads_the_same_record(row: Contract):
    model = model_of(row)
    schema = avro.schema.parse((folder() / row.path).read_text(encoding="utf-8"))
    body = io.BytesIO(encode(row.name, model.model_dump())[10:])
    value = avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(body))
    assert plain(value) == model.model_dump()
    assert body.read() == b""


def plain(node: object) -> object:
    """Instants and days as integers, as everywhere in the pipeline."""
    if isinstance(node, datetime):
        return instant_of(node)
    if isinstance(node, date):
        return node.toordinal() - DAY_ZERO
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else node


@each
def test_numbers_and_places_are_invented_and_well_formed(row: Contract):
    text = text_of(row)
    for number in re.findall(r'"nhs_number": "([^"]*)"', text):
        assert "9990000000" <= number <= "9999999999"
        assert nhs_number.is_valid(number)
    for upn in re.findall(r'"upn": "([^"]*)"', text):
        assert upn[0] == UPN_LETTERS[sum(int(d) * w for w, d in enumerate(upn[1:], 2)) % 23]
    for year, number, letter in re.findall(r'"pnc_id": "(\d\d)/(\d{7})(.)"', text):
        assert letter == PNC_LETTERS[int(year + number) % 23]
    for postcode in re.findall(r'postcode": "([^"]*)"', text):
        assert re.fullmatch(r"TS\d\d 9[A-Z]{2}", postcode)
        assert not postcode.startswith("TS90")  # places that join nobody
    for call in re.findall(r"0\d{4} \d{6}", text):
        assert call.startswith("01632 960")  # numbers kept for fiction


@pytest.mark.parametrize("name", TYPES)
def test_an_event_example_is_accepted_as_it_stands(name: str):
    data = encode(name, model_of(CONTRACTS[name]).model_dump())
    accept(decode_event(data), TYPES[name].agency, None, None)
    assert read_json(text_of(CONTRACTS[name])) == decode_event(data)


def test_event_examples_keep_the_rules_that_no_type_can_hold():
    events = [json.loads(text_of(CONTRACTS[name])) for name in TYPES]
    ids = {event["id"] for event in events}
    assert len(ids) == len(events)
    for event in events:
        assert event["agency"] == event["type"].split(".")[0]
        times = [datetime.fromisoformat(event[key]) for key in ("occurred_at", "recorded_at", "published_at")]
        assert times == sorted(times)
        assert event["basis"] in BASES
        if "reason" in event["data"] and "notification" in event["type"]:
            assert event["type"].endswith(".dismissed")
    alert = json.loads(text_of(CONTRACTS["alert.alert"]))
    assert {because["event_id"] for because in alert["because"]} <= ids
