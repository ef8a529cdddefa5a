"""一企一策 as documents: what stands in them, whom they are given to, many of them in the background."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise

from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Act, Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import keeping
from gongjian.kernel.rulebooks.models import Override
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces import criteria_parts, orders, progress
from gongjian.surfaces.outlets import gap_sheet_pdf
from gongjian.surfaces.outlets.typeset import typeset
from gongjian.surfaces.web.criteria import prints

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
LONG = "青岚市东部沿海高端装备与新能源汽车核心零部件产业技术研究院(青岚)检验检测认证科技服务集团股份有限公司"


@pytest.fixture
def cast(db: None) -> Cast:
    """One officer of each role in four units; the zone stands at 30 June 2025."""
    from tests.kernel.people.cast import make_cast  # models exist only once Django is set up

    made = make_cast()
    Zone.objects.update(stands_at=TODAY)
    return made


@pytest.fixture
def door(cast: Cast) -> Door:
    """A client that is logged in as an officer."""

    def enter(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer, backend="gongjian.kernel.people.accounts.Accounts")
        return client

    return enter


@pytest.fixture
def font() -> None:
    """A Chinese font, without which no PDF is made."""
    if not set(gap_sheet_pdf.CHINESE) & gap_sheet_pdf._families():
        pytest.skip("no Chinese font is installed here")


def firm_with_returns(cast: Cast, **values: Any) -> Any:
    firm = enterprise(by=cast.clerk, unit=cast.science, established_on=date(2015, 5, 4), **values)
    for year, sales, spent in ((2022, "4500", "200"), (2023, "4500", "200"), (2024, "5000.01", "160.01")):
        actions.create(
            register=AnnualReturn.register, by=cast.clerk, at=AT, today=TODAY,
            values={"enterprise": firm, "year": year, "unit": cast.science, "sales": sales, "rd_total": spent,
                    "staff_avg": "400", "tech_staff_avg": "39"},
        )  # fmt: skip
    return firm


def words(data: bytes) -> str:
    """All text of a .docx in order, a line for every paragraph."""
    return "\n".join(_paragraphs(data))


def _paragraphs(data: bytes) -> Iterator[str]:
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                for cell in row.cells:
                    yield from (paragraph.text for paragraph in cell.paragraphs)
        else:
            yield block.text


def pages(data: bytes) -> list[str]:
    """The text of a PDF's pages, without the breaks of its lines."""
    book = pypdfium2.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_range().split()) for page in book]


def test_a_sheet_says_what_is_demanded_what_is_so_and_what_to_do(cast: Cast, door: Door, font: None) -> None:
    firm = firm_with_returns(cast, phone="13900001234")
    Override.objects.create(
        rulebook="high-tech", criterion="field", entry=firm.pk, state=State.MET, reason="现场查验<台账>&设备清单",
        by=cast.supervisor, at=AT, expires_on=date(2025, 12, 31),
    )  # fmt: skip
    response = door(cast.clerk).get(f"/one-policy/{firm.pk}/file/", {"as": "docx", "only": "high-tech"})
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    told = words(response.content)
    for sentence in (
        "青禾1号精密有限公司",
        "91320800MA0000001A",
        "2025-06-30",
        "科创局",
        "13900001234",
        "全年月平均科技人员数÷全年月平均职工数不低于10%",
        "现为9.75%(39人÷400人)。",
        "新增科技人员(职工总数同增)2人即符合,其他数据不变。",
        "现有职工转为科技人员(职工总数不变)1人即符合,其他数据不变。",
        "在企业年度数据台账2024年度补录“高新技术产品(服务)收入(万元)”",
        "人工认定:陶知行2025-06-30认定为符合(按数据为待问诊),有效期至2025-12-31。理由:现场查验<台账>&设备清单",
        "待核实:注册成立天数。",
        "测算结果仅供准备申报参考,以主管部门认定为准。",
        "标“待核实”的数值没有核对到官方原文,办理前请向主管部门核对。",
        "制表:科创局乔若谷 2025-06-30",
    ):
        assert typeset(sentence) in told, sentence
    printed = "".join(pages(door(cast.clerk).get(f"/one-policy/{firm.pk}/file/?as=pdf&only=high-tech").content))
    for sentence in (
        "现为9.75%(39人÷400人)。",
        "新增科技人员(职工总数同增)2人即符合,其他数据不变。",
        "测算结果仅供准备申报参考,以主管部门认定为准。",
        "第1页共2页",
    ):
        assert typeset(sentence) in printed, sentence
    acts = list(Act.objects.filter(verb="register.exported").order_by("pk").values_list("note", flat=True))
    assert acts == [
        "一企一策 青禾1号精密有限公司 1 家 .docx:high-tech",
        "一企一策 青禾1号精密有限公司 1 家 .pdf:high-tech",
    ]


