"""Whatever agencies may send, what the rooms make of it fits the topic that it goes to: a room must not choke on it."""

from building import child, event, wire
from safeguarding.cli.embedded import Embedded
from safeguarding.correlation.pack import built_in
from safeguarding.events.acceptance import EVENT_LIMIT, TEXT_LIMIT
from safeguarding.wire.topics import ACCEPTED, RAISED, TOPICS, agency_topic

KAFKAS_OWN = 1_048_588  # max.message.bytes where a topic says nothing
AROUND = 2_048  # key, headers, the batch's own header


def test_an_alert_of_fifty_events_as_long_as_they_may_be_fits_its_topics():
    pipeline = Embedded(built_in())
    long = "ਅ" * TEXT_LIMIT  # three bytes each
    for n in range(51):
        agency = ("health", "police")[n % 2]
        made = event(
            f"{agency}.concern.raised",
            f"2017-10-02T09:{n:02}:00+01:00",
            child(),
            summary=long,
            voice={"words": long[: TEXT_LIMIT // 4]},
            case_ref=f"C{n}",
        )
        value = wire(made)
        assert 0.9 * EVENT_LIMIT < len(value) <= EVENT_LIMIT
        pipeline.runtime.append(agency_topic(agency), made["id"].encode(), value)
    pipeline.runtime.run()
    assert len(pipeline.runtime.records(ACCEPTED)) == 51
    assert max(len(record.value or b"") for record in pipeline.runtime.records(RAISED)) > 40 * 3 * TEXT_LIMIT
    for name, topic in TOPICS.items():
        longest = max((len(record.value or b"") for record in pipeline.runtime.records(name)), default=0)
        assert longest + AROUND <= int(topic.config.get("max.message.bytes", KAFKAS_OWN)), name
