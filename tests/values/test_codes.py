"""The credit code and the identity number: what is accepted, and what a wrong one is told.

The codes are the standards' own examples, or made up here around a right check digit.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from zhinan.values.codes import WrongCode, check_credit_code, check_identity_number
from zhinan.values.problem import Problem, Span
from zhinan.values.text import Text

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
credit_codes = st.builds(
    "{}{}{}".format,
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
).map(lambda body: body + uscc.calc_check_digit(body))


def problem_of(check: Callable[[str], str], text: str) -> Problem:
    with pytest.raises(WrongCode) as refused:
        check(text)
    return refused.value.problem


@pytest.mark.parametrize(
    "written",
    [
        "91110000600037341L",
        " 9111 0000 6000 3734 1l ",
        "91110000-600037341-L",
        "９１１１００００６０００３７３４１Ｌ",
    ],
)
def test_a_credit_code_is_read_however_it_is_written(written: str) -> None:
    assert check_credit_code(written) == "91110000600037341L"


def test_a_rural_collective_has_a_credit_code_too() -> None:
    body = "N2640104MF0000001"

    assert check_credit_code(body + uscc.calc_check_digit(body)) == body + uscc.calc_check_digit(body)


@given(credit_codes)
def test_every_code_with_its_own_check_digit_is_accepted(code: str) -> None:
    assert check_credit_code(code) == code


@given(credit_codes, st.integers(8, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_never_passes(code: str, at: int, other: str) -> None:
    wrong = code[:at] + other + code[at + 1 :]

    if wrong != code:
        with pytest.raises(WrongCode):
            check_credit_code(wrong)


def test_a_wrong_check_digit_names_the_right_one() -> None:
    assert problem_of(check_credit_code, "9111 0000 6000 3734 17") == Problem(
        "credit-code-check-digit",
        Text("第 18 位是校验码，应为 L，这里是 7", "character 18, the check digit, should be L, not 7"),
        Text("请对照证照逐位核对", "compare the code with the certificate, character by character"),
        source="9111 0000 6000 3734 17",
        span=Span(21, 22),
    )


def test_a_letter_o_written_for_a_nought_is_named_and_mended() -> None:
    assert problem_of(check_credit_code, "9111OOOO600037341L") == Problem(
        "credit-code-character",
        Text(
            "统一社会信用代码中不会出现：第 5 位“O”、第 6 位“O”、第 7 位“O”、第 8 位“O”",
            "a credit code cannot have character 5 (O), character 6 (O), character 7 (O), character 8 (O)",
        ),
        Text("是否应为 91110000600037341L？", "perhaps 91110000600037341L?"),
        source="9111OOOO600037341L",
        span=Span(4, 5),
    )


def test_no_mend_is_offered_that_would_be_wrong_itself() -> None:
    problem = problem_of(check_credit_code, "91110000S00037341L")

    assert problem.mend == Text(
        "代码不用字母 I、O、S、V、Z，第 3 至 8 位是行政区划代码，只用数字",
        "the letters I, O, S, V, Z are not used; characters 3 to 8 are the region, and digits",
    )


@pytest.mark.parametrize(("written", "have"), [("", "0"), ("9111000060003734", "16"), ("91110000600037341LL", "19")])
def test_a_credit_code_of_another_length_is_told_how_long_it_is(written: str, have: str) -> None:
    problem = problem_of(check_credit_code, written)

    assert (problem.code, problem.message.zh) == (
        "credit-code-length",
        f"统一社会信用代码应为 18 位，这里有 {have} 位",
    )


def test_a_wrong_code_is_a_value_error_that_reads_well() -> None:
    with pytest.raises(ValueError, match=r"^a credit code has 18 characters; this has 3 \[credit-code-length\]"):
        check_credit_code("911")


@pytest.mark.parametrize("written", ["11010519491231002X", " 110105 19491231 002x "])
def test_an_identity_number_is_read_however_it_is_written(written: str) -> None:
    assert check_identity_number(written) == "11010519491231002X"


def test_a_county_younger_than_the_person_is_no_reason_to_refuse_her() -> None:
    body = "64018119500101001"
    number = body + ric.calc_check_digit(body + "0")

    assert ric.is_valid(number) is False
    assert check_identity_number(number) == number


def test_a_resident_from_taiwan_has_a_number_too() -> None:
    body = "83000019900101001"
    number = body + ric.calc_check_digit(body + "0")

    assert check_identity_number(number) == number


@pytest.mark.parametrize(
    ("written", "code", "span"),
    [
        ("110105491231002", "identity-number-length", None),
        ("1101051949123100A2", "identity-number-character", Span(16, 17)),
        ("110105X9491231002X", "identity-number-character", Span(6, 7)),
        ("99010519491231002X", "identity-number-region", Span(0, 2)),
        ("11010519490231002X", "identity-number-birthday", Span(6, 14)),
        ("110105194912310021", "identity-number-check-digit", Span(17, 18)),
    ],
)
def test_a_wrong_identity_number_is_told_where(written: str, code: str, span: Span | None) -> None:
    problem = problem_of(check_identity_number, written)

    assert (problem.code, problem.span) == (code, span)


@pytest.mark.parametrize("written", ["110105491231002", "1101051949123100A2", "99010519491231002X", "110105194912310021"])
def test_an_identity_number_is_never_repeated_in_a_message(written: str) -> None:
    problem = problem_of(check_identity_number, written)
    shown = problem.show("zh") + problem.show("en")

    assert problem.source == ""
    assert [piece for piece in (written, written[:6], written[6:14], written[-4:]) if piece in shown] == []
