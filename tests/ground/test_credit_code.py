"""Credit codes against worked examples, single slips of the pen, and a list of real codes where it is at hand."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.ground.credit_code import ALPHABET, body_check_digit, check_digit, fault, is_valid, normalise
from gongjian.kernel.errors import Refusal

MATERIAL = Path(os.environ.get("GONGJIAN_MATERIAL", Path(__file__).resolve().parents[2] / "../shared/material"))
codes17 = st.text(alphabet=ALPHABET, min_size=17, max_size=17)


def test_the_check_digit_follows_by_hand() -> None:
    # weights 1, 3, 9, ...: one in the first place gives 31 - 1 = 30, the last letter; all zeros give zero
    assert check_digit("1" + "0" * 16) == "Y"
    assert check_digit("0" * 17) == "0"
    # 9*1 + 1*3 + 3*9 + 2*27 + 9*19 + 9*26 + 8*16 + 1*17 = 643 = 20*31 + 23, so 31 - 23 = 8
    assert check_digit("91329981" + "0" * 9) == "8"


def test_the_body_check_digit_follows_by_hand() -> None:
    # MA000000: 22*3 + 10*7 = 136 = 12*11 + 4, so 11 - 4 = 7; a remainder of 1 prints X, of 0 prints 0
    assert body_check_digit("MA000000") == "7"
    assert body_check_digit("40000000") == "X"
    assert body_check_digit("00000000") == "0"


@given(codes17)
def test_a_completed_code_is_valid_and_has_no_fault(code17: str) -> None:
    code = code17 + check_digit(code17)
    assert is_valid(code)
    assert fault(code) == ""


@given(codes17, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_noticed(code17: str, place: int, character: str) -> None:
    code = code17 + check_digit(code17)
    slipped = code[:place] + character + code[place + 1 :]
    assert is_valid(slipped) is (slipped == code)


@given(codes17.filter(lambda code: code[3] != code[4]))
def test_two_swapped_neighbours_are_noticed(code17: str) -> None:
    code = code17 + check_digit(code17)
    assert not is_valid(code[:3] + code[4] + code[3] + code[5:])


@pytest.mark.parametrize(
    "code", ["", "913299810000000", "9132998100000000000", "91329981000000000I", "9132998100000000o8"]
)
def test_what_cannot_be_a_code_is_invalid_and_not_an_exception(code: str) -> None:
    assert is_valid(code) is False
    assert fault(code).endswith("。")


def test_faults_say_what_to_look_at() -> None:
    assert fault("91329981000000000") == "统一社会信用代码应为18位,现为17位,请对照营业执照核对。"
    assert "校验码应为“8”,现为“9”" in fault("913299810000000009")
    assert "不允许的字符“I”" in fault("91329981I000000008")


def test_check_digit_refuses_what_it_cannot_count() -> None:
    with pytest.raises(Refusal) as short:
        check_digit("9132")
    assert short.value.code == "credit_code.length"
    with pytest.raises(Refusal) as strange:
        check_digit("91329981000000O00")
    assert strange.value.code == "credit_code.character"
    with pytest.raises(Refusal) as body:
        body_check_digit("ma000000")
    assert body.value.code == "credit_code.body"


def test_normalising_straightens_typing_but_invents_nothing() -> None:
    assert normalise(" 9132 9981ma000000 \t") == "91329981MA000000"
    assert normalise("OI") == "OI"


def test_real_codes_get_the_verdict_of_the_list() -> None:
    path = MATERIAL / "ledgers/uscc_list.csv"
    if not path.exists():
        pytest.skip("the list of real credit codes (material/ledgers/uscc_list.csv) is not at hand")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    verdicts = [is_valid(row["code"]) for row in rows]
    assert verdicts == [row["check_ok"] == "True" for row in rows]
    assert (len(verdicts), verdicts.count(False)) == (159, 3)
