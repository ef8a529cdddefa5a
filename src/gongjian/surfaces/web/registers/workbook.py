"""A register as a sheet: which columns it has, how each is filled, and its rows as typed cells with their hidden key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils import timezone

from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import extra
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.derived import Derived
from gongjian.kernel.registers.entry import EvidenceField
from gongjian.kernel.registers.masking import Sight, hidden
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.months import MonthField, said
from gongjian.kernel.registers.stages import StageField
from gongjian.kernel.registers.take import ROW_KEY, STAGE_DATE
from gongjian.kernel.registers.values import handle, unit_of
from gongjian.surfaces.outlets.columns import Column, Kind
from gongjian.surfaces.outlets.sheet import stream_csv, stream_sheet
from gongjian.surfaces.outlets.template import write_template

YES_NO = ("是", "否")
PORTION = 2_000
"""How many rows are in memory at a time."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """The rows of a list on their way into a file: those of `rows`, in its order, in the columns `names`."""

    register: Register
    rows: Any
    by: Officer
    today: date
    names: tuple[str, ...]
    words: Sequence[str] = ()
    """The narrowing in words, for the foot of the sheet."""
    is_past: bool = False
    """Whether the rows are those of a past day, which cannot be edited and imported again."""
    known_at: datetime | None = None
    """The moment at which the rows are read, where that is past."""
    _told: dict[str, dict[int, str]] = field(default_factory=dict, init=False, repr=False)
    """The values of the derived columns of the rows in memory, by column and number."""

    def xlsx(self) -> Iterator[bytes]:
        """The workbook piece by piece, each row with its hidden key."""
        scope = "筛选:" + ";".join(self.words) if self.words else "全部记录"
        notes = [f"导出日期 {self.today};{scope}。"]
        if not self.is_past:
            notes.append("改后可在台账页重新导入:隐藏列用来识别记录,请勿改动;新增的记录请在本说明之上插入行。")
        if any(isinstance(field, EvidenceField) for field in self._fields):
            notes.append("佐证状态只供查看,导入时不改变。")
        if any(isinstance(field, Derived) for field in self._fields):
            notes.append("判定是按标准测算的结论,只供查看,导入时不改变。")
        return stream_sheet(
            title=f"{self.register.label}台账",
            columns=[column(field) for field in self._fields],
            rows=self.lines(with_key=not self.is_past),
            notes=notes,
            hidden_key=None if self.is_past else ROW_KEY,
            sheet_name=self.register.label,
        )

    def csv(self) -> Iterator[bytes]:
        """The same columns as .csv, without the key."""
        fields = self._fields
        months = {place for place, field in enumerate(fields) if isinstance(field, MonthField)}
        rows = (
            [
                said(value) if place in months and isinstance(value, date) else _short(value)
                for place, value in enumerate(line)
            ]
            for line in self.lines(with_key=False)
        )
        return stream_csv(columns=[column(field) for field in fields], rows=rows)

    def lines(self, *, with_key: bool) -> Iterator[list[object]]:
        """The rows as cells; what the officer sees masked is masked."""
        register, fields = self.register, self._fields
        stage = register.stage_field
        derived = [field for field in fields if isinstance(field, Derived)]
        own = [f for f in fields if not isinstance(f, str | Derived) and not extra.is_extra(f)]
        names = list(dict.fromkeys(["id", "revision", "unit_id", "extra", *(field.attname for field in own)]))
        if stage is not None:
            names = list(dict.fromkeys([*names, stage.attname]))
        place = {name: index for index, name in enumerate(names)}
        makers = [self._maker(field, place) for field in fields]
        related = {field.attname: _Names(field) for field in own if field.is_relation}
        rows = iter(self.rows.select_related(None).values_list(*names).iterator(chunk_size=PORTION))
        while portion := list(islice(rows, PORTION)):
            for attname, told in related.items():
                told.learn({row[place[attname]] for row in portion})
            for one in derived:
                self._told[one.name] = one.told([row[0] for row in portion], on=self.today, known_at=self.known_at)
            days = self._stage_days(portion) if STAGE_DATE in fields else {}
            for row in portion:
                line = [make(row, related, days) for make in makers]
                if with_key:
                    line.append(f"{register.name}/{row[0]}/{row[1]}")
                yield line

    @property
    def _fields(self) -> list[Any]:
        return layout(self.register, self.names)

    def _maker(self, field: Any, place: Mapping[str, int]) -> Any:
        """How one column's cell is made of a row of values."""
        if isinstance(field, str):
            stage = self.register.stage_field
            assert stage is not None
            at = place[stage.attname]
            return lambda row, related, days: days.get((row[0], row[at]))
        sight = Sight(register=self.register, by=self.by)
        unit = place["unit_id"]

        def seen(row: Any, value: Any) -> Any:
            is_hidden = value and sight.hides(row=SimpleNamespace(unit_id=row[unit]), name=field.name)
            return hidden(str(value)) if is_hidden else value

        if extra.is_extra(field):
            key, at = field.name.removeprefix(extra.PREFIX), place["extra"]

            def held(row: Any) -> Any:
                value = seen(row, extra.loaded(field, (row[at] or {}).get(key)))
                return None if value == "" else value

            return lambda row, related, days: held(row)
        if isinstance(field, Derived):
            labels = dict(field.flatchoices)
            return lambda row, related, days: labels.get(self._told[field.name].get(row[0], ""))
        at = place[field.attname]
        if field.is_relation:
            return lambda row, related, days: related[field.attname].text(row[at])
        if field.choices:
            labels = dict(field.flatchoices)
            return lambda row, related, days: labels.get(row[at], row[at]) or None
        if field.name in self.register.masked:
            return lambda row, related, days: seen(row, row[at]) or None
        if isinstance(field, models.DateTimeField):
            return lambda row, related, days: row[at] and timezone.localtime(row[at]).strftime("%Y-%m-%d %H:%M")
        return lambda row, related, days: None if row[at] == "" else row[at]

    def _stage_days(self, rows: Sequence[Any]) -> dict[tuple[int, str], date]:
        """The latest day on which each row moved into each stage."""
        moves = StageMove.objects.filter(
            register=self.register.name, entry_id__in=[row[0] for row in rows], withdrawn_at=None
        ).order_by("happened_on", "id")
        return {(pk, stage): day for pk, stage, day in moves.values_list("entry_id", "stage", "happened_on")}


