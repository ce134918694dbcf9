"""A rule pack that a record of the log activates judges from there on; the past is judged by the packs of its time."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from building import child, event
from safeguarding.cli import _app
from safeguarding.cli.activate import changes
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.agent import Correlation
from safeguarding.correlation.pack import built_in, parse
from safeguarding.correlation.packs import Packs
from safeguarding.errors import ConfigurationError
from safeguarding.events.times import HOUR, parse_instant, rfc3339
from safeguarding.inquiry.facts import Facts
from safeguarding.inquiry.log import Log, activation, dumped, of_text
from safeguarding.inquiry.why import alert_ids, why
from safeguarding.inquiry.whynot import why_not
from safeguarding.runtime.batch import outcome
from safeguarding.runtime.memory import Rows
from safeguarding.runtime.overlay import Overlay
from safeguarding.wire.codec import decode, encode
from safeguarding.wire.quarantine import quarantined
from safeguarding.wire.room import Record
from safeguarding.wire.topics import ACCEPTED, FACTS

TEXT = (Path(__file__).parents[2] / "services/safeguarding/correlation/pack.toml").read_text(encoding="utf-8")
HIGHER = TEXT.replace('[cumulative-concern]\nversion = "1"', '[cumulative-concern]\nversion = "2"').replace(
    "concerns = 3, agencies = 2, days = 90", "concerns = 4, agencies = 2, days = 90"
)
SOONER = TEXT.replace('[incident-open]\nversion = "1"', '[incident-open]\nversion = "2"').replace(
    'urgency = "today"\nhours = 24\n\n[closing-code]', 'urgency = "immediate"\nhours = 48\n\n[closing-code]'
)
START = parse_instant("2017-09-04T09:00:00+01:00")
Event = dict[str, Any]


def at(hours: int) -> str:
    return rfc3339(START + hours * HOUR)


def concern(agency: str, hours: int, n: int = 1, level: str = "low", **other: Any) -> Event:
    return event(
        f"{agency}.concern.raised", at(hours), child(n), data={"category": "physical", "level": level}, **other
    )


def log_of(*parts: Event | str, until: int = 24 * 30) -> Log:
    """A log of events, with packs (text) where they come into force."""
    events = [json.dumps(part) for part in parts if isinstance(part, dict)]
    records = list(of_text(events, START + until * HOUR).records)
    found, clock = list[Record](), 0
    for number, part in enumerate(parts):
        if isinstance(part, str):
            key, value = activation(part, clock, str(number))
            found.append(Record(ACCEPTED, 0, 0, key, value, clock))
        else:
            found.append(records.pop(0))
            clock = found[-1].timestamp
    return Log([record._replace(offset=n) for n, record in enumerate([*found, *records])], "events")


def said(log: Log, rule: str = "cumulative-concern") -> list[tuple[str, int, str, str]]:
    pipeline = Embedded(built_in())
    lines = [line for record in log.records for line in pipeline.take(record)]
    alerts = [line for line in lines if line["kind"] == "alert" and line["rule"]["id"] == rule]
    return [(line["at"], line["revision"], line["status"], line["rule"]["version"]) for line in alerts]


THREE = [concern("health", 0), concern("police", 24), concern("health", 48)]


def test_it_judges_from_its_place_in_the_log_on():
    later = [concern("health", 100, 2), concern("police", 124, 2), concern("health", 148, 2)]
    fourth = concern("yos", 172, 2)
    assert said(log_of(*THREE, HIGHER, *later)) == [(THREE[2]["published_at"], 1, "raised", "1")]
    assert said(log_of(*THREE, HIGHER, *later, fourth))[1:] == [(fourth["published_at"], 1, "raised", "2")]
    assert len(said(log_of(*THREE, *later))) == 2


def test_a_second_one_follows_the_first():
    later = [concern("health", 100, 2), concern("police", 124, 2), concern("health", 148, 2)]
    assert [line[3] for line in said(log_of(*THREE, HIGHER, TEXT, *later))] == ["1", "1"]


def test_what_has_fallen_due_was_judged_by_the_pack_of_its_time():
    """The incident is open for 24 h before 48 h come into force, and nothing was heard in between."""
    open_one = event("police.incident.recorded", at(0), child(1),
                     data={"kind": "domestic_abuse", "children_linked": True})  # fmt: skip
    first, second = concern("health", 20, 2), concern("health", 30, 2)
    assert [line[::3] for line in said(log_of(open_one, first, second, SOONER), "incident-open")] == [(at(24), "1")]
    assert [line[::3] for line in said(log_of(open_one, first, SOONER, second), "incident-open")] == [(at(48), "2")]


def test_a_correction_of_the_past_is_judged_by_the_packs_of_the_past():
    """Three were enough when the third came: that the first was graver than it was said takes nothing back."""
    graver = concern("health", 0, 1, "high", action="update", supersedes=THREE[0]["id"], published_at=at(200))
    lines = said(log_of(*THREE, HIGHER, graver))
    assert lines[0] == (THREE[2]["published_at"], 1, "raised", "1")
    assert [line[2] for line in lines if line[2] == "withdrawn"] == []
    late = concern("health", 47, 1, action="update", supersedes=THREE[2]["id"], published_at=at(200))
    assert [line[2] for line in said(log_of(*THREE, HIGHER, late)) if line[2] == "withdrawn"] == []


def test_a_pack_that_cannot_be_worked_with_changes_nothing():
    rows, room = Rows(), Correlation(built_in())

    def fact(number: int, body: bytes) -> Record:
        value = encode("log.fact", {"kind": "rules", "seq": number, "index": 0, "clock": START, "body": body})
        return Record(FACTS, 0, number, b"rules", value, 0)

    with pytest.raises(ConfigurationError):
        outcome(room, [fact(0, b"nonsense")], rows, None)
    batch = [fact(0, b"nonsense"), fact(1, HIGHER.encode())]
    made = outcome(room, batch, rows, lambda record, name, code: quarantined(record, name, code, None, None))
    rows.apply(made.changes)
    assert [output.topic for output in made.outputs] == ["events.quarantined.v1"]
    assert Packs(Overlay(rows), built_in()).newest.rules["cumulative-concern"].version == "2"


def test_each_place_of_the_log_knows_its_pack():
    packs = Packs(Overlay(Rows()), built_in())
    packs.activate(10, 5000, HIGHER.encode())
    packs.activate(20, 6000, SOONER.encode())
    versions = [packs.at(seq).rules["cumulative-concern"].version for seq in (0, 10, 11, 20, 21)]
    assert versions == ["1", "1", "2", "2", "1"]
    ended = [(clock, pack.rules["cumulative-concern"].version) for clock, pack in packs.before(15)]
    assert ended == [(5000, "1")]
    assert [clock for clock, _ in packs.before(21)] == [5000, 6000]


def test_an_explanation_names_the_pack_of_each_revision():
    fourth = concern("yos", 172)
    facts = Facts(log_of(*THREE, HIGHER, fourth))
    subject = facts.find("Tobias Harrow")
    (name,) = alert_ids(facts, subject, built_in())
    explained = why(facts, name, built_in())
    thresholds = [r["windows"][0]["needs"][0]["threshold"] for r in explained["revisions"]]
    assert thresholds == [3, 4]
    assert explained["stops"]["sets"]
    assert why_not(facts, subject, "cumulative-concern", built_in())["rule"]["version"] == "2"


def test_a_file_of_rules_stands_for_the_whole_log(tmp_path: Path):
    dump, rules = tmp_path / "dump.jsonl", tmp_path / "rules.toml"
    later = [concern("health", 100, 2), concern("police", 124, 2), concern("health", 148, 2)]
    dump.write_text("\n".join(dumped(log_of(*THREE, HIGHER, *later))), encoding="utf-8")
    rules.write_text(TEXT, encoding="utf-8")

    def alerts(*more: str) -> int:
        result = CliRunner().invoke(_app(), ["simulate", "--log", str(dump), "--json", *more])
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        return sum(line["kind"] == "alert" and line["revision"] == 1 for line in lines)

    assert (alerts(), alerts("--rules", str(rules))) == (1, 2)
    result = CliRunner().invoke(_app(), ["backtest", "--log", str(dump), "--rules", str(rules), "--json"])
    (rule,) = json.loads(result.stdout)["rules"]
    assert (rule["now"]["version"], rule["new"]["version"]) == ("2", "1")
    assert rule["effects"]["raised"] == 1


def test_what_a_pack_changes_is_said_and_a_version_cannot_stand_for_other_numbers():
    assert changes(built_in(), parse(HIGHER, "x")) == ["cumulative-concern: version 1 -> version 2"]
    assert "incident-open: version 1 -> not in force" in changes(
        built_in(), parse(TEXT[: TEXT.index("[incident-open]")], "x")
    )
    with pytest.raises(ConfigurationError, match="cumulative-concern: other numbers than before are another version"):
        changes(built_in(), parse(HIGHER.replace('version = "2"', 'version = "1"'), "x"))
    with pytest.raises(ConfigurationError, match="nothing to activate"):
        changes(built_in(), parse(TEXT, "x"))


def test_a_pack_that_is_wrong_is_refused_before_anything_is_written(tmp_path: Path):
    file = tmp_path / "bad.toml"
    file.write_text(TEXT.replace("concerns = 3", "concerns = 0"), encoding="utf-8")
    result = CliRunner().invoke(_app(), ["rules", "activate", str(file)])  # no broker is asked
    assert result.exit_code == 1
    assert "cumulative-concern.tiers" in str(result.exception)


def test_an_activation_is_a_record_of_the_log():
    key, value = activation(HIGHER, 7, "once")
    name, accepted = decode(value)
    assert (key, name, accepted["kind"], accepted["clock"]) == (b"rules|once", "log.accepted", "rules", 7)
    assert log_of(THREE[0], HIGHER).activated == [HIGHER]
    assert log_of(THREE[0], HIGHER).under_one_pack().activated == []
