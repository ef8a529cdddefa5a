"""What another unit's row holds masked is not told to a program that guesses at it, right or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.kernel.registers.entries import enterprise, state
from tests.surfaces.api.program import Program

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

BULK = "/registers/enterprise/bulk"


@pytest.mark.parametrize("is_named", [True, False])
def test_a_right_and_a_wrong_guess_get_the_same_answer(cast: Cast, is_named: bool) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    program = Program(cast.trade_clerk)
    row = {"name": firm.name} if is_named else {"credit_code": firm.credit_code}
    before, answers = state(), []
    for phone in ("13900001234", "13900000000", "139****1234"):
        for dry_run in (True, False):
            answers.append(program.post(BULK, {"rows": [{**row, "phone": phone}], "dry_run": dry_run}))
    assert len({str(answer) for answer in answers}) == 1
    status, body = answers[0]
    assert (status, body["fault"]["code"]) == (422, "bulk.refused")
    assert "该记录不属于您的单位" in str(body) and "1390000" not in str(body)
    assert state() == before


def test_the_owner_is_told(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    program = Program(cast.clerk)
    row = {"credit_code": firm.credit_code, "phone": "13900001234"}
    status, body = program.post(BULK, {"rows": [row], "dry_run": True})
    assert (status, body["counts"]["unchanged"]) == (200, 1)


def test_a_program_makes_a_firm_known_by_its_name_once(cast: Cast) -> None:
    program = Program(cast.clerk)
    for made in (1, 0):
        status, body = program.post(BULK, {"rows": [{"name": "青禾科技有限公司", "park": "东区"}]})
        assert (status, body["counts"]["new"]) == (200, made)
