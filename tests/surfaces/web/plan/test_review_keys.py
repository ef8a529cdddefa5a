"""The review in a real browser: sixty proposals by keyboard at no more than two keys each, spans from selections."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.office import PASSWORD, Cast, cast, commitment, imported

from gongjian.kernel.people.models import Unit
from gongjian.kernel.plan.models import Commitment, Plan

pytestmark = pytest.mark.django_db(transaction=True)
SIXTY = "一、攻坚任务\n" + "".join(f"抓好第{n}类任务。新增第{n}类平台{n + 2}个。\n" for n in range(1, 61))
ODD = "一、任务😀𠮷\r\n推进𠮷野😀新材料项目建设。新增𠮷😀平台5个。\r\n强化统筹调度。\r\n"
COUNT_KEYS = "window.pressed = 0; addEventListener('keydown', () => { window.pressed += 1; }, true);"


def opened(live_server: Any, page: Any, text: str) -> tuple[Cast, Plan]:
    """Logged in on the review page of a plan with that text."""
    who = cast()
    plan = imported(by=who.supervisor, text=text).plan
    page.goto(f"{live_server.url}/login/")
    page.fill("#username", "du")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile(r"/plan/"))
    page.goto(f"{live_server.url}/plan/{plan.pk}/review/")
    return who, plan


def settled(page: Any) -> None:
    """All requests of the page's queue are answered."""
    page.wait_for_selector(".item.busy", state="detached")


def select(page: Any, words: str) -> None:
    """Select `words` in the document as a mouse would."""
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.getElementById('paper'), NodeFilter.SHOW_TEXT);
            const nodes = [];
            while (walker.nextNode()) nodes.push(walker.currentNode);
            const all = nodes.map(node => node.data).join('');
            const at = all.indexOf(words), range = document.createRange();
            let place = 0;
            for (const node of nodes) {
                if (place <= at && at < place + node.length) range.setStart(node, at - place);
                const end = at + words.length;
                if (place < end && end <= place + node.length) { range.setEnd(node, end - place); break; }
                place += node.length;
            }
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        words,
    )


def test_sixty_proposals_take_at_most_two_keys_each(live_server: Any, page: Any) -> None:
    who, plan = opened(live_server, page, SIXTY)
    assert plan.commitments.filter(state="proposed").count() == 60
    owner_of = {}
    page.evaluate(COUNT_KEYS)
    for number in range(60):
        current = page.evaluate("document.querySelector('.item.now').dataset.id")
        if number % 4 == 0:  # every fourth one is read and left for later first, then taken up again
            page.keyboard.press("j")
            page.keyboard.press("k")
            owner_of[current] = None
        assert page.evaluate("document.querySelector('.item.now').dataset.id") == current
        shown = page.evaluate(
            """() => { const box = document.getElementById('paper').getBoundingClientRect();
                const at = document.querySelector('.s.now').getBoundingClientRect();
                return at.top >= box.top && at.bottom <= box.bottom; }"""
        )
        assert shown, f"the words of proposal {number + 1} are not in view"
        page.keyboard.press("Enter")
    settled(page)
    assert page.locator('[data-count="confirmed"]').first.inner_text() == "60"
    assert Commitment.objects.filter(plan=plan, state="confirmed", confirmed_by=who.supervisor).count() == 60
    pressed = page.evaluate("window.pressed")
    assert pressed == 60 + 2 * len(owner_of)
    assert pressed <= 2 * 60
    page.get_by_role("button", name="全部审阅完毕,启用").click()
    page.wait_for_url(re.compile(r"/tasks/"))
    assert Plan.objects.get().state == "active"


