"""The page of any row: its panels, figures over time, the row as recorded on a past day, going back, taking out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import WRONG_CODE, application, enterprise, state, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.credit_code import check_digit
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Act, Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
LATER = AT + timedelta(minutes=1)
RIGHT_CODE = WRONG_CODE[:17] + check_digit(WRONG_CODE[:17])


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _make(register: str, by: Officer, /, **values: Any) -> Any:
    return actions.create(register=REGISTERS[register], values=values, by=by, at=AT, today=TODAY)


def test_the_strip_tells_what_was_checked_and_what_is_in_force(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, credit_code=RIGHT_CODE, is_above_scale=True, industry="纺织业")
    held = {"enterprise": firm, "unit": cast.science}
    _make("recognition", cast.clerk, kind="hte", valid_from=date(2023, 11, 6), valid_to=date(2026, 11, 5), **held)
    _make("recognition", cast.clerk, kind="sti-sme", valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31), **held)
    client = door(cast.viewer)
    text = _text(client.get(f"/registers/enterprise/{firm.pk}/"))
    strip = text.split('class="strip"')[1].split("</div>")[0]
    assert re.findall(r"<i>(.+?)</i>", strip) == ["统一社会信用代码", "行业", "登记状态", "责任单位", "在有效期内"]
    assert "校验码相符" in strip and "高新技术企业" in strip and "科技型中小企业" not in strip
    assert '<span class="tag">规上企业</span>' in text
    wrong = enterprise(by=cast.clerk, unit=cast.science, credit_code=WRONG_CODE, name="乙")
    text = _text(client.get(f"/registers/enterprise/{wrong.pk}/"))
    strip = text.split('class="strip"')[1].split("</div>")[0]
    assert "待核对" in strip and "校验码相符" not in strip
    assert text.count('class="warning" role="note"') == 1


def test_panels_stand_as_declared_and_what_points_here_follows(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, staff=12)
    made = application(firm, by=cast.clerk, unit=cast.science)
    _make("visit", cast.clerk, enterprise=firm, visited_on=TODAY, unit=cast.science)
    text = _text(door(cast.clerk).get(f"/registers/enterprise/{firm.pk}/"))
    titles = [re.sub(r"\s+", "", title) for title in re.findall(r"<h2>([^<]+)", text)]
    assert titles == [
        *("对照标准", "登记信息", "位置与联系", "规模与信用", "主导产品", "高企申报", "人员", "走访企业"),
        *("讨论与批示", "变更记录"),
    ]
    assert f'href="/registers/high-tech/?enterprise={firm.pk}"' in text
    assert f'href="/registers/high-tech/{made.pk}/"' in text
    assert re.search(r'href="/registers/high-tech/new/\?enterprise=[^"]+">新增', text)
    assert "还没有记录:" in text and "知识产权" in text.split("还没有记录:")[1].split("</section>")[0]
    assert "未填:" in text and "法定代表人" in text.split("未填:")[1].split("</p>")[0]


def test_a_register_without_panels_shows_its_sections_and_stages(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园")
    text = _text(door(cast.viewer).get(f"/registers/venture/{made.pk}/"))
    titles = [re.sub(r"\s+", "", title) for title in re.findall(r"<h2>([^<]+)", text)]
    assert titles == ["阶段", "基本信息", "佐证", "讨论与批示", "变更记录"]
    assert "孵化园" in text and "未填:来源院校、入驻日期、备注" in text
    assert "/edit/" not in text and "/remove/" not in text


def test_figures_are_drawn_over_years_and_against_the_same_month(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    held = {"enterprise": firm, "unit": cast.science}
    for year, sales in ((2022, "1000"), (2023, "1200"), (2024, "1500")):
        _make("annual-return", cast.clerk, year=year, sales=Decimal(sales), **held)
    for month, value in ((date(2024, 5, 1), "80"), (date(2025, 4, 1), "90"), (date(2025, 5, 1), "60")):
        _make("monthly-figure", cast.clerk, month=month, output_value=Decimal(value), staff_end=3192, **held)
    text = _text(door(cast.viewer).get(f"/registers/enterprise/{firm.pk}/"))
    years, months = text.split('class="series"')[1:]
    assert "1,500" in years and "比上年 +25.0%" in years
    assert "销售收入:2022年 1,000;2023年 1,200;2024年 1,500" in years
    assert years.split("</figure>")[0].count("<rect") == 3
    assert "<b>3,192</b>" in months and "同比 -25.0%" in months and "2025年5月" in months
    assert months.split("</figure>")[0].count('class="before"') == 1
    assert "规上工业总产值2025年:4月 90;5月 60" in months


def test_a_page_reads_no_more_for_more_rows(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    counts = []
    for start, end in ((1, 3), (3, 12)):
        for number in range(start, end):
            name = f"联系人{number}"
            _make("contact", cast.clerk, enterprise=firm, name=name, unit=cast.science)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/registers/enterprise/{firm.pk}/")
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1  # past ten rows they are counted


def test_rows_that_an_officer_may_not_see_say_why(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    page = f"/registers/enterprise/{firm.pk}/"
    values = {"person_key": "P-1", "name": "季禾", "employer": firm, "unit": cast.science}
    _make("person", cast.supervisor, **values)
    closed = _text(door(cast.viewer).get(page))
    assert "“人员”不向“查看”角色开放。" in closed
    asked = _text(door(cast.supervisor).get(page))
    assert "含有敏感信息,说明查阅用途后显示。" in asked and "P-1" not in asked
    assert f'href="/registers/person/purpose/?next=%2Fregisters%2Fenterprise%2F{firm.pk}%2F"' in asked


def test_the_row_as_recorded_on_a_past_day(cast: Cast, door: Door) -> None:
    march = datetime(2025, 3, 10, 2, 0, tzinfo=UTC)
    register = Venture.register
    values = {"name": "甲", "carrier": "旧园", "unit": cast.science}
    made = actions.create(register=register, values=values, by=cast.clerk, at=march, today=TODAY)
    change = {"name": "改名后", "carrier": "新园"}
    actions.change(entry=made, values=change, revision=1, by=cast.clerk, at=AT - timedelta(days=10))
    client = door(cast.clerk)
    page = f"/registers/venture/{made.pk}/"
    then = _text(client.get(page, {"known_at": "2025-03-31"}))
    assert "这是 2025-03-31 当天结束时登记的内容,只能查看" in then
    assert "旧园" in then and "新园" not in then and "<h1>甲</h1>" in then
    for act in ("/edit/", "/move/", "/evidence/notice/", "/say/", "/remove/", "/revert/"):
        assert act not in then, act
    before = client.get(page, {"known_at": "2025-03-09"})
    assert before.status_code == 200
    assert "这条记录尚未登记;它于 2025-03-10 10:00 首次登记" in _text(before)
    assert "旧园" in _text(client.get(page, {"known_at": "2025-03-10"}))
    assert "只能查看" not in _text(client.get(page, {"known_at": "2025-06-30"}))
    for raw, words in (("2025-07-01", "晚于今天 2025-06-30"), ("昨天", "写法不对")):
        response = client.get(page, {"known_at": raw})
        assert (response.status_code, words in _text(response)) == (422, True)


def test_a_stage_withdrawn_later_was_reached_then(cast: Cast, door: Door) -> None:
    early = AT - timedelta(days=20)
    values = {"name": "甲", "unit": cast.science}
    day = date(2025, 5, 6)
    made = actions.create(
        register=Venture.register, values=values, by=cast.clerk, at=early, today=TODAY, happened_on=day
    )
    moved = actions.move(
        entry=made, stage="settled", happened_on=date(2025, 6, 1), by=cast.clerk, at=early, today=TODAY
    )
    actions.withdraw_move(moved=moved, by=cast.clerk, at=AT - timedelta(days=5), reason="错")
    then = _text(door(cast.viewer).get(f"/registers/venture/{made.pk}/", {"known_at": "2025-06-15"}))
    assert 'aria-current="step"' in then and "已撤回" not in then
    assert "入驻在孵" in then.split('aria-current="step"')[1].split("</li>")[0]


def test_the_timeline_goes_back_page_by_page(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    for number in range(1, 31):
        values = {"carrier": f"载体{number}"}
        at = AT + timedelta(minutes=number)
        actions.change(entry=made, values=values, revision=number, by=cast.clerk, at=at)
    client = door(cast.clerk)
    first = _text(client.get(f"/registers/venture/{made.pk}/"))
    assert first.count('class="when"') == 20
    assert "<ins>载体30</ins>" in first and "<ins>载体10</ins>" not in first
    older = re.search(r'href="(\?before=[^"#]+)#history">更早', first)
    assert older is not None
    second = _text(client.get(f"/registers/venture/{made.pk}/{older[1]}"))
    assert "<ins>载体10</ins>" in second and "<ins>载体1</ins>" in second and "<ins>载体11</ins>" not in second
    assert "最近的变更" in second and "更早的变更" not in second


def test_what_is_said_on_a_row_stands_in_its_thread(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    page = f"/registers/venture/{made.pk}/"
    assert door(cast.clerk).post(f"{page}say/", {"text": "已联系企业"}).status_code == 302
    assert door(cast.leader).post(f"{page}say/", {"text": "请月底前办结"}).status_code == 302
    text = _text(door(cast.viewer).get(page))
    thread = text.split('id="thread"')[1].split("</section>")[0]
    assert re.findall(r'class="words">(.+?)<', thread) == ["已联系企业", "请月底前办结"]
    assert thread.count(">批示<") == 1 and "写留言" not in thread
    acts = Act.objects.count()
    for officer, words, status in ((cast.viewer, "看过", 403), (cast.clerk, "  ", 422), (cast.clerk, "字" * 1001, 422)):
        assert door(officer).post(f"{page}say/", {"text": words}).status_code == status
    assert Act.objects.count() == acts


def test_going_back_to_an_earlier_version(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="旧园")
    actions.change(entry=made, values={"carrier": "新园", "source": "江理工"}, revision=1, by=cast.supervisor, at=LATER)
    page = f"/registers/venture/{made.pk}/"
    client = door(cast.clerk)
    assert f'href="{page}revert/1/">恢复到此版本' in _text(client.get(page))
    assert "恢复到此版本" not in _text(
        client.get(f"/registers/venture/{venture('乙', by=cast.clerk, unit=cast.science).pk}/")
    )
    shown = _text(client.get(f"{page}revert/1/"))
    rows = re.findall(r"<del>(.+?)</del></td>.*?<ins>(.+?)</ins>", shown)
    assert rows == [("新园", "旧园"), ("江理工", "—")]
    before = state()
    overtaken = client.post(f"{page}revert/1/", {"reason": "误改", "revision": "1"})
    assert overtaken.status_code == 422
    assert client.get(f"{page}revert/2/").status_code == 422
    assert door(cast.trade_clerk).post(f"{page}revert/1/", {"reason": "错"}).status_code == 403
    assert state() == before
    assert client.post(f"{page}revert/1/", {"reason": "误改", "revision": "2"}).status_code == 302
    made.refresh_from_db()
    assert (made.carrier, made.source, made.revision) == ("旧园", "", 3)
    assert "误改" in _text(client.get(page))


def test_a_row_is_removed_only_when_nothing_points_at_it(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    page = f"/registers/enterprise/{firm.pk}/"
    shown = _text(client.get(f"{page}remove/"))
    assert (
        "高企申报 1 行" in shown
        and f'href="/registers/high-tech/{made.pk}/"' in shown
        and "<form" not in shown.split("<h1>")[1]
    )
    person = {"person_key": "P-1", "name": "季禾", "employer": firm, "unit": cast.science}
    _make("person", cast.supervisor, **person)
    shown = _text(client.get(f"{page}remove/"))
    assert "人员 1 行(您在此看不到" in shown and "P-1" not in shown
    before = state()
    assert client.post(f"{page}remove/", {"reason": "重复"}).status_code == 422
    other = f"/registers/high-tech/{made.pk}/"
    assert client.post(f"{other}remove/", {"reason": ""}).status_code == 422
    assert door(cast.trade_clerk).post(f"{other}remove/", {"reason": "重复"}).status_code == 403
    assert state() == before
    assert client.post(f"{other}remove/", {"reason": "重复"}).headers["Location"] == "/registers/high-tech/"
    assert client.get(other).status_code == 422
    actions.remove(entry=REGISTERS["person"].model.objects.get(), by=cast.supervisor, at=LATER, reason="重复")
    assert client.post(f"{page}remove/", {"reason": "重复"}).status_code == 302
    assert not Enterprise.objects.exists()


def test_a_row_in_a_stage_with_a_term_tells_how_it_stands(cast: Cast, door: Door) -> None:
    client, firm = door(cast.viewer), enterprise(by=cast.clerk, unit=cast.science)

    def strip(day: date) -> str:
        made = actions.create(
            register=REGISTERS["visit"],
            values={"enterprise": firm, "visited_on": day, "unit": cast.science},
            by=cast.clerk,
            at=AT,
            today=TODAY,
            happened_on=day,
        )
        found = _text(client.get(f"/registers/visit/{made.pk}/")).split('class="track"')[1].split("</ol>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found)).strip(" >")

    # the zone stands at Monday 30 June 2025; Monday 2 June was a holiday
    assert strip(date(2025, 6, 26)) == "已走访 2025-06-26 限 2025-07-10 办完,还有 8 个工作日 已答复 尚未"
    assert strip(date(2025, 6, 16)) == "已走访 2025-06-16 限 2025-06-30 办完,还有 0 个工作日 已答复 尚未"
    assert strip(date(2025, 5, 30)) == "已走访 2025-05-30 超期 10 个工作日 应于 2025-06-16 办完 已答复 尚未"


def test_a_way_that_was_left_passed_no_stage_beyond(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, stage="filed")
    move = {"entry": made, "stage": "failed", "happened_on": date(2025, 6, 3), "by": cast.clerk, "today": TODAY}
    actions.move(**move, at=LATER, note="")
    offered = re.findall(
        r'<option value="(\w+)" selected>', _text(door(cast.clerk).get(f"/registers/high-tech/{made.pk}/"))
    )
    assert offered == ["failed"]  # nothing comes next: no success stands ready to be registered by one click
    strip = _text(door(cast.viewer).get(f"/registers/high-tech/{made.pk}/")).split('class="track"')[1].split("</ol>")[0]
    steps = re.findall(r'<li class="(\w+)[^"]*".*?<b>(.+?)</b>', strip, re.DOTALL)
    assert steps == [
        ("past", "入库培育"),
        ("past", "问诊完成"),
        ("past", "材料完备"),
        ("past", "已申报"),
        ("ahead", "已认定"),
        ("ahead", "年报已报"),
        ("ahead", "已转重新认定"),
        ("now", "未通过"),
    ]


def test_registers_without_rows_are_not_read(cast: Cast, door: Door) -> None:
    """All registers that point here are counted in one query; only those with rows are read, each once."""
    firm = enterprise(by=cast.clerk, unit=cast.science)
    held = {"enterprise": firm, "unit": cast.science}
    client = door(cast.viewer)
    page = f"/registers/enterprise/{firm.pk}/"

    def asked() -> list[str]:
        client.get(page)
        with CaptureQueriesContext(connection) as found:
            client.get(page)
        return [one["sql"] for one in found.captured_queries]

    empty = asked()
    assert sum("UNION ALL" in sql for sql in empty) == 1
    for month in range(1, 7):
        _make("monthly-figure", cast.clerk, month=date(2025, month, 1), **held)
    for year in (2021, 2022, 2023):
        _make("annual-return", cast.clerk, year=year, sales=Decimal(year), **held)
    _make("recognition", cast.clerk, kind="hte", valid_from=date(2023, 11, 6), valid_to=date(2026, 11, 5), **held)
    filled = asked()
    assert len(filled) == len(empty) + 3 < 30
    text = _text(client.get(page))
    assert re.findall(r'title="在台账中查看">(\d+) 行', text) == ["3", "6", "1"]
