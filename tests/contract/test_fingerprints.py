"""Fingerprints are frozen: what was once written stays readable, and models and files agree to the byte."""

import json
import shutil
from pathlib import Path

import avro.schema
import pytest

from safeguarding.wire import generate
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.generate import fingerprint_of
from safeguarding.wire.schemas import _plain, folder

REPOSITORY = Path(__file__).parents[2] / "schemas"
NAME = "police.heartbeat.sent"
PATH = CONTRACTS[NAME].path
MARKS: dict[str, list[str]] = json.loads((folder() / "fingerprints.json").read_text(encoding="utf-8"))
BY_PATH = {row.path: row for row in CONTRACTS.values()}
EVENT = CONTRACTS[NAME].model.model_validate_json((folder() / CONTRACTS[NAME].example).read_text(encoding="utf-8"))


def marks(root: Path) -> list[str]:
    return json.loads((root / "fingerprints.json").read_text(encoding="utf-8"))[PATH]


def tree(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


def test_a_record_type_is_never_dropped():
    assert MARKS.keys() == BY_PATH.keys()


def test_no_fingerprint_stands_twice():
    everything = [mark for each in MARKS.values() for mark in each]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("path", MARKS)
def test_each_fingerprint_is_that_of_its_schema(path: str):
    row = BY_PATH[path]
    files = [row.kept(mark) for mark in MARKS[path][:-1]] + [path]
    found = [json.loads((folder() / file).read_text(encoding="utf-8")) for file in files]
    assert [fingerprint_of(schema) for schema in found] == MARKS[path]


@pytest.mark.parametrize("path", MARKS)
def test_apache_avro_computes_the_same_fingerprint(path: str):
    schema = _plain(json.loads((folder() / path).read_text(encoding="utf-8")))  # it counts logical types in, wrongly
    assert avro.schema.parse(json.dumps(schema)).fingerprint("CRC-64-AVRO").hex() == MARKS[path][-1]


def test_every_kept_schema_is_named_by_its_fingerprint():
    kept = {file.relative_to(folder()).as_posix() for file in folder().rglob("*/history/*")}
    assert kept == {BY_PATH[path].kept(mark) for path, all_marks in MARKS.items() for mark in all_marks[:-1]}


def test_regenerating_changes_no_byte(tmp_path: Path):
    shutil.copytree(folder(), tmp_path / "copy")
    generate.main(tmp_path / "copy")
    assert tree(tmp_path / "copy") == tree(folder())


def test_models_alone_give_the_same_files(tmp_path: Path):
    generate.main(tmp_path)
    assert {path: data for path, data in tree(folder()).items() if path in BY_PATH} == {
        path: data for path, data in tree(tmp_path).items() if path in BY_PATH
    }


def test_what_was_written_before_a_change_is_read_after_it(change):
    before = encode(NAME, EVENT.model_dump())
    root = change(NAME, extra=str | None)
    old, new = marks(root)
    assert old == MARKS[PATH][-1]
    assert (root / CONTRACTS[NAME].kept(old)).read_bytes() == (REPOSITORY / PATH).read_bytes()
    assert decode(before) == (NAME, EVENT.model_dump() | {"extra": None})
    after = encode(NAME, EVENT.model_dump() | {"extra": "said"})
    assert after[2:10].hex() == new
    assert decode(after) == (NAME, EVENT.model_dump() | {"extra": "said"})


def test_two_changes_keep_both_former_schemas(change):
    first = encode(NAME, EVENT.model_dump())
    change(NAME, extra=str | None)
    second = encode(NAME, EVENT.model_dump() | {"extra": "said"})
    root = change(NAME, extra=str | None, more=bool | None)
    assert len(marks(root)) == 3
    assert decode(first)[1] == EVENT.model_dump() | {"extra": None, "more": None}
    assert decode(second)[1] == EVENT.model_dump() | {"extra": "said", "more": None}


def test_a_change_taken_back_leaves_its_own_schema_readable(change):
    root = change(NAME, extra=str | None)
    between = encode(NAME, EVENT.model_dump() | {"extra": "said"})
    change(NAME)
    assert marks(root)[-1] == MARKS[PATH][-1]
    assert decode(between) == (NAME, EVENT.model_dump())
    assert [file.name for file in (root / "police/v1/history").iterdir()] == [f"heartbeat.sent.{marks(root)[0]}.avsc"]


def test_an_unreleased_change_replaces_the_newest_only(change):
    root = change(NAME, extra=str | None)
    released, first_try = marks(root)
    change(NAME, unreleased=True, extra=bool | None)
    assert marks(root)[0] == released
    assert first_try not in marks(root)
    assert len(marks(root)) == 2
    change(NAME, unreleased=True)
    assert marks(root) == [released]
    assert not list((root / "police/v1/history").iterdir())
    assert decode(encode(NAME, EVENT.model_dump())) == (NAME, EVENT.model_dump())
