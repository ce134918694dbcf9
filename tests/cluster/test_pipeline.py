"""A file that is published to real Kafka gives what `simulate` says of it, and a worker's death changes nothing."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.kafka_driver import OnKafka, until
from safeguarding.cli.lines import lines_of_record
from safeguarding.events.envelope import AGENCIES
from safeguarding.settings import Settings
from safeguarding.wire.topics import AUDIENCES, audience_topic, receipt_topic

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
STORIES = [
    story
    for story in sorted((Path(__file__).parents[1] / "pipeline" / "stories").glob("*.jsonl"))
    if story.stem != "what-goes-wrong"  # `publish` sends nothing of a file with a wrong line
]
ROOMS = ("intake", "identity", "correlation", "routing")


def safeguarding(environment: dict[str, str], *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "safeguarding", *words], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def workers(environment: dict[str, str]) -> Iterator[dict[str, subprocess.Popen]]:
    """A worker for each room, killed at the end."""
    started = {room: start(room, environment) for room in ROOMS}
    yield started
    for worker in started.values():
        worker.kill()
        worker.wait(20)


def start(room: str, environment: dict[str, str]) -> subprocess.Popen:
    named = environment | {"SAFEGUARDING_INSTANCE": "one"}
    return subprocess.Popen([sys.executable, "-m", "safeguarding", "worker", room], env=named)


def by_name(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Lines of a kind, in an order that does not depend on partitions; a repeat of ours stands for itself once."""
    return sorted({json.dumps(line, sort_keys=True) for line in lines if line["kind"] == kind})


def test_stories_on_kafka_end_as_in_simulate(
    settings: Settings, environment: dict[str, str], workers: dict[str, subprocess.Popen], tmp_path: Path
):
    """All stories in one file: their children do not meet. Correlation and routing die in between."""
    assert STORIES
    stories = [line for story in STORIES for line in story.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = sorted(stories, key=lambda line: json.loads(line).get("published_at", ""))
    half = len(lines) // 2
    whole = tmp_path / "whole.jsonl"
    whole.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for number, part in enumerate((lines[:half], lines[half:])):
        file = tmp_path / f"{number}.jsonl"
        file.write_text("\n".join(part) + "\n", encoding="utf-8")
        safeguarding(environment, "publish", str(file))
        if number == 0:
            for room in ("correlation", "routing"):
                workers[room].send_signal(signal.SIGKILL)
                workers[room].wait(20)
                workers[room] = start(room, environment)
    expected = safeguarding(environment, "simulate", str(whole), "--json")

    kafka = OnKafka(settings, environment)

    def live(*topics: str) -> list[dict[str, Any]]:
        return [line for topic in topics for record in kafka.records(topic) for line in lines_of_record(record)]

    wanted = by_name(expected, "notice")
    thin = [audience_topic(audience) for audience in AUDIENCES if audience not in ("hub", "worker")]
    until(lambda: len(by_name(live(*thin), "notice")) >= len(wanted), "every notice")
    notices = live(*thin)
    assert by_name(notices, "notice") == wanted
    assert len(notices) == len(wanted), "a notice was delivered twice"
    receipts = live(*map(receipt_topic, AGENCIES))
    assert by_name(receipts, "receipt") == by_name(expected, "receipt")
    thick = [audience_topic("hub"), audience_topic("worker")]
    shown = [line for line in expected if line["kind"] == "alert" and {"hub", "worker"} & set(line["audiences"])]
    assert {(a["alert_id"], a["revision"]) for a in live(*thick)} <= {(a["alert_id"], a["revision"]) for a in shown}
    kafka.close()
