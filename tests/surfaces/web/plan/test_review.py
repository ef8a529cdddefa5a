"""The review page by plain forms and by the page's script: items, errors at the item, spans in code points."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from tests.office import Cast, cast, commitment, imported

from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Commitment, Plan

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch", "HX-Request": "true"}
ODD = "一、任务😀\r\n推进𠮷野新材料项目。新增𠮷😀平台5个。\r\n\r\n二、保障\r\n强化统筹调度。\r\n"


def client(officer: Officer) -> Client:
    made = Client()
    made.force_login(officer)
    return made


def drafted(text: str | None = None) -> tuple[Cast, Plan, Client]:
    who = cast()
    plan = (imported(by=who.supervisor, text=text) if text else imported(by=who.supervisor)).plan
    return who, plan, client(who.supervisor)


def edit_form(c: Commitment, **changes: str) -> dict[str, str]:
    typed = {
        "quote": c.text,
        "kind": c.kind,
        "metric": c.metric,
        "comparator": c.comparator,
        "value": str(c.value or ""),
    }
    return {**typed, "unit": c.unit, "deadline": c.deadline, "modality": c.modality, **changes}


def test_items_by_confidence_or_in_the_texts_order() -> None:
    _, plan, browser = drafted()
    page = browser.get(f"/plan/{plan.pk}/review/").content.decode()
    ids = [int(pk) for pk in re.findall(r'data-id="(\d+)"', page)]
    confidences = [Commitment.objects.get(pk=pk).confidence for pk in ids]
    assert confidences == sorted(confidences, reverse=True)
    page = browser.get(f"/plan/{plan.pk}/review/?sort=text").content.decode()
    assert [int(pk) for pk in re.findall(r'data-id="(\d+)"', page)] == [c.pk for c in plan.commitments.all()]
    rejected = commitment(plan, "144家")
    browser.post(f"/review/{rejected.pk}/reject/")
    page = browser.get(f"/plan/{plan.pk}/review/?state=rejected").content.decode()
    assert re.findall(r'data-id="(\d+)"', page) == [str(rejected.pk)]


def test_the_document_stands_there_letter_by_letter_with_code_point_offsets() -> None:
    _, plan, browser = drafted(ODD)
    page = browser.get(f"/plan/{plan.pk}/review/").content.decode()
    lines = re.findall(r'<p class="line [a-z]+" data-start="(\d+)">(.*?)</p>', page)
    assert len(lines) == 4
    for start, inner in lines:
        words = html.unescape(re.sub(r"<[^>]+>", "", inner))
        assert plan.text[int(start) : int(start) + len(words)] == words
    promise = commitment(plan, "5个")
    assert f'data-c="{promise.pk}">{promise.text}</span>' in page


def test_without_scripts_confirming_leads_to_the_next_open_item() -> None:
    _, plan, browser = drafted()
    first, second = list(plan.commitments.all())[:2]
    answer = browser.post(f"/review/{first.pk}/confirm/", {"sort": "text"})
    assert answer["Location"] == f"/plan/{plan.pk}/review/?sort=text&at={second.pk}#c-{second.pk}"
    page = browser.get(answer["Location"]).content.decode()
    assert f'class="item proposed now" id="c-{second.pk}"' in page
    assert f'class="item confirmed" id="c-{first.pk}"' in page


def test_the_script_gets_the_item_and_the_counts() -> None:
    who, plan, browser = drafted()
    c = commitment(plan, "144家")
    said = browser.post(f"/review/{c.pk}/owner/", {"owner": who.works.pk}, headers=FETCH).json()
    assert said["state"] == "proposed"
    assert f'<option value="{who.works.pk}" selected>' in said["item"]
    said = browser.post(f"/review/{c.pk}/confirm/", headers=FETCH).json()
    assert (said["id"], said["state"], said["counts"]) == (
        c.pk,
        "confirmed",
        {"proposed": 4, "confirmed": 1, "rejected": 0},
    )
    said = browser.post(f"/review/{c.pk}/reopen/", headers=FETCH).json()
    assert said["counts"]["proposed"] == 5


def test_an_error_is_said_at_the_item() -> None:
    _, plan, browser = drafted()
    c = commitment(plan, "3个项目")
    Commitment.objects.filter(pk=c.pk).update(named=[])
    answer = browser.post(f"/review/{c.pk}/confirm/", headers=FETCH)
    assert answer.status_code == 422
    assert answer.json() == {"id": c.pk, "error": "清单类承诺没有列名对象。请填写列名的对象,每行一个。"}
    page = browser.post(f"/review/{c.pk}/confirm/", follow=True).content.decode()
    assert "清单类承诺没有列名对象。请填写列名的对象,每行一个。" in page
    assert browser.post(f"/review/{c.pk}/owner/", {"owner": "999"}, headers=FETCH).status_code == 422


def test_editing_saves_and_confirms_and_keeps_what_was_typed() -> None:
    who, plan, browser = drafted()
    c = commitment(plan, "144家")
    form = browser.get(f"/review/{c.pk}/edit/").content.decode()
    assert 'value="144"' in form
    bad = browser.post(f"/review/{c.pk}/edit/", edit_form(c, value="很多", metric="改过的名称"))
    assert bad.status_code == 422
    page = bad.content.decode()
    assert "目标值“很多”不是数字" in page and 'value="改过的名称"' in page and 'value="很多"' in page
    good = edit_form(c, quote="144家高企申报", deadline="9月底", value="150", owner=str(who.science.pk), then="confirm")
    answer = browser.post(f"/review/{c.pk}/edit/", good, headers=FETCH)
    assert answer.json() == {"at": c.pk}
    c = Commitment.objects.get(pk=c.pk)
    assert (c.text, c.deadline, str(c.value), c.owner, c.state) == (
        "144家高企申报",
        "09-30",
        "150.000000",
        who.science,
        "confirmed",
    )
    missing = browser.post(f"/review/{c.pk}/edit/", edit_form(c, quote="不在正文里"))
    assert "正文中没有“不在正文里”这段文字" in missing.content.decode()


def test_adding_by_span_and_by_quotation() -> None:
    _, plan, browser = drafted(ODD)
    start = plan.text.index("𠮷野")
    address = f"/plan/{plan.pk}/review/add/"
    form = browser.get(address, {"start": start, "end": start + 7}).content.decode()
    assert ">𠮷野新材料项目</textarea>" in form
    typed = {"start": start, "end": start + 7, "quote": "𠮷野新材料项目", "kind": "milestone", "metric": "新材料"}
    made = browser.post(address, {**typed, "modality": "plain"}, headers=FETCH).json()
    c = Commitment.objects.get(pk=made["at"])
    assert (c.start, c.end, c.text, c.state) == (start, start + 7, "𠮷野新材料项目", "proposed")
    quoted = {"quote": "强化统筹调度", "kind": "routine", "metric": "统筹", "modality": "plain", "then": "confirm"}
    browser.post(address, quoted)
    c = Commitment.objects.get(metric="统筹")
    assert (c.text, c.state) == ("强化统筹调度", "confirmed")
    bad = browser.get(address, {"quote": "没有的话"})
    assert bad.status_code == 422 and "正文中没有“没有的话”这段文字" in bad.content.decode()


def test_splitting_and_merging() -> None:
    _, plan, browser = drafted()
    c = commitment(plan, "3个项目")
    form = browser.get(f"/review/{c.pk}/split/").content.decode()
    assert form.count("<fieldset") == 3
    rows: dict[str, Any] = {}
    for number, name in enumerate(["松岭新材", "白鹭冷链"]):
        rows |= {f"quote-{number}": name, f"metric-{number}": f"{name}开工", f"kind-{number}": "milestone"}
        rows |= {f"modality-{number}": "must", f"deadline-{number}": "6月底", f"value-{number}": ""}
    bad = browser.post(f"/review/{c.pk}/split/", {**rows, "quote-1": "别的话"})
    assert bad.status_code == 422 and "第 2 项:这句话里没有“别的话”这段文字" in bad.content.decode()
    assert plan.commitments.count() == 5
    at = browser.post(f"/review/{c.pk}/split/", rows, headers=FETCH).json()["at"]
    made = list(plan.commitments.filter(reason="由一项拆分"))
    assert [(m.text, m.metric, m.deadline) for m in made] == [
        ("松岭新材", "松岭新材开工", "06-30"),
        ("白鹭冷链", "白鹭冷链开工", "06-30"),
    ]
    assert at == made[0].pk
    merged = browser.post(f"/plan/{plan.pk}/review/merge/", {"merge": [m.pk for m in made]}, headers=FETCH).json()
    assert Commitment.objects.get(pk=merged["at"]).text == "松岭新材、白鹭冷链"
    alone = browser.post(f"/plan/{plan.pk}/review/merge/", {"merge": [made[0].pk]}, headers=FETCH)
    assert (alone.status_code, alone.json()["error"]) == (422, "合并需要至少两项。请选择两项或更多。")


def test_confirming_all_asks_first_and_activating_follows() -> None:
    _, plan, browser = drafted()
    address = f"/plan/{plan.pk}/review/confirm-all/"
    empty = browser.post(f"/plan/{plan.pk}/review/activate/", follow=True)
    assert "还没有确认任何承诺,不能启用" in empty.content.decode()
    asked = browser.post(address, {"at_least": "0.0"}).content.decode()
    assert "将确认以下 5 项" in asked
    assert plan.commitments.filter(state="confirmed").count() == 0
    done = browser.post(address, {"at_least": "0.0", "sure": "1"}, follow=True).content.decode()
    assert "已确认 5 项。" in done
    assert "全部审阅完毕,启用" in done
    started = browser.post(f"/plan/{plan.pk}/review/activate/", follow=True)
    assert started.redirect_chain == [(f"/plan/{plan.pk}/tasks/", 302)]
    assert Plan.objects.get().state == "active"


def test_nobody_else_reaches_the_endpoints() -> None:
    who, plan, _ = drafted()
    c = commitment(plan, "144家")
    for officer in (who.scientist, who.leader, who.viewer, who.auditor):
        browser = client(officer)
        for address in (f"/review/{c.pk}/confirm/", f"/plan/{plan.pk}/review/activate/", f"/review/{c.pk}/edit/"):
            assert browser.post(address).status_code == 403
    c.refresh_from_db()
    assert c.state == "proposed"
    assert Client().post(f"/review/{c.pk}/confirm/", headers=FETCH).status_code == 401
