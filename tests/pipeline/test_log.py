"""`simulate --log` says what was said when the log was made; a dump keeps every byte of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from safeguarding.cli import _app
from safeguarding.cli.log_source import the_log
from safeguarding.inquiry.log import Log, dumped, of_dump, of_text, passed
from safeguarding.wire.codec import encode

HERE = Path(__file__).parent / "stories"
STORIES = sorted(HERE.glob("*.jsonl"))
UNTIL = "2018-06-01T12:00:00+01:00"


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(_app(), [*arguments], input=text)


def log_of(story: Path) -> Log:
    return of_text(story.read_text(encoding="utf-8").split("\n"), None)


def dump_of(log: Log, folder: Path) -> Path:
    file = folder / "dump.jsonl"
    file.write_text("\n".join(dumped(log)) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_the_log_of_a_file_says_what_the_file_says(story: Path, tmp_path: Path):
    file = dump_of(log_of(story), tmp_path)
    said = run("simulate", str(story), "--json", "--until", UNTIL).stdout.splitlines()
    again = run("simulate", "--log", str(file), "--json", "--until", UNTIL).stdout.splitlines()
    refused = [line for line in said if '"status": "rejected"' in line and '"ID_CONFLICT"' not in line]
    assert again == [line for line in said if line not in refused]  # what intake refuses never stood in the log


def test_a_dump_keeps_every_byte(tmp_path: Path):
    log = log_of(STORIES[0])
    kept = the_log(dump_of(log, tmp_path), is_log=True)
    assert kept.clock == log.clock == "events"
    assert [(r.key, r.value, r.timestamp) for r in kept.records] == [(r.key, r.value, r.timestamp) for r in log.records]


def test_a_dump_is_read_anew_each_time_and_held_nowhere(tmp_path: Path):
    file = dump_of(log_of(STORIES[0]), tmp_path)
    log = the_log(file, is_log=True)
    whole = [record.key for record in log.records]
    assert [record.key for record in log.records] == whole
    file.write_text("\n".join(file.read_text("utf-8").split("\n")[:3]), encoding="utf-8")
    assert [record.key for record in log.records] == whole[:2]


def test_time_may_pass_after_the_end_of_a_log():
    log = log_of(STORIES[0])
    assert passed(log, log.end + 1000).end == log.end + 1000


def test_a_log_of_real_time_keeps_its_own_ticks():
    """Ticks between two events are in the log: no event brings more of them."""
    log = log_of(STORIES[0])
    tick = json.dumps({"key": "tick|1", "at": 1, "value": "AAAA"})
    assert not Log(log.records, "wall").eager
    with pytest.raises(Exception, match="line 2 is no record"):
        list(of_dump([json.dumps({"log": "events.accepted.v1", "clock": "wall"}), tick], "x").records)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "make one with `safeguarding log dump > FILE`"),
        ('{"log": "other", "clock": "wall"}', "is no dump"),
        ('{"log": "events.accepted.v1", "clock": "sun"}', "is no dump"),
        ('{"log": "events.accepted.v1", "clock": "wall"}\n{"key": "k", "at": 0, "value": "%"}', "line 2"),
        ('{"log": "events.accepted.v1", "clock": "wall"}\n\n{"key": 1, "at": 0, "value": ""}', "line 3"),
    ],
)
def test_what_is_no_dump_is_refused_in_one_line(text: str, says: str, tmp_path: Path):
    file = tmp_path / "x.jsonl"
    file.write_text(text, encoding="utf-8")
    result = run("simulate", "--log", str(file))
    assert result.exit_code == 1
    assert says in str(result.exception)


def test_a_record_that_is_none_of_the_log_is_refused():
    value = encode("log.fact", {"kind": "tick", "seq": 1, "index": 0, "clock": 1})
    log = Log([next(iter(log_of(STORIES[0]).records))._replace(value=value)], "wall")
    with pytest.raises(Exception, match="line 2 is no record"):
        list(of_dump(list(dumped(log)), "x").records)


def test_neither_a_file_nor_the_log_is_wrong_usage():
    assert run("simulate").exit_code == 2
