"""Pages of units and officers: what each role sees, what a form does, what it keeps when refused."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.kernel.people.cast import Cast, make_commitment

from gongjian.kernel.people.models import Act, Officer, Role, Unit, Zone
from gongjian.surfaces.web.people.sheets import workbook

In = Callable[[Officer], Client]


def nav(page: str) -> list[str]:
    """The labels of the main navigation."""
    side = page.split('<nav class="side"')[1].split('<div class="account">')[0]
    return re.findall(r'<a href="/[a-z]+/"[^>]*>([^<]+)</a>', side)


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("leader", ["计划", "台账", "标准", "政策", "科创培育", "单位与人员", "关于"]),
        ("supervisor", ["计划", "填报", "台账", "标准", "政策", "科创培育", "单位与人员", "办理记录", "接口", "关于"]),
        ("unit_officer", ["计划", "填报", "台账", "标准", "政策", "科创培育", "单位与人员", "接口", "关于"]),
        ("viewer", ["计划", "台账", "标准", "政策", "科创培育", "关于"]),
        ("auditor", ["计划", "台账", "标准", "政策", "科创培育", "单位与人员", "办理记录", "接口", "关于"]),
        ("administrator", ["计划", "台账", "标准", "政策", "科创培育", "单位与人员", "办理记录", "接口", "关于"]),
    ],
)
def test_the_navigation_shows_what_the_role_may_see(cast: Cast, as_officer: In, role: str, labels: list[str]) -> None:
    page = as_officer(cast.by_role[role]).get("/about/").content.decode()
    assert nav(page) == labels
    assert page.count('aria-current="page"') == 1


def test_a_viewer_sees_the_own_account_and_nobody_elses(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.viewer)
    assert client.get(f"/people/officers/{cast.viewer.pk}/").status_code == 200
    refused = client.get(f"/people/officers/{cast.clerk.pk}/")
    assert refused.status_code == 403 and "“查看”角色不能查看单位和人员。" in refused.content.decode()
    assert client.get("/people/").status_code == 403
    assert client.get("/log/").status_code == 403


def test_phones_are_masked_except_on_the_own_page(cast: Cast, as_officer: In) -> None:
    for officer in (cast.administrator, cast.supervisor):
        for path in ("/people/", f"/people/units/{cast.science.pk}/", f"/people/officers/{cast.clerk.pk}/"):
            page = as_officer(officer).get(path).content.decode()
            assert "13900001234" not in page and "139****1234" in page
    assert "13900001234" in as_officer(cast.clerk).get(f"/people/officers/{cast.clerk.pk}/").content.decode()


def test_the_tree_is_filtered_by_the_address(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.auditor)

    def names(query: str) -> set[str]:
        return set(
            re.findall(r"/people/officers/\d+/\">([^<]+)</a></td>", client.get(f"/people/{query}").content.decode())
        )

    assert len(names("")) == 8
    assert names("?q=科技局") == {"乔若谷"}  # an alias of the unit
    assert names("?q=shangcu") == {"顾南星"}
    assert names("?role=auditor") == {"卫正言"}
    assert names("?q=zzz") == set()
    assert "没有符合条件的单位或人员" in client.get("/people/?q=zzz").content.decode()


def test_a_new_officers_password_is_shown_once_and_not_kept(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    form = {
        "username": "xinren",
        "name": "辛仁",
        "role": "unit_officer",
        "unit": cast.trade.pk,
        "title": "",
        "phone": "",
    }
    response = client.post("/people/officers/new/", form)
    page = response.content.decode()
    password = re.search(r'class="password">([a-z0-9]{12})<', page)[1]  # type: ignore[index]
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    created = Officer.objects.get(username="xinren")
    assert created.check_password(password) and created.unit == cast.trade
    again = client.post("/people/officers/new/", form)  # the page sent again by a reload
    assert again.status_code == 422 and "账号“xinren”已经有人使用" in again.content.decode()
    assert Officer.objects.filter(username__startswith="xinren").count() == 1


def test_a_refused_form_keeps_what_was_typed(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    form = {
        "username": "x",
        "name": "<b>辛仁</b>",
        "role": "leader",
        "unit": cast.trade.pk,
        "title": "主任",
        "phone": "",
    }
    response = client.post("/people/officers/new/", form)
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        'value="&lt;b&gt;辛仁&lt;/b&gt;"' in page
        and 'value="主任"' in page
        and '<option value="leader" selected>' in page
    )
    assert 'aria-invalid="true"' in page and "“x”不能作为账号" in page


def test_a_blank_phone_keeps_the_number_on_file(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    path = f"/people/officers/{cast.clerk.pk}/"
    form = {"username": "kechuang", "name": "乔若谷", "role": "unit_officer", "unit": cast.science.pk, "title": "科长"}
    assert client.post(path, {**form, "phone": ""})["Location"] == path + "?saved=1"
    assert Officer.objects.get(pk=cast.clerk.pk).phone == "13900001234"
    client.post(path, {**form, "phone": "", "clear_phone": "1"})
    assert Officer.objects.get(pk=cast.clerk.pk).phone == ""


def test_two_forms_opened_at_once_do_not_overwrite_each_other(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    path = f"/people/units/{cast.trade.pk}/"
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', client.get(path).content.decode())[1]  # type: ignore[index]
    form = {"name": "商务促进局", "parent": cast.root.pk, "order": "4", "aliases": "", "is_active": "1", "seen": seen}
    assert client.post(path, {**form, "short_name": "商务局"}).status_code == 302
    late = client.post(path, {**form, "short_name": "商促"})
    assert late.status_code == 409
    assert "刚刚被其他人修改" in late.content.decode() and 'value="商促"' in late.content.decode()
    assert Unit.objects.get(pk=cast.trade.pk).short_name == "商务局"


def test_leaving_is_refused_beside_the_form_that_helps(cast: Cast, as_officer: In) -> None:
    promise = make_commitment(owner=cast.science, leader=cast.leader)
    heir = Officer.objects.create(username="jieren", name="接任人", role=Role.LEADER)
    client = as_officer(cast.administrator)
    path = f"/people/officers/{cast.leader.pk}/"
    refused = client.post(path + "deactivate/", {"note": "调离"})
    page = refused.content.decode()
    assert refused.status_code == 422 and "请先把这些事项移交给另一位领导" in page
    assert f'<option value="{heir.pk}">接任人</option>' in page and f'href="/commitment/{promise.pk}/"' in page
    assert client.post(path + "transfer/", {"to": ""}).status_code == 422
    assert client.post(path + "transfer/", {"to": heir.pk})["Location"] == path + "?transferred=1"
    assert client.post(path + "deactivate/", {"note": "调离"})["Location"] == path + "?closed=1"
    promise.refresh_from_db()
    assert promise.leader == heir and not Officer.objects.get(pk=cast.leader.pk).is_active
    reopened = client.post(path + "reactivate/")
    assert reopened.status_code == 200 and 'class="password"' in reopened.content.decode()


@pytest.mark.parametrize("role", ["leader", "supervisor", "unit_officer", "viewer", "auditor"])
def test_nobody_else_manages_people_by_any_address(cast: Cast, as_officer: In, role: str) -> None:
    client = as_officer(cast.by_role[role])
    before = list(Officer.objects.order_by("pk").values()), list(Unit.objects.order_by("pk").values())
    pk, unit = cast.trade_clerk.pk, cast.trade.pk
    posts = [f"/people/officers/{pk}/{deed}/" for deed in ("password", "transfer", "deactivate", "reactivate")]
    posts += ["/people/officers/new/", f"/people/officers/{pk}/", "/people/units/new/", f"/people/units/{unit}/"]
    posts += ["/people/roster/", "/people/passwords/"]
    form = {"name": "改名", "username": "gaiming", "role": "administrator", "to": cast.leader.pk, "is_active": "0"}
    for path in posts:
        assert client.post(path, form).status_code == 403, path
    for path in ("/people/roster/", "/people/roster/download/", "/people/officers/new/", "/people/units/new/"):
        assert client.get(path).status_code == 403, path
    assert before == (list(Officer.objects.order_by("pk").values()), list(Unit.objects.order_by("pk").values()))
    assert Act.objects.count() == 0


def sheet(units: list[list[str]], people: list[list[str]]) -> SimpleUploadedFile:
    """A filled template."""
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    for title, rows in (("单位", units), ("人员", people)):
        for row in rows:
            book[title].append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("名册.xlsx", buffer.getvalue())


def test_a_roster_is_previewed_marked_and_taken(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    units = [["应急管理局", "管委会", "应急局", "安监局、应急办"]]
    people = [
        ["巫知秋", "yingji", "责任单位", "应急办", "科长", "13900007777"],
        ["某人", "mouren", "皇帝", "应急局", "", ""],
    ]
    preview = client.post("/people/roster/", {"roster": sheet(units, people), "step": "preview"})
    page = preview.content.decode()
    assert preview.status_code == 200 and "没有“皇帝”这个角色" in page and "新增 2" in page and "退回 1" in page
    assert not Unit.objects.filter(name="应急管理局").exists()
    carried = {
        "roster_name": "名册.xlsx",
        "roster_data": re.search(r'name="roster_data" value="([^"]+)"', page)[1],  # type: ignore[index]
    }
    marks = client.post("/people/roster/", {**carried, "step": "marks"})
    book = openpyxl.load_workbook(io.BytesIO(marks.content))
    assert "没有“皇帝”这个角色" in book["人员"].cell(row=3, column=3).comment.text
    assert book["单位"].max_column == 4
    done = client.post("/people/roster/", {**carried, "step": "confirm"})
    assert done.content.decode().count('class="password"') == 1 and "no-store" in done["Cache-Control"]
    assert Officer.objects.get(username="yingji").unit.name == "应急管理局"
    assert not Officer.objects.filter(username="mouren").exists()
    again = client.post("/people/roster/", {**carried, "step": "confirm"})
    assert "没有新增账号" in again.content.decode()


def test_what_is_exported_is_taken_back_unchanged(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    exported = client.get("/people/roster/download/")
    assert (
        exported["Content-Type"].endswith("spreadsheetml.sheet")
        and "filename*=utf-8''" in exported["Content-Disposition"]
    )
    assert b"13900001234" not in exported.content
    file = SimpleUploadedFile("名册.xlsx", exported.content)
    page = client.post("/people/roster/", {"roster": file, "step": "preview"}).content.decode()
    assert "新增 0" in page and "修改 0" in page and "未变 12" in page and "退回 0" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.xlsx", b"", "空"),
        ("假.xlsx", b"PK\x03\x04 not a workbook", "假.xlsx"),
        ("别的.csv", "企业,金额\n甲,1\n".encode(), "没有单位表(要有“单位名称”列)"),
        ("缺列.csv", "姓名,角色\n甲,查看\n".encode("gb18030"), "账号"),
        ("只有表头.csv", "姓名,账号,角色\n".encode(), "只有表头"),
        ("大.xlsx", b"x" * (2 * 1024 * 1024 + 1), "超过 2 MB 的上限"),
    ],
)
def test_files_that_are_no_roster(cast: Cast, as_officer: In, name: str, data: bytes, said: str) -> None:
    client = as_officer(cast.administrator)
    response = client.post("/people/roster/", {"roster": SimpleUploadedFile(name, data), "step": "preview"})
    refusal = response.content.decode().split('class="refusal"')[1].split("</div>")[0]
    assert response.status_code == 422 and said in refusal
    assert Act.objects.count() == 0


@pytest.mark.django_db
def test_the_first_run_from_form_to_passwords() -> None:
    client = Client()
    assert client.get("/")["Location"] == "/setup/"
    form = {
        "name": "云岭经济开发区",
        "short_name": "云岭",
        "administrator": "石可为",
        "administrator_username": "Guanli",
        "supervisor": "陶知行",
        "supervisor_username": "ducha",
    }
    nobody = client.post("/setup/", {**form, "administrator": "", "administrator_username": "", "step": "preview"})
    assert nobody.status_code == 422 and "没有填写系统管理员" in nobody.content.decode()
    assert 'value="云岭经济开发区"' in nobody.content.decode()
    preview = client.post("/setup/", {**form, "step": "preview"})
    assert preview.status_code == 200 and "石可为,账号 guanli" in preview.content.decode() and not Zone.objects.exists()
    done = client.post("/setup/", {**form, "step": "confirm"})
    strips = re.findall(
        r'<code>([a-z]+)</code></div><div><small>初始密码</small><code class="password">([a-z0-9]{12})<',
        done.content.decode(),
    )
    assert [username for username, _ in strips] == ["guanli", "ducha"] and "no-store" in done["Cache-Control"]
    assert client.post("/setup/", {**form, "step": "confirm"}).status_code == 422
    assert client.get("/setup/")["Location"] == "/login/"
    assert client.post("/login/", {"username": "guanli", "password": strips[0][1]})["Location"] == "/plan/"
    assert client.get("/plan/")["Location"] == "/password/"


@pytest.mark.django_db
def test_the_first_run_with_a_roster_carries_the_file_through_the_preview() -> None:
    client = Client()
    units = [["云岭管委会", "", "管委会", ""]]
    people = [["石可为", "guanli", "系统管理员", "管委会", "", ""], ["陶知行", "ducha", "督查室", "管委会", "", ""]]
    form = {"name": "云岭经济开发区", "roster": sheet(units, people), "step": "preview"}
    page = client.post("/setup/", form).content.decode()
    data = re.search(r'name="roster_data" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert base64.b64decode(data)[:2] == b"PK" and "新增 3" in page
    done = client.post(
        "/setup/", {"name": "云岭经济开发区", "roster_data": data, "roster_name": "名册.xlsx", "step": "confirm"}
    )
    assert done.content.decode().count('class="password"') == 2
    assert (Zone.objects.count(), Unit.objects.count(), Officer.objects.count()) == (1, 1, 2)


@pytest.mark.django_db
def test_accounts_made_by_command_close_the_first_run_to_strangers(as_officer: In) -> None:
    boss = Officer.objects.create(username="boss", name="石可为", role=Role.ADMINISTRATOR, must_change_password=False)
    assert Client().get("/setup/")["Location"] == "/login/?next=/setup/"
    stranger = Client().post(
        "/setup/", {"name": "抢先", "administrator": "甲", "administrator_username": "jia", "step": "confirm"}
    )
    assert stranger["Location"] == "/login/?next=/setup/" and not Zone.objects.exists()
    client = as_officer(boss)
    assert client.get("/setup/").status_code == 200
    assert client.post("/setup/", {"name": "云岭经济开发区"})["Location"] == "/people/"
    assert Zone.objects.get().name == "云岭经济开发区"


def test_passwords_again_for_those_who_never_came(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    done = client.post("/people/passwords/")
    assert done.content.decode().count('class="password"') == 7  # all but the administrator
    assert Officer.objects.filter(must_change_password=True).count() == 7


def test_the_log_leads_to_what_it_speaks_of(cast: Cast, as_officer: In) -> None:
    client = as_officer(cast.administrator)
    client.post(f"/people/officers/{cast.clerk.pk}/password/")
    page = as_officer(cast.auditor).get("/log/?verb=officer.password_reset").content.decode()
    assert "重置密码" in page and f'href="/people/officers/{cast.clerk.pk}/">查看' in page and "共 1 条" in page
    assert "没有符合条件的办理记录" in as_officer(cast.auditor).get("/log/?since=2031-01-01").content.decode()
    assert as_officer(cast.auditor).get("/log/?since=gestern&by=x&page=zz").status_code == 200


def test_where_the_data_lies_is_for_administrators(cast: Cast, as_officer: In) -> None:
    for client in (Client(), as_officer(cast.supervisor)):
        page = client.get("/about/").content.decode()
        assert "Chrome、Edge 109 及以上" in page and "GONGJIAN_HOME" not in page
    page = as_officer(cast.administrator).get("/about/").content.decode()
    assert "数据目录(GONGJIAN_HOME)" in page


def test_faults_have_pages(cast: Cast, as_officer: In, settings: object) -> None:
    client = as_officer(cast.administrator)
    missing = client.get("/nowhere/")
    assert missing.status_code == 404 and "<h1>没有这个页面</h1>" in missing.content.decode()
    strip = client.get("/nowhere/", headers={"HX-Request": "true"}).content.decode()
    assert strip.startswith('<div class="refusal"')
    assert Client(headers={"host": "evil.example"}).get("/login/").status_code == 400
    client.raise_request_exception = False
    from gongjian.surfaces.web.people import units

    def break_down(**_: object) -> None:
        raise RuntimeError("boom")

    real, units.directory.tree = units.directory.tree, break_down  # type: ignore[assignment]
    try:
        broken = client.get("/people/")
    finally:
        units.directory.tree = real
    page = broken.content.decode()
    assert broken.status_code == 500 and "系统出现内部错误" in page and "boom" not in page
    assert "Content-Security-Policy" in broken
