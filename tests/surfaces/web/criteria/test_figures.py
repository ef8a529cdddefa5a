"""本区设定 on the pages: seen by all, set by supervision and administration, previewed, refused with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise

from gongjian.ground.enterprises import Enterprise
from gongjian.ground.monthly_figures import MonthlyFigure
from gongjian.kernel import clock
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import deciding, own, parameters, rulebook
from gongjian.kernel.rulebooks.models import Judgement, ZoneFigure
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer

    Door = Callable[[Officer], Client]

NEAR = "/criteria/figures/above-scale/near_from/"
BATCH = "/criteria/figures/high-tech/2025/高企申报批次(省级安排)/"
TYPED = {
    "values": "1701",
    "since": "2025-01-01",
    "until": "",
    "source": "园区经发局〔2025〕7号",
    "reason": "按近三年测算",
}


@pytest.fixture(autouse=True)
def on_the_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone stands on TODAY."""
    Zone.objects.update(stands_at=TODAY)
    monkeypatch.setattr(clock, "now", lambda: AT)


def near_firm(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, industry_code="3985", is_above_scale=False)
    for back in range(1, 13):
        month = date(2025 - (back > 5), (5 - back) % 12 + 1, 1)
        values = {"enterprise": firm, "month": month, "invoice_sales": "141.67", "unit": cast.science}
        actions.create(register=MonthlyFigure.register, values=values, by=cast.clerk, at=AT, today=TODAY)


def test_the_page_lists_every_figure_what_is_not_set_first(cast: Cast, door: Door) -> None:
    text = door(cast.supervisor).get("/criteria/figures/").content.decode()
    names = ("当地上年度社会平均工资", "工位和公共服务面积占比", "临规名单的起点", "近三年研发费用总额占比")
    places = [text.find(name) for name in names[:3]]
    assert places == sorted(places) and places[0] > 0
    assert NEAR in text
    assert "75%" in text and "1,600万元" in text
    one = door(cast.supervisor).get("/criteria/figures/", {"standard": "above-scale", "confidence": "zone"})
    assert "临规名单的起点" in one.content.decode()
    assert "当地上年度社会平均工资" not in one.content.decode()
    seen = door(cast.viewer).get("/criteria/figures/", {"confidence": "unset"})
    assert (seen.status_code, "导入本区设定" in seen.content.decode()) == (200, False)
    assert door(cast.supervisor).get("/criteria/figures/above-scale/nothing/").status_code == 422


def test_a_figure_is_previewed_saved_judged_by_and_withdrawn(cast: Cast, door: Door) -> None:
    near_firm(cast)
    client = door(cast.supervisor)
    assert "临近规上<b>1</b>" in client.get("/criteria/near-scale/").content.decode()
    before = client.get(NEAR, {"values": "1701", "since": "2025-01-01"}).content.decode()
    assert "1</b> 个不再临近规上" in before
    assert ZoneFigure.objects.count() == 0
    told = client.post(NEAR, TYPED, follow=True).content.decode()
    assert "已设定“临规名单的起点(近十二个月开票销售)”为1,701万元。相关结论已重新测算,1 个有变化。" in told
    assert "管委会陶知行 2025-06-30" in told
    assert Judgement.objects.get(rulebook="near-scale", until=None).criteria["near"] == 5
    for path in ("/criteria/near-scale/", "/criteria/figures/"):
        assert "管委会陶知行 2025-06-30" in client.get(path).content.decode()
    made = ZoneFigure.objects.get()
    bad = client.post(f"/criteria/figures/acts/{made.pk}/withdraw/", {"reason": "错"})
    assert (bad.status_code, "没有写明理由" in bad.content.decode()) == (422, True)
    told = client.post(
        f"/criteria/figures/acts/{made.pk}/withdraw/", {"reason": "文件没有印发"}, follow=True
    ).content.decode()
    assert "相关结论已重新测算,1 个有变化。" in told
    assert "撤回:文件没有印发" in told
    assert Judgement.objects.get(rulebook="near-scale", until=None).criteria["near"] == 1


