"""schemas/README.md is true: its bytes, its code, its partition and its table."""

import json
import re
from pathlib import Path

import pytest
from aiokafka.partitioner import murmur2

from safeguarding.events.acceptance import EVENT_LIMIT, LIST_LIMIT, TEXT_LIMIT
from safeguarding.events.catalogue import TYPES, EventType
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder
from safeguarding.wire.topics import TOPICS, agency_topic

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "schemas" / "README.md").read_text(encoding="utf-8")
NAME = "police.heartbeat.sent"


def block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL).group(1)


def row(event: EventType) -> str:
    data = event.model.model_fields["data"].annotation.model_fields
    fields = ", ".join(f"`{name}{'' if field.is_required() else '?'}`" for name, field in data.items())
    return f"| `{event.name}` | {event.about} | {fields or '–'} |"


def message() -> bytes:
    model = CONTRACTS[NAME].model.model_validate_json((folder() / CONTRACTS[NAME].example).read_text(encoding="utf-8"))
    return encode(NAME, model.model_dump())


def test_the_worked_example_is_what_the_codec_writes():
    shown = "".join(re.match(r"((?:[0-9a-f]{2} )+) ", line).group(1) for line in block("text").splitlines())
    assert bytes.fromhex(shown) == message()
    assert decode(message())[0] == NAME


def test_the_code_writes_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(REPOSITORY)
    names: dict = {}
    exec(block("python"), names)  # noqa: S102
    assert names["message"] == message()


def test_the_table_of_event_types_is_complete():
    shown = re.search(r"<!-- event types -->\n(.*?)\n<!-- end", PAGE, re.DOTALL).group(1)
    head = ["| type | what it tells | fields of `data` |", "|---|---|---|"]
    assert shown.splitlines() == head + [row(event) for event in TYPES.values()]


def test_the_partition_is_the_one_named():
    key, number, of = re.search(r"Key `(\w+)` goes to partition (\d) of (\d)", PAGE).groups()
    assert (murmur2(key.encode()) & 0x7FFFFFFF) % int(of) == int(number)


def test_folders_topic_and_size_are_as_said():
    families = {contract.family for contract in CONTRACTS.values()}
    assert families == {file.name for file in folder().iterdir() if file.is_dir()}
    assert all(f"`{family}`" in PAGE for family in families)
    for agency in families & {event.agency for event in TYPES.values()}:
        topic = TOPICS[agency_topic(agency)]
        assert topic.name == f"events.{agency}.v1"
        assert topic.partitions(4) == 1
    limits = f"{EVENT_LIMIT // 1024} KiB, {TEXT_LIMIT} characters for one text and {LIST_LIMIT} entries for one list"
    assert limits in PAGE


def test_every_path_on_the_page_exists():
    for path in re.findall(r"`([a-z]+/v1/[\w./-]+\.(?:avsc|json))`", PAGE):
        assert (folder() / path).is_file(), path


def test_the_changelog_names_every_major_version():
    log = (REPOSITORY / "schemas" / "CHANGELOG.md").read_text(encoding="utf-8")
    majors = {path.split("/")[1] for path in json.loads((folder() / "fingerprints.json").read_text(encoding="utf-8"))}
    assert all(f"## {major}" in log for major in majors)
