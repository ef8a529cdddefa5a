"""Export, template and import: a sheet that went out, was edited and came back changes exactly the edited rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def _bytes(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return _bytes(book)


def _upload(client: Client, register: str, data: bytes, name: str = "台账.xlsx") -> Any:
    return client.post(f"/registers/{register}/import/", {"file": SimpleUploadedFile(name, data)})


def _preview(client: Client, register: str, data: bytes, name: str = "台账.xlsx") -> tuple[str, str]:
    """The preview's address and text."""
    response = _upload(client, register, data, name)
    assert response.status_code == 302, _text(response)
    address = response.headers["Location"]
    return address, _text(client.get(address))


def _seen(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"')[0]


def _confirm(client: Client, register: str, data: bytes) -> Any:
    address, text = _preview(client, register, data)
    return client.post(address, {"seen": _seen(text)})


def test_an_exported_edited_and_imported_sheet_changes_exactly_the_edited_rows(cast: Cast, door: Door) -> None:
    made = {}
    for number, stage in enumerate(("seeded", "filed", "filed"), start=1):
        name = "岳明电子有限公司" if number < 3 else f"青禾{number}号精密有限公司"  # two enterprises of one name
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number, name=name)
        on = date(2025, number, 5)
        made[number] = application(firm, by=cast.clerk, unit=cast.science, stage=stage, on=on, batch="第一批")
    client = door(cast.clerk)
    data = client.get("/registers/high-tech/export.xlsx").content
    before = state()
    text = _preview(client, "high-tech", data)[1]
    assert "没有需要写入的行" in text and "未变 3" in text and "退回 0" in text
    assert state() == before

    book = _book(data)
    page = book.active
    heads = {cell.value: cell.column for cell in page[2]}
    assert page.column_dimensions[openpyxl.utils.get_column_letter(heads["记录编号"])].hidden
    assert heads["记录编号"] <= openpyxl.utils.range_boundaries(page.auto_filter.ref)[2]
    rows = {page.cell(row, heads["记录编号"]).value.split("/")[1]: row for row in range(3, 6)}
    second, third = (rows[str(made[n].pk)] for n in (2, 3))
    assert page.cell(second, heads["企业"]).value == f"岳明电子有限公司({made[2].enterprise.credit_code})"
    assert page.cell(second, heads["阶段日期"]).value.date() == date(2025, 2, 5)
    page.cell(second, heads["申报批次"]).value = "第二批"
    page.cell(third, heads["阶段"]).value = "已认定"
    page.cell(third, heads["阶段日期"]).value = date(2025, 6, 20)
    page.cell(third, heads["申报回执"]).value = "已核实"
    response = _confirm(client, "high-tech", _bytes(book))
    assert response.headers["Location"] == "/registers/high-tech/"
    assert "新增 0 行,修改 2 行,未变 1 行,退回 0 行。" in _text(client.get("/registers/high-tech/"))
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
    data = client.get("/registers/enterprise/export.xlsx").content
    text = _preview(client, "enterprise", data)[1]
    assert "未变 1" in text and "修改 0" in text
    assert list(Enterprise.objects.values()) == before


def test_the_export_holds_what_the_list_shows_with_typed_cells(cast: Cast, door: Door) -> None:
    for name, amount, industry in (("甲", "120000.5", "装备"), ("乙", "3", "医药")):
        values = {"name": name, "total_investment": amount, "industry": industry, "planned_on": date(2025, 9, 1)}
        actions.create(
            register=Start.register, values={**values, "unit": cast.trade}, by=cast.supervisor, at=AT, today=TODAY
        )
    response = door(cast.leader).get("/registers/project/export.xlsx", {"industry": "装备"})
    assert response["X-Content-Type-Options"] == "nosniff"
    page = _book(response.content).active
    heads = [cell.value for cell in page[2]]
    row = dict(zip(heads, [cell.value for cell in page[3]], strict=True))
    assert row["项目名称"] == "甲"
    assert row["总投资(万元)"] == 120000.5
    assert row["计划开工"].date() == date(2025, 9, 1)
    assert row["阶段"] == "已签约" and row["阶段日期"].date() == TODAY
    assert row["施工许可证"] == "自报" and row["责任单位"] == "商务促进局"
    assert "乙" not in [cell.value for cell in page["A"]]


