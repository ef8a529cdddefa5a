"""A register as a workbook and back: export with a hidden key, template, and reading a clerk's sheet by its heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.entry import EvidenceField
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.stages import StageField
from gongjian.kernel.registers.take import ROW_KEY, STAGE_DATE, Row, Taking, judge, row_key
from gongjian.kernel.registers.values import CHUNK, handle, shown, unit_of
from gongjian.surfaces.inlets.sheet import FoundTable, Sheet, find_table, open_sheet
from gongjian.surfaces.outlets.marks import Mark, mark_rows
from gongjian.surfaces.outlets.sheet import Column, Kind, write_sheet

YES_NO = ("是", "否")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """A clerk's sheet, read and judged: which sheet and table of the file, and what would become of each row."""

    sheet: str
    table: FoundTable
    taking: Taking
    skipped: list[str]
    """Heads that were understood but are not imported: the evidence states."""
    others: list[str]
    """Visible sheets of the file that were not read."""
    mixed: list[str]
    """Sentences on columns where some amounts carry a unit and some do not: a bare 49816 beside 3000万."""


def exported(*, register: Register, rows: Any, by: Officer, today: date, asked: Sequence[str] = ()) -> bytes:
    """The rows as .xlsx with typed cells and, hidden, each row's key; what `by` sees masked is masked."""
    sight = Sight(register=register, by=by)
    fields = _layout(register)
    scope = "筛选:" + ";".join(asked) if asked else "全部记录"
    notes = [
        f"导出日期 {today};{scope}。",
        "改后可在台账页重新导入:隐藏列用来识别记录,请勿改动;新增的记录请在本说明之上插入行。",
    ]
    if register.evidence:
        notes.append("佐证状态只供查看,导入时不改变。")
    return write_sheet(
        title=f"{register.label}台账",
        columns=_columns(fields),
        rows=_lines(register, sight, fields, rows),
        notes=notes,
        hidden_key=ROW_KEY,
        sheet_name=register.label,
    )


def blank(*, register: Register) -> bytes:
    """An empty sheet with the register's heads, to be filled in."""
    fields = [field for field in _layout(register) if not isinstance(field, EvidenceField)]
    return write_sheet(
        title=f"{register.label}台账",
        columns=_columns(fields),
        rows=[],
        sheet_name=register.label,
    )


def read(*, register: Register, name: str, data: bytes, by: Officer, today: date) -> Intake:
    """Read and judge a .xlsx, .xls or .csv file; refused when no sheet holds the register's heads."""
    sheets = open_sheet(name=name, data=data)
    sheet, table = _table(register, sheets)
    fields = {f.name: f for f in register.fields}
    stage = register.stage_field.name if register.stage_field else ""
    taken = [key for key in table.columns if key in fields or key == stage]
    rows = [
        Row(
            number=row.number,
            cells={key: row.values.get(key) for key in taken},
            stage_on=row.values.get(STAGE_DATE),
            key=row.values.get(ROW_KEY),
        )
        for row in table.rows
    ]
    if not rows:
        raise Refusal("sheet.no_rows", f"文件“{name}”只有表头,没有数据行", "请填写数据后重新上传")
    taking = judge(register=register, rows=rows, by=by, today=today, units=table.units)
    mixed = [sentence for key in table.columns if key in fields and (sentence := _mixed(fields[key], table, key))]
    others = [one.name for one in sheets if one is not sheet and not one.hidden]
    skipped = [table.labels[f.name] for f in register.evidence if f.name in table.columns]
    return Intake(sheet=sheet.name, table=table, taking=taking, skipped=skipped, others=others, mixed=mixed)


def marked(*, register: Register, name: str, data: bytes, intake: Intake) -> bytes:
    """The clerk's own workbook with the refused cells marked and the reasons beside them."""
    keys = {str(f.verbose_name): f.name for f in register.model._meta.concrete_fields} | {STAGE_DATE: STAGE_DATE}
    marks = [
        Mark(
            row=row.number,
            column_index=intake.table.columns.get(keys.get(fault.place.column, "")),
            sentence=f"{fault.cause}。{fault.remedy}。",
        )
        for row in intake.taking.of("refused")
        for fault in row.faults
    ]
    return mark_rows(data=data, marks=marks, name=name, sheet=intake.sheet, head_row=intake.table.head_row)


def heads(register: Register) -> dict[str, list[str]]:
    """What each column of a sheet may be called: the official name first."""
    found = {}
    for field in _layout(register):
        if isinstance(field, str):
            found[field] = [field, "发生日期", "进入日期"]
        else:
            found[field.name] = [str(field.verbose_name), *register.synonyms.get(field.name, ())]
    taken = {name for names in found.values() for name in names[:1]}
    return {
        **{key: [names[0], *(n for n in names[1:] if n not in taken)] for key, names in found.items()},
        ROW_KEY: [ROW_KEY],
    }