def test_what_officers_decided_holds_in_the_preview(cast: Cast, door: Door) -> None:
    near_firm(cast)
    client, asked = door(cast.supervisor), {"values": "1701", "since": "2025-01-01"}
    firm = Enterprise.objects.get()
    assert "1</b> 个不再临近规上" in client.get(NEAR, asked).content.decode()
    made = deciding.decide(
        book=rulebook.edition("near-scale", as_of=TODAY), criterion="near", entry=firm, state=State.MET,
        reason="已核对开票明细", expires_on=date(2025, 12, 31), by=cast.clerk, at=AT, today=TODAY,
    )  # fmt: skip
    held = client.get(NEAR, asked).content.decode()
    assert "临近规上的没有增减,没有一个的结论因此改变" in held and "人工认定照常有效" in held
    deciding.withdraw(decision=made, entry=firm, by=cast.clerk, at=AT)
    assert "1</b> 个不再临近规上" in client.get(NEAR, asked).content.decode()


def test_what_is_refused_keeps_what_was_typed(cast: Cast, door: Door) -> None:
    answer = door(cast.supervisor).post(NEAR, TYPED | {"reason": "短"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "没有写明理由,也没有上传文件" in text
    assert 'value="园区经发局〔2025〕7号"' in text and 'value="1701"' in text
    for who in (cast.clerk, cast.leader, cast.viewer, cast.auditor):
        answer = door(who).post(NEAR, TYPED)
        assert (answer.status_code, "不能设定本区数值" in answer.content.decode()) == (403, True)
    official = door(cast.supervisor).post("/criteria/figures/above-scale/min_revenue/", TYPED)
    assert (official.status_code, "不能由本区设定" in official.content.decode()) == (422, True)
    assert ZoneFigure.objects.count() == 0


def test_an_overlap_is_refused_until_the_earlier_one_is_ended(cast: Cast, door: Door) -> None:
    client = door(cast.administrator)
    client.post(NEAR, TYPED)
    answer = client.post(NEAR, TYPED | {"values": "1750", "since": "2025-06-01"})
    assert answer.status_code == 422
    assert "原设定截止到前一天" in answer.content.decode()
    assert client.post(NEAR, TYPED | {"values": "1750", "since": "2025-06-01", "ends_earlier": "1"}).status_code == 302
    own.check()
    figures = [parameters.in_force("above-scale", as_of=day)["near_from"] for day in (date(2025, 5, 31), TODAY)]
    assert [one.value for one in figures] == [1701, 1750]


def test_a_window_is_set_with_its_file_and_shows_in_the_calendar(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    assert "未设定" in client.get(BATCH).content.decode()
    assert "倒排" in client.get(BATCH, {"opens": "", "closes": "2025-09-12"}).content.decode()
    file = SimpleUploadedFile("批次通知.pdf", b"%PDF-1.4 x")
    given = {"opens": "2025-07-01", "closes": "2025-09-12", "source": "苏高企办〔2025〕3号", "file": file}
    assert "已设定" in client.post(BATCH, given, follow=True).content.decode()
    calendar = client.get("/criteria/calendar/").content.decode()
    assert "2025-09-12" in calendar and "管委会陶知行 2025-06-30" in calendar
    made = ZoneFigure.objects.get()
    path = f"/criteria/figures/acts/{made.pk}/file/"
    assert client.get(path).content == b"%PDF-1.4 x"
    assert door(cast.viewer).get(path).status_code == 403


def test_what_is_set_goes_out_and_comes_in(cast: Cast, door: Door) -> None:
    client = door(cast.supervisor)
    client.post(NEAR, TYPED)
    out = client.get("/criteria/figures/file/")
    assert 'values = ["1701"]' in out.content.decode()
    ZoneFigure.objects.all().delete()

    def take(data: bytes) -> str:
        file = SimpleUploadedFile("本区设定.toml", data)
        return client.post("/criteria/figures/take-over/", {"file": file}, follow=True).content.decode()

    assert "已导入 1 项本区设定" in take(out.content)
    assert "这里都已经有了" in take(out.content)
    assert "文件里没有本区设定" in take(b"a = 1")
    assert ZoneFigure.objects.count() == 1
