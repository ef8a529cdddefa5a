"""What is shown with its middle hidden leaks at no door, and a sensitive register gives no row without a purpose."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from tests.conformance import expected, pages
from tests.conformance.doors import WHY, Door, opened
from tests.conformance.examples import CHANGED_AT, Examples
from tests.surfaces.api.program import Program

from gongjian.kernel import clock
from gongjian.kernel.errors import Forbidden
from gongjian.kernel.people.models import Act, Officer
from gongjian.kernel.registers import access, actions, drafts
from gongjian.kernel.registers.cells import Cells
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import ROW_KEY, judge
from gongjian.kernel.registers.values import shown

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

MASKED = [register.name for register in registers() if register.masked]
SENSITIVE = [register.name for register in registers() if register.sensitive]
ONLOOKERS = ("leader", "viewer", "auditor", "administrator", "trade_clerk")
"""Who sees such a field of the science office's rows only in part."""
Answer = tuple[str, Any]


def secret(field: Any, n: int) -> Any:
    """The n-th value of a masked field, like no other value of the zone."""
    if isinstance(field, models.DateField):
        return date(1961, n, 23)
    place = sum(map(ord, field.name)) % 90 + 10
    return f"97{place}3{n}02468"


@pytest.mark.parametrize("onlooker", ONLOOKERS)
@pytest.mark.parametrize("name", MASKED)
def test_a_masked_value_appears_at_no_door(
    cast: Cast, examples: Examples, door: Door, name: str, onlooker: str
) -> None:
    register, officer = REGISTERS[name], getattr(cast, onlooker)
    fields = [register.field(one) for one in register.masked]
    row = examples.row(register, 1, **{f.name: secret(f, 1) for f in fields}, unit=cast.science)
    second = {f.name: secret(f, 2) for f in fields}
    actions.change(entry=row, values=second, revision=1, by=cast.clerk, at=CHANGED_AT, reason="换号")
    batch = _written(register, row, {f.name: secret(f, 3) for f in fields}, cast)
    drafts.keep(
        register=register, entry=row, values={f.name: str(secret(f, 4)) for f in fields}, by=cast.clerk, at=CHANGED_AT
    )
    secrets = {str(secret(f, n)): f"{f.verbose_name}, value {n}" for f in fields for n in (1, 2, 3, 4)}
    leaks = [
        f"{what} shows {label}"
        for what, text in _answers(register, row, batch, officer, door)
        for value, label in secrets.items()
        if value in text
    ]
    assert not leaks, f"{officer.role}: " + "; ".join(leaks)
    whole = opened(door, register, cast.clerk).get(f"/registers/{name}/{row.pk}/").content.decode()
    assert all(str(secret(f, 3)) in whole for f in fields), "the own office sees them whole"


@pytest.mark.parametrize("onlooker", ONLOOKERS)
@pytest.mark.parametrize("name", MASKED)
def test_a_masked_value_cannot_be_asked_for(
    cast: Cast, examples: Examples, door: Door, name: str, onlooker: str
) -> None:
    register, officer = REGISTERS[name], getattr(cast, onlooker)
    fields = [register.field(one) for one in register.masked]
    row = examples.row(register, 1, **{f.name: secret(f, 1) for f in fields}, unit=cast.science)
    client, base = opened(door, register, officer), f"/registers/{name}/"
    program = _program(officer)
    why = {"purpose": WHY} if register.sensitive else {}
    for field in fields:
        value = str(secret(field, 1))
        assert pages.pks(client.get(base, {"q": value})) == [], f"search {field.name}"
        for sort in (field.name, f"-{field.name}"):
            assert pages.pks(client.get(base, {"order": sort})) == [], f"order {sort}"
        listed = [pages.pks(client.get(base, {field.name: one, "view": "0"})) for one in (value, "别的")]
        assert listed[0] == listed[1], f"filter {field.name}"
        if program is not None:
            assert program.get(f"/registers/{name}", q=value, **why)[1].get("rows", []) == []
            assert program.get(f"/registers/{name}", order=field.name, **why)[0] in (403, 422)
            told = [program.get(f"/registers/{name}", **{field.name: one}, **why) for one in (value, "别的")]
            assert told[0] == told[1], f"filter {field.name}"
        client.post(f"{base}{row.pk}/cell/{field.name}/", {field.name: value, "revision": "1"})
    row.refresh_from_db()
    assert row.revision == 1