def _table(register: Register, sheets: list[Sheet]) -> tuple[Sheet, FoundTable]:
    """The first visible sheet with the hidden key or with all natural key columns."""
    refusal: Refusal | None = None
    for sheet in [s for s in sheets if not s.hidden] or sheets:
        for required in ((ROW_KEY,), register.key):
            try:
                return sheet, find_table(sheet=sheet, heads=heads(register), required=required)
            except Refusal as error:
                if required != (ROW_KEY,):
                    refusal = refusal or error
    assert refusal is not None
    raise refusal


def _mixed(field: Any, table: FoundTable, key: str) -> str:
    """A sentence when a column of amounts is written both with and without its unit; else empty."""
    if not isinstance(field, models.DecimalField):
        return ""
    cells = [value for row in table.rows if (value := row.values.get(key)) is not None]
    united = next((cell for cell in cells if isinstance(cell, str) and any(mark in cell for mark in "万亿元")), None)
    bare = next((cell for cell in cells if isinstance(cell, int | float)), None)
    if united is None or bare is None:
        return ""
    unit = table.units.get(key) or unit_of(field) or ""
    return f"“{table.labels[key]}”列有的写了单位(如“{united}”),有的只是数字(如 {bare}),只是数字的按“{unit}”计,请核对。"


def _layout(register: Register) -> list[Any]:
    """The sheet's columns: those of the list, then the other fields; after the stage its date (the text STAGE_DATE)."""
    names = [*register.columns, *(f.name for f in register.fields)]
    if register.stage_field is not None:
        names.append(register.stage_field.name)
    fields: list[Any] = []
    for name in dict.fromkeys(names):
        field = register.field(name)
        fields.append(field)
        if isinstance(field, StageField):
            fields.append(STAGE_DATE)
    return fields


def _columns(fields: Sequence[Any]) -> list[Column]:
    columns = []
    for field in fields:
        if isinstance(field, str):
            columns.append(Column(label=field, width=12, kind="date"))
            continue
        unit = unit_of(field)
        label = str(field.verbose_name)
        label = label[: label.replace("（", "(").rindex("(")] if unit else label
        columns.append(Column(label=label, width=_width(field), kind=_kind(field), unit=unit, choices=_choices(field)))
    return columns


def _kind(field: Any) -> Kind:
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.DecimalField):
        return "decimal"
    # years and positions are numbers without thousands separators
    return "int" if type(field) in (models.IntegerField, models.PositiveIntegerField) else "text"


def _width(field: Any) -> float:
    if field.is_relation:
        return 16 if field.related_model is Unit else 32
    if isinstance(field, models.DateField):
        return 12
    most = field.max_length if isinstance(field, models.CharField) else None
    return 14 if not most or most <= 20 else 22 if most <= 40 else 32


def _choices(field: Any) -> tuple[str, ...]:
    if isinstance(field, EvidenceField):
        return ()
    if field.is_relation:
        is_unit = field.related_model is Unit
        return tuple(Unit.objects.filter(is_active=True).values_list("name", flat=True)) if is_unit else ()
    if field.choices:
        return tuple(str(label) for _, label in field.flatchoices)
    return YES_NO if isinstance(field, models.BooleanField) else ()


def _lines(register: Register, sight: Sight, fields: Sequence[Any], rows: Any) -> Iterator[list[object]]:
    twice = {f.name: _twice(f.related_model) for f in fields if not isinstance(f, str) and f.is_relation}
    stage = register.stage_field
    for chunk in _chunks(rows):
        days = _stage_days(register, chunk) if stage is not None else {}
        for row in chunk:
            line: list[object] = []
            for field in fields:
                if isinstance(field, str):
                    line.append(days.get((row.pk, getattr(row, stage.name))) if stage is not None else None)
                else:
                    line.append(_typed(field, sight.value(row=row, name=field.name), twice))
            yield [*line, row_key(row)]


def _typed(field: Any, value: Any, twice: dict[str, set[str]]) -> object:
    if value is None or value == "":
        return None
    if field.is_relation:
        if field.related_model is Unit:
            return value.name
        return handle(value) if str(value) in twice[field.name] else str(value)
    return shown(value, field) if field.choices else value


def _twice(model: Any) -> set[str]:
    """Names that two rows share: in a sheet they are written with their key."""
    if model is Unit or not any(f.name == "name" for f in model._meta.concrete_fields):
        return set()
    counted = model._default_manager.order_by().values("name").annotate(n=Count("pk")).filter(n__gt=1)
    return set(counted.values_list("name", flat=True))


def _stage_days(register: Register, rows: list[Any]) -> dict[tuple[int, str], date]:
    """The latest day on which each row moved into each stage."""
    moves = StageMove.objects.filter(
        register=register.name, entry_id__in=[row.pk for row in rows], withdrawn_at=None
    ).order_by("happened_on", "recorded_at", "id")
    return {(pk, stage): day for pk, stage, day in moves.values_list("entry_id", "stage", "happened_on")}


def _chunks(rows: Any) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
