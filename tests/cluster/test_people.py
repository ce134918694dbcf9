"""Who was told, who answers, and how it all stands, on a real Kafka with the rooms running."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from building import child, event, nhs
from cluster.kafka_driver import until
from safeguarding.events.record import Disclosure
from safeguarding.settings import Settings
from safeguarding.wire.codec import encode
from safeguarding.wire.topics import DISCLOSURES

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
NELL = child(1, date_of_birth="2009-05-14")
LOW = {"category": "other", "level": "low"}
EVENTS = [
    event("health.registration.changed", "2017-01-09T09:00:00+00:00", NELL, data={"gp_practice": "A99001"}),
    *(
        event(f"{agency}.concern.raised", f"2017-09-0{n}T12:00:00+01:00", NELL, data=LOW)
        for n, agency in enumerate(["yos", "cgl", "yos"], 1)
    ),
    event("police.heartbeat.sent", "2017-09-04T12:00:00+01:00", data={"every_seconds": 300}),
]


def safeguarding(environment: dict[str, str], *words: str, code: int = 0) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, "-m", "safeguarding", *words], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def lines(done: subprocess.CompletedProcess) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture
def rooms(environment: dict[str, str]) -> Iterator[None]:
    words = [sys.executable, "-m", "safeguarding", "worker", "intake", "identity", "correlation", "routing"]
    worker = subprocess.Popen(words, env=environment)
    yield
    worker.terminate()
    worker.wait(30)


def test_a_child_is_told_of_answered_and_accounted_for(
    settings: Settings, environment: dict[str, str], rooms: None, tmp_path: Path
):
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in EVENTS), encoding="utf-8")
    safeguarding(environment, "publish", str(file))

    def at_the_gp() -> list[dict[str, Any]]:
        return lines(safeguarding(environment, "watch", "gp", "--from-start", "--until-end", "--json"))

    until(lambda: len(at_the_gp()) == 1, "the GP is told")
    (notice,) = at_the_gp()

    status = lines(safeguarding(environment, "status", "--json"))[0]
    assert status["agencies"]["yos"]["accepted"] == 2
    assert status["agencies"]["police"]["heartbeat_age_s"] >= 0
    assert status["agencies"]["hub"]["last_event"] is None
    assert status["alerts"]["unacknowledged_by_audience"]["gp"]["count"] == 1
    assert (status["alerts"]["open"], status["alerts"]["unacknowledged"]) == (1, 1)
    assert set(status["rooms"]) == {"intake", "identity", "correlation", "routing"}
    assert "not acknowledged 1" in safeguarding(environment, "status").stdout

    answer = ("respond", notice["alert_id"], "--at", "2017-09-05T12:00:00+01:00")
    refused = safeguarding(environment, *answer, "acknowledge", "--agency", "police", code=1)
    assert "NOT_YOURS" in refused.stderr
    assert (
        "BAD_VALUE"
        in safeguarding(
            environment, "respond", f"{notice['alert_id']}9", *answer[2:], "acknowledge", "--agency", "hub", code=1
        ).stderr
    )
    status = lines(safeguarding(environment, "status", "--json"))[0]
    assert status["alerts"]["unacknowledged"] == 1, "an answer that was refused is none"
    assert "accepted" in safeguarding(environment, *answer, "acknowledge", "--agency", "health").stdout
    assert lines(safeguarding(environment, "status", "--json"))[0]["alerts"]["unacknowledged"] == 0
    safeguarding(environment, *answer, "action", "--agency", "hub", "--outcome", "assessment")
    until(lambda: [line["status"] for line in at_the_gp()] == ["raised", "resolved"], "the GP hears of the end")

    told = lines(safeguarding(environment, "disclosures", "for", f"{nhs(1)[:3]} {nhs(1)[3:6]} {nhs(1)[6:]}", "--json"))
    gp = [record for record in told if record["audience"] == "gp"]
    assert [(r["status"], r.get("recipient")) for r in gp] == [("sent", "A99001")] * 2
    assert {"held"} == {record["status"] for record in told if record["audience"] == "school-nurse"}
    assert "whole" in safeguarding(environment, "disclosures", "verify").stdout

    shown = safeguarding(environment, "watch", "school", "--by-child", "--until-end")
    assert "nothing is open" in shown.stdout

    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    whole = lines(safeguarding(environment, "watch", "disclosures", "--from-start", "--until-end", "--json"))
    assert len(whole) == len(told)
    forged = Disclosure.model_validate_json(json.dumps({k: v for k, v in gp[0].items() if k != "kind"}))
    value = encode("record.disclosure", forged.model_dump())
    producer.send(settings.topic_prefix + DISCLOSURES, value, key=gp[0]["subject"].encode(), partition=0).get(30)
    producer.close()
    found = safeguarding(environment, "disclosures", "verify", code=1).stdout
    assert "something is wrong" in found
    assert "partition 0" in found


def test_an_alert_is_answered_from_the_terminal_that_shows_it(environment: dict[str, str], rooms: None, tmp_path: Path):
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in EVENTS), encoding="utf-8")
    safeguarding(environment, "publish", str(file))

    def open_now() -> str:
        return safeguarding(environment, "watch", "hub", "--by-child", "--until-end").stdout

    until(lambda: "cumulative-concern" in open_now(), "the hub is told")
    terminal, other = pty.openpty()
    words = [sys.executable, "-m", "safeguarding", "watch", "hub", "--by-child"]
    watching = subprocess.Popen(words, env=environment, stdin=other, stdout=other, stderr=other)
    os.write(terminal, b"d 1 known to the team\n")
    screen = b""
    while b"accepted: event" not in screen:
        screen += os.read(terminal, 65536)
    os.write(terminal, b"q\n")
    assert watching.wait(60) == 0
    until(lambda: "nothing is open" in open_now(), "the dismissal closes the alert")
