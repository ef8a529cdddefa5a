"""`gongjian why`: every figure leads back, line by line, to the sentence, the rows and the files."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from tests.kernel.indicators.desk import PDF, Desk, make_desk, moment

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.explain import explain

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 30)


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


def test_from_the_sentence_to_the_file(desk: Desk) -> None:
    c = desk.promise("确保完成高企申报10家", indicator="high-tech-filed", metric="高企申报")
    one = desk.application("云岫机电", stage="已申报", on="2025-05-20")
    two = desk.application("青禾精密", stage="已认定", on="2025-06-10")
    desk.prove(one, "receipt", at="2025-05-21", verified_at="2025-05-22")
    desk.report(c, 6, "4", at="2025-06-30")
    lines = list(explain(commitment_id=c.pk, as_of=DAY))
    digest = hashlib.sha256(PDF).hexdigest()[:12]
    assert lines == [
        "原文  确保完成高企申报10家",
        f"      《2025年工作要点》第1版 第1段,第 0–11 字,文件摘要 {'0' * 12}",
        "承诺  高企申报:目标 = 10家,确保,时限 2025-12-31,责任单位 科技",
        "进度  按日历天均匀推进,2025-01-01 至 2025-12-31;2025-06-30 应达 4.9589家",
        "态势  2025-06-30 欠序时:实际 2家,已核实 1,自报 1",
        "      2025-06-30 填报 4家,与台账相差 2家",
        "指标  高企申报数(high-tech-filed,gongjian/drives/innovation/high_tech.py),台账“高企申报”计入 2 行",
        f"  行 {one.pk} 云岫机电 2025年高企申报 2025-05-20 已核实",
        f"    佐证 证明.pdf 已核实 摘要 {digest}",
        f"  行 {two.pk} 青禾精密 2025年高企申报 2025-06-10 自报",
    ]
    assert list(explain(commitment_id=c.pk, as_of=date(2025, 5, 19)))[-1].endswith("计入 0 行")


def test_a_long_list_is_cut_and_counted(desk: Desk) -> None:
    c = desk.promise(indicator="high-tech-filed")
    for n in range(5):
        desk.application(f"企业{n}", stage="已申报", on="2025-05-20")
    lines = list(explain(commitment_id=c.pk, as_of=DAY, most=2))
    assert lines[-1] == "  其余 3 行从略" and sum(line.startswith("  行 ") for line in lines) == 2


def test_a_changed_target_a_sum_and_a_named_row(desk: Desk) -> None:
    c = desk.promise("开票销售超千亿", value=Decimal(1000), comparator=">", unit="亿元", indicator="invoiced-sales")
    desk.retarget(c, "900", since="2025-03-01")
    row = desk.enter("invoiced-sales", on="2025-06-10", month=date(2025, 5, 31), amount=Decimal("812345.5"))
    lines = list(explain(commitment_id=c.pk, as_of=DAY))
    assert "目标 > 900亿元(原文 1,000)" in lines[2]
    assert lines[-1] == f"  行 {row.pk} 2025年05月工业开票销售 2025-05-31 812,345.5万元 自报"
    given = {"kind": "roster", "value": None, "unit": "", "named": ["岚绮纺织"]}
    roster = desk.promise("确保岚绮纺织开工", indicator="projects-started", **given)
    project = desk.enter("project", on="2025-02-01", name="岚绮纺织5万锭项目")
    desk.move(project, "已开工", on="2025-03-18")
    last = list(explain(commitment_id=roster.pk, as_of=DAY))[-1]
    assert last == f"  行 {project.pk} 岚绮纺织5万锭项目 即“岚绮纺织” 2025-03-18 自报"


def test_by_hand_the_reports_and_their_files(desk: Desk) -> None:
    from gongjian.kernel.evidence import actions as evidence

    c = desk.promise("城镇新增就业10人", unit="人", due_on=None, deadline="", modality="plain")
    row = desk.report(c, 5, "4", progress="完成培训")
    evidence.attach(thing=row, part="value", name="台账.pdf", data=PDF, by=desk.officer, at=moment("2025-06-04"))
    lines = list(explain(commitment_id=c.pk, as_of=DAY))
    assert "时限 无" in lines[2] and "实际 4人,有佐证 4" in lines[4]
    assert lines[5] == "指标  未绑定,由责任单位填报(1 条)"
    assert lines[6] == "  填报 2025-05 累计 4 有佐证 完成培训"
    assert lines[7].startswith("    佐证 台账.pdf 有佐证 摘要 ")


def test_an_unknown_number_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        list(explain(commitment_id=999, as_of=DAY))
    assert refused.value.code == "commitment.unknown"


def test_a_day_outside_the_year_is_its_nearest_day(desk: Desk) -> None:
    c = desk.promise()
    assert list(explain(commitment_id=c.pk, as_of=date(2026, 3, 1)))[4].startswith("态势  2025-12-31")
    assert list(explain(commitment_id=c.pk, as_of=date(2024, 3, 1)))[4].startswith("态势  2025-01-01")
