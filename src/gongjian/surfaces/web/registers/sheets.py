"""A clerk's file as it meets a register: its tables, which column is what, its cells, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import models
from xlsxwriter.utility import xl_col_to_name

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.take import ROW_KEY, Taking
from gongjian.kernel.registers.values import shown, unit_of
from gongjian.surfaces.inlets import cells as inlet_cells
from gongjian.surfaces.inlets import sums
from gongjian.surfaces.inlets import tables as inlet
from gongjian.surfaces.inlets.body import Line
from gongjian.surfaces.inlets.heads import normal
from gongjian.surfaces.inlets.matching import Match, match_columns
from gongjian.surfaces.inlets.sheet import open_sheet
from gongjian.surfaces.outlets.frame import CHOICES_SHEET
from gongjian.surfaces.outlets.marks import REASONS
from gongjian.surfaces.outlets.template import EXAMPLE, GUIDE_SHEET
from gongjian.surfaces.web.registers import places
from gongjian.surfaces.web.registers.amounts import doubts as _doubts

SIDEWAYS = 3
"""So many of the register's headings one under the other are no values."""
SAMPLE = 40
"""Characters of a sample that are shown."""
LISTED = 12
"""How many names a sentence lists before it says 等."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table and where it goes: `sure` is sure, likely or none, `why` says on what ground."""

    index: int
    head: str
    key: str
    sure: str
    why: str
    unit: str
    samples: list[str]

    def told(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return {
            **{"index": self.index, "letter": xl_col_to_name(self.index), "head": self.head, "key": self.key},
            **{"sure": self.sure, "why": self.why, "unit": self.unit, "samples": self.samples},
        }


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the file, its columns matched with the register's."""

    place: int
    register: Register
    inner: inlet.Table
    hidden: bool
    notes: tuple[str, ...]
    columns: list[Column]
    examples: list[Line] = field(default_factory=list)
    unseen: frozenset[int] = frozenset()
    """Rows (from 1) that are hidden in the sheet."""
    span: str = ""
    """Where it stands, if another table of the file is called the same."""

    @property
    def mapping(self) -> dict[int, str]:
        """Column index -> key, "" for one that is left out, as matched."""
        return {column.index: column.key for column in self.columns}

    @property
    def is_known(self) -> bool:
        """Whether nothing has to be asked: every column's place is certain and a row can be recognised."""
        try:
            places.check(register=self.register, columns=[c.told() for c in self.columns], mapping=self.mapping)
        except Refusal:
            return False
        return all(column.sure == "sure" for column in self.columns)

    @property
    def weight(self) -> tuple[bool, int, bool, int]:
        """Which table of a file is meant: the one whose rows can be recognised, with most columns known, not hidden."""
        keys = {column.key.split("__")[0] for column in self.columns}
        is_recognised = ROW_KEY in keys or self.register.tells(keys)
        return is_recognised, len(keys - {""}), not self.hidden, len(self.inner.rows)

    @property
    def label(self) -> str:
        """What the table is called: its sheet, and its title where that says more."""
        title = self.inner.title
        named = f"{self.inner.sheet}({title[:20]})" if title and normal(title) != normal(self.inner.sheet) else ""
        return (named or self.inner.sheet) + self.span


@dataclass(frozen=True, kw_only=True)
class Book:
    """A file's tables that have rows, the likeliest first in `best`; and what is said of the file as a whole."""

    title: str
    tables: list[Table]
    empty: list[str] = field(default_factory=list)
    """Sheets without rows to read."""
    sideways: list[str] = field(default_factory=list)
    """Sheets whose headings stand one under the other."""

    def table(self, place: int | None) -> Table:
        """The table asked for, else the likeliest."""
        if place is not None and place < len(self.tables):
            return self.tables[place]
        return max(self.tables, key=lambda table: (table.weight, -table.place))

    def told(self, table: Table) -> dict[str, Any]:
        """What the batch keeps of the file: which table is read, its columns, what other tables there are."""
        listed = [
            {"place": one.place, "label": one.label, "rows": len(one.inner.rows), "hidden": one.hidden}
            for one in self.tables
        ]
        return {
            **{"place": table.place, "sheet": table.inner.sheet, "head_row": table.inner.head_row},
            **{"rows": len(table.inner.rows), "columns": [column.told() for column in table.columns]},
            **{"tables": listed, "empty": self.empty},
        }


def read(*, register: Register, name: str, data: bytes, learned: Mapping[str, str]) -> Book:
    """The file's tables, matched with the register's columns; refused when it holds no rows at all."""
    heads = places.heads(register)
    names = [*(name for one in heads.values() for name in one), *learned]
    found: list[Table] = []
    empty: list[str] = []
    sideways: list[str] = []
    for sheet in open_sheet(name=name, data=data):
        if sheet.hidden and sheet.name == CHOICES_SHEET:
            continue  # what this program itself puts there to choose from
        tables = inlet.find_tables(sheet=sheet, names=names) if sheet.name != GUIDE_SHEET else []
        upright = [one for one in tables if not _is_sideways(one, heads)]
        pairs = [pair for one in upright if (pair := _without_examples(one))[0].rows and not _is_bare(one, heads)]
        if len(upright) < len(tables):
            sideways.append(sheet.name)
        elif not pairs:
            empty.append(sheet.name)
        for one, examples in pairs:
            found.append(
                Table(
                    place=len(found),
                    register=register,
                    inner=one,
                    hidden=sheet.hidden,
                    notes=(*sheet.notes, *one.notes),
                    columns=_matched(register, one, heads, learned),
                    examples=examples,
                    unseen=sheet.unseen,
                )
            )
    if sideways and not found:
        cause = f"工作表“{_listed(sideways)}”里,栏目的名称是一行一个竖着写的,不是写在表头一行里"
        remedy = "请改成一条记录一行:在 Excel 或 WPS 中复制后用“选择性粘贴”的“转置”,再上传;只有一两条的,直接新增更快"
        raise Refusal("sheet.sideways", cause, remedy)
    if not found:
        raise Refusal("sheet.no_rows", f"文件“{name}”只有表头,没有数据行", "请填写数据后重新上传")
    return Book(title=name, tables=_told_apart(found), empty=empty, sideways=sideways)


def cells(*, table: Table, mapping: Mapping[int, str]) -> inlet_cells.Cells:
    """The table's cells column by column, with its totals; proofs are only shown and never taken in."""
    evidence = {f.name for f in table.register.evidence}
    used = {index: key for index, key in mapping.items() if key and key not in evidence}
    parts = {key for key in used.values() if "__" in key}
    for index, key in used.items():  # 企业 beside 统一社会信用代码 is the enterprise's name
        if any(part.startswith(f"{key}__") for part in parts) and f"{key}__name" in places.heads(table.register):
            used[index] = key if f"{key}__name" in parts else f"{key}__name"
    return inlet_cells.cells(
        table=table.inner, mapping=used, fields=_units(table.register), kinds=places.kinds(table.register)
    )


def explained(*, book: Book, table: Table, mapping: Mapping[int, str]) -> dict[str, Any]:
    """Sentences for the preview: which head went where, what was not read, what was lost or looks doubtful."""
    register = table.register
    labels = {key: names[0] for key, names in places.heads(register).items()}
    evidence = {f.name for f in register.evidence}
    named = {column.index: column.head or f"{xl_col_to_name(column.index)}列" for column in table.columns}
    left = [named[index] for index, key in mapping.items() if not key]
    proofs = [named[index] for index, key in mapping.items() if key in evidence]
    sheets = [one for one in book.tables if one.place != table.place]
    out = []
    for hidden, words in ((False, "没有读取的表"), (True, "没有读取的隐藏工作表")):
        if others := [f"{one.label}({len(one.inner.rows):,} 行)" for one in sheets if one.hidden is hidden]:
            out.append(f"{words}:{_listed(others)}。")
    if book.empty:
        out.append(f"没有数据的工作表:{_listed(book.empty)}。")
    if book.sideways:
        out.append(f"栏目竖着排列、不能读取的工作表:{_listed(book.sideways)}。")
    if left:
        out.append(f"没有对应栏目、不导入的列:{_listed(left)}。")
    if proofs:
        out.append(f"佐证状态只供查看、不导入的列:{_listed(proofs)}。")
    inner = table.inner
    apart = (
        (inner.totals, "合计行"),
        (inner.subtotals, "小计行"),
        (inner.remarks, "说明行"),
        (table.examples, "示例行"),
    )
    for lines, words in apart:
        if lines:
            out.append(f"{words}不作为记录导入:第 {_listed([str(number) for number, _ in lines])} 行。")
    fields = {f.name: f for f in register.fields}
    doubts = [one for index, key in mapping.items() if key in fields for one in _doubts(fields[key], table, index)]
    return {
        "mapped": [
            (named[index], labels[key]) for index, key in mapping.items() if key in labels and key not in evidence
        ],
        "left_out": out,
        "warnings": [*table.notes, *_hidden(table), *doubts],
    }


def reconciled(*, register: Register, cells: inlet_cells.Cells, taking: Taking) -> list[dict[str, Any]]:
    """The sheet's own totals beside the sums of its rows; what refused rows hold of it is said with them."""
    values = {
        name: [one if isinstance(one, Decimal | int) else None for one in column.values]
        for name, column in taking.verdicts.columns.items()
        if isinstance(column.field, models.DecimalField | models.IntegerField) and not column.field.choices
    }
    if not values or not cells.totals:
        return []
    found = []
    for one in sums.reconcile(cells=cells, values=values, units=_units(register), places=_places(register)):
        whole = sum((Decimal(v) for v in values[one.key] if v is not None), Decimal(0))
        refused = whole - taking.sums.get(one.key, Decimal(0)) if one.what == "total" else Decimal(0)
        found.append(
            {
                **{
                    "row": one.row,
                    "label": str(register.field(one.key).verbose_name),
                    "agrees": one.agrees,
                    "sentence": one.sentence,
                },
                **{"stated": shown(one.stated), "found": shown(one.summed)},
                **{"difference": shown(one.summed - one.stated), "refused": shown(refused) if refused else ""},
            }
        )
    return found


def _matched(
    register: Register, table: inlet.Table, heads: Mapping[str, Sequence[str]], learned: Mapping[str, str]
) -> list[Column]:
    matches = match_columns(table=table, heads=heads, learned=learned, kinds=places.kinds(register))
    labels = {key: names[0] for key, names in heads.items()}
    idle = {c.index: why for c in table.columns if (why := _idle(c))}
    return [
        Column(
            index=column.index,
            head=column.label,
            key=match.key or "",
            sure="likely" if match.doubt else "sure" if not match.key and column.index in idle else _SURE[match.how],
            why=match.doubt or (idle.get(column.index, "") if not match.key else "") or _why(match, labels),
            unit=column.unit or "",
            samples=[shown(value)[:SAMPLE] for value in column.samples],
        )
        for column, match in zip(table.columns, matches, strict=True)
    ]


_SURE = {
    **{"key": "sure", "learned": "sure", "official": "sure", "synonym": "sure"},
    **{"similar": "likely", "content": "likely", "none": "none"},
}


_NUMBERING = frozenset({"序号", "行号", "no", "序"})


def _idle(column: inlet.Column) -> str:
    """Why a column has nothing to bring in, so that nobody need be asked; else empty."""
    if not column.filled:
        return "全部空白"
    if column.label == REASONS:
        return "上次退回时标注的原因"
    return "只是行的序号" if normal(column.label) in _NUMBERING else ""


def _why(match: Match, labels: Mapping[str, str]) -> str:
    said = {
        "key": "本系统导出的列" if match.key == ROW_KEY else "与栏目代号一致",
        "learned": "本单位上次这样对照" if match.key else "本单位上次选择不导入",
        "official": "与栏目名称一致",
        "synonym": "是栏目的另一种写法",
        "similar": "写法相近",
        "content": "从内容看像是这一栏",
        "none": "没有相近的栏目",
    }[match.how]
    rivals = [labels[key] for key in match.rivals if key in labels][:3]
    return f"{said};也像“{'、'.join(rivals)}”" if rivals and match.how in ("similar", "none") else said


def _is_bare(table: inlet.Table, heads: Mapping[str, Sequence[str]]) -> bool:
    """Whether a table is nothing but the register's own headings, with no row under them."""
    if len(table.rows) != 1 or any(column.label for column in table.columns):
        return False
    known = {normal(name) for names in heads.values() for name in names}
    filled = [normal(cell) for cell in table.rows[0][1] if cell is not None]
    return sum(cell in known for cell in filled) * 2 > len(filled)


def _without_examples(table: inlet.Table) -> tuple[inlet.Table, list[Line]]:
    """The table without the rows that a template shows as examples, and those rows."""
    examples = [line for line in table.rows[:SAMPLE] if str(_first(line[1])).startswith(EXAMPLE)]
    if not examples:
        return table, []
    numbers = {number for number, _ in examples}
    return replace(table, rows=[line for line in table.rows if line[0] not in numbers]), examples


def _first(cells: Sequence[object]) -> object:
    return next((cell for cell in cells if cell is not None), "")


def _units(register: Register) -> dict[str, str | None]:
    """The unit of each field that has numbers."""
    numbers = models.DecimalField | models.IntegerField
    return {f.name: unit_of(f) for f in register.fields if isinstance(f, numbers)}


def _places(register: Register) -> dict[str, int]:
    """How many decimals each amount keeps."""
    return {f.name: f.decimal_places for f in register.fields if isinstance(f, models.DecimalField)}


def _hidden(table: Table) -> list[str]:
    """A sentence where rows are read that the clerk does not see in the sheet."""
    rows = [str(number) for number, _ in table.inner.rows if number in table.unseen]
    if not rows:
        return []
    return [f"第 {_listed(rows)} 行在表中被隐藏或筛选掉了,也一并读取;不要导入的,请从表中删去这些行后重新上传。"]


def _is_sideways(table: inlet.Table, heads: Mapping[str, Sequence[str]]) -> bool:
    """Whether the register's headings stand one under the other in one of the columns."""
    known = {normal(name) for names in heads.values() for name in names}
    for column in table.columns:
        texts = [cell for _, line in table.rows[:SAMPLE] if isinstance(cell := line[column.index], str)]
        hits = {normal(text) for text in texts} & known
        if len(hits) >= SIDEWAYS and sum(normal(text) in known for text in texts) * 2 > len(texts):
            return True
    return False


def _told_apart(tables: list[Table]) -> list[Table]:
    """The tables, those that are called the same with the rows or columns in which they stand."""
    labels = [one.label for one in tables]
    return [one if labels.count(one.label) == 1 else replace(one, span=_span(one)) for one in tables]


def _span(table: Table) -> str:
    first, last = (xl_col_to_name(table.columns[end].index) for end in (0, -1))
    return f",{first}至{last}列,第{max(1, table.inner.first_row)}行起"


def _listed(names: list[str]) -> str:
    return "、".join(names[:LISTED]) + (f" 等 {len(names)} 个" if len(names) > LISTED else "")
