"""`safeguarding identity` on a real Kafka: what waits is listed, shown, answered, and counted."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.kafka_driver import OnKafka, until
from safeguarding.settings import Settings
from safeguarding.wire.codec import decode_as, decode_event
from safeguarding.wire.topics import ACCEPTED, REVIEW

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "identity.jsonl"
SAYS = ("--who", "J. Hale", "--why", "the GP confirmed it")


class Desk:
    """Somebody at a terminal beside a running pipeline."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "safeguarding", *words]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )

    def says(self, *words: str) -> list[dict[str, Any]]:
        done = self.run("identity", *words, "--json")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def desk(environment: dict[str, str]) -> Iterator[Desk]:
    workers = [
        subprocess.Popen([sys.executable, "-m", "safeguarding", "worker", room], env=environment)
        for room in ("intake", "identity")
    ]
    yield Desk(environment)
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
        worker.wait(20)


def test_a_question_is_listed_shown_answered_and_counted(settings: Settings, environment: dict[str, str], desk: Desk):
    kafka = OnKafka(settings, environment)
    assert desk.run("publish", str(EXAMPLE)).returncode == 0
    until(lambda: len(kafka.records(REVIEW)) == 1, "the question is asked")

    (question,) = desk.says("list")
    assert (question["agency"], question["reason"]) == ("police", "postcode_differs")
    name, key = question["name"], question["candidates"][0]["key"]
    (shown,) = desk.says("show", name[:8])
    assert shown["candidates"][0]["agrees"] == ["family_name", "given_name", "date_of_birth"]
    assert "Ashdown" not in json.dumps(shown)
    assert "Ashdown" in desk.run("identity", "show", name, "--show-sensitive").stdout

    refused = desk.run("identity", "decide", name, key, *SAYS)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "told anew, 3 events" in refused.stderr
    assert refused.stderr.splitlines()[-1] == "safeguarding: nothing was sent; add --yes to send it"
    assert desk.run("identity", "decide", name, "no-such-key", *SAYS, "--yes").returncode == 1
    assert [q["name"] for q in desk.says("list")] == [name], "nothing was sent"

    (effect,) = desk.says("decide", name, key, *SAYS, "--yes")
    assert (effect["receipt"], effect["told"], effect["closed"]) == ("accepted", {key: 3}, 1)
    assert desk.says("list") == []
    assert [q["open"] for q in desk.says("list", "--all")] == [False]
    answered = decode_as("log.accepted", [r for r in kafka.records(ACCEPTED) if b"identity" in r.value][-1].value)
    said = decode_event(answered["body"])
    assert said["summary"] == "J. Hale: the GP confirmed it"
    assert [person["name"] for person in said["people"]] == [None], "it names nobody but by key"

    (person,) = desk.says("show", key)
    assert person["events"] == {"health": 1, "police": 2}
    gone = desk.run("identity", "merge", key, key, *SAYS, "--yes")
    assert (gone.returncode, gone.stderr) == (1, "safeguarding: that is one key twice: nothing was sent\n")

    again = desk.run("identity", "decide", name, "--new", *SAYS, "--yes")
    assert (again.returncode, "replaces" in again.stderr) == (0, True)
    (person,) = desk.says("show", key)
    assert person["events"] == {"health": 1, "police": 1}
    assert desk.run("identity", "decide", name, key, *SAYS, "--yes").returncode == 0

    figures = {line.get("agency", line["kind"]): line for line in desk.says("report")}
    assert figures["health"]["nhs_number_matched"] == 100.0
    assert figures["police"]["below_go_live"]
    assert figures["questions"] == {"kind": "questions", "open": 0, "answered": 1}
    kafka.close()
