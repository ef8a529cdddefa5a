"""The blocks of a row's page as its register declares them: fields, rows that point at it, the strip under its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import REGISTERS, Panel, Register, registers
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.together import pointer
from gongjian.kernel.registers.values import handle, same
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import Cell, cell
from gongjian.surfaces.web.registers.drawing import Drawing, axis_of, drawings, reach_of
from gongjian.surfaces.web.registers.inputs import placed
from gongjian.surfaces.web.registers.reading import counts, pointing

WIDE_FROM = 5
"""From so many columns on a panel of rows takes the whole width."""
TAGS_MOST = 50
"""So many rows are looked through for those in force."""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A cell with what an officer should look at in it (`warning`), or what was checked and is right (`assured`)."""

    cell: Cell
    warning: str = ""
    assured: str = ""


@dataclass(kw_only=True)
class Block:
    """One panel as it is shown."""

    id: str
    title: str
    cells: list[Noted] = field(default_factory=list)
    unfilled: list[str] = field(default_factory=list)
    """Fields that hold nothing, by label."""
    register: Register | None = None
    heads: list[tuple[str, bool]] = field(default_factory=list)
    rows: list[tuple[Any, list[Cell]]] = field(default_factory=list)
    count: int = 0
    href: str = ""
    new: str = ""
    """Where a further row is entered."""
    closed: str = ""
    """Why its rows are not shown."""
    ask: str = ""
    """Where a purpose is stated, after which they are."""
    drawings: list[Drawing] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it is about rows and there are none."""
        return self.register is not None and not self.rows and not self.closed

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width of a desk."""
        return len(self.heads) >= WIDE_FROM or bool(self.drawings)


@dataclass(kw_only=True)
class Strip:
    """What stands under the row's name: facts in a line, flags and titles in force as tags."""

    cells: list[Noted] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    """(title, address of its row)"""


