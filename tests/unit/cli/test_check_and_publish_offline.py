"""`check`, and what `publish` does before it needs a broker: line, column, field and remedy; nothing of a child."""

import io
import json
import sys
from pathlib import Path

import pytest

from safeguarding.cli import main
from safeguarding.testing.builders import child, event
from unit.producers.samples import SAMPLES

CANARY = "Canarywick"


class Told:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command as the shell would."""

    def call(*words: object, stdin: str = "") -> Told:
        monkeypatch.setattr(sys, "argv", ["safeguarding", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return Told(int(left.value.code or 0), told.out, told.err)

    return call


def written(folder: Path, *lines: object) -> Path:
    file = folder / "events.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def test_a_right_file_is_right(run, tmp_path: Path):
    told = run("check", written(tmp_path, event("police.concern.raised"), "", event("hub.status.changed")))
    assert (told.code, told.out) == (0, "")
    assert told.err == "2 events: 2 right, 0 wrong\n"


def test_each_fault_has_its_line_and_a_remedy(run, tmp_path: Path):
    good = event("police.concern.raised", child(1, name={"given": CANARY, "family": CANARY}))
    told = run(
        "check",
        written(
            tmp_path,
            good,
            '{"type": "police.heartbeat.sent", nope}',
            "[1]",
            good | {"type": CANARY},
            good | {"data": {"category": CANARY, "level": "low", "x": 1}},
            good | {"occurred_at": "2018-01-15T10:00:00"},
            good | {"summary": f"{CANARY}\x00"},
            good | {"published_at": "2018-01-14T10:00:00+00:00"},
            good | {"summary": f"{CANARY} again"},
            {name: value for name, value in good.items() if name != "id"},
        ),
    )
    assert told.code == 1
    assert CANARY not in told.out + told.err
    lines = told.out.splitlines()
    assert lines[0].startswith("line 2, column 35: DECODE_FAILED: the line is no JSON: Expecting property name")
    assert lines[1:] == [
        "line 3: DECODE_FAILED: the line is no JSON object",
        "line 4: UNKNOWN_TYPE: type is none of the contract's types: see schemas/README.md",
        "line 5: BAD_VALUE: data.category must be one of: neglect, emotional, physical, sexual, domestic_abuse, "
        "substance_in_household, mental_health_in_household, missing_exploitation, self_harm, presentation_changed, "
        "hardship, other",
        "line 5: UNKNOWN_FIELD: data.x is no field of this type: take it out, or correct its name",
        "line 6: BAD_VALUE: occurred_at must be a time with an offset: 2017-10-02T21:14:00+01:00",
        "line 7: BAD_TEXT: summary holds a control character or a text direction override: take it out",
        "line 8: FUTURE_TIME: occurred_at is later than published_at: check the clock and the offset from UTC",
        "line 9: ID_CONFLICT: id stands in an earlier line with other content: a correction has an id of its own",
        "line 10: MISSING_FIELD: id is missing: fill it in",
    ]
    assert told.err == "10 events: 1 right, 9 wrong\n"


def test_the_same_event_in_another_form_is_a_repeat_and_no_conflict(run, tmp_path: Path):
    made = event("police.concern.raised", child(1))
    at = made["occurred_at"].replace("+00:00", "Z")
    again = {k: v for k, v in made.items() if k not in ("action", "supersedes", "mode", "test")}
    again |= {"id": made["id"].upper(), "occurred_at": at, "published_at": "2018-01-15T12:00:00+00:00"}
    told = run("check", written(tmp_path, made, again, again | {"summary": "Another."}))
    assert told.out.splitlines() == [
        "line 3: ID_CONFLICT: id stands in an earlier line with other content: a correction has an id of its own"
    ]


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_a_number_without_end_is_refused_as_intake_would(run, tmp_path: Path, verb: str):
    line = json.dumps(event("police.concern.raised")).replace('"data"', f'"x": {"9" * 5000}, "data"')
    told = run(verb, written(tmp_path, line))
    assert told.code == 1
    assert (told.out + told.err).startswith("line 1: DECODE_FAILED: the line is no JSON object\n")


def test_an_agencys_file_holds_no_other_agencys_events(run, tmp_path: Path):
    told = run("check", "--agency", "police", written(tmp_path, event("hub.status.changed")))
    assert told.out == "line 1: AGENCY_MISMATCH: agency is another agency than the one that may send this\n"


@pytest.mark.parametrize("agency", sorted(SAMPLES))
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_an_agencys_own_system_is_checked_as_events(run, tmp_path: Path, agency: str, form: str):
    file = tmp_path / f"export.{form}"
    rows = SAMPLES[agency]
    if form == "csv":
        import csv

        names = list(dict.fromkeys(column for row in rows for column in row))
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
    else:
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    told = run("check", "--agency", agency, "--records", file)
    assert (told.code, told.out) == (0, "")
    assert told.err == f"{len(rows)} events: {len(rows)} right, 0 wrong\n"


def test_a_row_that_cannot_be_mapped_is_told_by_line_and_column_name(run, tmp_path: Path):
    rows = [SAMPLES["police"][0], SAMPLES["police"][0] | {"OCC_CLASS": CANARY}]
    told = run("check", "--agency", "police", "--records", written(tmp_path, *rows))
    assert told.out == "line 2: BAD_VALUE: OCC_CLASS cannot be read: a code that is not on the list, or another form\n"
    assert told.code == 1


def test_lines_of_a_csv_are_counted_as_an_editor_counts_them(run, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text('REC_TYPE,REC_NO,SUMMARY_TEXT\r\nPPN,1,"two\r\nlines"\r\nNO,2,x\r\n', encoding="utf-8-sig")
    told = run("check", "--agency", "police", "--records", file)
    assert [line.split(":")[0] for line in told.out.splitlines()] == ["line 2", "line 4"]


def test_a_json_file_is_one_event_laid_out_over_lines(run, tmp_path: Path):
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event("police.concern.raised"), indent=2), encoding="utf-8")
    assert run("check", file).code == 0
    file.write_text('{\n  "type": 1,\n  oops\n}', encoding="utf-8")
    assert run("check", file).out.startswith("line 3, column 3: DECODE_FAILED")


def test_a_broken_csv_is_one_line(run, tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text('REC_TYPE,REC_NO\nPPN,"1', encoding="utf-8")
    told = run("check", "--agency", "police", "--records", file)
    assert (told.code, told.err) == (1, f"safeguarding: cannot read {file} as CSV: unexpected end of data\n")


def test_standard_input_is_a_file_too(run):
    told = run("check", "-", stdin=json.dumps(event("police.concern.raised")) + "\nx\n")
    assert (told.code, told.out.splitlines()) == (
        1,
        ["line 2, column 1: DECODE_FAILED: the line is no JSON: Expecting value"],
    )


@pytest.mark.parametrize("verb", ["check", "publish"])
@pytest.mark.parametrize("words", [["--agency", "army", "x"], ["--records", "x"], [], ["--nope", "x"]])
def test_wrong_usage_is_exit_code_2(run, verb: str, words: list[str]):
    assert run(verb, *words).code == 2


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_a_file_that_cannot_be_read_is_one_line(run, tmp_path: Path, verb: str):
    (tmp_path / "latin").write_bytes("{é}".encode("latin-1"))
    for file, reason in ((tmp_path / "none", "FileNotFoundError"), (tmp_path / "latin", "UnicodeDecodeError")):
        told = run(verb, file)
        assert told.code == 1
        assert told.err.splitlines()[-1] == f"safeguarding: cannot read {file}: {reason}; give a UTF-8 file"


def test_an_empty_file_is_no_success(run, tmp_path: Path):
    told = run("check", written(tmp_path, ""))
    assert told.code == 1
    assert "there is no event in it" in told.err


def test_nothing_is_sent_unless_the_whole_file_is_right(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFEGUARDING_BOOTSTRAP_SERVERS", "127.0.0.1:1")  # would fail, had it been asked
    told = run("publish", written(tmp_path, event("police.concern.raised"), "{"))
    assert told.code == 1
    assert told.err.splitlines()[0].startswith("line 2, column 2: DECODE_FAILED")
    assert "nothing was sent: 1 of 2 lines are wrong" in told.err.splitlines()[-1]


@pytest.mark.parametrize("verb", ["check", "publish", "stand-in"])
def test_help_has_an_example(run, verb: str):
    told = run(verb, "--help")
    assert told.code == 0
    assert f"safeguarding {verb}" in told.out.split("Example: ")[1].replace("\n", " ")
