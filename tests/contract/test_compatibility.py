"""Within a major version every schema reads what every other has written, both ways (FULL)."""

import json
from copy import deepcopy
from io import BytesIO
from typing import Any

import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import _plain, folder

ROW = CONTRACTS["police.da_form.completed"]


def load(path: str) -> Any:
    return json.loads((folder() / path).read_text(encoding="utf-8"))


def example(name: str) -> dict[str, Any]:
    row = CONTRACTS[name]
    return row.model.model_validate_json((folder() / row.example).read_text(encoding="utf-8")).model_dump()


def faults(one: Any, other: Any, value: dict[str, Any]) -> list[str]:
    """Why two schemas are not fully compatible: by Avro's checker, and by reading an example both ways.

    The checker alone is not enough: it knows nothing of values, nor of what a reader does with a default.
    """
    found = []
    for reader, writer in ((one, other), (other, one)):
        checker = ReaderWriterCompatibilityChecker()
        result = checker.get_compatibility(*(avro.schema.parse(json.dumps(each)) for each in (reader, writer)))
        if result.compatibility is not SchemaCompatibilityType.compatible:
            found += result.messages
        try:
            out = BytesIO()
            schemaless_writer(out, parse_schema(_plain(writer)), value)
            out.seek(0)
            read = schemaless_reader(out, parse_schema(_plain(writer)), parse_schema(_plain(reader)))
        except Exception as error:
            found.append(type(error).__name__)
            continue
        found += [key for key in value if key in names(reader) & names(writer) and read[key] != value[key]]
    return found


def names(schema: Any) -> set[str]:
    return {field["name"] for field in schema["fields"]}


def test_every_kept_schema_is_compatible_with_the_newest_and_with_every_other():
    frozen = load("fingerprints.json")
    for name, row in CONTRACTS.items():
        every = [load(row.kept(mark)) for mark in frozen[row.path][:-1]] + [load(row.path)]
        for index, one in enumerate(every):
            assert [fault for other in every[index:] for fault in faults(one, other, example(name))] == [], name


def changed(**field: Any) -> Any:
    schema = deepcopy(load(ROW.path))
    schema["fields"].append({"name": "extra", "doc": "Made up.", **field})
    return schema


def test_an_optional_field_may_be_added():
    new = changed(type=["null", "string"], default=None)
    assert faults(load(ROW.path), new, example(ROW.name)) == []


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(changed(type="string"), id="a required field added"),
        pytest.param({**load(ROW.path), "fields": load(ROW.path)["fields"][1:]}, id="a required field removed"),
        pytest.param({**load(ROW.path), "name": "Other"}, id="another name"),
        pytest.param(
            json.loads(json.dumps(load(ROW.path)).replace('"type": "boolean"', '"type": "string"')), id="another type"
        ),
    ],
)
def test_these_changes_need_a_new_major_version(new: Any):
    assert faults(load(ROW.path), new, example(ROW.name))


def test_core_records_are_the_same_in_every_schema():
    seen: dict[str, Any] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "record":
                full = f"{node['namespace']}.{node['name']}"
                if ".core." in full:
                    assert seen.setdefault(full, node).keys() == node.keys()
                    assert [f["name"] for f in seen[full]["fields"]] == [f["name"] for f in node["fields"]]
            for child in node.values():
                walk(child)
        for child in node if isinstance(node, list) else []:
            walk(child)

    for row in CONTRACTS.values():
        walk(load(row.path))
    assert len(seen) >= 4
