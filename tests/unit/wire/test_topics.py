"""The topic catalogue: names, owners and partitions that everything else relies on."""

import re

import pytest

from safeguarding.events.envelope import AGENCIES
from safeguarding.events.notice import NOTICES
from safeguarding.wire.topics import (
    ACCEPTED,
    AUDIENCES,
    FACTS,
    HEARTBEAT,
    RAISED,
    TOPICS,
    agency_topic,
    audience_topic,
    feedback_topic,
    partition_counts,
    receipt_topic,
)


@pytest.mark.parametrize("name", TOPICS)
def test_a_name_is_family_who_and_major_version(name: str):
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9]\d*", name)
    assert TOPICS[name].name == name
    assert TOPICS[name].key
    assert TOPICS[name].writes
    assert TOPICS[name].reads


def test_names_stay_unique_in_kafkas_metrics():
    """Kafka writes dots as underscores there."""
    assert len({name.replace(".", "_") for name in TOPICS}) == len(TOPICS)


def test_the_catalogue_is_that_of_the_contract():
    fixed = {ACCEPTED, FACTS, RAISED, "events.quarantined.v1", "events.redriven.v1", "alerts.operators.v1"}
    fixed |= {"identity.review.v1", "disclosures.recorded.v1", "system.heartbeat.v1"}
    per_agency = {name(agency) for agency in AGENCIES for name in (agency_topic, receipt_topic)}
    per_agency |= {feedback_topic(agency) for agency in AGENCIES if agency != "hub"}
    assert TOPICS.keys() == fixed | per_agency | {audience_topic(who) for who in AUDIENCES}
    assert set(AUDIENCES) == {"hub", "worker", *NOTICES}


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agencys_topic_is_its_own_and_in_order(agency: str):
    topic = TOPICS[agency_topic(agency)]
    assert topic.writes == agency
    assert topic.partitions(64) == 1
    assert topic.config["message.timestamp.type"] == "LogAppendTime"
    assert TOPICS[receipt_topic(agency)].reads == agency


def test_the_log_has_one_partition_and_forgets_nothing_but_tombstones():
    assert TOPICS[ACCEPTED].partitions(64) == 1
    assert TOPICS[ACCEPTED].config["cleanup.policy"] == "compact"


def test_nothing_but_heartbeats_goes_by_itself():
    kept = {name for name, topic in TOPICS.items() if topic.config.get("retention.ms") == "-1"}
    assert TOPICS.keys() - kept == {HEARTBEAT}


@pytest.mark.parametrize("children", [1, 4, 64])
def test_topics_that_are_read_together_have_the_same_partitions(children: int):
    counts = partition_counts(children)
    assert counts.keys() == TOPICS.keys()
    assert set(counts.values()) <= {1, children}
    per_child = [FACTS, RAISED, "disclosures.recorded.v1", *(audience_topic(who) for who in AUDIENCES)]
    assert {counts[name] for name in per_child} == {children}


def test_an_audience_topic_is_written_by_routing_and_read_by_one_gateway():
    for who in AUDIENCES:
        assert (TOPICS[audience_topic(who)].writes, TOPICS[audience_topic(who)].reads) == (
            "routing",
            f"gateway of {who}",
        )
