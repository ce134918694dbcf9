"""An error names the field at fault, never what stood in it: it may end in a log."""

import json
import traceback
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from safeguarding.errors import Refused
from safeguarding.wire.codec import encode
from safeguarding.wire.contract import CONTRACTS
from safeguarding.wire.schemas import folder

CANARY = "CANARY-9990000018"
MISFITS: tuple[Any, ...] = (CANARY, [CANARY], {"of": CANARY})

Path = tuple[str | int, ...]
each = pytest.mark.parametrize("name", CONTRACTS)


def example(name: str) -> dict[str, Any]:
    row = CONTRACTS[name]
    model = row.model.model_validate_json((folder() / row.example).read_text(encoding="utf-8"))
    return model.model_dump(mode="json")


def paths(node: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*at, key)
        yield from paths(value, (*at, key))


def put(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    document = deepcopy(document)
    *way, last = path
    node: Any = document
    for key in way:
        node = node[key]
    node[last] = value
    return document


def shown(error: BaseException) -> str:
    return f"{error!s} {error!r} {''.join(traceback.format_exception(error))}"


@each
def test_no_model_quotes_a_bad_value(name: str):
    model, document = CONTRACTS[name].model, example(name)
    for path in paths(document):
        said = []
        for misfit in MISFITS:
            try:
                model.model_validate_json(json.dumps(put(document, path, misfit)))
            except ValidationError as error:
                said.append(shown(error))
        assert said, f"{path} takes anything"
        assert CANARY not in "".join(said), path


@each
def test_no_model_quotes_an_unknown_field(name: str):
    with pytest.raises(ValidationError) as caught:
        CONTRACTS[name].model.model_validate_json(json.dumps(example(name) | {"extra": CANARY}))
    assert "extra" in str(caught.value)
    assert CANARY not in shown(caught.value)


@each
@pytest.mark.parametrize("text", [f'"{CANARY}"', f'["{CANARY}"]', f'{{"type": "{CANARY}', CANARY])
def test_no_model_quotes_what_is_no_record(name: str, text: str):
    with pytest.raises(ValidationError) as caught:
        CONTRACTS[name].model.model_validate_json(text)
    assert CANARY not in shown(caught.value)


@each
def test_the_codec_quotes_nothing(name: str):
    row = CONTRACTS[name]
    value = row.model.model_validate_json((folder() / row.example).read_text(encoding="utf-8")).model_dump()
    said = []
    for key in value:
        for misfit in (CANARY, [CANARY], {"of": CANARY}, CANARY.encode()):
            try:
                encode(name, value | {key: misfit})
            except Refused as refused:
                said.append(shown(refused))
    assert said
    assert CANARY not in "".join(said)
