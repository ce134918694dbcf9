"""The order of arrival changes no open alert of any rule, when everything arrives in one moment (rules.md)."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from safeguarding.events.times import day_text, parse_day
from story import Story

# Rules that only a person closes, and absences that nobody answers: nothing is closed on arrival.
RULES = (
    "cumulative-concern",
    "chronic-neglect",
    "da-escalation",
    "marac-repeat",
    "missing-coordinator",
    "referral-missing",
    "incident-open",
    "return-interview",
    "information-overdue",
    "minutes-late",
    "feedback-due",
)
FIRST = parse_day("2017-01-01")
ARRIVES = "2018-03-01 12:00"
COUPLES = ({"dawn": "adult_victim", "lee": "adult_perpetrator"}, {"dawn": "adult_victim"}, {})
KINDS: dict[str, list[dict[str, Any]]] = {
    "police.da_form.completed": [
        {"tool": "dash", "grade": grade, "marac_referred": referred, "adults": couple}
        for grade in ("standard", "medium", "high")
        for referred in (True, False)
        for couple in COUPLES
    ],
    "police.incident.recorded": [
        {"kind": kind, "children_linked": True, "adults": couple}
        for kind in ("domestic_abuse", "child_present", "other")
        for couple in COUPLES
    ],
    "police.missing.reported": [
        {"risk": risk, "cause_for_concern": worry} for risk in ("none", "high") for worry in (True, False)
    ],
    "police.missing.returned": [{"returned_at": "2017-06-01 12:00"}],
    "health.concern.raised": [
        {"category": "neglect", "level": level, "neglect_type": kind}
        for level in ("low", "high")
        for kind in ("medical", "physical", None)
    ],
    "education.concern.raised": [{"category": category, "level": "low"} for category in ("other", "hardship")],
    "health.ed.attended": [{"reason": "r", "self_harm": harm} for harm in (True, False)],
    "hub.neglect_assessment.completed": [{"tool": "t", "areas": {"a": a, "b": b}} for a in (1, 3) for b in (1, 2)],
    "hub.information.requested": [{"from_agency": agency} for agency in ("health", "police")],
    "hub.core_group.held": [{"meeting_ref": ref} for ref in "xy"],
    "hub.decision.made": [
        {"from_agency": "police", "from_case_ref": ref, "outcome": "early_help", "referrer_told": False} for ref in "xy"
    ],
}
events = st.sampled_from(list(KINDS)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.integers(0, 400),
        st.sampled_from(KINDS[kind]),
        st.sampled_from([None, "1", "2", "3"]),
        st.sampled_from([None, None, "mother"]),
    )
)
Event = tuple[str, int, dict[str, Any], str | None, str | None]


def told(order: Sequence[tuple[int, Event]]) -> dict[tuple[str, str], list[str]]:
    """Of each open alert what it rests on."""
    story = Story(*RULES)
    for number, (kind, day, data, case, via) in order:
        at = f"{day_text(FIRST + day)} 12:{number:02}"
        story.tell(kind, at, f"{number}", arrives=ARRIVES, case=case, via=via, **data)
    return {(life.rule, life.case): life.because for life in story.hot.lives if life.open}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(events, max_size=12).flatmap(
        lambda some: st.tuples(st.just(list(enumerate(some))), st.permutations(list(enumerate(some))))
    )
)
def test_the_order_of_arrival_changes_no_open_alert(both: tuple[list[Any], list[Any]]):
    assert told(both[0]) == told(both[1])
