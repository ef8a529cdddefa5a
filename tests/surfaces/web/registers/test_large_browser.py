"""A large bulk edit in a real browser: left to the worker, watched, looked through, confirmed, taken back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, PASSWORD, TODAY, make_cast

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import Cells, judge
from gongjian.surfaces import jobs, progress
from gongjian.surfaces.web.registers import large

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOTS = os.environ.get("GONGJIAN_SHOTS")


def shot(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for it."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("device", ["page", "phone"])
def test_a_bulk_edit_of_a_whole_list_is_watched_confirmed_and_taken_back(
    live_server: Any, request: pytest.FixtureRequest, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, page = make_cast(), request.getfixturevalue(device)
    Zone.objects.update(stands_at=TODAY)
    cells = Cells(numbers=range(2, 62), columns={"name": [f"云岭视觉检测{n}号" for n in range(60)]})
    by = cast.supervisor
    judge(register=Venture.register, cells=cells, by=by, today=TODAY).write(by=by, at=AT)
    waiting: list[Any] = []

    def begin(*, name: str, task: Any, argument: int, in_background: bool) -> None:
        progress.queue(name=name)
        waiting.append((name, argument))

    monkeypatch.setattr(large, "BACKGROUND_ROWS", 50)
    monkeypatch.setattr(jobs, "begin", begin)
    page.goto(f"{live_server.url}/login/")
    page.fill("#username", by.username)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(f"{live_server.url}/registers/venture/bulk/?all=1")
    page.check("input[name=set][value=carrier]")
    page.fill("input[name=carrier]", "园区三期")
    page.click("button[value=preview]")
    page.wait_for_selector("#progress:has-text('排队等候')")
    shot(page, f"{device}-1-waiting")
    large.work.call_local(*waiting.pop())
    page.wait_for_selector("button:has-text('确认修改 60 行')")
    shot(page, f"{device}-2-preview")
    page.click("button:has-text('确认修改 60 行')")
    page.wait_for_selector("#progress")
    large.work.call_local(*waiting.pop())
    page.wait_for_selector("a:has-text('整批撤销')")
    assert Venture.objects.filter(carrier="园区三期").count() == 60
    shot(page, f"{device}-3-done")
    page.click("a:has-text('整批撤销')")
    page.fill("#reason", "改回")
    shot(page, f"{device}-4-undo")
    page.click("button:has-text('撤销这一批')")
    page.wait_for_selector("#progress")
    shot(page, f"{device}-5-undoing")
    page.click("button:has-text('取消')")
    large.work.call_local(*waiting.pop())
    page.wait_for_selector("a:has-text('重新撤销第')")
    shot(page, f"{device}-6-cancelled")
    assert Batch.objects.latest("pk").state == "cancelled"
    assert Venture.objects.filter(carrier="园区三期").count() == 60
