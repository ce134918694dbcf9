"""Whatever dies while the past is folded again, every reader reads the same once (architecture.md, promises 2, 3)."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stories import Event
from pipeline.test_corrections import corrected
from pipeline.test_promises import whole
from pipeline.test_words_on_identity import FIRST, LATER, UNSURE, by_number, merged, separated, stories, word
from safeguarding.wire.topics import AUDIENCES, DISCLOSURES, OPERATORS, RAISED, REVIEW, audience_topic

deaths = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=8)


@st.composite
def pasts(draw: st.DrawFn) -> list[Event]:
    """A story, held events, corrections, and words on who is who, one after the other."""
    stream, corrections = draw(corrected())
    stream = [*stream, *({**made, "id": made["id"][:-1] + "f", "people": [UNSURE]} for made in stream[:2])]
    decided = word("decided", LATER, 9, by_number(), event_agency=stream[-1]["agency"], event_id=stream[-1]["id"],
                   ref=UNSURE["ref"])  # fmt: skip
    words = [merged(LATER), separated(LATER), decided, *corrections]
    return [*FIRST, *stream, *draw(st.permutations(words)), *draw(stories)[:2]]


@given(pasts(), deaths, st.integers(1, 4))
@settings(max_examples=40)
def test_a_death_anywhere_changes_nothing_that_is_read(stream: list[Event], deaths: dict[int, int], batch: int):
    calm, wild = whole(stream, {}, 500), whole(stream, deaths, batch)
    for topic in (*map(audience_topic, AUDIENCES), DISCLOSURES):
        for partition in range(calm.partitions[topic]):
            ours, theirs = ([record.value for record in runtime.records(topic, partition)] for runtime in (calm, wild))
            assert ours == theirs, topic
    for topic in (RAISED, REVIEW):  # at least once, and never anything else
        ours, theirs = ({record.value for record in runtime.records(topic)} for runtime in (calm, wild))
        assert ours == theirs, topic
    items = [Counter(record.value for record in runtime.records(OPERATORS)) for runtime in (calm, wild)]
    assert items[0] == items[1], "once, in an order that depends on who is faster"
    for partition in range(2):
        assert calm.state("routing", partition) == wild.state("routing", partition)
