"""An import step by step: what is shown before anything is written, what is asked, what is refused, and what stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import CODES, enterprise, state, venture
from tests.surfaces.web.registers.steps import (
    book,
    confirm,
    mapped,
    preview,
    seen,
    sheet,
    text,
    to_bytes,
    upload,
)

from gongjian.drives.innovation.ventures import Venture
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch, LearnedHead

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def rows() -> dict[str, Any]:
    """Everything an import could write, without the batches themselves."""
    return {key: value for key, value in state().items() if key not in ("batches", "acts")}


def test_a_clerks_own_sheet_with_title_other_words_and_a_total(cast: Cast, door: Door) -> None:
    data = sheet(
        ["2025年重大项目推进表", None, None, None],
        ["序号", "重大项目", "总投资(亿元)", "状态"],
        [1, "云栖智能装备产业园", 12, "已开工"],
        [2, "澜海锂电材料一期", "35.8", "已签约"],
        [None, "合计", 47.8, None],
    )
    client = door(cast.supervisor)
    before = rows()
    address, page = preview(client, "project", data)
    assert "新增 <b>2</b>" in page and "120,000" in page
    assert "没有对应栏目、不导入的列:序号" in page
    assert "合计行不作为记录导入:第 5 行" in page
    assert "478,000" in page and "一致" in page
    assert rows() == before
    assert client.post(address, {"seen": seen(page)}).status_code == 302
    assert sorted(Start.objects.values_list("name", "total_investment", "stage")) == [
        ("云栖智能装备产业园", 120000, "started"),
        ("澜海锂电材料一期", 358000, "signed"),
    ]
    batch = Batch.objects.get()
    assert (batch.state, batch.created, batch.by) == ("done", 2, cast.supervisor)
    assert batch.file and batch.file.name == "台账.xlsx"


def test_an_unknown_heading_is_asked_once_and_remembered_for_the_unit(cast: Cast, door: Door) -> None:
    data = sheet(["项目名称", "落地园区位置", "领导批示"], ["甲", "加速器", "加快"], ["乙", "孵化园", None])
    client = door(cast.clerk)
    response = upload(client, "venture", data)
    address = response.headers["Location"]
    assert address.endswith("/mapping/")
    page = text(client.get(address))
    assert "落地园区位置" in page and "加速器" in page and "未对应" in page
    assert not Venture.objects.exists()
    address = mapped(client, "venture", data, {"落地园区位置": "carrier", "领导批示": ""})
    page = text(client.get(address))
    assert "没有对应栏目、不导入的列:领导批示" in page and "调整对照" in page
    learned = dict(LearnedHead.objects.filter(unit=cast.science).values_list("head", "key"))
    assert learned == {"项目名称": "name", "落地园区位置": "carrier", "领导批示": ""}
    assert upload(client, "venture", data).headers["Location"].endswith("/preview/")
    assert upload(door(cast.trade_clerk), "venture", data).headers["Location"].endswith("/mapping/")  # another unit
    page = text(client.get("/registers/venture/import/"))
    assert "本单位记住的表头对照(3 个)" in page and "落地园区位置 → 孵化载体" in page
    client.post("/registers/venture/import/forget/")
    assert not LearnedHead.objects.exists()


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"甲列": "name", "乙列": "name"}, "“甲列”和“乙列”两列都对应到了“项目名称”"),
        ({"甲列": "carrier", "乙列": ""}, "识别记录用的栏目还没有对应的列:项目名称"),
        ({"甲列": "name", "乙列": "nonsense"}, "没有名为“nonsense”的栏目"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_and_kept_as_chosen(
    cast: Cast, door: Door, places: dict[str, str], words: str
) -> None:
    client = door(cast.clerk)
    address = upload(client, "venture", sheet(["甲列", "乙列"], ["一", "二"])).headers["Location"]
    columns = Batch.objects.get().details["columns"]
    form = {f"column-{one['index']}": places[one["head"]] for one in columns}
    before = rows()
    response = client.post(address, form)
    assert response.status_code == 422 and words in text(response)
    if "carrier" in places.values():
        assert '<option value="carrier" selected>' in text(response)
    assert (Batch.objects.get().state, rows(), LearnedHead.objects.count()) == ("mapping", before, 0)


def test_the_preview_tells_cell_by_cell_and_hands_refused_rows_back_in_the_own_sheet(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    data = sheet(
        ["项目名称", "孵化载体", "入驻日期"],
        ["甲", "加速器", "2025-05-06"],
        ["乙", "加速器", "去年"],
        ["丙", "加速器", None],
    )
    client = door(cast.clerk)
    address, page = preview(client, "venture", data)
    assert "新增 <b>1</b>" in page and "修改 <b>1</b>" in page and "退回 <b>1</b>" in page
    assert "“去年”不是日期" in page
    changed = text(client.get(address, {"show": "changed"}))
    assert "<del>孵化园</del>" in changed and "<ins>加速器</ins>" in changed
    assert "丙" in text(client.get(address, {"show": "new"}))
    before = state()
    refused = address.replace("/preview/", "/refused.xlsx")
    marked = book(client.get(refused).content).active
    assert state() == before
    assert "“去年”不是日期" in marked["C3"].comment.text
    assert marked["D1"].value == "退回原因" and marked["D3"].value.startswith("入驻日期:“去年”不是日期")
    assert marked["D2"].value is None
    response = client.post(address, {"seen": seen(page)})
    batch = response.headers["Location"]
    page = text(client.get(batch))
    assert "<b>2</b> 行已写入:新增 1,修改 1" in page and "下载标注了退回原因的原表" in page
    assert sorted(Venture.objects.values_list("name", flat=True)) == sorted(["甲", "丙"])

    corrected = book(client.get(refused).content)  # the very file that was handed back, mended and dropped again
    corrected.active["C3"].value = "2025-04-01"
    address, page = preview(client, "venture", to_bytes(corrected), "台账_退回.xlsx")
    assert "新增 <b>1</b>" in page and "未变 <b>2</b>" in page and "退回 <b>0</b>" in page
    client.post(address, {"seen": seen(page)})
    assert Venture.objects.get(name="乙").settled_on == date(2025, 4, 1)


def test_a_change_since_the_preview_is_told_and_nothing_is_written(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    client = door(cast.clerk)
    address, page = preview(client, "venture", sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    actions.change(entry=made, values={"carrier": "园区三期"}, revision=1, by=cast.supervisor, at=AT + timedelta(1))
    before = rows()
    response = client.post(address, {"seen": seen(page)})
    assert response.status_code == 409
    assert "台账在您预览之后有了变化" in text(response) and "<del>园区三期</del>" in text(response)
    assert rows() == before
    assert client.post(address, {"seen": seen(page)}).status_code == 422  # what was seen first is no longer what stands
    assert rows() == before
    assert client.post(address, {"seen": seen(text(response))}).status_code == 302
    made.refresh_from_db()
    assert made.carrier == "加速器"


def test_confirming_twice_writes_once(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    address, page = preview(client, "venture", sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    client.post(address, {"seen": seen(page)})
    before = state()
    response = client.post(address, {"seen": seen(page)})
    assert response.headers["Location"] == address.replace("preview/", "")
    assert "没有重复写入" in text(client.get(response.headers["Location"]))
    assert state() == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.xlsx", b"", "文件“空.xlsx”是空的"),
        ("只有表头.xlsx", sheet(["项目名称", "孵化载体"]), "只有表头,没有数据行"),
        ("说明.pdf", b"%PDF-1.4", "的类型“.pdf”不能作为表格读取"),
        ("坏.xlsx", b"PK\x03\x04broken", "坏.xlsx"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_and_leaves_nothing(
    cast: Cast, door: Door, name: str, data: bytes, words: str
) -> None:
    before, files = state(), StoredFile.objects.count()
    lying = {path for place in ("progress", "previews", "files") for path in (settings.HOME / place).rglob("*")}
    response = upload(door(cast.clerk), "venture", data, name)
    assert response.status_code == 422
    assert words in text(response)
    assert (state(), StoredFile.objects.count()) == (before, files)
    left = {path for place in ("progress", "previews", "files") for path in (settings.HOME / place).rglob("*")}
    assert not {path for path in left - lying if path.is_file()}


def test_no_file_and_too_large_a_file_are_refused(cast: Cast, door: Door, settings: Any) -> None:
    client = door(cast.clerk)
    assert "没有选择文件" in text(client.post("/registers/venture/import/", {}))
    assert "没有粘贴任何内容" in text(client.post("/registers/venture/import/", {"how": "paste", "text": " "}))
    settings.UPLOAD_LIMIT = 1024 * 1024
    response = upload(client, "venture", bytes(2 * 1024 * 1024))
    assert response.status_code == 422
    assert "文件“台账.xlsx”有 2.0 MB,超过 1 MB 的上限" in text(response)


def test_the_likeliest_table_is_read_the_others_are_named_and_can_be_read_instead(cast: Cast, door: Door) -> None:
    made = openpyxl.Workbook()
    made.active.title = "联系人"
    for row in (["姓名", "电话"], ["方也", "0517-80001234"], ["卫正", "0517-80001235"]):
        made.active.append(row)
    for title, name in (("明细", "甲"), ("二期", "乙")):
        page = made.create_sheet(title)
        page.append(["项目名称", "孵化载体"])
        page.append([name, "加速器"])
    made["二期"].sheet_state = "hidden"
    client = door(cast.clerk)
    address, page = preview(client, "venture", to_bytes(made))
    assert "工作表“明细”共 1 行数据" in page
    assert "没有读取的表:联系人(2 行)" in page and "没有读取的隐藏工作表:二期(1 行)" in page
    place = next(one["place"] for one in Batch.objects.get().details["tables"] if one["label"] == "二期")
    response = client.post(address.replace("preview/", "table/"), {"place": place})
    page = text(client.get(response.headers["Location"]))
    assert "工作表“二期”共 1 行数据" in page
    client.post(address, {"seen": seen(page)})
    assert list(Venture.objects.values_list("name", flat=True)) == ["乙"]
    page = text(client.get(address.replace("preview/", "")))
    assert "同一文件里的其他表" in page
    place = next(one["place"] for one in Batch.objects.get().details["tables"] if one["label"] == "明细")
    response = client.post(address.replace("preview/", "table/"), {"place": place})
    assert "工作表“明细”共 1 行数据" in text(client.get(response.headers["Location"]))
    assert Batch.objects.count() == 2


def test_cells_pasted_as_text_are_read(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    cells = "项目名称\t孵化载体\n云澜视觉检测\t加速器\n"
    response = client.post("/registers/venture/import/", {"how": "paste", "text": cells})
    page = text(client.get(response.headers["Location"]))
    assert "导入预览:粘贴的表格" in page and "云澜视觉检测" in page
    client.post(response.headers["Location"], {"seen": seen(page)})
    assert Venture.objects.get().carrier == "加速器"


def test_a_relation_that_does_not_exist_is_offered_to_be_made(cast: Cast, door: Door) -> None:
    data = sheet(
        ["企业", "统一社会信用代码", "申报年度"],
        ["青禾精密有限公司", "91320800MA0000001A", 2025],
        ["岳明电子有限公司", "91320800MA0000002B", 2025],
    )
    client = door(cast.clerk)
    address = mapped(client, "high-tech", data, {"企业": "enterprise", "统一社会信用代码": "enterprise__credit_code"})
    page = text(client.get(address))
    assert "退回 <b>2</b>" in page and "还没有登记" in page and "导入时一并新建" in page
    response = client.post(address, {"what": "create", "create": "enterprise"})
    page = text(client.get(response.headers["Location"]))
    assert "新增 <b>2</b>" in page and "退回 <b>0</b>" in page
    assert not Enterprise.objects.exists()
    client.post(address, {"seen": seen(page)})
    assert sorted(Enterprise.objects.values_list("name", "credit_code")) == [
        ("岳明电子有限公司", "91320800MA0000002B"),
        ("青禾精密有限公司", "91320800MA0000001A"),
    ]


def test_a_real_messy_ledger_is_read_row_by_row(cast: Cast, door: Door, material: Path) -> None:
    data = (material / "ledgers" / "融通宝产品台账.xlsx").read_bytes()
    client = door(cast.supervisor)
    places = {
        "产品编号": "name",
        "投资金额": "total_investment",
        "到期日": "planned_on",
        "起息日": "",
        "备注": "",
    }
    places |= {"存续天数": "", "预期年化收益率": "", "投资人次": ""}
    address = mapped(client, "project", data, places)
    page = text(client.get(address))
    assert "工作表“管理项目”共 28 行数据" in page and "没有读取的表:交接项目" in page
    assert "“投资金额”列有的写了单位(如“3000万”),有的只是数字(如 49816),只是数字的按“万元”计,请核对。" in page
    client.post(address, {"seen": seen(page)})
    found = Start.objects.get(name="RTB-059-2")
    assert (found.total_investment, found.planned_on) == (Decimal("17.8"), date(2017, 2, 27))


def test_a_csv_in_gb18030_is_read(cast: Cast, door: Door) -> None:
    data = "项目名称,孵化载体\n云澜视觉检测,加速器\n".encode("gb18030")
    page = preview(door(cast.clerk), "venture", data, "台账.csv")[1]
    assert "云澜视觉检测" in page and "新增 <b>1</b>" in page


def test_an_upload_is_nobody_elses(cast: Cast, door: Door) -> None:
    address, page = preview(door(cast.clerk), "venture", sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    before = state()
    for client in (door(cast.supervisor), door(cast.trade_clerk)):
        assert "没有找到您上传的这份表格" in text(client.get(address))
        assert client.post(address, {"seen": seen(page)}).status_code == 422
        assert client.post(address.replace("preview/", "cancel/")).status_code == 422
        assert client.get(address.replace("preview/", "refused.xlsx")).status_code == 422
    assert state() == before


@pytest.mark.parametrize("role", ["leader", "viewer", "auditor", "administrator"])
def test_who_may_not_import(cast: Cast, door: Door, role: str) -> None:
    client = door(cast.by_role[role])
    before = state()
    assert upload(client, "venture", sheet(["项目名称"], ["甲"])).status_code == 403
    assert client.get("/registers/venture/import/").status_code == 403
    assert client.get("/registers/venture/template.xlsx").status_code == 403
    assert state() == before


def test_another_units_rows_are_refused_in_a_sheet(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.trade_clerk)
    page = preview(client, "venture", sheet(["项目名称", "孵化载体", "责任单位"], ["甲", "改", "商务促进局"]))[1]
    assert "该记录不属于您的单位" in page and "没有需要写入的行" in page
    made.refresh_from_db()
    assert (made.carrier, made.unit) == ("", cast.science)


def test_a_wrong_check_digit_is_told_in_the_preview(cast: Cast, door: Door) -> None:
    data = sheet(["统一社会信用代码", "企业名称"], ["91320800MA00000010", "岳明电子有限公司"])
    client = door(cast.clerk)
    address, page = preview(client, "enterprise", data)
    assert "提醒 <b>1</b>" in page
    assert "的校验码应为“" in text(client.get(address, {"show": "warned"}))
    client.post(address, {"seen": seen(page)})
    assert Enterprise.objects.get().credit_code == "91320800MA00000010"


def test_two_officers_import_the_same_file_and_the_second_is_told(cast: Cast, door: Door) -> None:
    data = sheet(["项目名称", "孵化载体", "责任单位"], ["甲", "加速器", "科创局"])
    one, two = door(cast.clerk), door(cast.supervisor)
    first, page = preview(one, "venture", data)
    second, other = preview(two, "venture", data)
    assert StoredFile.objects.count() == 1
    assert one.post(first, {"seen": seen(page)}).status_code == 302
    response = two.post(second, {"seen": seen(other)})
    assert response.status_code == 409 and "台账在您预览之后有了变化" in text(response)
    assert "没有需要写入的行" in text(response) and "未变 <b>1</b>" in text(response)
    assert Venture.objects.count() == 1


def test_uploads_lie_under_the_home(cast: Cast, door: Door) -> None:
    preview(door(cast.clerk), "venture", sheet(["项目名称", "孵化载体"], ["甲", "加速器"]))
    stored = StoredFile.objects.get()
    assert (settings.FILES / stored.digest[:2] / stored.digest).exists()


@pytest.mark.parametrize("phone", ["13900001234", "13900000000"])
def test_a_guess_at_a_masked_number_is_answered_alike_right_or_wrong(cast: Cast, door: Door, phone: str) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    data = sheet(["统一社会信用代码", "企业名称", "联系电话"], [firm.credit_code, firm.name, phone])
    page = preview(door(cast.trade_clerk), "enterprise", data)[1]
    assert "该记录不属于您的单位" in page and "没有需要写入的行" in page
    assert "退回 <b>1</b>" in page and "未变" not in page and "1390000" not in page


def test_a_sheet_of_names_alone_makes_firms_that_a_filter_finds(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    data = sheet(["序号", "企业名称", "所在园区"], [1, "青禾科技有限公司", "东区"], [2, "岳明电子厂", "西区"])
    page = preview(client, "enterprise", data)[1]
    assert "新增 <b>2</b>" in page and "提醒 <b>2</b>" in page
    confirm(client, "enterprise", data)
    assert sorted(Enterprise.objects.values_list("name", "credit_code")) == [
        ("岳明电子厂", None),
        ("青禾科技有限公司", None),
    ]
    page = preview(client, "enterprise", data)[1]
    assert "没有需要写入的行" in page and "未变 <b>2</b>" in page
    coded = sheet(["统一社会信用代码", "企业名称"], [CODES[0], "青禾科技有限责任公司"])
    assert "缺统一社会信用代码" not in preview(client, "enterprise", coded)[1]
    confirm(client, "enterprise", coded)
    listed = text(client.get("/registers/enterprise/", {"credit_code": "—"}))
    assert "岳明电子厂" in listed and "青禾科技有限公司" not in listed
    page = text(client.get("/registers/enterprise/import/"))
    assert '<a href="/registers/enterprise/?credit_code=%E2%80%94">1 条缺统一社会信用代码</a>' in page
    exported = book(client.get("/registers/enterprise/export.xlsx", {"credit_code": "—"}).content)
    cells = [cell for row in exported.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "岳明电子厂" in cells and "None" not in cells


def test_a_real_list_of_names_comes_in_once(cast: Cast, door: Door, material: Path) -> None:
    data = (material / "ledgers" / "企业列表_中央企业.xlsx").read_bytes()
    client, places = door(cast.supervisor), {"企业（集团）名称": "name"}
    address = mapped(client, "enterprise", data, places, "企业列表.xlsx")
    page = text(client.get(address))
    assert "退回 <b>0</b>" in page
    client.post(address, {"seen": seen(page)})
    made = Enterprise.objects.count()
    assert made > 90 and not Enterprise.objects.filter(credit_code__isnull=False).exists()
    again = text(client.get(mapped(client, "enterprise", data, places, "企业列表.xlsx")))
    assert f"未变 <b>{made}</b>" in again and "没有需要写入的行" in again
