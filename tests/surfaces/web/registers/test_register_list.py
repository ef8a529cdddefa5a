"""A register's list: filters, ranges, order, columns, pages and the past, all of it in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import application, enterprise, state, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import OverseasTalent
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Act, Officer, Zone
from gongjian.kernel.registers import actions, views
from gongjian.kernel.registers.declare import REGISTERS, extend
from gongjian.surfaces.web.registers import listing
from gongjian.surfaces.web.registers.address import Address, choosable

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
EARLY = datetime(2025, 3, 31, 15, 59, 59, tzinfo=UTC)  # one second before midnight in China
LATE = datetime(2025, 3, 31, 16, 0, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _address(given: str, register: Any, by: Officer) -> Address:
    return Address.of(register=register, by=by, given=QueryDict(given), today=TODAY)


def _shown(text: str) -> list[str]:
    """The first cell of each row."""
    return re.findall(r'class="open" href="[^"]*">([^<]*)<', text)


def _pks(text: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<tr data-pk="(\d+)"', text)]


def _href(text: str, label: str) -> str:
    found = re.search(rf'href="([^"]*)"[^>]*>{re.escape(label)}<', text)
    assert found, label
    return found[1].replace("&amp;", "&")


def test_an_address_is_read_and_written_alike(cast: Cast) -> None:
    given = "stage=filed&stage=seeded&year=2025&q=锂电&order=-year,enterprise&cols=year,enterprise&known_at=2025-03-31"
    address = _address(given, Application.register, cast.viewer)
    assert address.filters == {"stage": ("filed", "seeded"), "year": ("2025",)}
    assert (address.search, address.sort, address.shown) == ("锂电", ("-year", "enterprise"), ("year", "enterprise"))
    assert address.known_on == date(2025, 3, 31)
    again = Address.of(
        register=Application.register, by=cast.viewer, given=QueryDict(address.link().removeprefix("?")), today=TODAY
    )
    assert again == address


def test_an_address_passes_over_what_the_list_does_not_know(cast: Cast) -> None:
    address = _address("password=x&order=password,-year,-year&cols=password&page=3", Application.register, cast.viewer)
    assert address == Address(register=Application.register, sort=("-year",))
    assert address.link() == "?order=-year"
    assert Address(register=Application.register).link() == "?view=0"


def test_one_more_order_is_added_and_at_most_three_hold(cast: Cast) -> None:
    def sort(given: str) -> tuple[str, ...]:
        return _address(given, Application.register, cast.viewer).sort

    assert sort("order=-year&then=enterprise") == ("-year", "enterprise")
    assert sort("order=-year,enterprise&then=year") == ("enterprise", "year")
    assert sort("order=year&then=batch&fall=1") == ("year", "-batch")
    assert sort("order=year,batch,unit&then=enterprise") == ("year", "batch", "unit")


def test_columns_come_from_a_plain_form_too_and_the_declared_ones_are_none(cast: Cast) -> None:
    address = _address("col=batch&col=enterprise", Application.register, cast.viewer)
    assert address.shown == ("batch", "enterprise")
    same = _address("cols=" + ",".join(Application.register.columns), Application.register, cast.viewer)
    assert same.chosen == ()
    names = choosable(Application.register)
    assert names[: len(Application.register.columns)] == list(Application.register.columns)
    assert {"remark", "receipt", "recorded_at"} <= set(names)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("2025-06-31", "台账时点“2025-06-31”不是日期"),
        ("昨天", "台账时点“昨天”不是日期"),
        ("2025-07-01", "台账时点 2025-07-01 晚于今天 2025-06-30"),
    ],
)
def test_a_wrong_day_is_told_on_the_list(cast: Cast, door: Door, raw: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=re.escape(sentence)):
        _address(f"known_at={raw}", Venture.register, cast.viewer)
    response = door(cast.viewer).get("/registers/venture/", {"known_at": raw, "carrier": "云帆"})
    assert response.status_code == 422
    assert sentence in _text(response)
    assert '<a href="?carrier=%E4%BA%91%E5%B8%86" data-go>按现在的登记内容查看</a>' in _text(
        response
    )  # the rest is kept


def test_a_menu_is_a_part_for_a_script_and_a_whole_page_without_one(cast: Cast, door: Door) -> None:
    client, back = door(cast.viewer), '<a class="button quiet" href="/registers/enterprise/?view=0">返回列表</a>'
    for part in ("views", "columns", "derived", "verdict_high_tech"):
        path = f"/registers/enterprise/?view=0&part={part}"
        page, piece = _text(client.get(path)), _text(client.get(path, headers={"HX-Request": "true"}))
        assert (back in page, "<html" in page, back in piece, "<html" in piece) == (True, True, False, False)


def test_a_long_head_is_told_in_full(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science)
    text = _text(door(cast.viewer).get("/registers/enterprise/?cols=name,is_strategic"))
    assert 'title="主导产品属战略性新兴产业。点击排序;' in text
    assert 'data-sort="name" title="点击排序;' in text


def test_today_is_now_and_a_past_day_ends_at_midnight_in_china(cast: Cast) -> None:
    assert _address("known_at=2025-06-30", Venture.register, cast.viewer).known_at is None
    past = _address("known_at=2025-03-31", Venture.register, cast.viewer).known_at
    assert past == datetime(2025, 3, 31, 15, 59, 59, 999999, tzinfo=UTC)


def test_a_filter_takes_several_values_and_each_may_be_taken_off(cast: Cast, door: Door) -> None:
    made = {}
    for number, stage in enumerate(("seeded", "filed", "recognised", "filed"), start=1):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
        made[number] = application(firm, by=cast.clerk, unit=cast.science, stage=stage)
    client = door(cast.viewer)
    text = _text(client.get("/registers/high-tech/?stage=filed&stage=seeded"))
    assert sorted(_pks(text)) == sorted(made[n].pk for n in (1, 2, 4))
    assert "3 / 4 行" in text
    assert 'href="?stage=seeded"' in text  # without 已申报
    assert "阶段:已申报 ×" in text and "阶段:入库培育 ×" in text
    assert "已申报 <i>2</i>" in text and "已认定 <i>1</i>" in text  # counted under the other filters


def test_declared_values_stand_in_their_order_however_often_they_occur(cast: Cast, door: Door) -> None:
    for number, size in enumerate(("micro", "micro", "micro", "small", "small", "large", ""), start=1):
        enterprise(by=cast.clerk, unit=cast.science, number=number, size=size)
    menu = _text(door(cast.viewer).get("/registers/enterprise/")).split('data-keep="size"')[1].split("</details>")[0]
    found = re.findall(r'class="what">(.*?)</span> <i>(\d+)</i>', menu)
    assert found == [("大型", "1"), ("小型", "2"), ("微型", "3"), ("未填", "1")]


def test_a_range_is_open_or_closed_and_a_wrong_one_is_told(cast: Cast, door: Door) -> None:
    register = Enterprise.register
    assert "established_on" in register.ranges
    for number, day in enumerate((date(2001, 2, 3), date(2010, 1, 1), date(2020, 5, 6)), start=1):
        enterprise(by=cast.clerk, unit=cast.science, number=number, established_on=day, name=f"第{number}家")
    client = door(cast.viewer)

    def found(**given: str) -> str:
        return _text(client.get("/registers/enterprise/", {f"established_on.{k}": v for k, v in given.items()}))

    assert _pks(found(**{"from": "2010-01-01"})) == [
        e.pk for e in Enterprise.objects.filter(name__in=["第2家", "第3家"]).order_by("name")
    ]
    both = found(**{"from": "2002-01-01", "to": "2010-01-01"})
    assert "1 / 3 行" in both and "成立日期:2002-01-01 至 2010-01-01 ×" in both
    response = client.get("/registers/enterprise/", {"established_on.from": "去年"})
    assert response.status_code == 422
    assert "“成立日期”列:“去年”不是日期" in _text(response)
    assert 'value="去年"' in _text(response)  # what was typed stands where it was typed


def test_orders_stack(cast: Cast, door: Door) -> None:
    for number, (batch, name) in enumerate((("二", "乙"), ("一", "丙"), ("二", "甲")), start=1):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number, name=name)
        application(firm, by=cast.clerk, unit=cast.science, batch=batch)
    client = door(cast.viewer)
    rows = {row.enterprise.name: row.pk for row in Application.objects.select_related("enterprise")}
    text = _text(client.get("/registers/high-tech/?order=-batch,-enterprise"))
    by_batch = sorted(rows, key=lambda name: ("一" if name == "丙" else "二", name), reverse=True)
    assert _pks(text) == [rows[name] for name in by_batch]
    assert text.count('aria-sort="descending"') == 2
    assert re.search(r"企业 <span[^>]*>↓2</span>", text)


def test_columns_are_chosen_and_totalled(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science, number=1, registered_capital="1200.5", phone="13900001234")
    enterprise(by=cast.clerk, unit=cast.science, number=2, registered_capital="300")
    text = _text(door(cast.viewer).get("/registers/enterprise/?cols=name,registered_capital,phone"))
    assert re.findall(r'data-name="(\w+)"', text) == ["name", "registered_capital", "phone"]
    assert "139****1234" in text and "13900001234" not in text
    assert re.search(r'<tfoot id="totals">.*合计 2 行.*<td class="n">1,500.5</td>', text, re.DOTALL)


def test_an_added_column_stands_in_the_list_when_it_is_chosen(cast: Cast, door: Door) -> None:
    columns = [{"name": "power", "label": "用电容量", "kind": "decimal", "unit": "千伏安"}]
    assert extend(register=Enterprise.register, columns=columns) == []
    try:
        firm = enterprise(by=cast.clerk, unit=cast.science)
        actions.change(entry=firm, values={"x_power": Decimal(1600)}, revision=1, by=cast.clerk, at=AT)
        text = _text(door(cast.viewer).get("/registers/enterprise/?cols=name,x_power"))
        assert "用电容量(千伏安)" in text
        assert re.search(r'data-f="x_power" class="n"[^>]*>\s*1,600\s*</td>', text)
    finally:
        extend(register=Enterprise.register, columns=[])


def test_pages_follow_each_other_and_say_where_they_are(
    cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    names = [f"项目{number}" for number in range(1, 9)]
    for name in names:
        venture(name, by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    page = "/registers/venture/"
    text = _text(client.get(page + "?order=name"))
    assert (_shown(text), "第 1–3 行,共 8 行" in text) == (names[:3], True)
    second = _text(client.get(page + _href(text, "后一页")))
    assert (_shown(second), "第 4–6 行,共 8 行" in second) == (names[3:6], True)
    third = _text(client.get(page + _href(second, "后一页")))
    assert (_shown(third), "第 7–8 行,共 8 行" in third) == (names[6:], True)
    assert '<span class="button quiet off">后一页</span>' in third
    back = _text(client.get(page + _href(third, "前一页")))
    assert (_shown(back), "第 4–6 行" in back) == (names[3:6], True)
    last = _text(client.get(page + _href(text, "末页")))
    assert (_shown(last), "第 6–8 行,共 8 行" in last) == (names[5:], True)
    assert _shown(_text(client.get(page + _href(last, "首页")))) == names[:3]


def test_counts_and_totals_of_a_long_list_follow(cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 4):
        enterprise(by=cast.clerk, unit=cast.science, number=number, industry="医药制造业", registered_capital="10")
    client = door(cast.viewer)
    path = "/registers/enterprise/?cols=name,registered_capital"
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    text = _text(client.get(path))
    assert "医药制造业 <i>" not in text and '<tfoot id="totals"></tfoot>' in text
    assert 'hx-get="?cols=name%2Cregistered_capital&amp;part=counts" hx-trigger="load"' in text
    part = _text(client.get(path + "&part=counts", headers={"HX-Request": "true"}))
    assert "<html" not in part and 'id="filters"' in part and 'hx-swap-oob="true"' in part
    assert '<td class="n">30</td>' in part
    plain = _text(client.get(path + "&counts=1"))
    assert '<td class="n">30</td>' in plain and 'id="later"' not in plain


def test_counts_say_what_they_are(cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongjian.kernel.registers.query import Counted

    venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    for counted, words in (
        (Counted(n=1234), "1,234 行"),
        (Counted(n=10_000, how="capped"), "10,000以上 行"),
        (Counted(n=1_000_000, how="estimate"), "约 1,000,000 行"),
    ):
        monkeypatch.setattr(listing.query, "count", lambda ask, counted=counted, seen=None: counted)
        assert words in _text(client.get("/registers/venture/?view=0")), words


def test_a_past_day_shows_what_was_recorded_then_and_changes_nothing(cast: Cast, door: Door) -> None:
    register = Venture.register
    first = {"name": "甲", "carrier": "孵化园", "unit": cast.science}
    old = actions.create(register=register, values=first, by=cast.clerk, at=EARLY, today=TODAY)
    actions.create(register=register, values={"name": "乙", "unit": cast.science}, by=cast.clerk, at=LATE, today=TODAY)
    actions.change(entry=old, values={"carrier": "加速器"}, revision=1, by=cast.clerk, at=LATE)
    client = door(cast.clerk)
    text = _text(client.get("/registers/venture/?known_at=2025-03-31"))
    assert _shown(text) == ["甲"]
    assert "孵化园" in text and "加速器" not in text
    assert "台账时点 2025-03-31" in text and "只能查看,不能修改" in text
    assert "data-edit" not in text and 'name="pick"' not in text and "/registers/venture/new/" not in text
    assert f'href="/registers/venture/{old.pk}/?known_at=2025-03-31"' in text
    now = _text(client.get("/registers/venture/"))
    assert _shown(now) == ["甲", "乙"] or _shown(now) == ["乙", "甲"]
    assert "加速器" in now and "data-edit" in now
    assert "还没有登记任何记录" in _text(client.get("/registers/venture/?known_at=2025-03-30"))


def test_a_print_states_day_conditions_and_limit(cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲", "乙", "丙"):
        venture(name, by=cast.clerk, unit=cast.science, carrier="孵化园")
    client = door(cast.viewer)
    text = _text(client.get("/registers/venture/?print=1&q=甲"))
    assert "数据截至 2025-06-30" in text and "条件:搜索“甲”" in text and "共 1 行</span>" in text
    assert "打印人 方也" in text
    assert '<td class="short">甲</td>' in text  # words this short and days are not broken over two lines
    assert '<table class="broad">' not in text
    monkeypatch.setattr(listing, "PRINT_MOST", 2)
    text = _text(client.get("/registers/venture/?print=1&order=name"))
    assert "共 3 行,只打印前 2 行,其余请先筛选或导出" in text
    assert text.count("<tr>") == 3


def test_the_list_opens_with_the_own_default_view(cast: Cast, door: Door) -> None:
    views.save(register=Venture.register, name=views.DEFAULT, query="q=甲", by=cast.clerk, at=AT)
    view = views.opening(register=Venture.register, by=cast.clerk)
    assert view is not None
    client = door(cast.clerk)
    assert client.get("/registers/venture/").headers[
        "Location"
    ] == f"/registers/venture/?q=%E7%94%B2&view={view.pk}" or (
        client.get("/registers/venture/").headers["Location"] == f"/registers/venture/?q=甲&view={view.pk}"
    )
    assert client.get("/registers/venture/?view=0").status_code == 200
    assert door(cast.viewer).get("/registers/venture/").status_code == 200


def test_a_view_is_kept_opened_shared_renamed_and_removed_on_the_page(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    form = {"name": "入驻的", "query": "?stage=settled&order=-name&after=abc&start=50&known_at=2025-03-31"}
    response = client.post("/registers/venture/views/", form)
    view = views.offered(register=Venture.register, by=cast.clerk)[0]
    assert view.query == "stage=settled&order=-name"
    assert response.headers["Location"] == f"/registers/venture/?stage=settled&order=-name&view={view.pk}"
    assert "已保存视图“入驻的”,仅自己可见。" in _text(client.get(response.headers["Location"]))
    menu = _text(client.get(f"{response.headers['Location']}&part=views"))
    assert f'<div class="view on">\n  <a href="/registers/venture/views/{view.pk}/">入驻的</a>' in menu
    assert 'name="query" value="?stage=settled&amp;order=-name&amp;view=' in menu
    page = f"/registers/venture/views/{view.pk}/"
    assert door(cast.viewer).get(page).status_code == 422
    client.post(f"{page}change/", {"act": "share"})
    assert door(cast.viewer).get(page).headers["Location"] == response.headers["Location"]
    assert door(cast.trade_clerk).post(f"{page}change/", {"act": "remove"}).status_code == 403
    client.post(f"{page}change/", {"act": "rename", "name": "已入驻"})
    assert "已入驻" in _text(door(cast.viewer).get("/registers/venture/?part=views"))
    again = client.post("/registers/venture/views/", {"name": " 已入驻 ", "query": "?stage=scouted"})
    said = "用当前列表替换了原来的视图“已入驻”,仅自己可见,不再共享。"
    assert said in _text(client.get(again.headers["Location"]))
    client.post(f"{page}change/", {"act": "remove"})
    assert views.offered(register=Venture.register, by=cast.clerk) == []
    assert client.post("/registers/venture/views/", {"name": "", "query": ""}).status_code == 422


def test_queries_of_a_list_do_not_grow_with_its_rows(cast: Cast, door: Door) -> None:
    for path in (
        "/registers/high-tech/",
        "/registers/high-tech/?cols=enterprise,unit,remark,recorded_at&order=-year,enterprise",
    ):
        client, counts = door(cast.clerk), []
        Application.objects.count()
        start = Enterprise.objects.count()
        for more in (3, 42):
            for number in range(start, start + more):
                firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
                application(firm, by=cast.clerk, unit=cast.science)
            start += more
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 20, path


def test_rows_of_other_units_stay_out_of_rows_counts_and_facets(cast: Cast, door: Door) -> None:
    for name, unit in (("甲", cast.science), ("乙", cast.trade)):
        values = {"name": name, "country": f"{name}国", "arrived_on": TODAY, "unit": unit}
        actions.create(register=OverseasTalent.register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    text = _text(door(cast.trade_clerk).get("/registers/overseas-talent/?counts=1"))
    assert "甲国" not in text and "1 行" in text
    assert "甲国" in _text(door(cast.supervisor).get("/registers/overseas-talent/"))


def test_reading_the_list_writes_nothing(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    for path in ("", "?q=甲", "?known_at=2025-03-31", "?print=1", "?part=counts", "?order=-name&end=1"):
        assert door(cast.clerk).get(f"/registers/venture/{path}").status_code == 200
    assert state() == before


def test_a_register_that_is_not_for_this_role_says_so(cast: Cast, door: Door) -> None:
    register = REGISTERS["person"]
    assert cast.viewer.role not in register.readers
    for path in ("", "?part=counts", "?print=1", "bulk/?pick=1"):
        response = door(cast.viewer).get(f"/registers/person/{path}")
        assert response.status_code == 403, path
        assert "不向“查看”角色开放" in _text(response) or "不能批量修改台账" in _text(response)


def test_a_sensitive_register_is_listed_for_a_purpose_and_each_reading_is_logged(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    assert REGISTERS["person"].sensitive
    assert client.get("/registers/person/").status_code == 403
    part = client.get("/registers/person/?part=counts", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"].startswith("/registers/person/purpose/")
    client.post("/registers/person/purpose/", {"purpose": "核对人才报送名单", "next": ""})
    before = Act.objects.filter(verb="register.opened").count()
    assert client.get("/registers/person/?view=0").status_code == 200
    assert Act.objects.filter(verb="register.opened").count() == before + 1
    assert Act.objects.filter(verb="register.opened").latest("pk").note == "人员(列表):核对人才报送名单"


def test_the_rows_behind_a_figure_come_by_their_day_page_by_page(
    cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    made = {}
    for number, day in ((1, 9), (2, 3), (3, 6)):
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
        on = date(2025, 6, day)
        made[number] = application(firm, by=cast.clerk, unit=cast.science, stage="filed", on=on).pk
    client, page = door(cast.viewer), "/registers/high-tech/"
    first = _text(client.get(page + "?indicator=high-tech-filed&as_of=2025-06-30"))
    assert (_pks(first), "第 1–2 行,共 3 行" in first) == ([made[2], made[3]], True)
    second = _text(client.get(page + _href(first, "后一页")))
    assert (_pks(second), "第 3–3 行,共 3 行" in second) == ([made[1]], True)
    assert _pks(_text(client.get(page + _href(second, "前一页")))) == [made[2], made[3]]
    ordered = _text(client.get(page + "?indicator=high-tech-filed&as_of=2025-06-30&order=-enterprise"))
    assert _pks(ordered) == [made[3], made[2]]
    assert "已申报 <i>3</i>" in ordered
