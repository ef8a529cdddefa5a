"""The pages of rulebooks: the shelf, one rulebook, the sheet, the calendar, decisions; for whom they show what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import PDF, enterprise
from tests.kernel.rulebooks.firms import four_firms

from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people.models import Officer, Role, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import families, keeping, rulebook
from gongjian.kernel.rulebooks.models import Judgement, Override
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]
XSS = "<script>alert(1)</script>材料"


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


@pytest.fixture
def firms(cast: Cast) -> list[Any]:
    """Ready; one scientist short; five short; no return at all."""
    return four_firms(cast)


def _text(response: Any) -> str:
    return str(response.content.decode())


def _decide(client: Client, pk: int, **given: Any) -> Any:
    filled = {"criterion": "score", "state": "met", "reason": "已核对劳动合同", "expires_on": "2025-12-31", **given}
    return client.post(f"/criteria/sti-sme/{pk}/decide/", filled)


def test_every_rulebook_has_its_family() -> None:
    named = [name for names in families.every().values() for name in names]
    assert len(named) == len(set(named)) == 29
    known = [title for title, _ in families.grouped(keeping.current(as_of=date(2026, 11, 1)))]
    assert known == list(families.every())
    assert set(named) <= set(rulebook.names())


def test_the_shelf_counts_what_is_kept_and_judges_nothing(firms: list[Any], cast: Cast, door: Door) -> None:
    before = Judgement.objects.count()
    text = _text(door(cast.viewer).get("/criteria/"))
    row = text.split('href="/criteria/sti-sme/"')[1].split("</tr>")[0]
    assert re.findall(r"verdict=(\w+)#list\">(\d+)<", row) == [("ready", "1"), ("needs_data", "1"), ("not_met", "2")]
    assert "本年度未设定" in row and "2026-06-01 至 2026-08-31" in row
    empty = text.split('href="/criteria/high-tech/"')[1].split("</tr>")[0]
    assert "还没有测算结论" in empty
    assert Judgement.objects.count() == before


def test_what_is_about_people_is_hidden_from_who_may_not_read_them(cast: Cast, door: Door) -> None:
    assert "外国人来华工作许可" not in _text(door(cast.viewer).get("/criteria/"))
    text = _text(door(cast.supervisor).get("/criteria/"))
    assert "不保留结论" in text.split('href="/criteria/work-permit-a/"')[1].split("</tr>")[0]
    page = door(cast.supervisor).get("/criteria/work-permit-a/")
    assert page.status_code == 200 and "逐人查询" in _text(page) and 'id="list"' not in _text(page)
    assert door(cast.viewer).get("/criteria/work-permit-a/").status_code == 403
    assert door(cast.supervisor).get("/criteria/work-permit-a/what-if/").status_code == 422


def test_a_rulebook_shows_its_lists_funnel_figures_and_cases(firms: list[Any], cast: Cast, door: Door) -> None:
    text = _text(door(cast.viewer).get("/criteria/sti-sme/?verdict=not_met"))
    listed = text.split('id="list"')[1].split("</section>")[0]
    assert [name in listed for name in ("青禾1号", "青禾2号", "青禾3号")] == [False, True, True]
    assert listed.index("青禾2号") < listed.index("青禾3号")
    assert "52至52分" not in listed and "科技人员" in listed
    funnel = text.split('id="funnel"')[1].split("</section>")[0]
    assert [int(n) for n in re.findall(r'<td class="n" data-label="(?:进入|符合)">(\d+)</td>', funnel)][:2] == [4, 3]
    assert "未设定" in text.split('id="figures"')[1] and ">T8<" in text
    assert "算例" in text and "条款对照" in text
    near = _text(door(cast.viewer).get("/criteria/sti-sme/")).split('id="near"')[1].split("</section>")[0]
    assert near.count("一企一策") == 2
    other = _text(door(cast.viewer).get(f"/criteria/sti-sme/?unit={cast.trade.pk}"))
    assert "该单位名下没有测算对象" in other


def test_who_crossed_the_line_since_last_month(firms: list[Any], cast: Cast, door: Door) -> None:
    Judgement.objects.update(since=AT - timedelta(days=60))
    last = AnnualReturn.objects.get(enterprise=firms[1])
    actions.change(entry=last, values={"tech_staff": "4"}, by=cast.clerk, at=AT, revision=1)
    text = _text(door(cast.viewer).get("/criteria/sti-sme/"))
    crossed = text.split('id="crossed"')[1].split("</section>")[0]
    assert "青禾2号" in crossed and "3人 → 4人" in crossed and "青禾1号" not in crossed


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/criteria/nothing/", 404, "没有这个页面"),
        ("/criteria/haian-talent/", 422, "没有施行中的版本"),
        ("/criteria/sti-sme/what-if/?fact=profits&by=1", 422, "没有名为“profits”的数字事实"),
        ("/criteria/sti-sme/what-if/?fact=tech_staff&by=三", 422, "的值“三”不能用"),
        ("/criteria/sti-sme/what-if/?p.pass=高", 422, "不是数字"),
        ("/criteria/sti-sme/what-if/?p.nothing=3", 422, "没有名为“nothing”的数值"),
        ("/criteria/sti-sme/what-if/?fact=tech_staff&by=1&names=无名公司", 422, "有1行没有找到:无名公司"),
        ("/criteria/calendar/?from=2026-13", 422, "写法不对"),
        ("/one-policy/999999/", 422, ""),
    ],
)
def test_what_cannot_be_shown_is_said(cast: Cast, door: Door, path: str, status: int, words: str) -> None:
    page = door(cast.supervisor).get(path)
    assert page.status_code == status
    assert words in _text(page)


def test_what_if_of_one_says_what_a_number_must_be(firms: list[Any], cast: Cast, door: Door) -> None:
    path, client = f"/criteria/sti-sme/{firms[1].pk}/what-if/", door(cast.viewer)
    now, then = _text(client.get(path)), _text(client.get(path, {"tech_staff": "4"}))
    assert "还没有改动" in now and "可申报" not in now.split('id="answer"')[1].split("</form>")[0]
    assert "可申报" in then.split('id="answer"')[1] and "改动了 1 项数据" in then and "现为 3人" in then
    assert re.search(r'data-for="f-tech_staff" min="0" max="\d+" step="1" value="3"', now)
    wrong = client.get(path, {"tech_staff": "四个"})
    assert wrong.status_code == 422 and 'value="四个"' in _text(wrong) and "不能用" in _text(wrong)
    unknown = client.get(path, {"profits": "4"})
    assert unknown.status_code == 422 and "不看名为“profits”的事实" in _text(unknown)
    assert Judgement.objects.filter(entry=firms[1].pk, until=None).get().state == State.UNMET


def test_what_if_of_a_set_and_of_the_figures(firms: list[Any], cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    text = _text(client.get("/criteria/sti-sme/what-if/?fact=tech_staff&by=1&near=1"))
    assert '<b class="up">1</b> 个变为可申报' in text and "离达标最近的1个企业" in text and "青禾2号" in text
    chosen = _text(client.get(f"/criteria/sti-sme/what-if/?fact=tech_staff&by=1&only={firms[2].pk}"))
    assert "可申报的没有增减" in chosen
    blank = _text(client.get("/criteria/sti-sme/what-if/?fact=tech_staff&by=1"))
    assert "另有 1 个没有填写这一项" in blank
    stricter = _text(client.get("/criteria/sti-sme/what-if/?p.min_tech_share=11%25"))
    assert '<b class="down">1</b> 个不再可申报' in stricter and "改为11%" in stricter


def test_banded_figures_are_changed_band_by_band(cast: Cast, door: Door) -> None:
    enterprise(by=cast.clerk, unit=cast.science)
    keeping.refresh(HIGH_TECH, as_of=TODAY, at=AT)
    text = _text(door(cast.viewer).get("/criteria/high-tech/what-if/?p.rd_share.0=4"))
    assert "“近三年研发费用占销售收入比例”改为4%、4%、3%" in text
    assert "没有一个的结论因此改变" in text


def test_a_decision_shows_as_such_everywhere_until_it_is_withdrawn(firms: list[Any], cast: Cast, door: Door) -> None:
    client, pk = door(cast.clerk), firms[1].pk
    file = SimpleUploadedFile("合同.pdf", PDF)
    assert _decide(client, pk, reason=XSS, evidence=file).status_code == 302
    decision, proof = Override.objects.get(), Evidence.objects.get()
    assert (decision.evidence, proof.subject_id, proof.part, decision.expires_on) == (
        proof, pk, "decision", date(2025, 12, 31),
    )  # fmt: skip
    assert Judgement.objects.get(rulebook="sti-sme", entry=pk, until=None).state == State.MET
    for path in (f"/one-policy/{pk}/", "/criteria/sti-sme/", f"/registers/enterprise/{pk}/"):
        text = _text(client.get(path))
        assert "人工认定" in text and "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;材料" in _text(client.get(f"/one-policy/{pk}/"))
    assert "有效期至 2025-12-31" in _text(client.get(f"/one-policy/{pk}/"))
    assert client.get(f"/evidence/{proof.pk}/").status_code == 200
    evidence.verify(evidence=proof, by=cast.supervisor, at=AT)
    assert client.post(f"/criteria/sti-sme/{pk}/withdraw/{decision.pk}/").status_code == 302
    assert Judgement.objects.get(rulebook="sti-sme", entry=pk, until=None).state == State.UNMET
    assert "人工认定</span>" not in _text(client.get("/criteria/sti-sme/"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "短"}, "没有写明认定的理由"),
        ({"expires_on": "2025-06-30"}, "没有填写晚于今天的有效期"),
        ({"expires_on": "2027-06-30"}, "超过一年"),
        ({"criterion": "nothing"}, "没有名为“nothing”的条件"),
        ({"state": "perhaps"}, "只能是“符合”或“不符合”"),
        ({"evidence": SimpleUploadedFile("a.exe", b"MZ")}, "不能作为佐证"),
    ],
)
def test_a_refused_decision_keeps_what_was_typed(
    firms: list[Any], cast: Cast, door: Door, given: dict[str, Any], words: str
) -> None:
    page = _decide(door(cast.clerk), firms[1].pk, **given)
    assert page.status_code == 422 and words in _text(page)
    assert "已核对劳动合同" in _text(page) or "reason" in given or "criterion" in given
    assert not Override.objects.exists() and not Evidence.objects.exists()


def test_who_may_not_write_sees_no_form_and_is_refused(firms: list[Any], cast: Cast, door: Door) -> None:
    for role, officer in cast.by_role.items():
        text = _text(door(officer).get(f"/one-policy/{firms[1].pk}/"))
        assert ("不同意这一条" in text) == (role in (Role.UNIT_OFFICER, Role.SUPERVISOR))
    assert _decide(door(cast.viewer), firms[1].pk).status_code in (403, 422)
    assert _decide(door(cast.trade_clerk), firms[1].pk).status_code in (403, 422)
    assert not Override.objects.exists()


def test_the_sheet_folds_what_is_far_and_shows_what_ends(firms: list[Any], cast: Cast, door: Door) -> None:
    values = {"enterprise": firms[0], "unit": cast.science, "kind": "hte", "valid_from": date(2022, 11, 6)}
    values["valid_to"] = date(2025, 11, 5)
    actions.create(register=Recognition.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    text = _text(door(cast.viewer).get(f"/one-policy/{firms[0].pk}/"))
    assert "到期与倒排" in text and "2025-11-05" in text and "前 补齐缺口、备齐材料" in text
    assert re.search(r'id="sti-sme">\s*<details class="fold" open', text)
    assert re.search(r'id="little-giant">\s*<details class="fold">', text)
    only = _text(door(cast.viewer).get(f"/one-policy/{firms[0].pk}/?only=sti-sme"))
    assert 'id="sti-sme"' in only and 'id="little-giant"' not in only
    calendar = _text(door(cast.viewer).get("/criteria/calendar/"))
    november = calendar.split("2025年11月")[1].split("2025年12月")[0]
    assert "高新技术企业" in november and "kind=hte&amp;valid_to.from=2025-11-01&amp;valid_to.to=2025-11-30" in november
    unset = calendar.split('id="unset"')[1]
    assert "科技型中小企业评价申报" in unset and "2025年" in unset


def test_the_panel_of_an_enterprise(firms: list[Any], cast: Cast, door: Door) -> None:
    text = _text(door(cast.viewer).get(f"/registers/enterprise/{firms[1].pk}/"))
    panel = text.split('id="criteria"')[1].split("</section>")[0]
    assert re.findall(r'<span class="tag bad">(.+?)</span>', panel) == ["不符合"]
    assert f'href="/one-policy/{firms[1].pk}/?only=sti-sme"' in panel
    fresh = enterprise(by=cast.clerk, unit=cast.science, number=9)
    assert "还没有测算结论" in _text(door(cast.viewer).get(f"/registers/enterprise/{fresh.pk}/"))


def _panel(page: Any) -> str:
    assert page.status_code == 200
    _, *found = _text(page).split('id="criteria"')
    return found[0].split("</section>")[0] if found else ""


def test_the_panel_of_every_subject_of_rulebooks(cast: Cast, door: Door) -> None:
    def made(register: str, **values: Any) -> Any:
        given = {"unit": cast.science, **values}
        return actions.create(register=REGISTERS[register], values=given, by=cast.supervisor, at=AT, today=TODAY)

    client = door(cast.viewer)
    space = made("site", name="一号众创空间", kind="makerspace")
    page = f"/registers/site/{space.pk}/"
    fresh = _panel(client.get(page))
    assert (
        "还没有测算结论" in fresh and f'href="/criteria/maker-space/{space.pk}/"' in fresh and "一企一策" not in fresh
    )
    for name in ("incubator", "maker-space"):
        keeping.refresh(rulebook.edition(name, as_of=TODAY), as_of=TODAY, at=AT)
    judged = _panel(client.get(page))
    assert '<span class="tag bad">不符合</span>' in judged and "不适用:国家级科技企业孵化器(标准级)" in judged
    assert "还没有测算结论" not in judged and '<th class="n">得分</th>' not in judged
    works = made("site", name="一号厂房", kind="factory")
    for name in ("incubator", "maker-space"):
        keeping.refresh(rulebook.edition(name, as_of=TODAY), as_of=TODAY, at=AT)
    assert _panel(client.get(f"/registers/site/{works.pk}/")) == ""  # nothing applies: no panel
    assert _panel(client.get(f"/registers/site/{space.pk}/?known_at=2025-06-29")) == ""


def test_the_panel_of_a_person_is_worked_out_for_who_has_said_why(cast: Cast, door: Door) -> None:
    person = actions.create(
        register=REGISTERS["person"], by=cast.supervisor, at=AT, today=TODAY,
        values={"person_key": "P-1", "name": "季禾", "unit": cast.science, "is_foreign": False, "degree": "bachelor"},
    )  # fmt: skip
    client, page = door(cast.supervisor), f"/registers/person/{person.pk}/"
    assert client.get(page).status_code == 403
    client.post("/registers/person/purpose/", {"purpose": "核对人才申报条件", "next": page})
    panel = _panel(client.get(page))
    assert re.findall(r'<a href="(/criteria/[a-z-]+/)\d+/">', panel) == [
        "/criteria/jiangsu-talent/", "/criteria/jiangsu-doctor/",
    ]  # fmt: skip
    assert "不适用:外国人来华工作许可A类、外国人来华工作许可B类" in panel and "不保存结论" in panel
    assert client.get(f"/criteria/jiangsu-doctor/{person.pk}/").status_code == 200
    assert Judgement.objects.count() == 0


def test_a_sheet_of_one_rulebook_shows_its_past_verdicts(firms: list[Any], cast: Cast, door: Door) -> None:
    client, pk = door(cast.viewer), firms[1].pk
    client.get("/criteria/sti-sme/")
    Judgement.objects.update(since=AT - timedelta(days=60))
    last = AnnualReturn.objects.get(enterprise=firms[1])
    actions.change(entry=last, values={"tech_staff": "4"}, by=cast.clerk, at=AT, revision=1)
    client.get("/criteria/sti-sme/")

    def told(**asked: str) -> str:
        text = client.get(f"/one-policy/{pk}/", {"only": "sti-sme"} | asked).content.decode()
        return text.split('id="history"')[1].split("</section>")[0]

    past = told()
    assert "2 次" in past and "首次测算" in past and "3人 → 4人" in past
    then = told(then=str(TODAY - timedelta(days=30))).split('role="status"')[1]
    assert "当时判定" in then and then.count("tag") >= 2 and "两者不同" in then
    assert "那一天还没有测算" in told(then="2025-01-05")
    assert "写法不对" in told(then="三月") and "还没有结论" in told(then="2099-01-01")
    assert 'id="history"' not in client.get(f"/one-policy/{pk}/").content.decode()
