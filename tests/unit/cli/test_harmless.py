"""Agency text cannot do anything to a terminal."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from safeguarding.cli.harmless import harmless

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
ANYTHING = st.text(st.characters(codec=None))


@given(ANYTHING)
def test_nothing_is_left_that_a_terminal_obeys(text):
    for sign in harmless(text):
        assert unicodedata.category(sign) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(sign) not in TURNING


@given(ANYTHING)
def test_each_sign_stands_for_one_so_that_nothing_is_cut_and_columns_hold(text):
    assert len(harmless(text)) == len(text)


@given(ANYTHING)
def test_harmless_text_stays_as_it_is(text):
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.parametrize("name", ["Siân O’Brien", "李", "Zoë-Mae", "محمد", "👩‍👧", "Łukasz", "a\u200cb"])
def test_every_script_is_kept(name):
    assert harmless(name) == name


@pytest.mark.parametrize(
    ("attack", "seen"),
    [
        ("\x1b[2Jgone", "␛[2Jgone"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "\ufffd31m"),
        ("abc\u202edcba", "abc\ufffddcba"),
        ("one\r\ntwo", "one  two"),
        ("\x00", "␀"),
    ],
)
def test_an_attack_is_seen_and_not_obeyed(attack, seen):
    assert harmless(attack) == seen


@given(st.text())
def test_rich_adds_nothing_to_it_in_a_pipe(text):
    out = io.StringIO()
    Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=True).print(Text(harmless(text)))
    assert out.getvalue() == harmless(text) + "\n"
