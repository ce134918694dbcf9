"""The quarantine command on a real Kafka: listed, given back, settled; and saying it twice does no harm."""

import json
from typing import Any

import pytest

from cluster.kafka_driver import until
from cluster.test_pipeline import start
from cluster.test_publish import records, run
from safeguarding.producers.client import Publisher
from safeguarding.settings import Settings
from safeguarding.testing.builders import child, event
from safeguarding.wire.codec import decode_as
from safeguarding.wire.topics import ACCEPTED, QUARANTINED, REDRIVEN, agency_topic, receipt_topic

pytestmark = pytest.mark.kafka


def receipts(settings: Settings) -> list[str]:
    found = [decode_as("record.receipt", r.value) for r in records(settings, receipt_topic("police"))]
    return [receipt["status"] for receipt in found]


def test_a_backfill_that_came_too_early_is_given_back_once(settings: Settings, environment: dict[str, str]):
    def told(*words: str) -> list[dict[str, Any]]:
        done = run(environment, "quarantine", *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(text) for text in done.stdout.splitlines()]

    closed = [start(room, environment) for room in ("intake", "identity")]
    with Publisher(settings) as publisher:
        for number in (1, 2):
            publisher.publish(event("police.concern.raised", child(number), mode="backfill"))
    until(lambda: receipts(settings) == ["rejected"] * 2, "both are refused")
    first, second = told("list", "--json")
    assert first["record"] == agency_topic("police") + "/0/0"
    assert {item["code"] for item in (first, second)} == {"BACKFILL_CLOSED"}
    closed[0].terminate()
    assert closed[0].wait(20) == 0
    opened = start("intake", environment | {"SAFEGUARDING_BACKFILL": "police"})
    dry = run(environment, "quarantine", "redrive", "--code", "BACKFILL_CLOSED")
    assert dry.stdout.count("would be redriven") == 2
    assert "--yes" in dry.stderr
    assert records(settings, REDRIVEN) == []
    assert run(environment, "quarantine", "redrive", first["record"], "--yes").returncode == 0
    until(lambda: receipts(settings) == ["rejected", "rejected", "accepted"], "the first is accepted")
    again = run(environment, "quarantine", "redrive", first["record"], "--yes")
    assert "redriven already, left alone" in again.stdout
    assert run(environment, "quarantine", "discard", second["record"], "--reason", "a test", "--yes").returncode == 0
    assert told("list", "--json") == []
    assert [item["state"] for item in told("list", "--all", "--json")] == ["redriven", "discarded"]
    assert len(records(settings, QUARANTINED)) == 3
    assert len(records(settings, agency_topic("police"))) == 2
    accepted = [decode_as("log.accepted", record.value) for record in records(settings, ACCEPTED)]
    assert [one["record"]["offset"] for one in accepted if one["kind"] == "event"] == [0]
    for worker in (closed[1], opened):
        worker.terminate()
        assert worker.wait(20) == 0
    unknown = run(environment, "quarantine", "show", "events.police.v1/0/99")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "is not in quarantine" in unknown.stderr
