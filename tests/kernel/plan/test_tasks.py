"""任务分解表: its rows, and what an edited sheet changes, refuses and leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from tests.office import AT, TODAY, Cast, cast, commitment, owned, running

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people.models import Act, Officer, Role
from gongjian.kernel.plan import assignment, task_edits, tasks
from gongjian.kernel.plan.models import Plan, Target

pytestmark = pytest.mark.django_db


def started() -> tuple[Cast, Plan]:
    who = cast()
    plan = running(by=who.supervisor)
    for c in plan.commitments.all():
        owned(c, who.science)
    return who, plan


def sheet(plan: Plan, by: Officer, **changes: Mapping[str, object]) -> list[tuple[int, dict[str, object]]]:
    """The exported rows with some cells changed: `sheet(plan, by, _144家={"target": "150"})`."""
    out = []
    for row in tasks.table(plan=plan, by=by):
        cells: dict[str, object] = {"key": str(row.commitment.pk), "task": row.task}
        cells |= {name: getattr(row, name) for name in tasks.LABELS}
        for words, cell in changes.items():
            if words.lstrip("_") in row.task:
                cells |= cell
        out.append((row.number + 2, cells))
    return out


def pairs(found: task_edits.Comparison) -> list[tuple[str, str, str]]:
    return [(edit.field, edit.old, edit.new) for edit in found.edits]


def test_the_table_has_the_plans_words_and_the_targets_in_force() -> None:
    who, plan = started()
    c = commitment(plan, "144家")
    owned(c, who.science, who.works)
    assignment.retarget(commitment=c, value=Decimal(150), since=TODAY, reason="纪要", by=who.supervisor, at=AT)
    rows = tasks.table(plan=plan, by=who.viewer)
    assert [(r.number, r.drive, r.target, r.owner, r.due) for r in rows][:1] == [
        (1, "一、攻坚科技创新", "150家", "科技局", date(2025, 12, 31))
    ]
    assert (rows[0].task, rows[0].co_owners) == ("确保完成144家高企申报", "建设局")
    assert [r.target for r in rows] == ["150家", "81个", "3个", "前3名", "8%"]


def test_an_untouched_sheet_changes_nothing() -> None:
    who, plan = started()
    found = task_edits.compare(plan=plan, rows=sheet(plan, who.supervisor), by=who.supervisor)
    assert found == task_edits.Comparison(edits=(), problems=(), absent=0)


def test_every_kind_of_cell_is_shown_old_and_new_and_applied() -> None:
    who, plan = started()
    rows = sheet(
        plan,
        who.supervisor,
        _144家={
            "target": "不少于150家",
            "owner": "建设局",
            "co_owners": "科技人才局、科创园服务中心",
            "leader": "卫主任",
        },
        _81个={"due": datetime(2025, 11, 30, tzinfo=UTC), "target": 90},
        _3个项目={"due": "7月底"},
    )
    found = task_edits.compare(plan=plan, rows=rows, by=who.supervisor)
    assert found.problems == ()
    assert pairs(found) == [
        ("owner", "科技局", "建设局"),
        ("co_owners", "", "科技局、科创园服务中心"),
        ("leader", "", "卫主任"),
        ("target", "144家", "150家"),
        ("target", "81个", "90个"),
        ("due", "2025-12-31", "2025-11-30"),
        ("due", "2025-06-30", "2025-07-31"),
    ]
    assert task_edits.apply(plan=plan, edits=found.edits, by=who.supervisor, at=AT, today=TODAY) == 7
    c = commitment(plan, "144家")
    assert (c.owner, c.leader, c.value) == (who.works, who.leader, Decimal(144))
    assert {u.name for u in c.co_owners.all()} == {"科技人才局", "科创园服务中心"}
    assert list(
        Target.objects.filter(reason="任务分解表回导").order_by("pk").values_list("value", "due_on", "since")
    ) == [
        (Decimal(150), date(2025, 12, 31), TODAY),
        (Decimal(90), date(2025, 11, 30), TODAY),
        (Decimal(3), date(2025, 7, 31), TODAY),
    ]
    again = task_edits.compare(plan=plan, rows=sheet(plan, who.supervisor), by=who.supervisor)
    assert again.edits == ()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ({"owner": ""}, "责任单位不能清空"),
        ({"owner": "环保局"}, "没有名为“环保局”的单位"),
        ({"co_owners": "建设局、环保局"}, "没有名为“环保局”的单位"),
        ({"leader": "王五"}, "没有名叫“王五”的领导"),
        ({"due": ""}, "时限不能清空"),
        ({"due": "尽快"}, "时限“尽快”看不明白"),
        ({"target": "很多家"}, "不是一个数"),
        ({"target": "150-160家"}, "不是一个数"),
        ({"target": "150亿元"}, "的单位不是“家”"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_the_rest_is_taken(cell: dict[str, object], words: str) -> None:
    who, plan = started()
    rows = sheet(plan, who.supervisor, _144家=cell, _81个={"owner": "建设局"})
    found = task_edits.compare(plan=plan, rows=rows, by=who.supervisor)
    assert pairs(found) == [("owner", "科技局", "建设局")]
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"第3行“{tasks.LABELS[next(iter(cell))]}”:")
    assert words in found.problems[0]


def test_rows_that_are_new_unknown_twice_missing_or_reworded_are_named() -> None:
    who, plan = started()
    rows = sheet(plan, who.supervisor, _81个={"task": "新增科创项目100个"})
    last = rows.pop()
    rows += [(20, {"task": "新任务", "owner": "建设局"}), (21, {**rows[0][1], "key": "99999"}), (22, rows[0][1])]
    found = task_edits.compare(plan=plan, rows=rows, by=who.supervisor)
    assert (found.edits, found.absent, last[0]) == ((), 1, 7)
    assert [words[:6] for words in found.problems] == ["第4行的任务", "第20行没有", "第21行的编", "第22行的编"]


def test_two_leaders_of_one_name_are_not_guessed() -> None:
    who, plan = started()
    Officer.objects.create(username="wei2", name="卫主任", role=Role.LEADER)
    rows = sheet(plan, who.supervisor, _144家={"leader": "卫主任"})
    found = task_edits.compare(plan=plan, rows=rows, by=who.supervisor)
    assert found.edits == () and "有 2 位名叫“卫主任”的领导" in found.problems[0]


def test_applying_is_all_or_nothing_and_notices_what_changed_since() -> None:
    who, plan = started()
    rows = sheet(plan, who.supervisor, _144家={"owner": "建设局"}, _81个={"owner": "建设局"})
    edits = task_edits.compare(plan=plan, rows=rows, by=who.supervisor).edits
    assignment.assign(commitment=commitment(plan, "81个"), by=who.second, at=AT, owner=who.park)
    before = Act.objects.count()
    with pytest.raises(Stale):
        task_edits.apply(plan=plan, edits=edits, by=who.supervisor, at=AT, today=TODAY)
    assert commitment(plan, "144家").owner == who.science
    assert Act.objects.count() == before
    Plan.objects.update(state="superseded")
    plan.refresh_from_db()
    with pytest.raises(Refusal) as caught:
        task_edits.apply(plan=plan, edits=edits[:1], by=who.supervisor, at=AT, today=TODAY)
    assert caught.value.code == "tasks.state"


def test_only_the_supervision_office_takes_a_sheet_back() -> None:
    who, plan = started()
    for officer in who.everybody():
        assert len(tasks.table(plan=plan, by=officer)) == 5
        if officer.role == "supervisor":
            continue
        with pytest.raises(Forbidden):
            task_edits.compare(plan=plan, rows=[], by=officer)
        with pytest.raises(Forbidden):
            task_edits.apply(plan=plan, edits=[], by=officer, at=AT, today=TODAY)
