"""The rule pack in plain words: what each rule looks for, with which numbers, whom it tells, and who asked for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from safeguarding.correlation.finding import Active, Pack
from safeguarding.events.times import day_text

_ROW: Final = re.compile(r"\bL\d\d\b")
_COMMON: Final = ("audiences", "urgency")


def catalogue(pack: Pack) -> list[dict[str, Any]]:
    """Every rule of a pack, in order of its name."""
    return [_rule(active) for _, active in sorted(pack.rules.items())]


def urging(pack: Pack) -> str:
    """What becomes of an alert that nobody answers, in a sentence with its number."""
    hours = "1 hour" if pack.answer_hours == 1 else f"{pack.answer_hours} hours"
    return f"An immediate alert that nobody has answered within {hours} is put before operators (`answer_hours`)."


def _rule(active: Active) -> dict[str, Any]:
    why, sources = _origin(active)
    rule, parameters = active.rule, active.parameters
    return {
        "id": rule.id,
        "version": active.version,
        "why": why,
        "sources": sources,
        "words": active.words,
        "about": rule.about,
        "audiences": list(parameters.audiences),
        "urgency": parameters.urgency,
        "clears_when": rule.clears_when,
        "quiet_after": rule.quiet.words if rule.quiet else None,
        "decision": list(rule.decision),
        "valid_from": None if active.valid_from is None else day_text(active.valid_from),
        "valid_to": None if active.valid_to is None else day_text(active.valid_to),
        "parameters": [p for name in _own(parameters) for p in _parameters(parameters, name)],
        "reads": sorted(rule.types) if rule.about != "agency" else [],
    }


def _origin(active: Active) -> tuple[str, list[str]]:
    """Why there is such a rule, and the rows of the letter that ask for it, from the first line of its file."""
    line = (sys.modules[active.rule.find.__module__].__doc__ or "").strip().split("\n")[0]
    text = line.removeprefix(f"{active.rule.id}: ").rstrip(".")
    why, _, origin = text.partition(" (")
    return f"{why[:1].upper()}{why[1:]}.", _ROW.findall(origin) or [part for part in [origin.rstrip(")")] if part]


def _own(parameters: BaseModel) -> list[str]:
    return [name for name in type(parameters).model_fields if name not in _COMMON]


def _parameters(model: BaseModel, name: str, path: str = "") -> Iterator[dict[str, Any]]:
    """A parameter, or those that it is made of."""
    value, place = getattr(model, name), f"{path}{name}"
    parts = value if isinstance(value, list) else [value]
    if parts and all(isinstance(part, BaseModel) for part in parts):
        for number, part in enumerate(parts, 1):
            below = f"{place}.{number}." if isinstance(value, list) else f"{place}."
            for inner in type(part).model_fields:
                if getattr(part, inner) is not None:
                    yield from _parameters(part, inner, below)
        return
    shown = value if isinstance(value, (bool, int, str, list, dict)) else str(value)
    meaning = type(model).model_fields[name].description or ""
    yield {"name": place, "value": shown, "meaning": meaning.strip().rstrip(",;.")}
