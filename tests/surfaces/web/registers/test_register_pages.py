"""Register pages: list, detail, form, evidence; who may open and do what; what was typed stays when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT, TODAY, make_commitment
from tests.kernel.registers.entries import PDF, application, enterprise, state, venture

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import OverseasTalent
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel import clock
from gongjian.kernel.evidence import actions as evidence
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people.models import Officer, Zone
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

Door = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def stand_still(cast: Cast) -> None:
    """The zone stands at 30 June 2025."""
    Zone.objects.update(stands_at=TODAY)


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_the_index_lists_every_register_with_its_rows(cast: Cast, door: Door) -> None:
    venture("云澜视觉检测", by=cast.clerk, unit=cast.science)
    text = _text(door(cast.viewer).get("/registers/"))
    for register in REGISTERS.values():
        assert (f'href="/registers/{register.name}/"' in text) == (cast.viewer.role in register.readers), register.name
    text = _text(door(cast.supervisor).get("/registers/"))
    for register in REGISTERS.values():
        assert f'href="/registers/{register.name}/"><b>{register.label}</b></a>' in text
        assert (f'href="/registers/{register.name}/">须说明用途</a>' in text) == register.sensitive
    assert "攻坚科技创新" in text
    assert "/registers/venture/new/" in text
    assert "/registers/venture/new/" not in _text(door(cast.viewer).get("/registers/"))
    assert "办理 1 次" in text and 'href="/registers/venture/">1</a>' in text


def test_the_index_lists_what_was_imported_and_changed_in_bulk_lately(cast: Cast, door: Door) -> None:
    for name, kind, stands in (
        ("venture", "bulk", "done"),
        ("venture", "sheet", "judged"),
        ("overseas-talent", "sheet", "done"),
    ):
        Batch.objects.create(register=name, kind=kind, state=stands, by=cast.clerk, at=clock.now(), changed=1234)
    text = _text(door(cast.supervisor).get("/registers/"))
    assert text.count("批量 1,234 行") == 2
    lately = text.split("最近的导入和批量修改")[1]
    assert lately.count("1,234") == 2 and "批量修改" in lately and "海外人才" in lately
    lately = _text(door(cast.trade_clerk).get("/registers/")).split("最近的导入和批量修改")[1]
    assert lately.count("1,234") == 1 and "海外人才" not in lately


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_register_has_its_pages_while_empty(cast: Cast, door: Door, name: str) -> None:
    client = door(cast.supervisor)
    if REGISTERS[name].sensitive:
        assert "查阅用途" in _text(client.get(f"/registers/{name}/"))
        client.post(f"/registers/{name}/purpose/", {"purpose": "核对年度报送名单", "next": ""})
    assert "还没有记录" in _text(client.get(f"/registers/{name}/"))
    for path in ("new/", "import/", "template.xlsx", "export.xlsx"):
        assert client.get(f"/registers/{name}/{path}").status_code == 200, path


def test_the_list_filters_searches_sorts_and_pages(cast: Cast, door: Door) -> None:
    for number in range(60):
        industry = "专用设备制造业" if number % 3 else "医药制造业"
        enterprise(by=cast.clerk, unit=cast.science, number=number, industry=industry)
    client = door(cast.viewer)
    text = _text(client.get("/registers/enterprise/"))
    assert "第 1–50 行,共 60 行" in text
    assert '<span class="what">医药制造业</span> <i>20</i>' in text
    text = _text(client.get("/registers/enterprise/", {"industry": "医药制造业", "order": "-credit_code"}))
    assert "20 / 60 行" in text
    assert "91320800MA0000057A" in text.split('class="open"')[1]
    assert "第 11–60 行,共 60 行" in _text(client.get("/registers/enterprise/", {"end": "1"}))
    assert "没有符合条件的记录" in _text(client.get("/registers/enterprise/", {"q": "没有这一家"}))
    found = _text(client.get("/registers/enterprise/", {"q": "青禾7号"}))
    assert "1 / 60 行" in found


def test_the_lists_queries_do_not_grow_with_its_rows(cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    counts = []
    for start, end in ((0, 3), (3, 45)):
        for number in range(start, end):
            firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
            application(firm, by=cast.clerk, unit=cast.science)
        with CaptureQueriesContext(connection) as asked:
            client.get("/registers/high-tech/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_a_wrong_address_is_answered_with_a_sentence(cast: Cast, door: Door) -> None:
    client = door(cast.viewer)
    for path, words in (
        ("/registers/none/", "没有名为“none”的台账"),
        ("/registers/venture/99/", "里没有编号为 99 的记录"),
        ("/registers/high-tech/?enterprise=x", "筛选条件“企业”的值“x”不对"),
        ("/registers/high-tech/?indicator=nothing", "没有名为“nothing”的指标"),
        ("/registers/high-tech/?indicator=high-tech-filed&commitment=7", "没有编号为“7”的承诺"),
        ("/evidence/99/", "没有编号为 99 的佐证"),
    ):
        response = client.get(path)
        assert response.status_code == 422, path
        assert words in _text(response), path


def test_the_rows_behind_a_figure_are_exactly_those_that_count(cast: Cast, door: Door) -> None:
    days = {1: date(2025, 1, 9), 2: date(2025, 6, 30), 3: date(2024, 12, 31), 4: date(2025, 2, 1)}
    made = {}
    for number, day in days.items():
        firm = enterprise(by=cast.clerk, unit=cast.science, number=number)
        stage = "diagnosed" if number == 4 else "filed"
        made[number] = application(firm, by=cast.clerk, unit=cast.science, stage=stage, on=day)
    proof = evidence.attach(thing=made[1], part="receipt", name="回执.pdf", data=PDF, by=cast.clerk, at=AT)
    evidence.verify(evidence=proof, by=cast.supervisor, at=AT)
    commitment = make_commitment(owner=cast.science, indicator="high-tech-filed")
    client = door(cast.viewer)
    query = {"indicator": "high-tech-filed", "as_of": "2025-06-30", "commitment": commitment.pk}
    text = _text(client.get("/registers/high-tech/", query))
    assert "这些是“<b>高企申报数</b>”截至 2025-06-30 计入的 <b>2</b> 行" in text
    assert f'href="/commitment/{commitment.pk}/?as_of=2025-06-30"' in text
    assert [number in (1, 2) for number in days] == [f"/registers/high-tech/{made[n].pk}/" in text for n in days]
    rows = text.split("<tbody>")[1]
    assert rows.index("2025-01-09") < rows.index("已核实") < rows.index("2025-06-30</td>")
    text = _text(client.get("/registers/high-tech/", {**query, "as_of": "2025-06-29"}))
    assert "计入的 <b>1</b> 行" in text


def test_the_list_names_the_figures_that_it_carries(cast: Cast, door: Door) -> None:
    commitment = make_commitment(owner=cast.science, indicator="high-tech-filed")
    assert "指标</summary>" in _text(door(cast.viewer).get("/registers/high-tech/"))
    text = _text(door(cast.viewer).get("/registers/high-tech/?part=figures"))
    assert f"?indicator=high-tech-filed&amp;as_of=2025-06-30&amp;commitment={commitment.pk}" in text
    assert f'href="/commitment/{commitment.pk}/">(承诺:高企申报)</a>' in text
    assert "?indicator=high-tech-recognised&amp;as_of=2025-06-30" in text


def test_a_given_set_of_rows(cast: Cast, door: Door) -> None:
    pks = [venture(name, by=cast.clerk, unit=cast.science).pk for name in ("甲", "乙", "丙")]
    text = _text(door(cast.viewer).get("/registers/venture/", {"ids": f"{pks[0]},{pks[2]}"}))
    assert "这里列出指定的 2 行" in text
    assert [f"/registers/venture/{pk}/" in text for pk in pks] == [True, False, True]


def test_decimal_columns_have_a_total(cast: Cast, door: Door) -> None:
    for name, amount in (("甲", "120000"), ("乙", "1234.5")):
        values = {"name": name, "total_investment": amount, "unit": cast.trade}
        register = REGISTERS["project"]
        actions.create(register=register, values=values, by=cast.supervisor, at=AT, today=TODAY)
    assert "121,234.5" in _text(door(cast.viewer).get("/registers/project/"))


def test_a_new_row_by_form(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    form = {
        "enterprise": firm.name,
        "year": "2025",
        "batch": "",
        "remark": "",
        "unit": str(cast.science.pk),
        "stage_key": "filed",
        "happened_on": "2025-06-12",
    }
    response = client.post("/registers/high-tech/new/", form)
    made = Application.objects.get()
    assert response.headers["Location"] == f"/registers/high-tech/{made.pk}/"
    assert (made.enterprise, made.stage, made.unit) == (firm, "filed", cast.science)
    assert [m.happened_on for m in actions.moves_of(made)] == [date(2025, 6, 12)]
    text = _text(client.get(response.headers["Location"]))
    assert "已登记“青禾1号精密有限公司 2025年高企申报”。" in text
    assert "已登记“" not in _text(client.get(response.headers["Location"]))


def test_a_refused_form_keeps_what_was_typed_and_writes_nothing(cast: Cast, door: Door) -> None:
    client = door(cast.clerk)
    before = state()
    form = {"enterprise": "没有这一家", "year": "今年", "batch": "第一批"}
    form |= {"stage_key": "filed", "happened_on": "2025-06-12"}
    response = client.post("/registers/high-tech/new/", form)
    text = _text(response)
    assert response.status_code == 422
    assert "没有名为“没有这一家”的企业。请核对名称或代码,或先登记该企业。" in text
    assert "“今年”不是数字" in text
    assert "有 2 处需要改正,没有保存任何内容" in text
    for typed in ("没有这一家", "今年", "第一批", "2025-06-12"):
        assert f'value="{typed}"' in text
    assert state() == before


def test_a_duplicate_is_told_at_the_form(cast: Cast, door: Door) -> None:
    venture("甲", by=cast.clerk, unit=cast.science)
    before = state()
    form = {"name": "甲", "unit": cast.science.pk, "stage_key": "scouted", "happened_on": "2025-06-30"}
    response = door(cast.clerk).post("/registers/venture/new/", form)
    assert response.status_code == 422
    assert "项目名称相同的记录已经存在于“科创项目”" in _text(response)
    assert state() == before


def test_a_form_that_somebody_overtook_keeps_the_own_and_shows_the_others_change(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science, carrier="孵化园", remark="旧")
    actions.change(entry=made, values={"carrier": "加速器", "source": "江理工"}, revision=1, by=cast.supervisor, at=AT)
    form = {"name": "甲", "carrier": "园区三期", "source": "", "remark": "我的备注", "unit": cast.science.pk}
    response = door(cast.clerk).post(f"/registers/venture/{made.pk}/edit/", {**form, "revision": "1"})
    text = _text(response)
    assert response.status_code == 409
    assert "陶知行" in text and "修改了“孵化载体、来源院校”" in text
    assert 'value="园区三期"' in text and "他人已改为:加速器" in text
    assert 'value="我的备注"' in text
    assert 'value="江理工"' in text
    assert 'name="revision" value="2"' in text
    made.refresh_from_db()
    assert (made.carrier, made.remark) == ("加速器", "旧")


def test_an_edit_by_form(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    form = {"name": "甲", "carrier": "孵化园", "unit": cast.science.pk, "revision": "1", "change_reason": "入驻"}
    assert client.post(f"/registers/venture/{made.pk}/edit/", form).status_code == 302
    text = _text(client.get(f"/registers/venture/{made.pk}/"))
    assert "已保存,修改了:孵化载体。" in text
    assert "孵化载体:<del>—</del> → <ins>孵化园</ins>" in text
    assert "入驻" in text


def test_moving_and_taking_back_on_the_page(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, on=date(2025, 3, 3))
    client, page = door(cast.clerk), f"/registers/high-tech/{made.pk}/"
    client.post(f"{page}move/", {"stage": "filed", "happened_on": "2025-06-12", "note": "受理"})
    text = _text(client.get(page))
    assert "已登记 2025-06-12 进入“已申报”。" in text
    assert "受理" in text
    response = client.post(f"{page}move/", {"stage": "recognised", "happened_on": "2025-07-01", "note": "文号 7"})
    assert response.status_code == 422
    assert "晚于今天 2025-06-30" in _text(response) and 'value="文号 7"' in _text(response)
    client.post(f"{page}move/", {"stage": "diagnosed", "happened_on": "2025-05-01"})
    assert "当前阶段仍为“已申报”" in _text(client.get(page))
    moved = actions.moves_of(made).get(stage="filed")
    assert "请填写撤回原因" in _text(client.post(f"{page}withdraw/{moved.pk}/", {"reason": ""}))
    client.post(f"{page}withdraw/{moved.pk}/", {"reason": "回执作废"})
    made.refresh_from_db()
    assert made.stage == "diagnosed"
    assert "已撤回" in _text(client.get(page))


def test_evidence_on_the_page(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science, stage="filed")
    page = f"/registers/high-tech/{made.pk}/"
    clerk, supervisor = door(cast.clerk), door(cast.supervisor)

    def upload(client: Client, name: str, data: bytes) -> Any:
        return client.post(f"{page}evidence/receipt/", {"file": SimpleUploadedFile(name, data)})

    response = upload(clerk, "回执.exe", b"MZ")
    assert response.status_code == 422 and "“.exe”类型的文件不能作为佐证" in _text(response)
    response = clerk.post(f"{page}evidence/receipt/", {})
    assert "没有选择文件" in _text(response)
    assert not Evidence.objects.exists()
    assert upload(clerk, "回执.pdf", PDF).status_code == 302
    one = Evidence.objects.get()
    assert "等待督查室核实" in _text(clerk.get(page))
    download = clerk.get(f"/evidence/{one.pk}/")
    assert download.content == PDF
    assert download["X-Content-Type-Options"] == "nosniff"
    assert download["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert clerk.post(f"/evidence/{one.pk}/verify/").status_code == 403
    assert "请填写退回原因" in _text(supervisor.post(f"/evidence/{one.pk}/return/", {"reason": ""}))
    supervisor.post(f"/evidence/{one.pk}/return/", {"reason": "没有盖章"})
    assert "退回原因:没有盖章" in _text(clerk.get(page))
    supervisor.post(f"/evidence/{one.pk}/verify/")
    made.refresh_from_db()
    assert made.receipt == "verified"
    assert door(cast.viewer).get(f"/evidence/{one.pk}/").status_code == 403
    assert "您的角色不能查看佐证文件" in _text(door(cast.viewer).get(page))
    assert "回执.pdf" not in _text(door(cast.viewer).get(page))


def test_an_oversized_evidence_file_is_refused(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    file = SimpleUploadedFile("大图.png", b"\x89PNG\r\n\x1a\n" + bytes(evidence.LIMIT))
    response = door(cast.clerk).post(f"/registers/high-tech/{made.pk}/evidence/receipt/", {"file": file})
    assert response.status_code == 422
    assert "文件“大图.png”有 20.0 MB,超过 20 MB 的上限。" in _text(response)
    assert not Evidence.objects.exists()


def test_names_are_offered_while_typing(cast: Cast, door: Door) -> None:
    one = enterprise(by=cast.clerk, unit=cast.science, number=1, name="澜海锂电材料有限公司")
    enterprise(by=cast.clerk, unit=cast.science, number=2, name="星湖精密有限公司")
    found = door(cast.clerk).get("/registers/high-tech/lookup/enterprise/", {"q": "澜海"}).json()
    assert found["options"] == [f"澜海锂电材料有限公司({one.credit_code})"]
    assert door(cast.viewer).get("/registers/high-tech/lookup/enterprise/", {"q": "澜海"}).status_code == 403
    assert door(cast.clerk).get("/registers/high-tech/lookup/year/", {"q": "2"}).status_code == 422


def test_a_telephone_number_is_masked_for_others_everywhere(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    actions.change(entry=firm, values={"phone": "13911115678"}, revision=1, by=cast.clerk, at=AT)
    page = f"/registers/enterprise/{firm.pk}/"
    for officer in (cast.trade_clerk, cast.viewer, cast.leader, cast.auditor):
        text = _text(door(officer).get(page))
        assert "139****5678" in text and "13911115678" not in text and "13900001234" not in text
    for officer in (cast.clerk, cast.supervisor):
        assert "13911115678" in _text(door(officer).get(page))


def test_a_wrong_check_digit_is_told_on_the_enterprises_page(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, credit_code="91320800MA00000010")
    assert "的校验码应为“" in _text(door(cast.viewer).get(f"/registers/enterprise/{firm.pk}/"))


def test_rows_that_point_here_are_listed(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    made = application(firm, by=cast.clerk, unit=cast.science)
    text = _text(door(cast.viewer).get(f"/registers/enterprise/{firm.pk}/"))
    assert "高企申报" in text and f"/registers/high-tech/{made.pk}/" in text
    listed = _text(door(cast.viewer).get("/registers/high-tech/", {"enterprise": firm.pk}))
    assert f"企业:{firm.name} ×" in listed


def _visits(cast: Cast) -> dict[str, str]:
    """Every address of one row of 科创局, by what it is."""
    made = venture("甲", by=cast.clerk, unit=cast.science)
    one = evidence.attach(thing=made, part="notice", name="文件.pdf", data=PDF, by=cast.clerk, at=AT)
    page = f"/registers/venture/{made.pk}/"
    moved = actions.moves_of(made).get()
    return {
        "list": "/registers/venture/",
        "detail": page,
        "new": "/registers/venture/new/",
        "edit": f"{page}edit/",
        "import": "/registers/venture/import/",
        "export": "/registers/venture/export.xlsx",
        "evidence": f"/evidence/{one.pk}/",
        "move": f"{page}move/",
        "withdraw": f"{page}withdraw/{moved.pk}/",
        "upload": f"{page}evidence/notice/",
        "verify": f"/evidence/{one.pk}/verify/",
        "return": f"/evidence/{one.pk}/return/",
    }


READS = ("list", "detail", "new", "edit", "import", "export", "evidence")
WRITES: dict[str, dict[str, Any]] = {
    "new": {"name": "乙", "stage_key": "scouted", "happened_on": "2025-06-30"},
    "edit": {"name": "甲", "carrier": "改", "revision": "2"},
    "move": {"stage": "settled", "happened_on": "2025-06-30"},
    "withdraw": {"reason": "错"},
    "upload": {},
    "verify": {},
    "return": {"reason": "错"},
}
ALLOWED = {
    "leader": {"list", "detail", "export", "evidence"},
    "supervisor": {*READS},
    "clerk": {*READS},
    "park_clerk": {"list", "detail", "new", "import", "export", "evidence"},
    "trade_clerk": {"list", "detail", "new", "import", "export", "evidence"},
    "viewer": {"list", "detail"},
    "auditor": {"list", "detail", "export", "evidence"},
    "administrator": {"list", "detail", "export", "evidence"},
}


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_who_opens_what(cast: Cast, door: Door, name: str) -> None:
    addresses, client = _visits(cast), door(getattr(cast, name))
    statuses = {what: client.get(addresses[what]).status_code for what in READS}
    assert statuses == {what: 200 if what in ALLOWED[name] else 403 for what in READS}


@pytest.mark.parametrize("name", sorted(set(ALLOWED) - {"supervisor", "clerk"}))
def test_nobody_else_changes_the_row_by_any_door(cast: Cast, door: Door, name: str) -> None:
    addresses, client = _visits(cast), door(getattr(cast, name))
    before = (state(), list(Evidence.objects.values()))
    for what, form in WRITES.items():
        data = {**form, "file": SimpleUploadedFile("新.pdf", PDF + b"2")} if what == "upload" else dict(form)
        if what == "new":
            data["unit"] = cast.science.pk
        assert client.post(addresses[what], data).status_code == 403, what
    assert (state(), list(Evidence.objects.values())) == before


def test_anonymous_visitors_get_nothing(cast: Cast) -> None:
    addresses, client = _visits(cast), Client()
    before = state()
    for what in READS:
        response = client.get(addresses[what])
        assert (response.status_code, response.headers["Location"].startswith("/login/")) == (302, True), what
    for what, form in WRITES.items():
        assert client.post(addresses[what], form).headers["Location"].startswith("/login/"), what
    assert state() == before


def test_a_row_of_unit_scope_is_closed_to_other_units(cast: Cast, door: Door) -> None:
    values = {"name": "甲", "arrived_on": TODAY, "unit": cast.science}
    row = actions.create(register=OverseasTalent.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    page = f"/registers/overseas-talent/{row.pk}/"
    assert door(cast.clerk).get(page).status_code == 200
    for path in (page, f"{page}edit/"):
        assert door(cast.trade_clerk).get(path).status_code == 422
    assert "您的单位还没有" in _text(door(cast.trade_clerk).get("/registers/overseas-talent/"))


def test_writing_needs_a_token_and_post(cast: Cast, door: Door) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    assert client.get(f"/registers/venture/{made.pk}/move/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.clerk, backend="gongjian.kernel.people.accounts.Accounts")
    before = state()
    assert strict.post(f"/registers/venture/{made.pk}/edit/", WRITES["edit"]).status_code == 403
    assert state() == before


def test_what_people_type_is_escaped(cast: Cast, door: Door) -> None:
    made = venture("<script>alert(1)</script>", by=cast.clerk, unit=cast.science)
    client = door(cast.viewer)
    for path in ("/registers/venture/", f"/registers/venture/{made.pk}/", "/registers/venture/?q=<script>"):
        assert "<script>alert" not in _text(client.get(path))
    assert Venture.objects.count() == 1
    assert Enterprise.objects.count() == 0
