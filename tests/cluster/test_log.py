"""On a real Kafka: a rule pack comes into force between two files, and the log says again all that was said live."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from building import child, event
from cluster.kafka_driver import OnKafka, until
from safeguarding.cli.lines import lines_of_record
from safeguarding.settings import Settings
from safeguarding.wire.topics import ACCEPTED, AUDIENCES, RAISED, audience_topic

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
PACK = Path(__file__).parents[2] / "services/safeguarding/correlation/pack.toml"
ROOMS = ("intake", "identity", "correlation", "routing")


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "safeguarding", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[None]:
    """All rooms in one process."""
    started = subprocess.Popen([sys.executable, "-m", "safeguarding", "worker", *ROOMS], env=environment)
    yield
    started.terminate()
    started.wait(20)


def concerns(n: int, *days: int) -> list[dict[str, Any]]:
    at = [f"2017-09-{day:02}T09:00:00+01:00" for day in days]
    agencies = ("health", "police", "health", "police")
    data = {"category": "physical", "level": "low"}
    registered = event("health.registration.changed", at[0], child(n), data={"gp_practice": "A99001"})
    return [registered] + [
        event(f"{a}.concern.raised", when, child(n), data=data) for a, when in zip(agencies, at, strict=False)
    ]


def content(lines: list[dict[str, Any]], kind: str) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in lines if line["kind"] == kind)


@pytest.mark.usefixtures("worker")
def test_what_was_said_live_is_said_again_by_the_log(settings: Settings, environment: dict[str, str], tmp_path: Path):
    kafka = OnKafka(settings, environment)

    def live(*topics: str) -> list[dict[str, Any]]:
        return [line for topic in topics for record in kafka.records(topic) for line in lines_of_record(record)]

    def publish(events: list[dict[str, Any]]) -> None:
        file = tmp_path / "events.jsonl"
        file.write_text("\n".join(map(json.dumps, events)) + "\n", encoding="utf-8")
        assert run(environment, "publish", str(file)).returncode == 0

    def alerts() -> int:
        return len(content(live(RAISED), "alert"))

    publish(concerns(1, 4, 5, 6))
    until(lambda: alerts() == 1, "the first child's alert")
    rules = tmp_path / "new.toml"
    text = PACK.read_text(encoding="utf-8").replace("concerns = 3, agencies = 2", "concerns = 4, agencies = 2")
    rules.write_text(text, encoding="utf-8")
    refused = run(environment, "rules", "activate", str(rules))
    assert (refused.returncode, "raise 1" in refused.stderr) == (1, True)
    text = text.replace('[cumulative-concern]\nversion = "1"', '[cumulative-concern]\nversion = "2"')
    rules.write_text(text, encoding="utf-8")
    assert run(environment, "rules", "activate", str(rules)).stdout == "cumulative-concern: version 1 -> version 2\n"
    publish(concerns(2, 7, 8, 9))
    publish(concerns(3, 10, 11, 12, 13))
    until(lambda: alerts() == 2, "the third child's alert, which needed four")

    dump = run(environment, "log", "dump")
    assert dump.returncode == 0
    assert len(kafka.records(ACCEPTED)) == len(dump.stdout.splitlines()) - 1
    kept = tmp_path / "dump.jsonl"
    kept.write_text(dump.stdout, encoding="utf-8")
    notices = [audience_topic(audience) for audience in AUDIENCES if audience not in ("hub", "worker")]
    for words in (["--log"], ["--log", str(kept)]):
        again = run(environment, "simulate", *words, "--json")
        assert again.returncode == 0, again.stderr
        lines = [json.loads(line) for line in again.stdout.splitlines()]
        assert content(lines, "alert") == content(live(RAISED), "alert")
        said = content(lines, "notice")
        until(lambda said=said: content(live(*notices), "notice") == said, "the same notices")
    (name,) = {line["alert_id"] for line in live(RAISED) if line["kind"] == "alert" and line["rule"]["version"] == "2"}
    told = run(environment, "explain", name).stdout
    assert "4 of 4 concerns, 2 of 2 agencies within 90 days: enough" in told
    kafka.close()
