"""Names are compared without case, accents, hyphens, apostrophes and spaces, and otherwise in their own script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguarding.identity.names import comparable, comparable_postcode


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("O'Brien", ["O’Brien", "o brien", "OBRIEN", "O`Brien", "O-Brien", "Ó'Brien"]),
        ("Siân", ["Sian", "SIÂN", "Sia\u0302n"]),
        ("Nguyễn", ["Nguyen", "NGUYỄN"]),
        ("Đặng", ["Dang", "đặng"]),
        ("Łukasz", ["Lukasz"]),
        ("Søren", ["Soren"]),
        ("Þór", ["Thor"]),
        ("Weiß", ["Weiss", "WEISS"]),
        ("Anne-Marie", ["Anne Marie", "Annemarie", " Anne\u2011Marie "]),
        ("Al-Sayed", ["Al Sayed", "Alsayed"]),
        ("Иванов", ["ИВАНОВ"]),
        ("أمل", ["أمل"]),
    ],
)
def test_spellings_of_one_name_are_the_same(name: str, others: list[str]):
    assert {comparable(other) for other in others} == {comparable(name)}


@pytest.mark.parametrize(
    "pair", [("Ann", "Anna"), ("李", "王"), ("राम", "रमा"), ("が", "か"), ("Nell", "Nel"), ("ก", "กา")]
)
def test_other_names_stay_other_names(pair: tuple[str, str]):
    assert comparable(pair[0]) != comparable(pair[1])


@pytest.mark.parametrize("name", ["李", "राम", "Nguyễn", "O'Brien", "Ζωή"])
def test_a_name_in_any_script_is_a_name(name: str):
    assert comparable(name)


@given(st.text(max_size=20))
def test_comparing_twice_changes_nothing(name: str):
    assert comparable(comparable(name)) == comparable(name)


@given(st.text(alphabet="abcXYZ'’- éñç", max_size=12))
def test_case_never_matters(name: str):
    assert comparable(name.upper()) == comparable(name.lower()) == comparable(name)


def test_a_postcode_is_compared_without_case_and_spaces():
    assert comparable_postcode(" ts18 9zz") == comparable_postcode("TS189ZZ") == comparable_postcode("T S1 89Z\tZ")
