"""The compiled answer against the model: yes only to what the model accepts, and to every event that is complete."""

import json
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, field_validator

from safeguarding.events.acceptance import read
from safeguarding.events.base import Word
from safeguarding.events.catalogue import TYPES
from safeguarding.events.fits import fits
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder

EXAMPLES = {name: read(json.loads((folder() / CONTRACTS[name].example).read_text("utf-8"))) for name in TYPES}
ODD: list[Any] = [None, "", "x", 0, -1, 6, 10**15, True, 1.5, [], {}, [None], {"x": 1}, "high", "2017-10-02"]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_example_fits(name: str):
    assert TYPES[name].fits(EXAMPLES[name])


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything in an event."""
    found = [path] if path else []
    if isinstance(node, dict | list):
        parts = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in parts:
            found += places(value, (*path, key))
    return found


@given(st.sampled_from(sorted(TYPES)), st.randoms(use_true_random=False), st.integers(1, 3))
def test_what_fits_is_what_the_model_accepts(name: str, dice: Random, times: int):
    event = deepcopy(EXAMPLES[name])
    for _ in range(times):
        *way, last = dice.choice(places(event))
        node: Any = event
        for key in way:
            node = node[key]
        change = dice.randrange(4)
        if change == 0 and isinstance(node, dict):
            del node[last]
        elif change == 1 and isinstance(node, dict):
            node["colour"] = "red"
        else:
            node[last] = deepcopy(dice.choice(ODD))
    if TYPES[name].fits(event):
        word = TYPES[name].model.model_validate(event)
        assert (word.id, word.supersedes) == (event["id"], event["supersedes"])


@pytest.mark.parametrize("written", ["{%s}", "urn:uuid:%s"])
def test_an_id_in_another_form_is_in_doubt(written: str):
    event = EXAMPLES["police.concern.raised"]
    assert not TYPES["police.concern.raised"].fits(event | {"id": written % event["id"]})
    assert not TYPES["police.concern.raised"].fits(event | {"id": event["id"].upper()})


class Bounded(Word):
    """Limits of each kind."""

    least: int = Field(ge=1)
    most: int = Field(le=5)
    some: list[str] = Field(min_length=1)


@pytest.mark.parametrize("change", [{}, {"least": 0}, {"least": 1}, {"most": 5}, {"most": 6}, {"some": []}])
def test_limits(change: dict[str, Any]):
    value = {"least": 2, "most": 3, "some": ["a"]} | change
    try:
        Bounded.model_validate(value)
    except ValidationError:
        assert not fits(Bounded)(value)
    else:
        assert fits(Bounded)(value)


def test_what_a_model_says_beyond_that_is_in_doubt():
    class More(Word):
        it: str
        other: bool = False

        @field_validator("other")
        @classmethod
        def _check(cls, value: bool) -> bool:
            return value

    class Longer(Word):
        it: str = Field(max_length=3)

    class Otherwise(Word):
        it: float

    assert fits(More)({"it": "a", "other": False})
    assert not fits(More)({"it": "a", "other": True})
    assert not fits(Longer)({"it": "a"})
    assert not fits(Otherwise)({"it": 1.0})
