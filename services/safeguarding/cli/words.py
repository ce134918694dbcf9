"""Contract words as people read them: what happened, when, who."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any, Final

from safeguarding.cli.harmless import harmless
from safeguarding.events.times import LONDON

_WHOLE: Final = {
    **{word: word.upper() for word in ("da", "ed", "camhs", "gp", "nhs", "upn", "pnc")},
    "hcp": "healthy-child",
    "psr": "pre-sentence",
}
_SAID_OTHERWISE: Final = {"health.appointment.was_not_brought": "was not brought to an appointment"}
DO: Final = {
    "file": "file it",
    "discuss_at_meeting": "discuss at the next meeting",
    "contact_hub": "contact the hub",
    "look_for_signs": "look for these signs",
    "none": "nothing",
}
_HELD: Final = {
    "no_recipient": "nobody is registered to be told",
    "next_0800": "leaves at 08:00",
    "no_basis": "no lawful basis given",
    "unknown_audience": "unknown audience",
    "never_told": "was never told",
}


def held_because(reason: str) -> str:
    """Why somebody or something waits."""
    return _HELD.get(reason, harmless(reason).replace("_", " "))


def what_happened(event_type: str) -> str:
    """`police.da_form.completed` as DA form completed."""
    return _SAID_OTHERWISE.get(event_type) or in_words(event_type.split(".", 1)[-1].replace(".", " "))


def in_words(name: str) -> str:
    """`nhs_number` as NHS number."""
    return " ".join(_WHOLE.get(part, part) for part in name.replace("_", " ").split())


def local_time(at: str) -> str:
    """2017-10-02 22:15+01:00, on a clock in Europe/London."""
    return datetime.fromisoformat(at).astimezone(LONDON).isoformat(sep=" ", timespec="minutes")


def local_day(text: str) -> str:
    """2 Oct 2017, from a date or a time."""
    day = datetime.fromisoformat(text).astimezone(LONDON) if "T" in text else date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"


def child_key(line: dict[str, Any]) -> str:
    """The first eight signs of the child's key: enough to tell two alerts apart, never who it is."""
    subject = str(line.get("alert_id") or line.get("subject") or "")
    return harmless(subject.split(".")[0][:8])


def child_name(child: dict[str, Any] | None) -> str:
    """Given and family name, or a plain phrase."""
    name = (child or {}).get("name") or {}
    return harmless(" ".join(filter(None, (name.get("given"), name.get("family"))))) or "a child without a name"


def child_whole(child: dict[str, Any]) -> str:
    """Name, date of birth and the numbers held."""
    born = [f"born {local_day(child['date_of_birth'])}"] if "date_of_birth" in child else []
    born += [f"expected {local_day(child['expected_date_of_birth'])}"] if "expected_date_of_birth" in child else []
    numbers = [f"{in_words(scheme)} {harmless(n)}" for scheme, n in child.get("identifiers", {}).items()]
    return ", ".join([child_name(child), *born, *numbers])


def spoken(voice: dict[str, Any] | str) -> str:
    """The child's own words, whole, and how the child was seen."""
    if isinstance(voice, str):
        return f"“{harmless(voice)}”"
    parts = [f"“{harmless(voice['words'])}”"] if voice.get("words") else []
    parts += [harmless(voice["demeanour"])] if voice.get("demeanour") else []
    if voice.get("seen") is not None:
        parts.append(("seen alone" if voice.get("alone") else "seen") if voice["seen"] else "not seen")
    return ", ".join(parts)


def counted(counts: dict[str, int]) -> str:
    """3 concerns, 2 agencies."""
    return ", ".join(f"{n} {harmless(what).replace('_', ' ')}" for what, n in counts.items())


def by_agency(because: list[dict[str, Any]]) -> str:
    """How many events of each agency: education 1, health 2."""
    return ", ".join(f"{agency} {n}" for agency, n in sorted(Counter(b["agency"] for b in because).items()))
