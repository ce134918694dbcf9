"""Check digits of the numbers by which people are known, with published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import nhs, upn
from safeguarding.identity.numbers import valid_nhs_number, valid_pnc_id, valid_upn


class TestNhsNumber:
    @pytest.mark.parametrize("text", ["9434765919", "943 476 5919", "943-476-5919"])
    def test_the_published_example_is_valid_in_every_spelling(self, text: str):
        assert valid_nhs_number(text) == "9434765919"

    @pytest.mark.parametrize(
        "text", ["9434765918", "4943765919", "943476591", "94347659190", "", "943476591X", "943.476.5919"]
    )
    def test_a_wrong_digit_or_length_is_set_aside(self, text: str):
        assert valid_nhs_number(text) is None

    @pytest.mark.parametrize("text", ["0000000000", "4444444444", "6666666666"])
    def test_ten_times_one_digit_is_nobodys_number(self, text: str):
        assert valid_nhs_number(text) is None

    def test_digits_of_another_script_are_not_a_second_spelling(self):
        assert valid_nhs_number("٩٤٣٤٧٦٥٩١٩") is None

    @given(st.integers(400_000_000, 999_999_999))
    def test_modulus_eleven_in_the_english_ranges(self, body: int):
        digits = f"{body:09}"
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        valid = [d for d in range(10) if valid_nhs_number(f"{digits}{d}")]
        assert valid == ([] if check == 10 or len(set(f"{digits}{check % 11}")) == 1 else [check % 11])

    def test_those_of_the_tests_are_valid(self):
        assert all(valid_nhs_number(nhs(n)) for n in range(50))


class TestUpn:
    @pytest.mark.parametrize("text", ["B801200005001", "b801200005001", "B801 2000 05001", "T808999000001"])
    def test_a_valid_one_is_known_in_every_spelling(self, text: str):
        assert valid_upn(text) == text.replace(" ", "").upper()

    @pytest.mark.parametrize(
        "text", ["A801200005001", "B801200005002", "B80120000500", "I801200005001", "X80120000A001", ""]
    )
    def test_a_wrong_letter_or_form_is_set_aside(self, text: str):
        assert valid_upn(text) is None

    @given(st.integers(0, 99_999_999_999), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUVWXYZ"))
    def test_one_letter_of_twenty_three_fits_a_temporary_one_too(self, body: int, last: str):
        letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
        digits = [*map(int, f"{body:011}"), int(last) if last.isdecimal() else letters.index(last)]
        total = sum(digit * weight for digit, weight in zip(digits, range(2, 14), strict=True))
        assert [c for c in letters if valid_upn(f"{c}{body:011}{last}")] == [letters[total % 23]]

    def test_those_of_the_tests_are_valid(self):
        assert all(valid_upn(upn(n)) for n in range(50))


class TestPncId:
    @pytest.mark.parametrize("text", ["1981/0154257C", "2008/0056560Z", "2003/0062845E", "1979/0163001B"])
    def test_a_valid_one_is_known(self, text: str):
        assert valid_pnc_id(text) == text

    @pytest.mark.parametrize(
        ("short", "long"),
        [("81/154257C", "1981/0154257C"), ("08/56560z", "2008/0056560Z"), ("2003/62845E", "2003/0062845E"),
         (" 79/0163001B ", "1979/0163001B")],
    )  # fmt: skip
    def test_the_short_form_is_the_same_number(self, short: str, long: str):
        assert valid_pnc_id(short) == long

    @pytest.mark.parametrize(
        "text", ["1981/0154257D", "1981/0154258C", "1981/C", "981/0154257C", "1981-0154257C", "", "/C"]
    )
    def test_a_wrong_letter_or_form_is_set_aside(self, text: str):
        assert valid_pnc_id(text) is None

    @given(st.integers(0, 99), st.integers(0, 9_999_999))
    def test_one_letter_fits(self, year: int, serial: int):
        letters = "ZABCDEFGHJKLMNPQRTUVWXY"
        fitting = [c for c in letters if valid_pnc_id(f"20{year:02}/{serial:07}{c}")]
        assert fitting == [letters[(year * 10_000_000 + serial) % 23]]
