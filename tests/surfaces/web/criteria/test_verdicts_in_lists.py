"""Verdicts in the list of enterprises: column, filter, counts, print, file, view; and 假如 from what the list shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.rulebooks.firms import firm, four_firms

from gongjian.drives.innovation.criteria.sti_sme import STI_SME
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import SavedView
from gongjian.kernel.rulebooks import deciding, keeping, rulebook
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
LIST = "/registers/enterprise/"
IF = "/criteria/what-if/enterprise/"


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


@pytest.fixture
def firms(cast: Cast) -> list[Any]:
    """Ready; one scientist short; five short; no return at all."""
    return four_firms(cast)


def _text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_list_shows_and_filters_by_a_verdict(firms: list[Any], cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    plain = _text(client, LIST)
    assert 'data-f="verdict_sti_sme"' not in plain and 'value="verdict_sti_sme"' in _text(
        client, f"{LIST}?part=columns"
    )
    shown = _text(client, f"{LIST}?cols=name,verdict_sti_sme")
    assert shown.count('data-f="verdict_sti_sme"') == 4
    assert shown.count('<span class="tag bad">不符合</span>') == 2 and '<span class="tag ok">可申报</span>' in shown
    assert '<span class="what">不符合</span> <i>2</i>' in shown  # counted with the list, because it is on show
    only = _text(client, f"{LIST}?verdict_sti_sme=not_met&verdict_sti_sme=needs_data")
    assert "青禾2号" in only and "青禾4号" in only and "青禾1号" not in only
    assert "科技型中小企业判定:不符合 ×" in only and "3 / 4 行" in only
    part = _text(client, f"{LIST}?q=青禾2号&part=verdict_sti_sme")
    assert '<span class="what">不符合</span> <i>1</i>' in part and "<table" not in part
    assert "的值“perfect”不对" in _text(client, f"{LIST}?verdict_sti_sme=perfect", 422)


def test_the_menus_offer_verdicts_by_family_as_the_shelf_does(cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    menu = _text(client, f"{LIST}?part=derived")
    told = [
        ">高企与科技型<",
        ">高新技术企业<",
        ">科技型中小企业<",
        ">优质中小企业<",
        ">创新型中小企业<",
        ">规上与临规<",
    ]
    assert [menu.count(one) for one in told] == [1] * 6
    assert [menu.index(one) for one in told] == sorted(menu.index(one) for one in told)
    assert 'class="group"' not in _text(client, "/registers/site/?part=derived")  # one family needs no title
    columns = _text(client, f"{LIST}?part=columns&cols=name,verdict_sti_sme")
    assert columns.index("科技型中小企业判定") < columns.index('<li class="group">高企与科技型</li>')
    assert columns.count('<li class="group">') == 6
    assert columns.index('<li class="group">高企与科技型</li>') < columns.index("高新技术企业判定")


def test_a_patent_of_high_value_is_called_so(cast: Cast, door: Door) -> None:
    firm(cast, 1, staff="40", scientists="4")
    right = IntellectualProperty.objects.get()
    actions.change(entry=right, values={"has_overseas_family": True}, by=cast.clerk, at=AT, revision=right.revision)
    keeping.refresh(rulebook.edition("valuable-patent", as_of=TODAY), as_of=TODAY, at=AT)
    client, rights = door(cast.viewer), "/registers/intellectual-property/?cols=name,verdict_valuable_patent"
    shown = _text(client, f"{rights}&verdict_valuable_patent=ready")
    assert '<span class="tag ok">高价值</span>' in shown and "高价值发明专利判定:高价值 ×" in shown
    printed = _text(client, f"{rights}&print=1")
    assert "高价值" in printed and "可申报" not in printed + shown
    page = _text(client, "/criteria/valuable-patent/")
    assert "高价值<b>1</b>" in page and "<h2>高价值 · 1" in page
    assert "可申报" not in page.split('id="figures"')[0]
    if_not = _text(client, "/criteria/valuable-patent/what-if/?p.min_years=9")
    assert "高价值的没有增减" in if_not
    line = _text(client, "/criteria/").split('href="/criteria/valuable-patent/"')[1].split("</tr>")[0]
    assert 'data-label="高价值"' in line and "待认定" in line
    sheet = _text(client, f"/criteria/valuable-patent/{right.pk}/")
    assert '<span class="tag ok">高价值</span>' in sheet and "可申报" not in sheet


def test_files_prints_and_views_keep_it(firms: list[Any], cast: Cast, door: Door) -> None:
    client, asked = door(cast.clerk), "?cols=name,verdict_sti_sme&verdict_sti_sme=not_met"
    deciding.decide(
        book=STI_SME, criterion="score", entry=firms[2], state=State.UNMET, reason="已核对劳动合同",
        expires_on=date(2025, 12, 31), by=cast.clerk, at=AT, today=TODAY,
    )  # fmt: skip
    answer = client.get(f"{LIST}export.xlsx{asked}&as=csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = {line[0]: line[1] for line in lines if len(line) > 1}
    assert told["企业名称"] == "科技型中小企业判定"
    assert {name[:4]: told[name] for name in told if name.startswith("青禾")} == {
        "青禾2号": "不符合", "青禾3号": "不符合(人工认定)",
    }  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{LIST}export.xlsx{asked}").content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert any(row[:2] == ["青禾2号精密有限公司", "不符合"] for row in cells)
    assert any("判定是按标准测算的结论,只供查看" in str(row[0]) for row in cells)
    assert any("科技型中小企业判定=不符合" in str(row[0]) for row in cells)
    printed = _text(client, f"{LIST}{asked}&print=1")
    assert "不符合(人工认定)" in printed and "青禾1号" not in printed
    client.post(f"{LIST}views/", {"name": "未达标", "query": asked})
    view = SavedView.objects.get()
    assert "verdict_sti_sme=not_met" in view.query and "cols=name,verdict_sti_sme".replace(",", "%2C") in view.query


def test_what_if_from_the_list_says_who_becomes_ready(firms: list[Any], cast: Cast, door: Door) -> None:
    client, kept = door(cast.viewer), Judgement.objects.count()
    change = "if_book=sti-sme&if_fact=tech_staff&if_how=add&if_by=1"
    text = _text(client, f"{IF}?pick={firms[1].pk}&pick={firms[2].pk}&{change}")
    assert "选中的2家企业各增加" in text and '<b class="up">1</b> 家变为可申报' in text
    assert f'<a href="/registers/enterprise/{firms[1].pk}/">青禾2号精密有限公司</a>' in text
    assert "逐家变化 · 1" in text and f"{LIST}?ids={firms[1].pk}" in text
    narrowed = _text(client, f"{IF}?verdict_sti_sme=not_met&{change}")
    assert "符合条件的2家企业各增加" in narrowed and '<b class="up">1</b> 家变为可申报' in narrowed
    lost = _text(client, f"{IF}?if_book=sti-sme&if_fact=tech_staff&if_how=set&if_by=0")
    assert "全部4家企业各把" in lost and '<b class="down">1</b> 家不再可申报' in lost
    blank = _text(client, f"{IF}?{change}")
    assert "另有 1 家没有填写这一项" in blank
    assert Judgement.objects.count() == kept
    assert sorted(AnnualReturn.objects.values_list("tech_staff", flat=True)) == [0, 3, 4]


def test_what_officers_decided_holds_in_what_if(firms: list[Any], cast: Cast, door: Door) -> None:
    deciding.decide(
        book=STI_SME, criterion="score", entry=firms[1], state=State.UNMET, reason="研发人员与实际不符",
        expires_on=date(2025, 12, 31), by=cast.clerk, at=AT, today=TODAY,
    )  # fmt: skip
    text = _text(door(cast.viewer), f"{IF}?if_book=sti-sme&if_fact=tech_staff&if_how=add&if_by=1")
    assert "可申报的没有增减" in text
    every = _text(door(cast.viewer), "/criteria/sti-sme/what-if/?fact=tech_staff&by=1")
    assert "可申报的没有增减" in every


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("if_book=sti-sme&if_fact=tech_staff&if_how=add&if_by=", "没有填写“科技人员数”增加多少"),
        ("if_book=sti-sme&if_fact=tech_staff&if_how=add&if_by=三", "三"),
        ("if_book=sti-sme&if_fact=nonsense&if_how=add&if_by=1", "不看名为“nonsense”的数据"),
        ("if_book=sti-sme&if_fact=&if_how=add&if_by=1", "没有选择数据"),
        ("if_book=sti-sme&if_fact=is_dishonest&if_how=add&if_by=1", "不是数字,不能增减"),
        ("q=没有这样的企业", "没有符合条件的企业"),
        ("known_at=2025-03-31", "请先在列表里回到现在"),
        ("pick=999999", "没有符合条件的企业"),
    ],
)
def test_what_cannot_be_worked_out_is_said(firms: list[Any], cast: Cast, door: Door, asked: str, words: str) -> None:
    assert words in _text(door(cast.viewer), f"{IF}?{asked}", 422)


def test_a_register_without_rulebooks_has_no_what_if(cast: Cast, door: Door) -> None:
    assert "没有按“政策兑现”测算的标准" in _text(door(cast.viewer), "/criteria/what-if/grant/", 422)