@pytest.mark.parametrize("reader", ["leader", "supervisor", "clerk", "auditor", "administrator"])
@pytest.mark.parametrize("name", SENSITIVE)
def test_a_sensitive_row_is_read_for_a_purpose_that_is_logged(
    cast: Cast, examples: Examples, door: Door, name: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, officer = REGISTERS[name], getattr(cast, reader)
    row = examples.row(register, 1, name="季禾甲", unit=cast.science)
    batch = _written(register, row, {"remark": "换岗"} if "remark" in _names(register) else {"name": "季禾甲乙"}, cast)
    row.refresh_from_db()
    writes = officer.role in register.writers
    client, base = door(officer), f"/registers/{name}/"
    doors = [
        "?view=0",
        "?print=1",
        "?part=counts",
        f"{row.pk}/",
        f"{row.pk}/?known_at=2025-06-25",
        f"batches/{batch.pk}/",
    ]
    doors += ["export.xlsx", "export.xlsx?as=csv"]
    doors += [f"{row.pk}/edit/", f"{row.pk}/remove/", f"{row.pk}/revert/1/", f"bulk/?pick={row.pk}"] if writes else []
    before = Act.objects.filter(verb="register.opened").count()
    for path in doors:
        answer = client.get(base + path)
        assert answer.status_code == 403 and "季禾" not in answer.content.decode(errors="replace"), path
    assert Act.objects.filter(verb="register.opened").count() == before
    client.post(f"{base}purpose/", {"purpose": WHY})
    monkeypatch.setattr(access, "ONE_READING", timedelta(0))  # so that each request leaves its own line
    for path in doors:
        before = Act.objects.filter(verb="register.opened").count()
        answer = client.get(base + path)
        assert answer.status_code == 200, f"{path}: {pages.told(answer)}"
        acts = list(Act.objects.filter(verb="register.opened").order_by("pk"))[before:]
        assert [(act.by, act.note.endswith(f":{WHY}")) for act in acts] == [(officer, True)], path

    program = _program(officer)
    for path in ("", f"/{row.pk}", f"/{row.pk}/history") if program is not None else ():
        assert program is not None
        before = Act.objects.filter(verb="register.opened").count()
        status, body = program.get(f"/registers/{name}{path}")
        assert (status, "季禾" in str(body)) == (403, False), path
        status, body = program.get(f"/registers/{name}{path}", purpose=WHY)
        assert status == 200
        acts = list(Act.objects.filter(verb="register.opened").order_by("pk"))[before:]
        assert [(act.by, act.note.endswith(f":{WHY}")) for act in acts] == [(officer, True)], path


@pytest.mark.parametrize("name", SENSITIVE)
def test_one_reading_is_one_line_however_many_requests_it_takes(
    cast: Cast, examples: Examples, door: Door, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = REGISTERS[name]
    row = examples.row(register, 1, unit=cast.science)
    client, program = opened(door, register, cast.supervisor), Program(cast.supervisor, "read")
    now = clock.now()
    paths = ("?view=0", "?part=counts", "?q=a", "?q=ab", f"{row.pk}/", f"{row.pk}/", "?view=0")

    def read(by: Client) -> list[str]:
        before = Act.objects.filter(verb="register.opened").count()
        assert {by.get(f"/registers/{name}/{path}").status_code for path in paths} == {200}
        acts = Act.objects.filter(verb="register.opened").order_by("pk")[before:]
        return [act.note.partition("(")[2].partition(")")[0] for act in acts]

    once = ["列表", f"第{row.pk}号记录"]
    assert read(client) == once
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=4))
    assert read(client) == [], "still the same reading"
    assert read(opened(door, register, cast.auditor)) == once, "another officer's is another"
    assert program.get(f"/registers/{name}", purpose=WHY)[0] == 200
    assert program.get(f"/registers/{name}", purpose="核对另一件事项")[0] == 200
    notes = list(Act.objects.filter(verb="register.opened").order_by("-pk").values_list("note", flat=True)[:2])
    assert notes == [f"{register.label}(接口:列表):{why}" for why in ("核对另一件事项", WHY)]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=9))
    assert read(client) == once, "minutes later it is a new one"


