"""The record as it is stored: what it says, it says again."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from safeguarding.correlation.record import Hot, Life, dump, load

IDS = [f"{n:036d}" for n in range(60)]


def life(case: str, because: list[str], rule: str = "cumulative-concern") -> Life:
    return Life(rule, case, 1, 1, "resolved", 0, 0, because, closed_at=1)


def record(lives: list[Life]) -> Hot:
    return Hot("subject", "child", lives=lives)


def window() -> st.SearchStrategy[list[str]]:
    """A stretch of events, sometimes with one that came late in the middle of it."""
    stretch = st.tuples(st.integers(0, 59), st.integers(0, 59)).map(lambda ends: IDS[min(ends) : max(ends)])
    late = st.tuples(stretch, st.integers(0, 60)).map(lambda it: [*it[0][: it[1]], "late", *it[0][it[1] :]])
    return st.one_of(stretch, late)


@given(st.lists(st.builds(life, st.sampled_from(["", "police|1"]), window(), st.sampled_from(["one", "other"]))))
def test_a_stored_record_is_the_record(lives: list[Life]):
    hot = record(lives)
    before = deepcopy(hot)
    stored = dump(hot)
    assert hot == before  # it is used again in the same batch
    assert load(stored) == before


def test_alerts_that_rest_on_mostly_the_same_events_write_them_once():
    moving = [life("", IDS[n : n + 40]) for n in range(20)]
    apart = [life(f"{n}", IDS[n : n + 40]) for n in range(20)]
    assert len(dump(record(moving))) * 5 < len(dump(record(apart)))
