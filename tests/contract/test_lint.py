"""The schema linter: silent on our schemas, loud on each thing that it is there to find."""

from copy import deepcopy
from typing import Any

import pytest

from safeguarding.wire.lint import faults, main
from safeguarding.wire.schemas import folder


def record(*fields: dict[str, Any], name: str = "DaFormCompleted", **more: Any) -> dict[str, Any]:
    space = "safeguarding.police.v1"
    return {"type": "record", "name": name, "namespace": space, "doc": "A record.", "fields": list(fields), **more}


def field(kind: Any, name: str = "value", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "doc": "A field.", **more}


def of(*kinds: Any, **more: Any) -> dict[str, Any]:
    return record(*(field(kind, f"value_{index}", **more) for index, kind in enumerate(kinds)))


def array(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


EMPTY = record(name="Empty")
NESTED = record(field(EMPTY), name="Nested")
GOOD = [
    of("string", "long", {"type": "long", "logicalType": "timestamp-millis"}),
    of(["null", "string"], default=None),
    of(array("string"), default=[]),
    of({"type": "map", "values": "long"}, default={"a": 1}),
    of(EMPTY, default={}),
    of(EMPTY, "Empty", ["null", "Empty"], default=None) | {"fields": [field(EMPTY), field("Empty", "other")]},
    of(array(record(field("boolean"), name="Item"))),
    of("string", words=["a", "b"], default="a"),
]
BAD = {
    "a schema is a record": ["null", "string"],
    "holds itself": of(["null", "DaFormCompleted"], default=None),
    "items of an array cost at least one byte": of(array(EMPTY)),
    "has no doc": record(field("string")) | {"doc": " "},
    "no doc": record(field("string") | {"doc": ""}),
    "no Avro enum": of({"type": "enum", "name": "Grade", "symbols": ["high"]}),
    "no Avro fixed": of({"type": "fixed", "name": "Mark", "size": 0}),
    "the default is no value of the type": of("long", default="many"),
    "an optional field has the default null": of(["null", "string"]),
    'a union is ["null", X]': of(["string", "null"], default=None),
    "is not known here": of("Person"),
    "is written out twice": of(EMPTY, EMPTY),
    "is not safeguarding.<family>.v<major>.<RecordName>": record(name="da_form"),
    "snake_case": record(field("string", "Grade")),
    "has a field twice": record(field("string"), field("string")),
    "the default is none of the words": of("string", words=["a"], default="b"),
    "words: a list without repeats": of("string", words=["a", "a"]),
}
MORE_BAD = [
    of(array("null")),
    of(array(NESTED)),
    of(NESTED, array("Empty")),
    of(array(array(EMPTY))),
    of({"type": "map", "values": array(EMPTY)}),
    of(["null", "string", "long"], default=None),
    of(["null", "null"], default=None),
    of(["null", ["null", "string"]], default=None),
    of(array("safeguarding.police.v1.DaFormCompleted")),
    of(record(field(["null", "DaFormCompleted"], default=None), name="Inner")),
    of("boolean", default=0),
    of("long", default=True),
    of(array("string"), default=[1]),
    of({"type": "map", "values": "long"}, default={"a": "b"}),
    of(record(field("string"), name="Inner"), default={}),
    of(EMPTY, default={"unknown": 1}),
    of("string", default=None),
    of("decimal"),
    of(None),
    record() | {"namespace": "safeguarding.police"},
    record() | {"namespace": "elsewhere.police.v1"},
]


def test_our_schemas_are_sound(capsys: pytest.CaptureFixture[str]):
    assert main(folder()) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("schema", GOOD)
def test_sound(schema: Any):
    assert faults(schema, "police/v1/da_form.completed.avsc") == []


@pytest.mark.parametrize(("fault", "schema"), BAD.items(), ids=BAD)
def test_unsound(fault: str, schema: Any):
    before = deepcopy(schema)
    assert any(fault in line for line in faults(schema)), faults(schema)
    assert schema == before


@pytest.mark.parametrize("schema", MORE_BAD, ids=range(len(MORE_BAD)))
def test_unsound_too(schema: Any):
    assert faults(schema)


@pytest.mark.parametrize(
    "path",
    ["health/v1/da_form.completed.avsc", "police/v2/da_form.completed.avsc", "police/v1/incident.closed.avsc"],
)
def test_a_schema_in_the_wrong_place(path: str):
    assert faults(record()) == []
    assert faults(record(), path)


def test_a_kept_schema_has_its_fingerprint_in_its_name():
    assert faults(record(), "police/v1/history/da_form.completed.0123456789abcdef.avsc") == []


def test_a_fault_is_printed_with_its_place(tmp_path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "police/v1").mkdir(parents=True)
    (tmp_path / "police/v1/da_form.completed.avsc").write_text('{"type": "record", "name": "X", "fields": []}')
    assert main(tmp_path) > 0
    assert all(line.startswith("police/v1/da_form.completed.avsc: ") for line in capsys.readouterr().out.splitlines())
