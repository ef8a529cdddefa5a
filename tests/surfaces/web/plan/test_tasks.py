"""任务分解表 and 征求意见 on screen: assign, export, take back, ask, answer, sign."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.office import AT, TODAY, Cast, cast, commitment, owned, running

from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment, Consultation, Plan
from gongjian.kernel.reports import actions as reports

pytestmark = pytest.mark.django_db


def client(officer: Officer) -> Client:
    made = Client()
    made.force_login(officer)
    return made


def started(*, with_owner: bool = True) -> tuple[Cast, Plan]:
    who = cast()
    plan = running(by=who.supervisor)
    if with_owner:
        for c in plan.commitments.all():
            owned(c, who.science)
        owned(commitment(plan, "8%"), who.works)
    return who, plan


def book(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_table_reads_as_offices_know_it() -> None:
    who, plan = started()
    page = client(who.viewer).get(f"/plan/{plan.pk}/tasks/").content.decode()
    for head in ("序号", "任务", "目标", "责任单位", "配合单位", "责任领导", "时限", "备注"):
        assert f"<th>{head}</th>" in page or f'<th class="n">{head}</th>' in page
    assert '<tr class="drive"><td colspan="8">一、攻坚科技创新</td></tr>' in page
    assert '<select name="owner-' not in page
    assert "导出任务分解表" not in page  # viewers do not export
    mine = client(who.builder).get(f"/plan/{plan.pk}/tasks/?mine=1").content.decode()
    assert "规上工业增加值增长8%" in mine and "144家" not in mine


def test_owners_are_assigned_in_the_table_and_a_bad_row_keeps_what_was_typed() -> None:
    who, plan = started(with_owner=False)
    browser = client(who.supervisor)
    page = browser.get(f"/plan/{plan.pk}/tasks/?edit=1").content.decode()
    rows = list(plan.commitments.all())
    typed: dict[str, object] = {}
    for c in rows:
        assert f'name="was-{c.pk}" value="||"' in page
        typed |= {f"was-{c.pk}": "||", f"owner-{c.pk}": "", f"co_owners-{c.pk}": "", f"leader-{c.pk}": ""}
    typed |= {f"owner-{rows[0].pk}": who.science.pk, f"co_owners-{rows[0].pk}": "建设局、督查室"}
    typed |= {f"owner-{rows[1].pk}": who.works.pk, f"co_owners-{rows[1].pk}": "环保局"}
    typed |= {f"leader-{rows[0].pk}": who.leader.pk}
    answer = browser.post(f"/plan/{plan.pk}/tasks/assign/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "已保存 1 项" in page and "没有名为“环保局”的单位" in page and 'value="环保局"' in page
    first = Commitment.objects.get(pk=rows[0].pk)
    assert (first.owner, first.leader) == (who.science, who.leader)
    assert [u.name for u in first.co_owners.all()] == ["督查室", "建设局"]
    assert Commitment.objects.get(pk=rows[1].pk).owner is None
    # the page was opened before the first save: the row is not silently overwritten
    stale = browser.post(f"/plan/{plan.pk}/tasks/assign/", {**typed, f"owner-{rows[0].pk}": who.works.pk})
    assert "的责任在您打开页面之后已被改动" in stale.content.decode()
    assert Commitment.objects.get(pk=rows[0].pk).owner == who.science
    assert client(who.scientist).post(f"/plan/{plan.pk}/tasks/assign/", typed).status_code == 403


def test_out_edited_and_back_again() -> None:
    who, plan = started()
    browser = client(who.supervisor)
    data = browser.get(f"/plan/{plan.pk}/tasks.xlsx").content
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    sheet = workbook["任务分解表"]
    assert [cell.value for cell in sheet[2]] == [
        "序号", "任务", "目标", "责任单位", "配合单位", "责任领导", "时限", "备注", "编号",
    ]  # fmt: skip
    assert sheet["B3"].value == "确保完成144家高企申报"
    assert sheet.column_dimensions["I"].hidden
    sheet["C3"], sheet["D3"], sheet["G4"] = "150家", "建设局", "2025-11-30"
    sheet["D5"] = "环保局"
    edited = io.BytesIO()
    workbook.save(edited)
    address = f"/plan/{plan.pk}/tasks/back/"
    preview = browser.post(address, {"file": SimpleUploadedFile("改.xlsx", edited.getvalue())})
    page = preview.content.decode()
    assert "将改动 <b>3</b> 处" in page
    assert "<del>144家</del>" in page and "<ins>150家</ins>" in page
    assert "第5行“责任单位”:没有名为“环保局”的单位" in page
    assert commitment(plan, "144家").owner == who.science  # nothing before it is confirmed
    token = page.split('name="token" value="')[1].split('"')[0]
    done = browser.post(address, {"token": token}, follow=True)
    assert "已回导 3 处改动" in done.content.decode()
    c = commitment(plan, "144家")
    assert c.owner == who.works
    assert [(int(t.value), t.reason) for t in c.targets.all()] == [(144, "工作要点原文"), (150, "任务分解表回导")]
    again = browser.post(address, {"token": token})
    assert again.status_code == 409 and "在预览之后又被改动" in again.content.decode()
    assert browser.post(address, {"token": token + "x"}).status_code == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [("改.xlsx", b"PK\x03\x04"), ("改.csv", "序号,任务,责任单位\n1,x,y\n".encode()), ("改.csv", b"a,b\n1,2\n")],
)
def test_another_sheet_is_refused_with_a_sentence(name: str, data: bytes) -> None:
    who, plan = started()
    answer = client(who.supervisor).post(f"/plan/{plan.pk}/tasks/back/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 422
    assert 'class="refusal"' in answer.content.decode()


def test_the_progress_sheet_of_any_day() -> None:
    who, plan = started()
    c = commitment(plan, "144家")
    for month, value in ((3, 30), (5, 61)):
        reports.enter(
            commitment=c, month=TODAY.replace(month=month, day=1), by=who.scientist, at=AT, today=TODAY,
            value=reports.Decimal(value), progress=f"{month}月进展",
        )  # fmt: skip
    rows = book(client(who.leader).get(f"/plan/{plan.pk}/progress.xlsx?as_of=2025-06-30").content)
    assert rows[1] == ["序号", "任务", "目标", "实际", "应达", "完成率", "态势", "已核实", "责任单位", "进展情况"]
    first = rows[2]
    assert first[:4] == [1, "确保完成144家高企申报", "144家", 61]
    assert first[5] == 0.4236
    assert first[6:] == ["欠序时", 0, "科技局", "5月进展"]
    assert rows[3][6] == "无数据"
    assert rows[-1][0] == "注:共 5 项:欠序时 1、无数据 4。"
    earlier = book(client(who.leader).get(f"/plan/{plan.pk}/progress.xlsx?as_of=2025-03-31").content)
    assert (earlier[2][3], earlier[2][9]) == (30, "3月进展")
    assert client(who.viewer).get(f"/plan/{plan.pk}/progress.xlsx").status_code == 403


def test_consultation_from_asking_to_signing() -> None:
    who, plan = started()
    du, ke, jian = client(who.supervisor), client(who.scientist), client(who.builder)
    address = f"/plan/{plan.pk}/consultation/"
    bad = du.post(f"{address}open/", {"answer_by": "2025-06-01"})
    assert (
        bad.status_code == 422 and "已经过去" in bad.content.decode() and 'value="2025-06-01"' in bad.content.decode()
    )
    assert ke.post(f"{address}open/", {"answer_by": "2025-07-10"}).status_code == 403
    opened = du.post(f"{address}open/", {"answer_by": "2025-07-10"}, follow=True).content.decode()
    assert "共待反馈 5 条" in opened
    page = ke.get(address).content.decode()
    assert "全部无意见(4 项)" in page and "规上工业增加值" not in page.split("各单位反馈情况")[0]
    row = Consultation.objects.get(unit=who.science, commitment=commitment(plan, "144家"))
    wordless = ke.post(f"{address}answer/", {f"answer-{row.pk}": "objected", f"opinion-{row.pk}": " "})
    assert wordless.status_code == 422 and "有意见但没有写明" in wordless.content.decode()
    ke.post(f"{address}answer/", {f"answer-{row.pk}": "objected", f"opinion-{row.pk}": "建议120家"})
    assert "已反馈:3 项无意见。" in ke.post(f"{address}answer/", {"all": "1"}, follow=True).content.decode()
    jian.post(f"{address}answer/", {f"answer-{row.pk}": "agreed"})  # not theirs: ignored
    row.refresh_from_db()
    assert (row.answer, row.opinion) == ("objected", "建议120家")
    assert "已反馈:1 项无意见。" in jian.post(f"{address}answer/", {"all": "1"}, follow=True).content.decode()
    refused = du.post(f"{address}sign/")
    assert refused.status_code == 422 and "还有 1 条意见没有处理" in refused.content.decode()
    assert jian.post(f"/consultation/{row.pk}/resolve/", {"resolution": "x"}).status_code == 403
    empty = du.post(f"/consultation/{row.pk}/resolve/", {"resolution": ""})
    assert empty.status_code == 422 and "没有写明处理结果" in empty.content.decode()
    du.post(f"/consultation/{row.pk}/resolve/", {"resolution": "部分采纳"})
    signed = du.post(f"{address}sign/", follow=True).content.decode()
    assert "任务分解表已签发" in signed and "已签发</span>" in signed
    assert Plan.objects.get().signed_off_by == who.supervisor
