"""The import page and the list of versions: what goes in, what is said about bad files, who may see drafts."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.office import FIRST, SECOND, cast, imported, running

from gongjian.kernel.people.models import Officer
from gongjian.kernel.plan.models import Plan

pytestmark = pytest.mark.django_db


def client(officer: Officer) -> Client:
    made = Client()
    made.force_login(officer)
    return made


def upload(browser: Client, name: str, data: bytes, year: str = "") -> object:
    return browser.post("/plan/import/", {"file": SimpleUploadedFile(name, data), "year": year})


def test_a_file_goes_in_and_its_review_opens() -> None:
    who = cast()
    browser = client(who.supervisor)
    assert "把文件拖到这里" in browser.get("/plan/import/").content.decode()
    answer = browser.post("/plan/import/", {"file": SimpleUploadedFile("要点.txt", FIRST.encode())}, follow=True)
    plan = Plan.objects.get()
    assert answer.redirect_chain == [(f"/plan/{plan.pk}/review/", 302)]
    page = answer.content.decode()
    assert "已导入《云湖开发区2025年工作要点》第1版,读出 5 项承诺,请逐项审阅。" in page
    assert page.count('data-state="proposed"') == 5
    source = browser.get(f"/plan/{plan.pk}/file/")
    assert source.content == FIRST.encode()
    assert "attachment" in source["Content-Disposition"]


def test_the_same_file_is_offered_as_the_one_that_is_there() -> None:
    who = cast()
    browser = client(who.supervisor)
    upload(browser, "要点.txt", FIRST.encode())
    answer = upload(browser, "改名.txt", FIRST.encode())
    assert answer.status_code == 200  # type: ignore[attr-defined]
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert "这份文件已经导入过:《云湖开发区2025年工作要点》2025年第1版(审阅中),没有重复导入。" in page
    assert f'href="/plan/{Plan.objects.get().pk}/review/"' in page


def test_a_changed_file_shows_its_differences_on_the_review_page() -> None:
    who = cast()
    imported(by=who.supervisor)
    plan = imported(by=who.supervisor, text=SECOND).plan
    page = client(who.supervisor).get(f"/plan/{plan.pk}/review/").content.decode()
    assert "与第1版相比有 2 处不同" in page
    assert "<del>81</del>" in page
    assert "<ins>90</ins>" in page
    assert "<ins>新增省级平台5个。</ins>" in page


@pytest.mark.parametrize(
    ("name", "data", "year", "words"),
    [
        ("空.txt", b"", "", "是空的"),
        ("要点.docx", b"PK\x03\x04broken", "", "要点.docx"),
        ("要点.zip", b"PK\x03\x04broken", "", "要点.zip"),
        ("要点.pdf", b"%PDF-1.4 nothing", "", "要点.pdf"),
        ("要点.txt", "一、任务\n新增平台5个。".encode(), "", "没有写明是哪一年的计划"),
        ("要点.txt", FIRST.encode(), "去年", "年度“去年”不是数字"),
        ("要点.txt", FIRST.encode(), "1066", "年度 1066 不合理"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_leaves_nothing(name: str, data: bytes, year: str, words: str) -> None:
    who = cast()
    answer = upload(client(who.supervisor), name, data, year)
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'class="refusal"' in page
    assert words in page
    assert f'value="{year}"' in page
    assert Plan.objects.count() == 0


def test_no_file_chosen() -> None:
    answer = client(cast().supervisor).post("/plan/import/", {"year": "2025"})
    assert answer.status_code == 422
    assert "没有选择文件" in answer.content.decode()


def test_drafts_are_seen_by_those_who_review_only() -> None:
    who = cast()
    running(by=who.supervisor)
    draft = imported(by=who.supervisor, text=SECOND).plan
    seen = {}
    for officer in who.everybody():
        browser = client(officer)
        versions = browser.get("/plan/versions/").content.decode()
        seen[officer.role] = ("审阅中" in versions, browser.get(f"/plan/{draft.pk}/review/").status_code)
        assert "已启用" in versions
        assert browser.get("/plan/import/").status_code == (200 if seen[officer.role][0] else 403)
        assert browser.get(f"/plan/{draft.pk}/file/").status_code == (200 if seen[officer.role][0] else 403)
        assert browser.get(f"/plan/{draft.pk}/tasks/").status_code in (422, 403)
    assert seen == {
        "supervisor": (True, 200),
        "unit_officer": (False, 403),
        "leader": (False, 403),
        "viewer": (False, 403),
        "auditor": (False, 403),
        "administrator": (True, 200),
    }
