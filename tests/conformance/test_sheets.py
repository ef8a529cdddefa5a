"""Every register as a sheet: out, back unchanged, back edited, filled in from the template; and many rows at once."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone
from tests.conformance import expected, pages
from tests.conformance.doors import ALL, Door, changeable, held, opened, typed
from tests.conformance.examples import REACHED_ON, Examples, value_of

from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.registers.months import MonthField, said
from gongjian.kernel.registers.take import ROW_KEY, STAGE_DATE
from gongjian.kernel.registers.values import handle, shown

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

pytestmark = pytest.mark.usefixtures("added")


@ALL
def test_an_export_holds_the_list_cell_by_cell_and_comes_back(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 3)
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    everything = [c for c in expected.columns(register) if c != "recorded_at"]
    out = client.get(f"{base}export.xlsx", {"cols": ",".join(everything)})
    assert out.status_code == 200, pages.told(out)
    names, lines = _read(register, out.content)
    with_days = [part for c in everything for part in ((c, STAGE_DATE) if _is_stage(register, c) else (c,))]
    assert names == [*with_days, ROW_KEY]
    by_pk = {row.pk: row for row in rows}
    order = expected.ordered(register, rows, register.sort)
    wanted = [[_cell(register, by_pk[pk], c) for c in with_days] + [f"{name}/{pk}/1"] for pk in order]
    assert [[_plain(cell) for cell in line] for line in lines] == wanted

    plain = client.get(f"{base}export.xlsx", {"cols": ",".join(everything), "as": "csv"})
    head, *told = csv.reader(io.StringIO(plain.content.decode("utf-8-sig")))
    assert [_label(register, c) for c in with_days] == head
    months = [c != STAGE_DATE and isinstance(register.field(c), MonthField) for c in with_days]
    assert told == [
        [said(value) if is_month else _in_csv(value) for value, is_month in zip(line[:-1], months, strict=True)]
        for line in wanted
    ]

    before = {row.pk: held(register, row) for row in rows}
    address = upload(client, register, out.content)
    batch = Batch.objects.get()
    assert (batch.created, batch.changed, batch.unchanged, batch.refused) == (0, 0, 3, 0), _refusals(client, address)
    nothing = client.post(address, {"seen": pages.mark(client.get(address))})
    assert nothing.status_code == 422 and "没有需要写入的行" in pages.text(nothing)

    field = changeable(register)
    new, target = value_of(field, 8, model=register.model), order[1]
    edited = _edited(out.content, register, row=1, column=names.index(field.name), value=_as_typed(field, new))
    address = upload(client, register, edited)
    page = client.get(address)
    assert pages.plain(shown(new, field)) in pages.plain(pages.text(page))
    written = client.post(address, {"seen": pages.mark(page)})
    assert written.status_code == 302, pages.told(written)
    batch = Batch.objects.latest("pk")
    assert (batch.state, batch.changed, batch.unchanged) == ("done", 1, 2)
    after = {row.pk: held(register, row) for row in rows}
    assert after == before | {target: before[target] | {field.name: new}}
    assert client.get(written.headers["Location"]).status_code == 200
    _undo(client, base, batch)
    assert {row.pk: held(register, row) for row in rows} == before


@ALL
def test_the_template_is_filled_in_and_imported(cast: Cast, examples: Examples, door: Door, name: str) -> None:
    register = REGISTERS[name]
    client, base = opened(door, register, cast.supervisor), f"/registers/{name}/"
    template = client.get(f"{base}template.xlsx")
    assert template.status_code == 200
    bare = client.post(f"{base}import/", {"file": SimpleUploadedFile("模板.xlsx", template.content)})
    assert bare.status_code == 422 and "没有数据行" in pages.told(bare), pages.told(bare)
    assert not Batch.objects.exists()

    wanted = [examples.values(register, n) for n in (1, 2)]
    stages = [stage.key for stage in register.stages][-2:]
    book = openpyxl.load_workbook(io.BytesIO(template.content))
    page, at = book.worksheets[0], _heading(book.worksheets[0])
    names = [_key(register, cell.value) for cell in page[at]]
    assert set(names) >= {f.name for f in register.fields}
    for place, values in enumerate(wanted):
        for index, key in enumerate(names):
            value: Any = None
            if key == STAGE_DATE:
                value = REACHED_ON
            elif _is_stage(register, key):
                value = register.stage(stages[place]).label  # type: ignore[union-attr]
            else:
                value = _as_typed(register.field(key), values[key])
            page.cell(row=at + 2 + place, column=index + 1, value=value)
    address = upload(client, register, _bytes(book))
    page_of = client.get(address)
    batch = Batch.objects.get()
    assert (batch.created, batch.changed, batch.unchanged, batch.refused) == (2, 0, 0, 0), _refusals(client, address)
    done = client.post(address, {"seen": pages.mark(page_of)})
    assert done.status_code == 302, pages.told(done)
    shown_batch = client.get(done.headers["Location"])
    assert shown_batch.status_code == 200 and "新增 2" in pages.text(shown_batch)
    rows = list(register.model._default_manager.order_by("pk"))
    assert [held(register, row) for row in rows] == wanted
    if register.stage_field is not None:
        assert [getattr(row, register.stage_field.name) for row in rows] == stages
        days = StageMove.objects.filter(register=name).values_list("happened_on", flat=True)
        assert list(days) == [REACHED_ON, REACHED_ON]
    made = register.model.history.model._default_manager.filter(history_batch=batch)
    assert [(one.id, one.history_type, one.history_user) for one in made.order_by("id")] == [
        (row.pk, "+", cast.supervisor) for row in rows
    ]
    _undo(client, base, Batch.objects.get())
    assert not register.model._default_manager.exists()


@ALL
def test_many_rows_are_changed_at_once_after_a_preview_and_taken_back(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    rows = examples.rows(register, 3)
    before = {row.pk: held(register, row) for row in rows}
    client, base, field = opened(door, register, cast.supervisor), f"/registers/{name}/", changeable(register)
    new = value_of(field, 8, model=register.model)
    address = f"{base}bulk/?pick={rows[0].pk}&pick={rows[2].pk}"
    assert client.get(address).status_code == 200
    asked = {"set": [field.name, "x_note"], field.name: typed(field, new), "x_note": "一并修改", "step": "preview"}
    preview = client.post(address, asked)
    assert preview.status_code == 200 and "一并修改" in pages.text(preview), pages.told(preview)
    assert {row.pk: held(register, row) for row in rows} == before
    stale = client.post(address, asked | {"step": "write", "seen": "别的"})
    assert (stale.status_code, {row.pk: held(register, row) for row in rows}) == (409, before)
    done = client.post(address, asked | {"step": "write", "seen": pages.mark(preview), "change_reason": "统一口径"})
    assert done.status_code == 302, pages.told(done)
    batch = Batch.objects.get()
    assert (batch.kind, batch.changed, batch.reason) == ("bulk", 2, "统一口径")
    change = {field.name: new, "x_note": "一并修改"}
    wanted = before | {row.pk: before[row.pk] | change for row in (rows[0], rows[2])}
    assert {row.pk: held(register, row) for row in rows} == wanted
    _undo(client, base, batch)
    assert {row.pk: held(register, row) for row in rows} == before
    everything = client.post(f"{base}bulk/?all=1&q={expected.follow(rows[1], expected.searchable(register)[0])}", asked)
    assert everything.status_code == 200, pages.told(everything)


def upload(client: Client, register: Register, data: bytes) -> str:
    """Send a workbook whose columns are all known; the address of its preview."""
    sent = client.post(f"/registers/{register.name}/import/", {"file": SimpleUploadedFile("台账.xlsx", data)})
    assert sent.status_code == 302, pages.told(sent)
    address = str(sent.headers["Location"])
    columns = Batch.objects.latest("pk").details.get("columns", [])
    unsure = [(one["head"], one["why"]) for one in columns if one["sure"] != "sure"]
    assert address.endswith("/preview/"), f"the sheet's columns are not recognised: {unsure}"
    return address


def _undo(client: Client, base: str, batch: Batch) -> None:
    address = f"{base}batches/{batch.pk}/undo/"
    assert client.get(address).status_code == 200
    undone = client.post(address, {"reason": "试验完毕"})
    batch.refresh_from_db()
    assert (undone.status_code, batch.state) == (302, "undone"), pages.told(undone)


def _refusals(client: Client, address: str) -> str:
    return pages.plain(pages.text(client.get(address, {"show": "refused"})))[:1500]


def _is_stage(register: Register, name: str) -> bool:
    return register.stage_field is not None and register.stage_field.name == name


def _label(register: Register, name: str) -> str:
    return name if name in (STAGE_DATE, ROW_KEY) else str(register.field(name).verbose_name)


def _key(register: Register, head: Any) -> str:
    label = str(head).replace("*", "").strip()
    return label if label in (STAGE_DATE, ROW_KEY) else str(register.field_named(label).name)


def _heading(page: Any) -> int:
    """The row of a sheet's heading: the first with more than one text."""
    return next(row[0].row for row in page.iter_rows() if sum(cell.value is not None for cell in row) > 1)