def test_the_export_masks_what_the_list_masks(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")

    def phone(officer: Officer) -> object:
        page = _book(door(officer).get("/registers/enterprise/export.xlsx").content).active
        heads = [cell.value for cell in page[2]]
        return page.cell(3, heads.index("联系电话") + 1).value

    assert phone(cast.trade_clerk) == "139****1234"
    assert phone(cast.supervisor) == "13900001234"
    client = door(cast.trade_clerk)
    text = _preview(client, "enterprise", client.get("/registers/enterprise/export.xlsx").content)[1]
    assert "未变 1" in text and "退回 0" in text


def test_the_template_is_understood_when_filled(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    book = _book(client.get("/registers/venture/template.xlsx").content)
    page = book.active
    heads = {cell.value: cell.column for cell in page[2]}
    assert "记录编号" not in heads and "认定文件" not in heads
    for head, value in {"项目名称": "云澜视觉检测", "阶段": "入驻在孵", "阶段日期": "2025.5.6"}.items():
        page.cell(3, heads[head]).value = value
    _confirm(client, "venture", _bytes(book))
    made = Venture.objects.get()
    assert (made.name, made.stage, made.unit) == ("云澜视觉检测", "settled", cast.science)
    assert actions.moves_of(made).get().happened_on == date(2025, 5, 6)


def test_a_clerks_own_sheet_with_title_other_words_and_a_total(cast: Cast, door: Door) -> None:
    data = _sheet(
        ["2025年重大项目推进表", None, None, None],
        ["序号", "重大项目", "总投资(亿元)", "状态"],
        [1, "云栖智能装备产业园", 12, "已开工"],
        [2, "澜海锂电材料一期", "35.8", "已签约"],
        [None, "合计", 47.8, None],
    )
    client = door(cast.supervisor)
    address, text = _preview(client, "project", data)
    assert "新增 2" in text
    assert "重大项目(即项目名称)" in text and "不认得、不会导入的列:序号" in text
    assert "跳过合计行:第 5 行" in text
    assert client.post(address, {"seen": _seen(text)}).status_code == 302
    assert sorted(Start.objects.values_list("name", "total_investment", "stage")) == [
        ("云栖智能装备产业园", 120000, "started"),
        ("澜海锂电材料一期", 358000, "signed"),
    ]
    batch = Batch.objects.get()
    assert (batch.created, batch.by, batch.file and batch.file.name) == (2, cast.supervisor, "台账.xlsx")


def test_the_preview_tells_cell_by_cell_and_hands_refused_rows_back_in_the_own_sheet(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    data = _sheet(
        ["项目名称", "孵化载体", "入驻日期"],
        ["甲", "加速器", "2025-05-06"],
        ["乙", "加速器", "去年"],
        ["丙", "加速器", None],
    )
    client = door(cast.clerk)
    address, text = _preview(client, "venture", data)
    assert "<del>孵化园</del>" in text and "<ins>加速器</ins>" in text
    assert "新增 1" in text and "修改 1" in text and "退回 1" in text
    assert "“去年”不是日期" in text
    before = state()
    page = _book(client.get(f"{address}refused.xlsx").content).active
    assert state() == before
    assert page["C3"].fill.start_color.rgb == "FFFFC7CE" and "“去年”不是日期" in page["C3"].comment.text
    assert page["D1"].value == "退回原因" and page["D3"].value.startswith("“去年”不是日期")
    assert page["D2"].value is None
    response = client.post(address, {"seen": _seen(text)})
    assert response.headers["Location"] == address
    text = _text(client.get(address))
    assert "新增 1 行,修改 1 行,未变 0 行,退回 1 行。" in text and "下载标注了退回原因的原表" in text
    assert sorted(Venture.objects.values_list("name", flat=True)) == sorted(["甲", "丙"])


def test_a_change_since_the_preview_is_told_and_nothing_is_written(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    client = door(cast.clerk)
    address, text = _preview(client, "venture", _sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    actions.change(entry=made, values={"carrier": "园区三期"}, revision=1, by=cast.supervisor, at=AT + timedelta(1))
    before = state()
    response = client.post(address, {"seen": _seen(text)})
    assert response.status_code == 409
    assert "台账在您预览之后有了变化" in _text(response) and "<del>园区三期</del>" in _text(response)
    assert state() == before
    assert client.post(address, {"seen": _seen(_text(response))}).status_code == 302
    made.refresh_from_db()
    assert made.carrier == "加速器"


def test_confirming_twice_writes_once(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    address, text = _preview(client, "venture", _sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    client.post(address, {"seen": _seen(text)})
    before = state()
    assert client.post(address, {"seen": _seen(text)}).status_code == 409
    assert state() == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.xlsx", b"", "文件“空.xlsx”是空的"),
        (
            "错列.xlsx",
            _sheet(["姓名", "电话"], ["甲", "1"]),
            "需要的列有:项目名称",
        ),
        ("错列.xlsx", _sheet(["姓名", "电话"], ["甲", "1"]), "姓名、电话"),
        ("只有表头.xlsx", _sheet(["项目名称", "孵化载体"]), "只有表头,没有数据行"),
        ("说明.pdf", b"%PDF-1.4", "的类型“.pdf”不能作为表格读取"),
        ("坏.xlsx", b"PK\x03\x04broken", "坏.xlsx"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(cast: Cast, door: Door, name: str, data: bytes, words: str) -> None:
    before, files = state(), StoredFile.objects.count()
    response = _upload(door(cast.clerk), "venture", data, name)
    assert response.status_code == 422
    assert words in _text(response)
    assert (state(), StoredFile.objects.count()) == (before, files)


def test_no_file_and_too_large_a_file_are_refused(cast: Cast, door: Door, settings: Any) -> None:
    client = door(cast.clerk)
    assert "没有选择文件" in _text(client.post("/registers/venture/import/", {}))
    settings.UPLOAD_LIMIT = 1024 * 1024
    response = _upload(client, "venture", bytes(2 * 1024 * 1024))
    assert response.status_code == 422
    assert "文件“台账.xlsx”有 2.0 MB,超过 1 MB 的上限" in _text(response)


def test_the_sheet_that_has_the_columns_is_read_and_the_others_are_named(cast: Cast, door: Door) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["填表说明", "请于月底前报送"])
    book.create_sheet("明细").append(["项目名称", "孵化载体"])
    book["明细"].append(["甲", "加速器"])
    text = _preview(door(cast.clerk), "venture", _bytes(book))[1]
    assert "工作表“明细”共 1 行数据" in text and "没有读取的工作表:说明。" in text


def test_a_real_messy_ledger_is_read_row_by_row(cast: Cast, door: Door, material: Path) -> None:
    data = (material / "ledgers" / "融通宝产品台账.xlsx").read_bytes()
    client = door(cast.supervisor)
    response = _upload(client, "project", data)
    assert response.status_code == 422 and "产品编号" in _text(response) and "项目名称" in _text(response)
    book = _book(data)
    words = {"产品编号": "项目名称", "投资金额": "总投资", "到期日": "计划开工"}
    for page in book.worksheets:
        for cell in page[2]:
            cell.value = words.get(cell.value, cell.value)
    text = _preview(client, "project", _bytes(book))[1]
    assert "工作表“管理项目”共 28 行数据" in text and "没有读取的工作表:交接项目。" in text
    assert "“总投资”列有的写了单位(如“3000万”),有的只是数字(如 49816),只是数字的按“万元”计,请核对。" in text
    _confirm(client, "project", _bytes(book))
    found = Start.objects.get(name="RTB-059-2")
    assert (found.total_investment, found.planned_on) == (Decimal("17.8"), date(2017, 2, 27))


def test_a_csv_in_gb18030_is_read(cast: Cast, door: Door) -> None:
    data = "项目名称,孵化载体\n云澜视觉检测,加速器\n".encode("gb18030")
    text = _preview(door(cast.clerk), "venture", data, "台账.csv")[1]
    assert "云澜视觉检测" in text and "新增 1" in text


def test_a_file_of_another_officer_cannot_be_confirmed(cast: Cast, door: Door) -> None:
    address, text = _preview(door(cast.clerk), "venture", _sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    before = state()
    for client in (door(cast.supervisor), door(cast.trade_clerk)):
        response = client.post(address, {"seen": _seen(text)})
        assert response.status_code == 422
        assert "没有找到您刚才上传的文件" in _text(response)
    assert state() == before


@pytest.mark.parametrize("role", ["leader", "viewer", "auditor", "administrator"])
def test_who_may_not_import_or_export(cast: Cast, door: Door, role: str) -> None:
    client = door(cast.by_role[role])
    before = state()
    assert _upload(client, "venture", _sheet(["项目名称"], ["甲"])).status_code == 403
    assert client.get("/registers/venture/template.xlsx").status_code == 403
    assert client.get("/registers/venture/export.xlsx").status_code == (403 if role == "viewer" else 200)
    assert state() == before


def test_another_units_rows_are_refused_in_a_sheet(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.trade_clerk)
    text = _preview(client, "venture", _sheet(["项目名称", "孵化载体", "责任单位"], ["甲", "改", "商务促进局"]))[1]
    assert "该记录不属于您的单位" in text and "没有需要写入的行" in text
    made.refresh_from_db()
    assert (made.carrier, made.unit) == ("", cast.science)


def test_a_wrong_check_digit_is_told_in_the_preview(cast: Cast, door: Door) -> None:
    data = _sheet(["统一社会信用代码", "企业名称"], ["91320800MA00000010", "岳明电子有限公司"])
    client = door(cast.clerk)
    address, text = _preview(client, "enterprise", data)
    assert "提醒 1 行" in text and "的校验码应为“" in text
    client.post(address, {"seen": _seen(text)})
    assert Enterprise.objects.get().credit_code == "91320800MA00000010"


def test_uploads_lie_under_the_home(cast: Cast, door: Door) -> None:
    _preview(door(cast.clerk), "venture", _sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    stored = StoredFile.objects.get()
    assert (settings.FILES / stored.digest[:2] / stored.digest).exists()
