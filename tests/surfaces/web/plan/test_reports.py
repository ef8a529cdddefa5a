"""填报 on screen: a unit's month, the queue, one commitment's form, and a second plan without any register."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.office import AT, PDF, TODAY, Cast, cast, commitment, owned, running

from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.reports import actions
from gongjian.kernel.reports.models import Reported

pytestmark = pytest.mark.django_db
SECOND_PLAN = Path(__file__).resolve().parents[4] / "examples/plan-second.txt"
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


def client(officer: Officer) -> Client:
    made = Client()
    made.force_login(officer)
    return made


def started() -> tuple[Cast, Plan, Commitment]:
    who = cast()
    plan = running(by=who.supervisor)
    for c in plan.commitments.all():
        owned(c, who.science)
    owned(commitment(plan, "8%"), who.works, who.science)
    owned(commitment(plan, "前3名"), who.works)
    return who, plan, commitment(plan, "144家")


def said(c: Commitment, by: Officer, month: date = JUNE, value: int = 61, *, with_file: bool = True) -> Reported:
    r = actions.enter(
        commitment=c, month=month, by=by, at=AT, today=TODAY, value=Decimal(value), progress=f"{month.month}月"
    )
    if with_file:
        evidence.attach(thing=r, part="progress", name="回执.pdf", data=PDF, by=by, at=AT)
    return r


def test_a_unit_sees_its_own_and_those_it_helps_with_for_the_month() -> None:
    who, _, c = started()
    said(c, who.scientist, MAY, 52, with_file=False)
    page = client(who.scientist).get("/reports/").content.decode()
    assert "2025年6月填报" in page and "未填报 4" in page
    assert "144家" in page and "规上工业增加值增长8%" in page and "前3名" not in page
    assert "<b>52家</b>(5月)" in page
    assert 'data-words="5月"' in page  # last month's words at hand
    assert page.count('type="checkbox" name="done-') == 3
    may = client(who.scientist).get("/reports/?month=2025-05").content.decode()
    assert "2025年5月填报" in may and 'value="52"' in may
    assert client(who.scientist).get("/reports/?month=2024-05").status_code == 422


def test_only_touched_rows_are_saved_and_a_bad_one_keeps_its_words() -> None:
    who, plan, c = started()
    browser = client(who.scientist)
    roster, other = commitment(plan, "3个项目"), commitment(plan, "81个")
    typed: dict[str, object] = {f"was-{x.pk}": "" for x in (c, roster, other)}
    typed |= {f"value-{c.pk}": "６１", f"progress-{c.pk}": "第三批已报"}
    typed |= {f"file-{c.pk}": SimpleUploadedFile("回执.pdf", PDF)}
    typed |= {f"done-{roster.pk}": ["松岭新材", "青禾智控"], f"progress-{roster.pk}": ""}
    typed |= {f"value-{other.pk}": "四十", f"progress-{other.pk}": "还在核对"}
    answer = browser.post("/reports/?month=2025-06", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert (
        "已保存 2 项" in page and "“四十”不是数字" in page and 'value="四十"' in page and "还在核对</textarea>" in page
    )
    assert Reported.objects.count() == 2
    r = Reported.objects.get(commitment=c)
    assert (r.value, r.progress, r.state, r.reported_by) == (Decimal(61), "第三批已报", "evidenced", who.scientist)
    assert [f.name for f in evidence.of(r)] == ["回执.pdf"]
    assert Reported.objects.get(commitment=roster).done == ["松岭新材", "青禾智控"]


def test_a_refused_file_refuses_the_row_whole() -> None:
    who, _, c = started()
    typed = {f"was-{c.pk}": "", f"value-{c.pk}": "61", f"file-{c.pk}": SimpleUploadedFile("程序.exe", b"MZ")}
    answer = client(who.scientist).post("/reports/", typed)
    assert answer.status_code == 422
    assert "不能作为佐证" in answer.content.decode() and 'value="61"' in answer.content.decode()
    assert Reported.objects.count() == 0


def test_what_somebody_else_reported_meanwhile_is_not_overwritten() -> None:
    who, _, c = started()
    said(c, who.supervisor, with_file=False)
    answer = client(who.scientist).post("/reports/", {f"was-{c.pk}": "", f"value-{c.pk}": "70"})
    assert answer.status_code == 409
    assert "这一项在您打开页面之后已由他人填报" in answer.content.decode()
    assert Reported.objects.get().value == Decimal(61)


def test_milestones_bands_and_duties_have_their_fields() -> None:
    who, _, c = started()
    for kind, words in (("milestone", "形象进度(%)"), ("band", "是否在区间内"), ("routine", "开展日期")):
        Commitment.objects.filter(pk=c.pk).update(kind=kind)
        page = client(who.scientist).get(f"/commitment/{c.pk}/report/").content.decode()
        assert words in page
    typed = {f"was-{c.pk}": "", f"reached-{c.pk}": "yes", f"happened_on-{c.pk}": "2025-06-12", "only": str(c.pk)}
    answer = client(who.scientist).post(f"/commitment/{c.pk}/report/?month=2025-06", typed)
    assert answer["Location"] == f"/commitment/{c.pk}/report/?month=2025-06"
    r = Reported.objects.get()
    assert (r.reached, r.happened_on) == (True, date(2025, 6, 12))
    wrong = client(who.scientist).post(
        f"/commitment/{c.pk}/report/?month=2025-06",
        {**typed, f"was-{c.pk}": str(r.pk), f"happened_on-{c.pk}": "2025-07-12"},
    )
    assert wrong.status_code == 422 and "数据日期 2025-07-12 不在2025年06月内" in wrong.content.decode()


def test_the_queue_verifies_in_bulk_and_returns_with_a_reason() -> None:
    who, plan, c = started()
    first, second = said(c, who.scientist), said(commitment(plan, "81个"), who.scientist, with_file=False)
    browser = client(who.supervisor)
    page = browser.get("/reports/?month=2025-06").content.decode()
    assert "待核实 2" in page and "未填报 3" in page
    assert f'href="/evidence/{evidence.of(first)[0].pk}/"' in page
    refused = browser.post("/reports/judge/", {"verify": second.pk, "month": "2025-06"})
    assert refused.status_code == 422 and "这条填报没有可用的佐证,不能核实" in refused.content.decode()
    wordless = browser.post("/reports/judge/", {"return": second.pk})
    assert wordless.status_code == 422 and "退回填报需要说明原因" in wordless.content.decode()
    browser.post(
        "/reports/judge/", {"return": second.pk, f"reason-{second.pk}": "请附认定文件", "next": "//evil.example/"}
    )
    done = browser.post(
        "/reports/judge/", {"pick": [first.pk], "next": "/reports/?state=verified&month=2025-06"}, follow=True
    )
    assert done.redirect_chain == [("/reports/?state=verified&month=2025-06", 302)]
    assert "已核实 1 条填报。" in done.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.reason) == ("verified", "returned", "请附认定文件")
    unit = client(who.scientist).get("/reports/?month=2025-06").content.decode()
    assert "督查室退回:请附认定文件" in unit
    assert unit.index("请附认定文件") < unit.index("144家")  # returned ones on top
    for officer in (who.scientist, who.leader, who.viewer, who.auditor, who.administrator):
        assert client(officer).post("/reports/judge/", {"verify": second.pk}).status_code == 403


def test_enter_in_a_field_does_what_the_field_is_for() -> None:
    who, plan, c = started()
    first, second = said(c, who.scientist), said(commitment(plan, "81个"), who.scientist)
    browser = client(who.supervisor)
    page = browser.get("/reports/?month=2025-06").content.decode()
    assert page.index('name="typed"') < page.index('name="verify"')  # the form's default button
    typed = {"typed": "1", "pick": [first.pk], f"reason-{first.pk}": "", f"reason-{second.pk}": "口径不对"}
    browser.post("/reports/judge/", typed)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.reason) == ("evidenced", "returned", "口径不对")
    sheet = client(who.scientist).get("/reports/").content.decode()
    assert sheet.index('class="default"') < sheet.index('name="only"')


def test_who_has_not_reported_and_filters_by_unit() -> None:
    who, _, c = started()
    said(c, who.scientist)
    page = client(who.supervisor).get("/reports/?state=none&month=2025-06").content.decode()
    assert "前3名" in page and "144家" not in page.split("各单位本月填报情况")[0]
    works = client(who.leader).get(f"/reports/?state=none&unit={who.works.pk}").content.decode()
    assert "前3名" in works and "81个" not in works.split("各单位本月填报情况")[0]
    assert "核实所选" not in works


def test_one_commitments_form_shows_every_submission() -> None:
    who, _, c = started()
    said(c, who.scientist, JUNE, 60, with_file=False)
    said(c, who.scientist, JUNE, 61, with_file=False)
    address = f"/commitment/{c.pk}/report/?month=2025-06"
    page = client(who.scientist).get(address).content.decode()
    assert page.count("已被 2025-06-30") == 1 and "60家" in page and "61家" in page
    outsider = client(who.builder)
    assert 'name="value-' not in outsider.get(address).content.decode()
    assert (
        outsider.post(address, {f"was-{c.pk}": str(Reported.objects.first().pk), f"value-{c.pk}": "1"}).status_code
        == 403
    )  # type: ignore[union-attr]


def test_a_second_plan_in_an_empty_zone_lives_by_reports_alone() -> None:
    """Without a register, an indicator or a unit: every promise can be reported, and the standing follows."""
    who = cast()
    Zone.objects.update(stands_at=date(2026, 4, 30))
    text = SECOND_PLAN.read_text(encoding="utf-8")
    plan = running(by=who.supervisor, text=text, year=2026)
    rows = list(plan.commitments.filter(state="confirmed"))
    assert len(rows) >= 40
    assert {c.indicator for c in rows} == {""}
    browser = client(who.supervisor)
    sheet = browser.get("/reports/?fill=1&month=2026-04").content.decode()
    for c in rows:
        assert f'name="was-{c.pk}"' in sheet
        page = browser.get(f"/commitment/{c.pk}/report/").content.decode()
        assert f'name="progress-{c.pk}"' in page
    c = commitment(plan, "新增规模以上工业企业20家")
    typed = {f"was-{c.pk}": "", f"value-{c.pk}": "9", f"progress-{c.pk}": "已入库9家", "only": str(c.pk)}
    browser.post(f"/commitment/{c.pk}/report/?month=2026-04", typed)
    page = browser.get(f"/commitment/{c.pk}/report/?month=2026-04").content.decode()
    assert "超序时" in page or "达序时" in page