def test_the_document_names_the_official_fonts_and_keeps_rows_whole(cast: Cast, door: Door) -> None:
    firm = firm_with_returns(cast)
    data = door(cast.clerk).get(f"/one-policy/{firm.pk}/file/?only=high-tech").content
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body, foot = (package.read(f"word/{name}.xml").decode() for name in ("document", "footer1"))
    assert 'w:eastAsia="方正小标宋简体"' in body and 'w:eastAsia="仿宋_GB2312"' in body
    assert 'w:pgSz w:w="11906" w:h="16838"' in body
    assert body.count("<w:tr>") == body.count("<w:cantSplit/>") > 10
    assert " PAGE " in foot and " NUMPAGES " in foot


def test_nothing_known_nothing_applicable_and_a_long_name_are_printed_too(cast: Cast, door: Door) -> None:
    bare = enterprise(by=cast.clerk, unit=cast.science, name=LONG, credit_code=None)
    client = door(cast.clerk)
    told = words(client.get(f"/one-policy/{bare.pk}/file/?only=high-tech&only=above-scale-annual").content)
    for sentence in (LONG, "尚未登记", "没有数据。", "在企业台账补录“成立日期”。"):
        assert typeset(sentence) in told, sentence
    graded = words(client.get(f"/one-policy/{bare.pk}/file/?only=ip-advantage").content)
    assert typeset("安排问诊,由问诊人评定“区域内有一定影响力、知识产权优势突出”,结论登记在认定事项台账。") in graded
    closed = firm_with_returns(cast, number=2, is_above_scale=True, above_scale_since=date(2020, 1, 1))
    told = words(client.get(f"/one-policy/{closed.pk}/file/?only=above-scale-annual").content)
    assert typeset("所选标准都不适用于该企业,没有需要准备的事项。") in told
    assert typeset("不适用于该企业的标准:规上工业年度入库。") in told


def test_the_sheet_of_all_rulebooks_tells_only_the_near_ones_further(cast: Cast, door: Door) -> None:
    firm = firm_with_returns(cast)
    client = door(cast.clerk)
    told = words(client.get(f"/one-policy/{firm.pk}/file/").content)
    (parts,) = (found for _, found in criteria_parts.of_many([firm.pk], as_of=TODAY))
    applying = [part for part in parts if part.verdict.state is not State.NOT_APPLICABLE]
    far = [part.verdict.rulebook.label for part in applying if part.is_far]
    assert 0 < len(far) < len(applying)
    assert typeset(f"待办超过2项的{len(far)}部标准只在上表列出结论") in told
    headed = [line for line in told.splitlines() if line.startswith(tuple(f"{typeset(one)}:" for one in far))]
    assert headed == []
    assert typeset("需要补录的数据") in told and typeset("在企业年度数据台账2024年度补录") in told
    alone = words(client.get(f"/one-policy/{firm.pk}/file/?only=high-tech").content)
    assert typeset("待办超过") not in alone and typeset("高新技术企业:") in alone


def test_many_read_the_same_verdicts_as_one(cast: Cast) -> None:
    first, second = firm_with_returns(cast), enterprise(by=cast.clerk, unit=cast.science, number=2)
    found = dict(criteria_parts.of_many([second.pk, first.pk, 10**9], as_of=TODAY))
    assert list(found) == [second.pk, first.pk]
    for pk, parts in found.items():
        one = {verdict.rulebook.name: verdict for verdict in keeping.now(pk, as_of=TODAY)}
        assert {part.verdict.rulebook.name: part.verdict for part in parts} == one


