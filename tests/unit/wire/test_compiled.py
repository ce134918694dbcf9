"""The compiled schemas against fastavro: the same bytes, the same values, and no surprise from bytes that are wrong."""

from io import BytesIO
from random import Random

import pytest
from fastavro import schemaless_reader, schemaless_writer
from fastavro.utils import generate_many
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.wire.compiled import Bad, reader, writer
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import by_name

NAMES = sorted(CONTRACTS)
WRONG = (Bad, IndexError, UnicodeDecodeError)


def reference(schema: dict, value: dict) -> bytes:
    out = BytesIO()
    schemaless_writer(out, schema, value)
    return out.getvalue()


def compiled(name: str, value: dict) -> bytes:
    out: list[bytes] = []
    by_name(name).write(value, out)
    return b"".join(out)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_and_values_are_those_of_fastavro(name: str):
    schema = by_name(name)
    for value in generate_many(schema.parsed, 20):
        data = reference(schema.parsed, value)
        assert compiled(name, value) == data
        assert schema.read(data, 0) == (schemaless_reader(BytesIO(data), schema.parsed), len(data))


@pytest.mark.parametrize("name", NAMES)
def test_missing_fields_take_their_defaults(name: str):
    schema = by_name(name).parsed
    [whole] = generate_many(schema, 1)
    needed = {field["name"] for field in schema["fields"] if "default" not in field}
    bare = {key: value for key, value in whole.items() if key in needed}
    assert compiled(name, bare) == reference(schema, bare)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.integers(1, 4))
def test_bytes_that_are_wrong_raise_or_are_what_fastavro_reads(name: str, dice: Random, times: int):
    schema = by_name(name)
    [value] = generate_many(schema.parsed, 1)
    data = bytearray(reference(schema.parsed, value))
    for _ in range(times):
        if data:
            place = dice.randrange(len(data))
            data[place : place + dice.choice((0, 1, 1, 1, 5))] = dice.randbytes(dice.choice((0, 1, 1, 1, 9)))
    try:
        found, end = schema.read(bytes(data), 0)
    except WRONG:
        return
    if end == len(data):
        assert found == schemaless_reader(BytesIO(bytes(data)), schema.parsed)


def one(kind: object) -> dict:
    return {"type": "record", "name": "One", "fields": [{"name": "it", "type": kind}]}


@pytest.mark.parametrize(
    "number", [-1, 1_500_000_000_000, *(d + (s << n) for n in range(63) for s, d in ((1, 0), (2, -1), (-2, 0)))]
)
def test_numbers_of_every_length(number: int):
    out: list[bytes] = []
    writer(one("long"))({"it": number}, out)
    data = b"".join(out)
    assert data == reference(one("long"), {"it": number})
    assert reader(one("long"))(data, 0) == ({"it": number}, len(data))
    assert reader(one("long"))(data + b"\xff" * 9, 0) == ({"it": number}, len(data))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("int", 2**31), ("int", -(2**31) - 1), ("long", 2**63), ("long", 1.0), ("long", True), ("boolean", 1)],
)
def test_a_value_of_another_kind_does_not_fit(kind: str, value: object):
    with pytest.raises(Bad):
        writer(one(kind))({"it": value}, [])


@pytest.mark.parametrize(
    "data",
    [
        b"\x01",  # a text of length -1
        b"\xff" * 11,  # a number without end
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f",  # a number of more than 64 bits
        b"\x04\xff\xff",  # no UTF-8
    ],
)
def test_text_that_is_none(data: bytes):
    with pytest.raises(WRONG):
        reader(one("string"))(data, 0)


def test_text_that_is_cut_off_ends_after_the_bytes():
    _, end = reader(one("string"))(b"\x08ab", 0)
    assert end > 3


@pytest.mark.parametrize("count", [2**40, -(2**40)])
def test_a_count_that_lies_ends_with_the_bytes(count: int):
    out: list[bytes] = []
    writer(one("long"))({"it": count}, out)
    with pytest.raises(WRONG):
        reader(one({"type": "array", "items": "string"}))(b"".join(out) + b"\x02a\x02b", 0)


def test_a_list_in_several_blocks():
    data = b"\x02\x02a" + b"\x01\x04\x02b" + b"\x00"
    assert reader(one({"type": "array", "items": "string"}))(data, 0) == ({"it": ["a", "b"]}, len(data))


def test_a_field_that_is_no_name_is_refused():
    with pytest.raises(ValueError, match="no name"):
        reader({"type": "record", "name": "One", "fields": [{"name": "a b", "type": "int"}]})
