"""认定事项 of carriers, persons and talent projects: recorded like those of enterprises, judged at once, read with care."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast

from gongjian.drives.innovation.criteria.maker_space import MAKER_SPACE
from gongjian.drives.innovation.criteria.talent import JIANGSU_TEAM
from gongjian.drives.innovation.talent_findings import TalentAssessment
from gongjian.drives.innovation.talents import TalentProject
from gongjian.ground.assessments import PersonAssessment, SiteAssessment, person_items, site_items, talent_items
from gongjian.ground.people import Person
from gongjian.ground.sites import Site
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.registers import actions, query
from gongjian.kernel.rulebooks import keeping
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces import whereabouts

FOUND: dict[str, Any] = {"assessed_on": date(2025, 6, 2), "adviser": "丁工"}


def add(model: Any, cast: Cast, **values: Any) -> Any:
    return actions.create(
        register=model.register, values={"unit": cast.science, **values}, by=cast.clerk, at=AT, today=TODAY
    )


def kept(book: Rulebook, entry: Any) -> Any:
    return Judgement.objects.get(rulebook=book.name, entry=entry.pk, until=None)


def test_a_finding_on_a_carrier_changes_its_verdict_at_once_and_no_other(cast: Cast) -> None:
    one, other = (add(Site, cast, name=name, kind="makerspace") for name in ("甲空间", "乙空间"))
    assert keeping.refresh(MAKER_SPACE, as_of=TODAY, at=AT) == 2
    assert kept(MAKER_SPACE, one).criteria["examples"] == State.UNGRADED
    finding = add(SiteAssessment, cast, site=one, item="typical_cases_1y", number=3, **FOUND)
    assert keeping.waiting(MAKER_SPACE, as_of=TODAY) == 1
    assert keeping.refresh(MAKER_SPACE, as_of=TODAY, at=AT) == 1
    assert [kept(MAKER_SPACE, row).criteria["examples"] for row in (one, other)] == [State.MET, State.UNGRADED]
    actions.change(entry=finding, values={"site": other}, by=cast.clerk, at=AT, revision=1)
    assert keeping.refresh(MAKER_SPACE, as_of=TODAY, at=AT) == 2
    assert [kept(MAKER_SPACE, row).criteria["examples"] for row in (one, other)] == [State.UNGRADED, State.MET]


def test_findings_on_a_team_make_it_ready(cast: Cast) -> None:
    team = add(TalentProject, cast, name="甲团队", stage="contacted")
    keeping.refresh(JIANGSU_TEAM, as_of=TODAY, at=AT)
    assert kept(JIANGSU_TEAM, team).state == State.UNGRADED
    for item, number in (("core_members", 2), ("young_members", 1), ("oldest_age", 55), ("oldest_academician", 0)):
        add(TalentAssessment, cast, project=team, item=item, number=number, **FOUND)
    add(TalentAssessment, cast, project=team, item="all_qualified", answer=True, **FOUND)
    keeping.refresh(JIANGSU_TEAM, as_of=TODAY, at=AT)
    assert kept(JIANGSU_TEAM, team).state == State.MET


def test_a_finding_on_a_person_is_read_with_a_purpose_and_never_kept_as_a_verdict(cast: Cast) -> None:
    someone = add(Person, cast, person_key="QH-1", name="测试甲", category="innovator", degree="doctor")
    add(PersonAssessment, cast, person=someone, item="no_talent_award", answer=True, **FOUND)
    (verdict,) = [one for one in keeping.now(someone.pk, as_of=TODAY, subject="person") if _is_doctor(one)]
    assert next(one.state for one in verdict.findings if one.gate.name == "once") is State.MET
    assert not Judgement.objects.exists()
    with pytest.raises(Refusal) as refused:
        query.rows(query.Ask(register=PersonAssessment.register, by=cast.clerk))
    assert refused.value.code == "register.purpose"
    with pytest.raises(Forbidden):
        actions.create(
            register=PersonAssessment.register,
            values={"person": someone, "item": "relaxed_age", "answer": True, **FOUND},
            by=cast.leader,
            at=AT,
            today=TODAY,
        )
    assert PersonAssessment.objects.count() == 1


def _is_doctor(verdict: Any) -> bool:
    return bool(verdict.rulebook.name == "jiangsu-doctor")


def test_each_register_asks_for_the_facts_of_its_own_subjects() -> None:
    names = [{name for name, _ in found()} for found in (site_items, person_items, talent_items)]
    assert "teams_confirmed" in names[0] and "employer_insures" in names[1] and "core_members" in names[2]
    assert not names[0] & names[1] and not names[1] & names[2]
    assert "skill_grade" not in names[1] and "support_asked" not in names[2]  # columns of their own rows


def test_the_sheet_says_where_a_finding_is_entered(cast: Cast) -> None:
    site = add(Site, cast, name="甲空间", kind="makerspace")
    (verdict,) = keeping.now(site.pk, as_of=TODAY, subject="site")[-1:]
    findings = {one.gate.name: one for one in verdict.findings}
    specs = whereabouts.ungraded(findings["examples"].gate.demands.specs(), verdict.facts)
    (place,) = whereabouts.of(specs, as_of=TODAY)
    assert (place.where, place.listed) == ("载体认定事项台账", "“上一年典型孵化案例数”")
    assert place.address(site).endswith("item=typical_cases_1y") and "/registers/site-assessment/new/" in place.address(
        site
    )
    size = whereabouts.of(findings["size"].missing, as_of=TODAY)
    assert [one.where for one in size] == ["载体地块台账", "载体年度数据台账2024年度"]
    assert size[0].address(site) == f"/registers/site/{site.pk}/"
    assert whereabouts.entered(findings["size"].missing, TODAY)[1] == "在载体年度数据台账2024年度补录“工位(个)”。"