class Board:
    """The panels of one row for one officer, today or as recorded at `known_at`."""

    def __init__(
        self,
        *,
        request: HttpRequest,
        row: Any,
        by: Officer,
        on: date,
        known_at: datetime | None = None,
        may_write: bool = False,
    ) -> None:
        self.request, self.row, self.by, self.on, self.known_at = request, row, by, on, known_at
        self.register: Register = row.register
        self.sight = Sight(register=self.register, by=by)
        self.may_write = may_write
        self.warnings = placed(self.register, row.warnings())
        self.assured: dict[str, str] = row.assured()
        self._counted: dict[tuple[str, str], int] | None = None
        self._read: dict[tuple[str, str], list[Any]] = {}

    @property
    def strip(self) -> Strip | None:
        """The declared strip, if there is one."""
        panel = next((one for one in self.register.panels if not one.title), None)
        if panel is None:
            return None
        strip = Strip()
        for name in panel.fields:
            own = self.register.field(name)
            if isinstance(own, models.BooleanField):
                if getattr(self.row, name):
                    strip.flags.append(str(own.verbose_name))
            else:
                one = self._noted(name)
                if one.cell.text != "—":
                    strip.cells.append(one)
        other = REGISTERS.get(panel.related)
        points = pointer(register=other, to=self.register) if other is not None else None
        if other is not None and points is not None and not self._closed(other)[0]:
            sight = Sight(register=other, by=self.by)
            for one in self._first(other, points)[:TAGS_MOST]:
                if one.is_valid(on=self.on):
                    texts = [cell(sight=sight, row=one, name=name, links=False).text for name in panel.columns]
                    words = " ".join(text for text in texts if text != "—")
                    strip.tags.append((words or str(one), reverse("entry", args=[other.name, one.pk])))
        return strip

    def blocks(self) -> list[Block]:
        """All panels in order: as declared, then registers that point here and are not named."""
        declared = [panel for panel in self.register.panels if panel.title]
        panels = declared or [
            Panel(title=title or "基本信息", fields=tuple(f.name for f in fields))
            for title, fields in self.register.blocks
        ]
        named = {panel.related for panel in self.register.panels if panel.title}
        found = [block for place, panel in enumerate(panels) if (block := self._block(panel, f"p-{place}"))]
        if declared:
            found += self._left()
        for place, (other, points) in enumerate(_others(self.register)):
            if other.name not in named:
                found.append(self._rows(Panel(title=other.label, related=other.name), other, points, f"r-{place}"))
        return found

    def _block(self, panel: Panel, place: str) -> Block | None:
        if panel.related:
            other = REGISTERS.get(panel.related)
            points = pointer(register=other, to=self.register) if other is not None else None
            return self._rows(panel, other, points, place) if other is not None and points is not None else None
        cells = [self._noted(name) for name in panel.fields if self._applies(name)]
        filled = [one for one in cells if one.cell.text != "—"]
        unfilled = [one.cell.label for one in cells if one.cell.text == "—"]
        return Block(id=place, title=panel.title, cells=filled, unfilled=unfilled) if cells else None

    def _left(self) -> list[Block]:
        """Fields that hold something and that no declared panel shows."""
        shown = {name for panel in self.register.panels for name in panel.fields}
        names = [f.name for f in self.register.fields if f.name not in shown]
        names = [name for name in names if getattr(self.row, name) not in (None, "")]
        return [Block(id="p-left", title="其他", cells=[self._noted(name) for name in names])] if names else []

    def _applies(self, name: str) -> bool:
        """Whether a field is asked for in this row, or holds something all the same."""
        if getattr(self.row, name) not in (None, "", False) or name not in self.register.depends:
            return True
        other, values = self.register.depends[name]
        return any(same(getattr(self.row, other), value) for value in values)

    def _noted(self, name: str) -> Noted:
        shown = cell(sight=self.sight, row=self.row, name=name)
        return Noted(cell=shown, warning="".join(self.warnings.get(name, ())), assured=self.assured.get(name, ""))

    def _rows(self, panel: Panel, other: Register, points: Any, place: str) -> Block:
        block = Block(id=place, title=panel.title, register=other)
        block.closed, block.ask = self._closed(other)
        if block.closed:
            return block
        rows = self._first(other, points)
        block.count = self._count(other, points)
        names = [name for name in (panel.columns or other.columns) if name != points.name]
        if not panel.columns and other.scope == "zone" and self.register.model is not Unit:
            names = [name for name in names if name != "unit"]
        sight = Sight(register=other, by=self.by)
        block.rows = [
            (one, [cell(sight=sight, row=one, name=name, links=False) for name in names]) for one in rows[: panel.most]
        ]
        block.rows = _without_blank(block.rows)
        block.heads = [(one.label, one.is_number) for one in block.rows[0][1]] if block.rows else []
        block.href = f"{reverse('register', args=[other.name])}?{urlencode({points.name: self.row.pk})}"
        if self.may_write and self.known_at is None and access.may(register=other, by=self.by, verb="register.write"):
            block.new = f"{reverse('entry-new', args=[other.name])}?{urlencode({points.name: handle(self.row)})}"
        if panel.series and block.rows:
            block.drawings = list(drawings(panel, other, rows, axis_of(other, points)))
        return block

    def _count(self, other: Register, points: Any) -> int:
        """How many rows point here; those of all registers are counted at once, so that empty ones are not read."""
        if self._counted is None:
            asked = [pair for pair in _others(self.register) if not self._closed(pair[0])[0]]
            found = counts([self._pointing(*pair) for pair in asked])
            self._counted = {(one.name, by.name): n for (one, by), n in zip(asked, found, strict=True)}
        return self._counted[other.name, points.name]

    def _first(self, other: Register, points: Any) -> list[Any]:
        """The first rows that point here, as many as some panel looks at; read once, drawn figures latest first."""
        key = (other.name, points.name)
        if key not in self._read:
            panels = [panel for panel in self.register.panels if panel.related == other.name] or [Panel()]
            most = max(panel.most if panel.title else TAGS_MOST for panel in panels)
            rows = self._pointing(other, points)
            axis = axis_of(other, points) if any(panel.series for panel in panels) else None
            if axis is not None:
                rows, most = rows.order_by(f"-{axis.name}"), max(most, reach_of(axis))
            self._read[key] = list(rows[:most]) if self._count(other, points) else []
        return self._read[key]

    def _pointing(self, other: Register, points: Any) -> Any:
        stated = purpose.of(self.request, other, what=f"{self.register.label}第{self.row.pk}号记录页")
        return pointing(register=other, points=points, row=self.row, by=self.by, known_at=self.known_at, stated=stated)

    def _closed(self, other: Register) -> tuple[str, str]:
        """Why the rows of a register are not shown here, and where a purpose is stated; ("", "") where they are."""
        if not access.may(register=other, by=self.by, verb="register.read"):
            return f"“{other.label}”不向“{Role(self.by.role).label}”角色开放。", ""
        stated = purpose.stated(self.request, other)
        if other.sensitive and (stated is None or not stated.is_in_force):
            way = reverse("register-purpose", args=[other.name])
            return "含有敏感信息,说明查阅用途后显示。", f"{way}?{urlencode({'next': self.request.get_full_path()})}"
        return "", ""


def _without_blank(rows: list[tuple[Any, list[Cell]]]) -> list[tuple[Any, list[Cell]]]:
    """The rows without columns in which none of them holds anything; the first column stays."""
    kept = (
        [place for place in range(len(rows[0][1])) if place == 0 or any(cells[place].text != "—" for _, cells in rows)]
        if rows
        else []
    )
    return [(row, [cells[place] for place in kept]) for row, cells in rows]


def runs(blocks: list[Block]) -> list[list[Block]]:
    """The blocks in order: a wide one alone, narrow ones together, so that they share the two columns of a desk."""
    found: list[list[Block]] = []
    for block in blocks:
        if not block.is_wide and found and not found[-1][0].is_wide:
            found[-1].append(block)
        else:
            found.append([block])
    return found


def _others(register: Register) -> list[tuple[Register, Any]]:
    """Every register with a field that points here."""
    return [
        (one, points)
        for one in sorted(registers(), key=lambda r: r.label)
        for points in one.model._meta.concrete_fields
        if points.is_relation and points.related_model is register.model
    ]