def test_names_in_a_zip_are_unique_and_safe_for_any_file_system(cast: Cast, door: Door) -> None:
    names = ("甲/乙:..\\丙?公司", "甲/乙:..\\丙?公司", "丁" * 90)
    made = [enterprise(by=cast.clerk, unit=cast.science, number=n, name=name) for n, name in enumerate(names, 1)]
    asked = {"pick": [one.pk for one in made], "only": "high-tech", "as": "docx"}
    response = door(cast.clerk).post("/one-policy/print/", asked)
    with zipfile.ZipFile(io.BytesIO(response.content)) as package:
        assert package.namelist() == [
            "1_甲 乙 .. 丙 公司_一企一策.docx",
            "2_甲 乙 .. 丙 公司_一企一策.docx",
            f"3_{'丁' * 60}_一企一策.docx",
        ]
        assert "丁" * 90 in words(package.read(package.namelist()[2]))


def test_a_unit_means_those_below_it_and_a_list_means_its_verdict(cast: Cast, door: Door) -> None:
    for number, unit in enumerate((cast.science, cast.park, cast.trade), start=1):
        enterprise(by=cast.supervisor, unit=unit, number=number)
    boxed = str(Enterprise.objects.get(unit=cast.trade).pk)
    client = door(cast.leader)

    def printed(**asked: Any) -> list[str]:
        response = client.get("/one-policy/print/", {"as": "docx", "only": "high-tech"} | asked)
        with zipfile.ZipFile(io.BytesIO(response.content)) as package:
            return [name.split("_")[1] for name in package.namelist()]

    assert printed(unit=cast.science.pk) == ["青禾1号精密有限公司", "青禾2号精密有限公司"]
    assert len(printed(rulebook="high-tech", verdict="not_met")) == 3
    assert printed(rulebook="high-tech", verdict="not_met", unit=cast.park.pk) == ["青禾2号精密有限公司"]
    assert len(printed(rulebook="high-tech", verdict="not_met", unit=cast.root.pk)) == 3
    assert printed(rulebook="high-tech", unit=cast.science.pk, below=0) == ["青禾1号精密有限公司"]
    assert printed(only=["high-tech", boxed]) == ["青禾3号精密有限公司"]
    for asked, said in (
        ({"rulebook": "high-tech", "verdict": "ready"}, "没有可以打印的企业"),
        ({}, "没有说明打印哪些企业"),
        ({"unit": "999999"}, "没有编号为“999999”的单位"),
        ({"rulebook": "valuable-patent"}, "不是对企业的标准"),
        ({"unit": str(cast.science.pk), "only": "no-such"}, "没有名为“no-such”的企业标准"),
        ({"unit": str(cast.science.pk), "as": "exe"}, "没有名为“exe”的文件形式"),
    ):
        response = client.get("/one-policy/print/", {"as": "docx"} | asked)
        assert response.status_code == 422 and said in response.content.decode(), asked
    assert Act.objects.filter(verb="register.exported").count() == 6


def test_a_book_has_a_contents_page_with_the_page_of_each(cast: Cast, door: Door, font: None) -> None:
    made = [firm_with_returns(cast, number=number) for number in range(1, 13)]
    asked = {"pick": [one.pk for one in made], "only": "high-tech", "as": "book"}
    found = pages(door(cast.clerk).post("/one-policy/print/", asked).content)
    assert typeset("所选企业,共12家,数据截至2025-06-30") in found[0]
    starts = [number for number, text in enumerate(found) if number and text.startswith("一企一策")]
    assert len(starts) == 12
    for number, start in enumerate(starts, start=1):
        assert f"青禾{number}号精密有限公司" in found[start]
        assert f"青禾{number}号精密有限公司....." in found[0] and f".{start}" in found[0]
        assert f"总第{start}页" in found[start]