@pytest.mark.parametrize("name", SENSITIVE)
def test_a_sheet_tells_nothing_of_a_sensitive_row_without_a_purpose(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    field = next(
        f for f in register.fields if isinstance(f, models.CharField) and not f.choices and f.name not in register.key
    )
    row = examples.row(register, 1, **{field.name: "季禾甲"}, unit=cast.science)
    client = door(cast.supervisor)
    sheet = _sheet(
        [str(register.field(one).verbose_name) for one in (*register.key, field.name)], [*_key(register, row), "另一人"]
    )
    sent = client.post(f"/registers/{name}/import/", {"file": SimpleUploadedFile("表.xlsx", sheet)}, follow=True)
    assert "季禾甲" not in sent.content.decode(), "the preview of an import shows what a row holds"
    line = {**dict(zip(register.key, _key(register, row), strict=True)), field.name: "另一人"}
    _, body = Program(cast.supervisor).post(f"/registers/{name}/bulk", {"rows": [line], "dry_run": True})
    assert "季禾甲" not in str(body), "a bulk request shows what a row holds"


def _answers(register: Register, row: Any, batch: Batch, officer: Officer, door: Door) -> Iterator[Answer]:
    """Everything that the doors tell this officer of the row, as text."""
    client, base = opened(door, register, officer), f"/registers/{register.name}/"
    every = ",".join(expected.columns(register))
    paths = [
        f"?cols={every}",
        f"?cols={every}&print=1",
        f"?cols={every}&part=counts",
        f"?cols={every}&known_at=2025-06-15",
    ]
    paths += [
        f"{row.pk}/",
        f"{row.pk}/?known_at=2025-06-15",
        f"{row.pk}/edit/",
        f"{row.pk}/edit/?draft=1",
        f"{row.pk}/remove/",
    ]
    paths += [
        f"{row.pk}/revert/1/",
        f"bulk/?pick={row.pk}",
        "batches/",
        f"batches/{batch.pk}/",
        f"batches/{batch.pk}/undo/",
    ]
    paths += [f"{row.pk}/cell/{one}/" for one in register.masked]
    for path in paths:
        yield path.replace(every, "all"), client.get(base + path).content.decode()
    for address in ("/registers/", "/log/", f"/registers/{register.name}/batches/{batch.pk}/file/"):
        yield address, client.get(address).content.decode(errors="replace")
    for other in registers():
        for field in other.model._meta.concrete_fields:
            if field.is_relation and field.related_model is register.model:
                yield (
                    f"lookup in {other.name}",
                    client.get(f"/registers/{other.name}/lookup/{field.name}/", {"q": str(row)[:4]}).content.decode(),
                )
    for field in register.model._meta.concrete_fields:
        target = getattr(row, field.name) if field.is_relation else None
        if hasattr(type(target), "register"):
            yield (
                f"page of {field.verbose_name}",
                client.get(f"/registers/{type(target).register.name}/{target.pk}/").content.decode(),
            )
    for path in (
        f"export.xlsx?cols={every}",
        "export.xlsx?fields=all",
        f"export.xlsx?cols={every}&known_at=2025-06-15",
    ):
        yield f"{path[:24]} as a workbook", _told(client.get(base + path))
        yield f"{path[:24]} as csv", client.get(f"{base}{path}&as=csv").content.decode("utf-8-sig")
    keys = dict(zip((str(register.field(one).verbose_name) for one in register.key), _key(register, row), strict=True))
    labels = [str(register.field(one).verbose_name) for one in register.masked]
    sheet = _sheet([*keys, *labels], [*keys.values(), *("1" for _ in labels)])
    sent = client.post(f"{base}import/", {"file": SimpleUploadedFile("表.xlsx", sheet)}, follow=True)
    yield "import", sent.content.decode()
    if sent.redirect_chain and sent.redirect_chain[-1][0].endswith("/preview/"):
        for verdict in ("changed", "unchanged", "refused", "warned"):
            yield f"preview of {verdict}", client.get(sent.redirect_chain[-1][0], {"show": verdict}).content.decode()
        refused = sent.redirect_chain[-1][0].replace("preview/", "refused.xlsx")
        yield "refused rows", _told(client.get(refused))
    typed = dict.fromkeys(register.masked, "1") | {"revision": "2"}
    yield "stale form", client.post(f"{base}{row.pk}/edit/", typed).content.decode()
    yield "check", client.post(f"{base}{row.pk}/edit/check/", typed).content.decode()
    program = _program(officer)
    why = {"purpose": WHY} if register.sensitive else {}
    for path in ("", f"/{row.pk}", f"/{row.pk}/history", "/description") if program is not None else ():
        assert program is not None
        yield (
            f"API {path}",
            str(program.get(f"/registers/{register.name}{path}", **(why if path != "/description" else {}))),
        )
    if program is not None:
        past = program.get(f"/registers/{register.name}/{row.pk}", known_at="2025-06-15", **why)
        yield "API in the past", str(past)
        line = dict(zip(register.key, _key(register, row), strict=True)) | dict.fromkeys(register.masked)
        yield (
            "API bulk",
            str(program.post(f"/registers/{register.name}/bulk", {"rows": [line], "dry_run": True}, **why)),
        )


def _written(register: Register, row: Any, values: dict[str, Any], cast: Cast) -> Batch:
    """A batch of the supervision office that changed the row."""
    row.refresh_from_db()
    columns: dict[str, list[Any]] = {name: [value] for name, value in values.items()}
    key = {ROW_KEY: [f"{register.name}/{row.pk}/{row.revision}"]}
    cells = Cells(numbers=[2], columns={**columns, **key})
    taking = judge(register=register, cells=cells, by=cast.supervisor, today=CHANGED_AT.date())
    return taking.write(by=cast.supervisor, at=CHANGED_AT.replace(hour=10))


def _program(officer: Officer) -> Program | None:
    try:
        return Program(officer)
    except Forbidden:
        return None


def _names(register: Register) -> set[str]:
    return {f.name for f in register.fields}


def _key(register: Register, row: Any) -> list[str]:
    """The row's natural key as a sheet writes it."""
    return [shown(getattr(row, name)) for name in register.key]


def _sheet(heads: list[str], line: list[str]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(heads)
    book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _told(answer: Any) -> str:
    """Every cell of a workbook, or the page that came instead."""
    if not answer.headers["Content-Type"].startswith("application/vnd"):
        return str(answer.content.decode(errors="replace"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return " ".join(str(cell.value) for page in book for line in page.iter_rows() for cell in line)