def _read(register: Register, data: bytes) -> tuple[list[str], list[list[Any]]]:
    """The columns of an exported sheet, and its rows down to the foot."""
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    at = _heading(page)
    names = [_key(register, cell.value) for cell in page[at] if cell.value is not None]
    lines = [[cell.value for cell in row[: len(names)]] for row in page.iter_rows(min_row=at + 1)]
    return names, [line for line in lines if line[-1] is not None]


def _edited(data: bytes, register: Register, *, row: int, column: int, value: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    page.cell(row=_heading(page) + 1 + row, column=column + 1).value = value
    return _bytes(book)


def _bytes(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    return Decimal(str(cell)) if isinstance(cell, int | float) else cell


def _cell(register: Register, row: Any, name: str) -> Any:
    """What one cell of an export holds: days and numbers as such, everything else as it prints, blanks as nothing."""
    if name == STAGE_DATE:
        return REACHED_ON
    field, value = register.field(name), getattr(row, name)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, models.Model):
        return getattr(value, "name", str(value)) if value._meta.model_name == "unit" else str(value)
    if field.choices:
        return str(dict(field.flatchoices)[value])
    return Decimal(value) if isinstance(value, Decimal | int) else value


def _in_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_typed(field: Any, value: Any) -> Any:
    """A value as a clerk writes it into a sheet."""
    if value is None or value == "":
        return None
    if isinstance(value, models.Model):
        return value.name if value._meta.model_name == "unit" else handle(value)  # type: ignore[attr-defined]
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.choices:
        return str(dict(field.flatchoices)[value])
    return float(value) if isinstance(value, Decimal) else value