@pytest.mark.parametrize("kind", ["docx", "pdf", "book"])
def test_more_are_made_by_the_worker_and_fetched_by_who_asked(
    cast: Cast, door: Door, font: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(prints, "BACKGROUND", 1)
    made = [enterprise(by=cast.clerk, unit=cast.science, number=number) for number in (1, 2)]
    client = door(cast.clerk)
    asked = {"pick": [one.pk for one in made], "only": "high-tech", "as": kind}
    address = client.post("/one-policy/print/", asked).headers["Location"]
    order = prints.Print.found(token=address.split("/")[3], by=cast.clerk)
    assert not order.is_done and "排队等候" in client.get(address).content.decode()
    assert client.get(f"{address}file/").headers["Location"] == address
    orders.make.call_local(order.work_name, order.token)
    assert "文件已生成" in client.get(address).content.decode()
    data = b"".join(client.get(f"{address}file/").streaming_content)
    if kind == "book":
        assert len(pages(data)) > 2
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert [name.split(".")[1] for name in package.namelist()] == [kind, kind]
    for tail in ("", "progress/", "file/"):
        assert door(cast.supervisor).get(address + tail).status_code == 422


def test_a_print_that_is_cancelled_leaves_no_file(cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prints, "BACKGROUND", 1)
    made = [enterprise(by=cast.clerk, unit=cast.science, number=number) for number in (1, 2, 3)]
    client = door(cast.clerk)
    asked = {"pick": [one.pk for one in made], "only": "high-tech", "as": "docx"}
    address = client.post("/one-policy/print/", asked).headers["Location"]
    order = prints.Print.found(token=address.split("/")[3], by=cast.clerk)
    assert door(cast.supervisor).post(f"{address}cancel/").status_code == 422
    assert client.post(f"{address}cancel/").headers["Location"] == order.back
    assert progress.is_cancelled(name=order.work_name)
    orders.make.call_local(order.work_name, order.token)
    assert "已按您的要求取消" in client.get(address).content.decode()
    assert [one.suffix for one in order.path.parent.glob(f"{order.token}*")] == [".json"]


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("auditor", 200), ("leader", 200), ("unit_officer", 200)]
)
def test_who_may_print(cast: Cast, door: Door, role: str, status: int) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    client = door(cast.by_role[role])
    assert client.get(f"/one-policy/{firm.pk}/file/?only=high-tech").status_code == status
    assert client.get("/one-policy/print/").status_code == status
    assert client.get(f"/one-policy/print/?as=docx&only=high-tech&pick={firm.pk}").status_code == status
    assert Act.objects.filter(verb="register.exported").count() == (2 if status == 200 else 0)


def test_what_the_list_masks_stays_masked_on_paper(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    told = {
        officer.username: words(door(officer).get(f"/one-policy/{firm.pk}/file/?only=high-tech").content)
        for officer in (cast.trade_clerk, cast.supervisor)
    }
    assert "139****1234" in told["shangcu"] and "13900001234" not in told["shangcu"]
    assert "13900001234" in told["ducha"]


def test_without_a_chinese_font_no_pdf_of_blank_boxes_is_made(
    cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_sheet_pdf, "_families", lambda: {"DejaVu Sans"})
    firm = enterprise(by=cast.clerk, unit=cast.science)
    response = door(cast.clerk).get(f"/one-policy/{firm.pk}/file/?as=pdf&only=high-tech")
    assert response.status_code == 422
    assert "没有安装中文字体,不能生成PDF" in response.content.decode()


def test_a_year_that_is_over_is_told_alike_in_the_list_on_the_sheet_and_on_paper(cast: Cast, door: Door) -> None:
    firm = firm_with_returns(cast)
    last = AnnualReturn.objects.get(enterprise=firm, year=2024)
    actions.change(entry=last, values={"rd_total": "10"}, by=cast.clerk, at=AT, revision=1)
    client = door(cast.clerk)
    need = "本年度高企口径研发费用须达到"
    listed = client.get("/criteria/high-tech/", {"verdict": "not_met"}).content.decode()
    assert f"研发费用占比:{need}" in listed and "增加最近一年高企口径研发费用" not in listed
    overview = client.get(f"/one-policy/{firm.pk}/").content.decode()
    panel = client.get(f"/registers/enterprise/{firm.pk}/").content.decode()
    assert "增加最近一年高企口径研发费用" not in overview + panel
    alone = client.get(f"/one-policy/{firm.pk}/?only=high-tech").content.decode()
    (amount,) = set(re.findall(rf"研发费用占比:{need}([\d,.]+)万元", listed))
    assert f"{need}{amount}万元,下一年申报时符合。" in alone
    paper = words(client.get(f"/one-policy/{firm.pk}/file/?only=high-tech").content)
    assert typeset(f"{need}{amount}万元,下一年申报时符合。") in paper
