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


def test_a_row_is_pointed_at_by_number_in_bulk_as_in_one(cast: Cast) -> None:
    program, firm = Program(cast.clerk), enterprise(by=cast.clerk, unit=cast.science)
    visit = {"visited_on": "2025-06-03", "sort": "用工"}
    status, body = program.post("/registers/visit/bulk", {"rows": [{**visit, "enterprise": firm.pk}]})
    assert (status, body["counts"]["new"]) == (200, 1)
    before = state()
    for number in (firm.pk + 999, 0, -1, -(10**30), 10**30):
        rows = [{**visit, "enterprise": firm.name}, {**visit, "enterprise": number}]
        status, body = program.post("/registers/visit/bulk", {"rows": rows})
        said = (status, body["fault"]["cause"], body["fault"]["row"], body["fault"]["column"])
        assert said == (422, f"没有编号为 {number} 的企业", 2, "企业")
    assert state() == before


def test_a_text_with_a_nul_is_refused_wherever_it_would_be_kept(cast: Cast) -> None:
    program, firm = Program(cast.supervisor), enterprise(by=cast.clerk, unit=cast.science)
    before = state()
    for path, body in (
        (BULK, {"rows": [{"name": firm.name, "industry": "软件"}], "reason": "更\x00正"}),
        ("/batches/1/undo", {"reason": "\x00"}),
    ):
        status, told = program.post(path, body)
        assert (status, told["fault"]["code"], told["fault"]["column"]) == (422, "api.invalid", "reason")
    body = {"values": {"industry": "软件"}, "revision": 1, "reason": "\x00"}
    assert program.patch(f"/registers/enterprise/{firm.pk}", body)[0] == 422
    assert program.get("/registers/person", purpose="核对\x00年度数据")[0] == 422
    assert program.get("/registers/person", purpose="\u200b" * 6)[1]["fault"]["code"] == "register.purpose"
    assert state() == before


def test_a_request_that_is_too_large_is_refused_like_any_other(cast: Cast) -> None:
    rows = [{"name": "青禾科技有限公司" * 12}] * 80_000
    status, body = Program(cast.clerk).post(BULK, {"rows": rows})
    assert (status, body["fault"]["code"], body["fault"]["remedy"]) == (413, "api.too_large", "请分几次提交")
