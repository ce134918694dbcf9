"""An agency is called silent when the reference calls it so, to the second."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from building import child
from pipeline.test_against_the_reference import lines_of
from reference.agencies import Heard, silences
from reference.reading import Event
from reference.stories import LONDON, named, rfc

START = datetime(2019, 10, 26, 21, tzinfo=LONDON).astimezone(UTC)  # the clocks go back that night
SECOND = timedelta(seconds=1)


def told(heard: list[Heard]) -> list[Event]:
    """What the police sent: heartbeats, and else a concern."""
    events = []
    for n, one in enumerate(heard):
        kind = "police.heartbeat.sent" if one.every_seconds else "police.concern.raised"
        data = {"every_seconds": one.every_seconds} if one.every_seconds else {"category": "other", "level": "low"}
        people = [] if one.every_seconds else [child(1)]
        times = {"occurred_at": rfc(one.at), "published_at": rfc(one.at), "basis": "children_act_2004_s11"}
        events.append({"type": kind, "id": named(n), "agency": "police", "people": people, "data": data} | times)
    return events


def found(heard: list[Heard], end: datetime) -> list[tuple[datetime, datetime | None]]:
    lives: dict[str, list[dict[str, Any]]] = {}
    for alert in lines_of(told(heard), end):
        if alert["rule"]["id"] == "agency-silent":
            lives.setdefault(alert["alert_id"], []).append(alert)
    moments = [
        (life[0]["as_of"], life[-1]["as_of"] if life[-1]["status"] == "resolved" else None) for life in lives.values()
    ]
    return sorted((datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in moments)


def heard_after(gaps: list[tuple[timedelta, int | None]]) -> list[Heard]:
    moment, out = START, []
    for gap, every in gaps:
        moment += gap
        out.append(Heard(moment, every))
    return out


@st.composite
def beating(draw: Any) -> list[Heard]:
    """Heartbeats whose rhythm changes, and events between them, at and about twice the rhythm.

    Never two within a minute: identity says once a minute that an agency is there.
    """
    every, gaps = 3600, []
    for _ in range(draw(st.integers(1, 12))):
        gap = timedelta(seconds=every) * draw(st.sampled_from([1, 2, 2, 2, 5]))
        every = draw(st.sampled_from([every, 900, 86_400]))
        gaps.append((gap + draw(st.sampled_from([-SECOND, 0 * SECOND, SECOND])), draw(st.sampled_from([every, None]))))
    return heard_after([(SECOND, 3600), *gaps])


@given(beating())
@settings(max_examples=40)
def test_silent_for_twice_its_heartbeat(heard: list[Heard]):
    end = heard[-1].at + timedelta(days=3)
    assert found(heard, end) == silences(heard, end)


@given(st.integers(2, 9), st.sampled_from([60, 1200, 3600, 86_400]), st.sampled_from([-1, 0, 1]))
@settings(max_examples=25)
def test_or_for_three_times_its_usual_gap(events: int, usual: int, off: int):
    gap = timedelta(seconds=usual)
    last = timedelta(seconds=3 * usual + off)
    heard = heard_after([(gap, None)] * events + [(last, None)])
    assert found(heard, heard[-1].at) == silences(heard, heard[-1].at)
