"""Importing a plan: the same file twice, a changed file, what a new version takes over, and every refusal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Model
from tests.office import AT, FIRST, SECOND, TODAY, cast, commitment, imported, owned

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Act, Unit
from gongjian.kernel.plan import imports, review
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.models import Commitment, Passage, Plan
from gongjian.kernel.plan.reader import read

pytestmark = pytest.mark.django_db


def counts() -> dict[type[Model], int]:
    return {model: model.objects.count() for model in (Plan, Passage, Commitment, Act)}


def test_import_stores_the_text_byte_for_byte_and_waits_for_review() -> None:
    who = cast()
    done = imported(by=who.supervisor)
    plan = done.plan
    assert (done.is_new, plan.year, plan.version, plan.state, plan.text) == (True, 2025, 1, "review", FIRST)
    assert plan.title == "云湖开发区2025年工作要点"
    assert [c.metric for c in plan.commitments.all()][:2] == ["完成高企申报", "新增科创项目"]
    assert set(plan.commitments.values_list("state", flat=True)) == {"proposed"}
    assert plan.file is not None and plan.file.size == len(FIRST.encode())


def test_passages_nest_and_hold_their_words() -> None:
    plan = imported(by=cast().supervisor).plan
    passages = list(plan.passages.select_related("parent"))
    children = [p for p in passages if p.parent_id]
    assert children
    for p in children:
        assert p.parent.start <= p.start
        if p.level == "clause":
            assert p.end <= p.parent.end
    first = commitment(plan, "144家")
    assert first.text == "确保完成144家高企申报"
    assert plan.text[first.passage.start : first.passage.end] == "确保完成144家高企申报,力争新增科创项目81个。"


def test_the_same_file_is_offered_as_the_one_that_is_there() -> None:
    who = cast()
    first = imported(by=who.supervisor)
    before = counts()
    again = imported(by=who.supervisor)
    assert not again.is_new
    assert again.plan == first.plan
    assert counts() == before


def test_a_changed_file_is_a_new_version_and_shows_its_differences() -> None:
    who = cast()
    first = imported(by=who.supervisor).plan
    done = imported(by=who.supervisor, text=SECOND)
    assert (done.is_new, done.plan.version, done.previous) == (True, 2, first)
    assert imports.differences(plan=first) == []
    assert imports.differences(plan=done.plan) == [
        imports.Change(
            old="确保完成144家高企申报,力争新增科创项目81个。", new="确保完成144家高企申报,力争新增科创项目90个。"
        ),
        imports.Change(old="", new="新增省级平台5个。"),
    ]


def test_a_new_version_takes_over_decisions_on_unchanged_sentences() -> None:
    who = cast()
    first = imported(by=who.supervisor).plan
    roster = owned(commitment(first, "3个项目"), who.works, who.science)
    roster.indicator, roster.leader = "starts", who.leader
    roster.save()
    review.correct(commitment=roster, values={"metric": "重大项目开工"}, by=who.supervisor, at=AT)
    review.confirm(commitment=roster, by=who.supervisor, at=AT)
    review.reject(commitment=commitment(first, "前3名"), by=who.supervisor, at=AT, reason="不考核")
    plan = imported(by=who.supervisor, text=SECOND).plan
    heir = plan.commitments.get(succeeds=roster)
    assert (heir.metric, heir.owner, heir.leader, heir.indicator) == ("重大项目开工", who.works, who.leader, "starts")
    assert [u.name for u in heir.co_owners.all()] == ["科技人才局"]
    assert (heir.state, heir.confidence, heir.reason) == ("proposed", 1.0, "上一版已确认,原句未改")
    assert heir.text == roster.text and heir.start == roster.start + 9
    rank = plan.commitments.get(kind="rank")
    assert (rank.state, rank.rejected_for, rank.reason) == ("rejected", "不考核", "上一版不立项,原句未改")
    assert plan.commitments.filter(kind="roster").count() == 1


def test_a_promise_in_a_changed_sentence_keeps_owner_and_indicator() -> None:
    who = cast()
    first = imported(by=who.supervisor).plan
    same, grown = owned(commitment(first, "144家"), who.science), owned(commitment(first, "81个"), who.works)
    same.indicator = "high-tech-filed"
    same.save()
    plan = imported(by=who.supervisor, text=SECOND).plan
    heir, changed = commitment(plan, "144家"), commitment(plan, "90个")
    assert (heir.succeeds, heir.owner, heir.indicator) == (same, who.science, "high-tech-filed")
    assert heir.reason.endswith("承接上一版“完成高企申报”")
    assert (changed.succeeds, changed.owner, changed.value) == (grown, who.works, Decimal(90))
    assert changed.reason.endswith("承接上一版“新增科创项目”,内容有改动")
    assert commitment(plan, "5个").succeeds is None


def test_twice_the_same_sentence_is_taken_over_once_each() -> None:
    who = cast()
    text = "一、任务\n新增省级平台5个。\n二、再做\n新增省级平台5个。\n"
    first = imported(by=who.supervisor, text=text).plan
    a, b = first.commitments.all()
    owned(a, who.science)
    owned(b, who.works)
    plan = imported(by=who.supervisor, text=text + "三、保障\n强化统筹。\n").plan
    assert [(c.succeeds, c.owner) for c in plan.commitments.filter(metric=a.metric)] == [
        (a, who.science),
        (b, who.works),
    ]


def test_the_owner_comes_from_the_text_else_from_last_year() -> None:
    who = cast()
    old = imported(by=who.supervisor, text=FIRST, year=2024).plan
    owned(commitment(old, "81个"), who.works)
    text = "一、任务\n新增科创项目95个。\n完成高企申报150家。(责任单位:科技局、建设局)\n"
    plan = imported(by=who.supervisor, text=text).plan
    remembered, written = commitment(plan, "95个"), commitment(plan, "150家")
    assert remembered.owner == who.works
    assert remembered.reason.endswith("责任单位沿用2024年“新增科创项目”")
    assert written.owner == who.science
    assert list(written.co_owners.all()) == [who.works]


def test_units_are_found_by_any_name_but_never_guessed() -> None:
    who = cast()
    units = imports.unit_names()
    assert imports.find_unit("科技局", units) == who.science
    assert imports.find_unit("县建设局", units) == who.works
    assert imports.find_unit("局", units) is None
    Unit.objects.create(name="建设局二分局")
    assert imports.find_unit("建设", imports.unit_names()) is None


@pytest.mark.parametrize(
    ("text", "year", "code"),
    [("一、任务\n新增平台5个。", None, "plan.year"), ("一、任务\n新增平台5个。", 1899, "plan.year_range")],
)
def test_a_refused_import_leaves_nothing(text: str, year: int | None, code: str) -> None:
    who = cast()
    before = counts()
    document = plain(name="要点.txt", text=text)
    with pytest.raises(Refusal) as caught:
        reading = read(document, year=None)
        imports.import_plan(document=document, reading=reading, by=who.supervisor, at=AT, year=year)
    assert caught.value.code == code
    assert counts() == before


def test_only_supervisors_and_administrators_import() -> None:
    who = cast()
    document = plain(name="要点.txt", text=FIRST)
    reading = read(document, year=TODAY.year)
    allowed = []
    for officer in who.everybody():
        try:
            imports.import_plan(document=document, reading=reading, by=officer, at=AT, year=TODAY.year)
            allowed.append(officer.role)
        except Forbidden:
            pass
    assert allowed == ["supervisor", "administrator"]
    assert Plan.objects.count() == 1


def test_an_owner_or_leader_that_is_not_known_here_is_kept_in_words() -> None:
    who = cast()
    text = "一、攻坚科技创新\n确保完成144家高企申报(责任单位:科技局、云岫镇政府)。\n"
    document = plain(name="要点.txt", text=text)
    plan = imports.import_plan(
        document=document, reading=read(document, year=2025), by=who.supervisor, at=AT, year=2025
    ).plan
    filed = plan.commitments.get(value=144)
    assert filed.owner == who.science
    assert "原文责任单位“云岫镇政府”在本系统没有建立" in filed.reason