class _Names:
    """How the rows that one column points at are called in a sheet, learned as they come."""

    def __init__(self, field: Any) -> None:
        self._model = field.related_model
        self._twice: set[str] | None = None
        self._known: dict[Any, str] = {}

    def learn(self, keys: set[Any]) -> None:
        """Read the rows with these numbers."""
        wanted = keys - self._known.keys() - {None}
        if len(self._known) > 100_000:
            self._known = {}
            wanted = keys - {None}
        for row in self._model._default_manager.filter(pk__in=wanted) if wanted else ():
            self._known[row.pk] = self._called(row)

    def text(self, key: Any) -> str | None:
        """What stands in the cell."""
        return None if key is None else self._known.get(key)

    def _called(self, row: Any) -> str:
        if isinstance(row, Unit):
            return row.name
        if self._twice is None:
            self._twice = _twice(self._model)
        return handle(row) if str(row) in self._twice else str(row)


def everything(register: Register) -> tuple[str, ...]:
    """All columns of a register: those of its list, then the other fields, then the stage."""
    stage = [register.stage_field.name] if register.stage_field is not None else []
    return tuple(dict.fromkeys([*register.columns, *(f.name for f in register.fields), *stage]))


def layout(register: Register, names: Sequence[str]) -> list[Any]:
    """The sheet's columns: fields, and after the stage its date (the text STAGE_DATE)."""
    fields: list[Any] = []
    for name in names:
        field = register.field(name)
        fields.append(field)
        if isinstance(field, StageField):
            fields.append(STAGE_DATE)
    return fields


def template(*, register: Register) -> bytes:
    """An empty workbook to fill in, which explains itself; the units to choose from are the zone's own."""
    fields = [field for field in layout(register, everything(register)) if not isinstance(field, EvidenceField)]
    notes = [
        f"本表用于登记“{register.label}”。填好后在台账页点“导入”,核对预览后确认写入。",
        f"用来识别记录的列:{register.known_by};已有的记录会更新,没有的会新增。",
        "空白的单元格不改动原值。",
    ]
    columns = [column(field, register=register) for field in fields]
    return write_template(title=f"{register.label}台账", columns=columns, notes=notes, sheet_name=register.label)


def column(field: Any, *, register: Register | None = None) -> Column:
    """A field as a column of a sheet; for a template (`register` given) with what helps to fill it in."""
    if isinstance(field, str):
        spoken: dict[str, Any] = {"help": "进入该阶段的日期;不填按导入当天", "examples": (date(2025, 6, 30),)}
        return Column(label=field, width=12, kind="date", **(spoken if register is not None else {}))
    unit = unit_of(field)
    label = str(field.verbose_name)
    label = label[: label.replace("（", "(").rindex("(")] if unit else label
    common: dict[str, Any] = {"width": _width(field), "kind": _kind(field), "unit": unit, "choices": _choices(field)}
    if register is None:
        return Column(label=label, **common)
    return Column(
        label=label,
        **common,
        required=(field.name in register.key and not field.null) or field.name == register.or_key,
        help=_help(field),
        examples=_examples(field),
        synonyms=register.synonyms.get(field.name, ()),
    )


def _short(value: object) -> object:
    """An amount without the zeros that only fill its decimals."""
    if not isinstance(value, Decimal):
        return value
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _kind(field: Any) -> Kind:
    if isinstance(field, MonthField):
        return "month"
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return "date"
    if isinstance(field, models.DecimalField):
        return "decimal"
    # years and positions are numbers without thousands separators
    return "int" if type(field) in (models.IntegerField, models.PositiveIntegerField) else "text"


def _width(field: Any) -> float:
    if field.is_relation:
        return 16 if field.related_model is Unit else 32
    if isinstance(field, models.DateField):
        return 16 if isinstance(field, models.DateTimeField) else 12
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


def _help(field: Any) -> str:
    if field.is_relation and field.related_model is not Unit:
        return f"填写已登记的{field.related_model._meta.verbose_name}的名称或代码"
    return str(field.help_text or "")


def _examples(field: Any) -> tuple[object, ...]:
    """One invented value that shows how the column is written."""
    if field.is_relation:
        units = _choices(field)
        return units[:1] or (f"某某{field.related_model._meta.verbose_name}",)
    if choices := _choices(field):
        return choices[:1]
    if isinstance(field, models.DateField):
        return (date(2025, 6, 1 if isinstance(field, MonthField) else 30),)
    if isinstance(field, models.DecimalField):
        return (1200.5 if field.decimal_places else 1200,)
    if isinstance(field, models.IntegerField):
        return (2025 if "年" in str(field.verbose_name) else 12,)
    return (f"某某{field.verbose_name}"[: field.max_length or 40],)


def _twice(model: Any) -> set[str]:
    """Names that two rows share: in a sheet they are written with their key."""
    if not any(f.name == "name" for f in model._meta.concrete_fields):
        return set()
    counted = model._default_manager.order_by().values("name").annotate(n=Count("pk")).filter(n__gt=1)
    return set(counted.values_list("name", flat=True))
