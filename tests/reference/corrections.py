"""Stories some of whose events are put right or withdrawn long after they were told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from reference.reading import Event, when
from reference.stories import SORTS, STEPS, THEMES, data_of, named, prologue, rfc, stories


@st.composite
def corrected(draw: Any, themes: Sequence[str] = tuple(THEMES)) -> tuple[list[Event], list[Event], list[Event]]:
    """A story, corrections of some of its events that arrive long after it, and the story as if sent right at once."""
    story = draw(stories(themes))
    own = [e for e in story if e["id"] not in {p["id"] for p in prologue(when(story[0]))}]
    end = max(when(e, "published_at") for e in story) + timedelta(days=5)
    corrections, right = [], {e["id"]: e for e in story}
    for n, wrong in enumerate(draw(st.lists(st.sampled_from(own), max_size=4, unique_by=lambda e: e["id"]))):
        change = draw(st.sampled_from(["delete", "data", "earlier", "same"]))
        made = wrong | {"id": named(1000 + n), "supersedes": wrong["id"], "published_at": rfc(end)}
        made |= {"action": "delete" if change == "delete" else "update"}
        if change == "data" and wrong["type"] in SORTS:
            made["data"] = wrong["data"] | data_of(draw, SORTS[wrong["type"]], when(wrong)) | _kept(wrong["data"])
        if change == "earlier":
            moved = when(wrong) - draw(st.sampled_from(STEPS))
            made |= {"occurred_at": rfc(max(moved, when(story[0]) + timedelta(hours=1)))}
        corrections.append(made)
        right[wrong["id"]] = made | {"action": "new", "supersedes": None, "published_at": wrong["published_at"]}
        if change == "delete":
            del right[wrong["id"]]
    return story, corrections, list(right.values())


def _kept(data: Event) -> Event:
    """What a correction leaves: whose case it is, and which meeting."""
    return {
        name: value for name, value in data.items() if name in ("from_agency", "from_case_ref", "meeting_ref", "rule")
    }
