"""Export, template and the way back: a sheet that went out, was edited and came back changes exactly the edited rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture
from tests.surfaces.web.registers.steps import book, confirm, preview, seen, text, to_bytes

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Act, Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.surfaces import orders
from gongjian.surfaces.jobs import jobs
from gongjian.surfaces.web.registers import exports

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def test_an_exported_sorted_edited_and_imported_sheet_changes_exactly_the_edited_rows(cast: Cast, door: Door) -> None:
    made = {}
    for number, stage in enumerate(("seeded", "filed", "filed"), start=1):
        name = "岳明电子有限公司" if number < 3 else f"青禾{number}号精密有限公司"  # two enterprises of one name
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number, name=name)
        on = date(2025, number, 5)
        made[number] = application(firm, by=cast.clerk, unit=cast.science, stage=stage, on=on, batch="第一批")
    client = door(cast.clerk)
    data = client.get("/registers/high-tech/export.xlsx", {"fields": "all"}).content
    before = state()
    page = preview(client, "high-tech", data)[1]
    assert "没有需要写入的行" in page and "未变 <b>3</b>" in page and "退回 <b>0</b>" in page
    assert {k: v for k, v in state().items() if k not in ("acts", "batches")} == {
        k: v for k, v in before.items() if k not in ("acts", "batches")
    }

    edited = book(data)
    sheet = edited.active
    heads = {cell.value: cell.column for cell in sheet[2]}
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(heads["记录编号"])].hidden
    assert heads["记录编号"] <= openpyxl.utils.range_boundaries(sheet.auto_filter.ref)[2]
    rows = {sheet.cell(row, heads["记录编号"]).value.split("/")[1]: row for row in range(3, 6)}
    second, third = (rows[str(made[n].pk)] for n in (2, 3))
    assert sheet.cell(second, heads["企业"]).value == f"岳明电子有限公司({made[2].enterprise.credit_code})"
    assert sheet.cell(second, heads["阶段日期"]).value.date() == date(2025, 2, 5)
    sheet.cell(second, heads["申报批次"]).value = "第二批"
    sheet.cell(third, heads["阶段"]).value = "已认定"
    sheet.cell(third, heads["阶段日期"]).value = date(2025, 6, 20)
    sheet.cell(third, heads["申报回执"]).value = "已核实"
    values = [[cell.value for cell in sheet[row]] for row in range(3, 6)]
    for row, line in zip(range(3, 6), reversed(values), strict=True):  # sorted in Excel: the hidden key moves with it
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column).value = value
    response = confirm(client, "high-tech", to_bytes(edited))
    assert "<b>2</b> 行已写入:新增 0,修改 2;未变 1;退回 0" in text(client.get(response.headers["Location"]))
    after = {number: Application.objects.get(pk=row.pk) for number, row in made.items()}
    assert [after[n].batch for n in (1, 2, 3)] == ["第一批", "第二批", "第一批"]
    assert [after[n].stage for n in (1, 2, 3)] == ["seeded", "filed", "recognised"]
    assert [after[n].revision for n in (1, 2, 3)] == [1, 2, 2]
    assert after[3].receipt == "claimed"
    assert [m.happened_on for m in actions.moves_of(after[3])] == [date(2025, 3, 5), date(2025, 6, 20)]


def test_every_value_survives_the_journey(cast: Cast, door: Door) -> None:
    values = {
        "industry": "医药制造业",
        "status": "moved",
        "is_above_scale": False,
        "established_on": date(2001, 2, 3),
        "registered_capital": "12000.5",
        "staff": 1204,
        "address": "=1+1",
        "phone": "013900001234",
        "former_names": "甲公司\n乙公司",
    }
    enterprise(by=cast.supervisor, unit=cast.science, **values)
    before = list(Enterprise.objects.values())
    client = door(cast.supervisor)
    data = client.get("/registers/enterprise/export.xlsx", {"fields": "all"}).content
    page = preview(client, "enterprise", data)[1]
    assert "未变 <b>1</b>" in page and "修改 <b>0</b>" in page
    assert list(Enterprise.objects.values()) == before


def test_the_export_holds_what_the_list_shows_in_its_columns_and_order(cast: Cast, door: Door) -> None:
    for name, amount, industry in (("甲", "120000.5", "装备"), ("乙", "3", "医药"), ("丙", "7", "装备")):
        values = {"name": name, "total_investment": amount, "industry": industry, "planned_on": date(2025, 9, 1)}
        actions.create(
            register=Start.register, values={**values, "unit": cast.trade}, by=cast.supervisor, at=AT, today=TODAY
        )
    asked = {"industry": "装备", "cols": "name,total_investment,planned_on,stage", "order": "total_investment"}
    response = door(cast.leader).get("/registers/project/export.xlsx", asked)
    assert response["X-Content-Type-Options"] == "nosniff"
    sheet = book(response.content).active
    heads = [cell.value for cell in sheet[2]]
    assert heads == ["项目名称", "总投资(万元)", "计划开工", "阶段", "阶段日期", "记录编号"]
    assert [sheet.cell(row, 1).value for row in (3, 4)] == ["丙", "甲"]
    row = dict(zip(heads, [cell.value for cell in sheet[4]], strict=True))
    assert row["总投资(万元)"] == 120000.5
    assert row["计划开工"].date() == date(2025, 9, 1)
    assert row["阶段"] == "已签约" and row["阶段日期"].date() == TODAY
    act = Act.objects.filter(verb="register.exported").get()
    assert act.by == cast.leader and "2 行 .xlsx" in act.note and "装备" in act.note
    lines = door(cast.leader).get("/registers/project/export.xlsx", {**asked, "as": "csv"})
    assert lines["Content-Type"].startswith("text/csv")
    assert lines.content.decode("utf-8-sig").splitlines()[:2] == [
        "项目名称,总投资(万元),计划开工,阶段,阶段日期",
        "丙,7,2025-09-01,已签约,2025-06-30",
    ]


def test_the_export_masks_what_the_list_masks(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")

    def phone(officer: Officer) -> object:
        asked = {"fields": "all"}
        sheet = book(door(officer).get("/registers/enterprise/export.xlsx", asked).content).active
        heads = [cell.value for cell in sheet[2]]
        return sheet.cell(3, heads.index("联系电话") + 1).value

    assert phone(cast.trade_clerk) == "139****1234"
    assert phone(cast.supervisor) == "13900001234"
    client = door(cast.trade_clerk)
    data = client.get("/registers/enterprise/export.xlsx", {"fields": "all"}).content
    page = preview(client, "enterprise", data)[1]
    assert "退回 <b>1</b>" in page and "该记录不属于您的单位" in page and "未变" not in page


def test_a_past_day_is_exported_without_the_way_back(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    Zone.objects.update(stands_at=date(2025, 7, 31))
    data = door(cast.clerk).get("/registers/venture/export.xlsx", {"known_at": "2025-07-10"}).content
    sheet = book(data).active
    assert "记录编号" not in [cell.value for cell in sheet[2]]
    assert sheet["A3"].value == "甲" and "台账时点=2025-07-10" in str([cell.value for cell in sheet["A"]])


def test_a_large_export_is_made_by_the_worker_and_fetched_by_who_asked(
    cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BACKGROUND_ROWS", 1)
    monkeypatch.setattr(jobs, "immediate", True)
    for name in ("甲", "乙"):
        venture(name, by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    address = client.get("/registers/venture/export.xlsx").headers["Location"]
    exports_made = [one for one in orders._folder().iterdir() if one.suffix == ".json"]
    export = exports.Export.found(token=address.split("/")[4], by=cast.clerk)
    assert exports_made and export.rows == 2
    orders.make.call_local(export.work_name, export.token)
    page = text(client.get(address))
    assert "文件已生成" in page and "2 行" in page
    data = b"".join(client.get(f"{address}file/").streaming_content)
    assert sorted(book(data).active.cell(row, 1).value for row in (3, 4)) == sorted(["甲", "乙"])
    assert door(cast.supervisor).get(address).status_code == 422


def test_the_template_explains_itself_and_is_understood_when_filled(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    template = book(client.get("/registers/venture/template.xlsx").content)
    assert template.sheetnames[:2] == ["科创项目", "填表说明"]
    sheet = template.active
    heads = {str(cell.value).lstrip("*"): cell.column for cell in sheet[3]}
    assert "记录编号" not in heads and "认定文件" not in heads
    assert str(sheet.cell(4, 1).value).startswith("示例:")
    for head, value in {"项目名称": "云澜视觉检测", "阶段": "入驻在孵", "阶段日期": "2025.5.6"}.items():
        sheet.cell(5, heads[head]).value = value
    address, page = preview(client, "venture", to_bytes(template))
    assert "新增 <b>1</b>" in page and "示例行不作为记录导入:第 4 行" in page
    client.post(address, {"seen": seen(page)})
    made = Venture.objects.get()
    assert (made.name, made.stage, made.unit) == ("云澜视觉检测", "settled", cast.science)
    assert actions.moves_of(made).get().happened_on == date(2025, 5, 6)


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("auditor", 200), ("leader", 200)])
def test_who_may_export(cast: Cast, door: Door, role: str, status: int) -> None:
    assert door(cast.by_role[role]).get("/registers/venture/export.xlsx").status_code == status
    assert Act.objects.filter(verb="register.exported").count() == (status == 200)