def test_reject_undo_owner_edit_and_errors_by_keyboard(live_server: Any, page: Any) -> None:
    who, _ = opened(live_server, page, SIXTY)
    first = page.evaluate("document.querySelector('.item.now').dataset.id")
    page.keyboard.press("x")
    settled(page)
    assert Commitment.objects.get(pk=first).state == "rejected"
    page.keyboard.press("u")
    page.wait_for_selector(f"#c-{first}.proposed.now")
    assert Commitment.objects.get(pk=first).state == "proposed"
    # o, a letter that chooses the unit, Enter confirms
    Unit.objects.filter(pk=who.works.pk).update(name="zzz建设局")
    page.reload()
    page.keyboard.press("o")
    page.keyboard.type("z")
    page.keyboard.press("Enter")
    settled(page)
    c = Commitment.objects.get(pk=first)
    assert (c.state, c.owner_id) == ("confirmed", who.works.pk)
    # e opens the form at the metric; Enter saves and confirms and goes on
    second = page.evaluate("document.querySelector('.item.now').dataset.id")
    page.keyboard.press("e")
    page.wait_for_selector(".slot-form")
    page.keyboard.type("改过的名称")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#c-{second}.confirmed")
    assert (Commitment.objects.get(pk=second).metric, Commitment.objects.get(pk=second).state) == (
        "改过的名称",
        "confirmed",
    )
    page.wait_for_selector(f".item.now:not(#c-{second})")
    # a proposal that cannot be confirmed says so at the item and is not lost
    third = page.evaluate("document.querySelector('.item.now').dataset.id")
    Commitment.objects.filter(pk=third).update(value=None)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#c-{third}.wrong")
    assert (
        page.locator(f"#c-{third} .said-no").inner_text()
        == "数量或比率类承诺没有目标值。请填写目标值,或改为节点、常态等类型。"
    )
    assert Commitment.objects.get(pk=third).state == "proposed"
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_a_selection_past_emoji_and_rare_characters_is_added_exactly(live_server: Any, page: Any) -> None:
    _, plan = opened(live_server, page, ODD)
    for words in ("推进𠮷野😀新材料项目建设", "强化统筹调度"):
        select(page, words)
        page.keyboard.press("a")
        page.wait_for_selector(".slot-form")
        assert page.locator("#f-quote").input_value() == words
        page.select_option("#f-kind", "milestone")
        page.fill("#f-metric", words[:4])
        page.keyboard.press("Enter")
        page.wait_for_selector(f'.item.confirmed:has-text("{words}")')
        c = commitment(plan, words)
        assert (c.text, c.start, c.state) == (words, ODD.index(words), "confirmed")


def test_marking_and_merging_and_splitting_by_keyboard(live_server: Any, page: Any) -> None:
    _, plan = opened(live_server, page, "一、任务\n新增平台5个,新增基地8个。\n")
    for key in ("m", "j", "m", "Shift+M"):
        page.keyboard.press(key)
    page.wait_for_selector('.item.now:has-text("新增平台5个,新增基地8个")')
    merged = commitment(plan, "新增平台5个,新增基地8个")
    assert plan.commitments.filter(rejected_for="已合并").count() == 2
    page.keyboard.press("s")
    page.wait_for_selector(".slot-form fieldset")
    assert page.locator(".slot-form fieldset").count() == 2
    assert [page.input_value(f"[name=quote-{n}]") for n in (0, 1)] == ["新增平台5个", "新增基地8个"]
    page.get_by_role("button", name="拆分", exact=True).click()
    page.wait_for_selector(f"#c-{merged.pk}.rejected")
    made = plan.commitments.filter(reason="由一项拆分").order_by("start")
    assert [(c.text, int(c.value or 0)) for c in made] == [("新增平台5个", 5), ("新增基地8个", 8)]


def test_without_scripts_the_same_forms_work(live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    _, plan = opened(live_server, page, "一、任务\n新增平台5个。新增基地8个。\n")
    page.click(".item.now button:has-text('确认')")
    page.click(".item.now button:has-text('不立项')")
    assert page.locator(".item.confirmed").count() == 1
    assert page.locator(".item.rejected").count() == 1
    page.click(".item.rejected button:has-text('退回审阅')")
    page.click(".item.proposed a:has-text('修改')")
    page.fill("#f-metric", "基地")
    page.click("button:has-text('保存并确认')")
    assert plan.commitments.filter(state="confirmed").count() == 2
    assert plan.commitments.filter(metric="基地").count() == 1
    context.close()
