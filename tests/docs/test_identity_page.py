"""docs/identity.md is true: its example gives the questions, the picture and the effect that stand on the page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeguarding.cli.embedded import Embedded
from safeguarding.cli.identity_act import act, effect_lines
from safeguarding.cli.identity_log import Known
from safeguarding.cli.identity_shown import in_a_line, question_lines, question_of
from safeguarding.cli.review import Item, items, meant
from safeguarding.correlation.pack import built_in
from safeguarding.events.times import rfc3339
from safeguarding.runtime.rows import Rows
from safeguarding.settings import Settings
from safeguarding.wire.topics import ACCEPTED, REVIEW

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "identity.md").read_text(encoding="utf-8")
LISTED, SHOWN, EFFECT = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def pipeline() -> Embedded:
    made = Embedded(built_in())
    for line in (ROOT / "docs" / "examples" / "identity.jsonl").read_text(encoding="utf-8").splitlines():
        made.publish_text(line)
    return made


@pytest.fixture(scope="module")
def known(pipeline: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    rows = Rows(tmp_path_factory.mktemp("rows") / "rows", fresh=True)
    yield Known(pipeline.runtime.records(ACCEPTED), Settings(clock="events"), rows)
    rows.close()


@pytest.fixture(scope="module")
def question(pipeline: Embedded) -> Item:
    (item,) = items(pipeline.runtime.records(REVIEW))
    return item


def test_the_list_is_that_of_the_page(question: Item):
    assert in_a_line(question) == LISTED.strip()


def test_the_names_on_the_page_mean_the_question(question: Item):
    names = re.findall(r"identity (?:show|decide) (\S+)", PAGE)
    assert len(names) >= 4
    assert all(meant([question], name) == [question] for name in names)


def test_the_picture_is_that_of_the_page(known: Known, question: Item):
    assert "\n".join(question_lines(question_of(known.look, question, sensitive=False))) == SHOWN.strip()


def test_the_effect_is_that_of_the_page(known: Known, pipeline: Embedded, question: Item):
    (key,) = [candidate["key"] for candidate in question.candidates]
    assert f"decide d1e5a0c2/c1 {key} " in PAGE
    data = {"event_agency": question.agency, "event_id": question.id, "ref": question.ref}
    made = act("decided", [("child", key)], data, summary="who: why", record=None, at=rfc3339(pipeline.clock))
    assert "\n".join(effect_lines(known.would(made))) == EFFECT.strip()
