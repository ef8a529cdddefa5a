"""The interface: the same rows, the same permissions and the same sentences as the pages, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.kernel.registers.entries import application, enterprise, state
from tests.surfaces.api.program import Program

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import registers
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

FIRMS = "/registers/enterprise"


def test_without_a_key_that_works_there_is_a_401_with_a_sentence(cast: Cast) -> None:
    for headers in ({}, {"Authorization": "Bearer gj_x"}, {"Authorization": "Basic abc"}):
        answer = Client().get("/api/registers", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["fault"]["cause"] == "接口令牌缺少或不对"
    client = Client()
    client.force_login(cast.supervisor)
    assert client.get("/api/registers").status_code == 401  # a page's session is no key: other sites could use it


def test_registers_that_a_token_reaches(cast: Cast) -> None:
    _, every = Program(cast.supervisor).get("/registers")
    assert [one["name"] for one in every] == [one.name for one in registers()]
    assert all(one["may_write"] for one in every)
    _, one = Program(cast.supervisor, "read", registers=("enterprise",)).get("/registers")
    assert [(one[0]["name"], one[0]["label"], one[0]["may_write"]), len(one)] == [("enterprise", "企业", False), 1]


def test_scope_and_register_of_a_token_hold(cast: Cast) -> None:
    reader = Program(cast.supervisor, "read", registers=("enterprise",))
    before = state()
    status, body = reader.post(FIRMS, {"values": {"credit_code": "91320800MA00000016", "name": "青禾精密"}})
    assert (status, body["fault"]["cause"]) == (403, "接口令牌“试验程序”没有“逐行写入”权限")
    status, body = reader.get("/registers/high-tech")
    assert (status, body["fault"]["cause"]) == (403, "接口令牌“试验程序”不包含台账“high-tech”")
    assert state()["Enterprise"] == before["Enterprise"]


def test_a_list_is_filtered_sorted_and_walked_to_its_end(cast: Cast) -> None:
    for number in range(1, 8):
        industry = "通用设备" if number % 2 else "化学原料"
        enterprise(by=cast.supervisor, unit=cast.science, number=number, industry=industry)
    program = Program(cast.viewer.__class__.objects.get(pk=cast.auditor.pk), "read")
    seen, after = [], ""
    while True:
        status, body = program.get(FIRMS, industry="通用设备", order="-credit_code", limit=3, after=after, counted=True)
        assert status == 200
        assert body["count"] == {"n": 4, "how": "exact"}
        seen += [row["values"]["credit_code"][-3:] for row in body["rows"]]
        after = body["after"]
        if not after:
            break
    assert seen == ["07A", "05A", "03A", "01A"]


def test_a_row_tells_its_types_and_masks_what_the_page_masks(cast: Cast) -> None:
    firm = enterprise(by=cast.supervisor, unit=cast.science, phone="13800001234", registered_capital="1200.5", staff=88)
    _, row = Program(cast.trade_clerk, "read").get(f"{FIRMS}/{firm.pk}")
    assert row["values"]["phone"] == "138****1234"
    assert row["values"]["registered_capital"] in ("1200.5", "1200.5000")
    assert (row["values"]["staff"], row["values"]["unit"]) == (88, {"id": cast.science.pk, "name": "科创局"})
    assert (row["id"], row["revision"], row["name"]) == (firm.pk, 1, firm.name)
    _, row = Program(cast.clerk, "read").get(f"{FIRMS}/{firm.pk}")
    assert row["values"]["phone"] == "13800001234"
    status, body = Program(cast.clerk, "read").get(f"{FIRMS}/999999")
    assert (status, body["fault"]["code"]) == (404, "entry.missing")


def test_create_change_and_a_stale_change(cast: Cast) -> None:
    program = Program(cast.clerk)
    status, row = program.post(FIRMS, {"values": {"credit_code": "91320800ma00000016", "name": "青禾精密"}})
    assert status == 201
    assert row["values"]["credit_code"] == "91320800MA00000016"
    assert row["values"]["unit"]["id"] == cast.science.pk
    status, row = program.patch(f"{FIRMS}/{row['id']}", {"revision": 1, "values": {"staff": 90}, "reason": "核对"})
    assert (status, row["revision"], row["values"]["staff"]) == (200, 2, 90)
    status, body = program.patch(f"{FIRMS}/{row['id']}", {"revision": 1, "values": {"staff": 91}})
    assert (status, body["fault"]["code"]) == (409, "row.stale")
    assert "修改了“职工人数”" in body["fault"]["cause"]
    assert Enterprise.objects.get().staff == 90
    _, history = program.get(f"{FIRMS}/{row['id']}/history")
    assert [(event["title"], event["changes"]) for event in history] == [
        ("修改台账记录", [["职工人数", "—", "90"]]),
        ("新增台账记录", []),
    ]


def test_refusals_are_those_of_the_form(cast: Cast) -> None:
    firm = enterprise(by=cast.supervisor, unit=cast.trade)
    program = Program(cast.clerk)
    before = state()
    status, body = program.patch(f"{FIRMS}/{firm.pk}", {"revision": 1, "values": {"staff": 5}})
    assert (status, body["fault"]["code"]) == (403, "policy.forbidden")
    status, body = program.post(FIRMS, {"values": {"name": "无码", "registered_capital": "很多"}})
    assert status == 422
    assert [fault["column"] for fault in body["faults"]] == ["注册资本(万元)"]
    status, body = program.post(FIRMS, {"values": {"credit_code": firm.credit_code, "name": "再登记"}})
    assert (status, body["fault"]["code"]) == (422, "entry.duplicate")
    status, body = program.post(FIRMS, {"values": {"nonsense": 1}})
    assert (status, body["fault"]["code"]) == (422, "api.invalid")
    assert state() == before


def test_a_stage_is_moved_with_its_day(cast: Cast) -> None:
    firm = enterprise(by=cast.supervisor, unit=cast.science)
    row = application(firm, by=cast.supervisor, unit=cast.science)
    program = Program(cast.clerk)
    status, body = program.post(
        f"/registers/high-tech/{row.pk}/moves", {"stage": "filed", "happened_on": "2025-06-12", "note": "窗口受理"}
    )
    assert (status, body["values"]["stage"]) == (201, "filed")
    status, body = program.post(f"/registers/high-tech/{row.pk}/moves", {"stage": "sold", "happened_on": "2025-06-12"})
    assert (status, body["fault"]["code"]) == (422, "api.invalid")
    assert Application.objects.get().stage == "filed"


def test_many_rows_at_once_tried_written_and_taken_back(cast: Cast) -> None:
    old = enterprise(by=cast.supervisor, unit=cast.science, staff=10)
    program = Program(cast.clerk)
    rows = [
        {"credit_code": old.credit_code, "name": old.name, "staff": 12},
        {"credit_code": "91320800MA0000002X", "name": "松岭新材料有限公司", "staff": 30},
    ]
    status, tried = program.post(f"{FIRMS}/bulk", {"rows": rows, "dry_run": True})
    assert status == 200
    assert tried["counts"] == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert (tried["batch"], tried["changes"]) == (None, {"1": {"职工人数": ["10", "12"]}})
    assert Enterprise.objects.count() == 1
    status, done = program.post(f"{FIRMS}/bulk", {"rows": rows, "digest": tried["digest"], "reason": "月报"})
    assert (status, Enterprise.objects.count()) == (200, 2)
    batch = Batch.objects.get()
    assert (batch.pk, batch.kind, batch.by) == (done["batch"], Batch.Kind.PROGRAM, cast.clerk)
    status, again = program.post(f"{FIRMS}/bulk", {"rows": rows, "digest": tried["digest"]})
    assert (status, again["fault"]["code"]) == (409, "take.stale")
    status, undone = program.post(f"/batches/{batch.pk}/undo", {"reason": "报错了"})
    assert (status, undone["kind"]) == (200, "undo")
    assert list(Enterprise.objects.values_list("credit_code", "staff")) == [(old.credit_code, 10)]


def test_one_bad_row_and_nothing_is_written(cast: Cast) -> None:
    program = Program(cast.clerk)
    rows = [
        {"credit_code": "91320800MA0000002X", "name": "松岭新材料有限公司", "staff": 30},
        {"credit_code": "91320800MA0000003N", "name": "", "staff": -1},
    ]
    before = state()
    status, body = program.post(f"{FIRMS}/bulk", {"rows": rows})
    assert (status, body["fault"]["code"]) == (422, "bulk.refused")
    assert {(fault["row"], fault["column"]) for fault in body["faults"]} == {(2, "企业名称"), (2, "职工人数")}
    status, body = program.post(f"{FIRMS}/bulk", {"rows": [rows[0], {"credit_code": "91320800MA0000003N"}]})
    assert (status, body["fault"]["code"]) == (422, "bulk.columns")
    assert state() == before


def test_columns_are_described(cast: Cast) -> None:
    _, body = Program(cast.clerk, "read").get("/registers/high-tech/description")
    assert body["key"] == ["enterprise", "year"]
    assert body["stages"]["filed"] == "已申报"
    columns = {column["name"]: column for column in body["columns"]}
    assert columns["enterprise"]["refers_to"] == "enterprise"
    assert columns["year"] == {
        **{"name": "year", "label": "申报年度", "kind": "integer", "unit": "", "required": True, "help": ""},
        **{"choices": {}, "refers_to": "", "masked": False},
    }


@pytest.mark.parametrize("path", ["/nothing", "/registers/nothing", "/registers/enterprise/abc"])
def test_addresses_that_are_none(cast: Cast, path: str) -> None:
    status, body = Program(cast.clerk, "read").get(path)
    assert status in (404, 422)
    assert body["fault"]["remedy"]


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        ({"stages": "filed"}, "query.unknown", "没有名为“stages”的条件"),
        ({"stage": "nonsense"}, "query.filter", "nonsense"),
        ({"known_at": "2031-01-01"}, "query.known_at", "还没有到"),
        ({"limit": 501}, "api.invalid", "“limit”不能大于500"),
        ({"known_at": "昨天"}, "api.invalid", "不是日期"),
    ],
)
def test_a_condition_that_is_wrong_is_refused_and_never_passed_over(
    cast: Cast, asked: dict[str, str], code: str, says: str
) -> None:
    status, body = Program(cast.clerk, "read").get("/registers/high-tech", **asked)
    assert (status, body["fault"]["code"]) == (422, code)
    assert says in body["fault"]["cause"]


def test_what_is_missing_is_said_in_plain_words(cast: Cast) -> None:
    status, body = Program(cast.clerk).post(FIRMS, {"values": {"credit_code": "91320800MA0000002X"}})
    assert (status, body["fault"]["code"]) == (422, "entry.invalid")
    assert "企业名称:此项必填" in body["fault"]["cause"]
    status, body = Program(cast.clerk).post(FIRMS, {"values": {"nonsense": 1}})
    assert body["fault"]["cause"].endswith("nonsense”不是这里的栏目")
    status, body = Program(cast.supervisor, "read").get("/registers/person")
    assert (status, body["fault"]["code"]) == (403, "register.purpose")


def test_every_operation_refuses_a_condition_that_it_does_not_know(cast: Cast) -> None:
    firm = enterprise(by=cast.supervisor, unit=cast.science)
    program, before = Program(cast.clerk), state()
    for method, path, body in (
        ("get", "/registers", None),
        ("get", f"{FIRMS}/description", None),
        ("get", f"{FIRMS}/{firm.pk}", None),
        ("get", f"{FIRMS}/{firm.pk}/history", None),
        ("patch", f"{FIRMS}/{firm.pk}", {"revision": 1, "values": {"staff": 5}}),
        ("post", f"{FIRMS}/bulk", {"rows": [{"credit_code": firm.credit_code, "staff": 5}]}),
    ):
        status, told = program.call(method, path, body, knwon_at="2025-01-01")
        assert (status, told["fault"]["code"]) == (422, "query.unknown"), path
        assert "没有名为“knwon_at”的条件" in told["fault"]["cause"] and told["fault"]["remedy"]
    assert state() == before
    status, told = program.get(f"{FIRMS}/{firm.pk}", nonsense=1)
    assert told["fault"]["remedy"] == "可用的有:known_at、purpose"


@pytest.mark.parametrize("number", [1.7976931348623157e308, 10**40])
def test_a_number_that_no_field_can_hold_is_refused_like_any_other(cast: Cast, number: float) -> None:
    firm = enterprise(by=cast.supervisor, unit=cast.science)
    program, before = Program(cast.clerk), state()
    body = {"revision": 1, "values": {"registered_capital": number}}
    status, told = program.patch(f"{FIRMS}/{firm.pk}", body)
    assert (status, told["fault"]["code"], told["fault"]["column"]) == (422, "cell.number", "注册资本(万元)")
    assert "过大或过小" in told["fault"]["cause"]
    assert state() == before
