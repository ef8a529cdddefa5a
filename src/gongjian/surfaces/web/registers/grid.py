"""The rows of a list as its page and its print show them: each value's cell is made once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from markupsafe import Markup, escape

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.indicators.question import Fact
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.values import shown
from gongjian.surfaces.web.registers.common import PROOF_TONES, Cell, cell_of, is_number

LONG = 16
"""A longer text may be cut off by its column; it is told in full when pointed at."""
PICK = (
    '<td class="pick no-print"><input type="checkbox" form="bulk" name="pick" value="{}" aria-label="选择这一行"></td>'
)
EDIT = '<td class="edit no-print"><a href="{}/edit/" title="打开表单修改这一行">改</a></td>'


def body(
    *,
    sight: Sight,
    names: Sequence[str],
    rows: Sequence[Any],
    known_on: date | None = None,
    facts: Mapping[int, Fact] | None = None,
    can_bulk: bool,
    can_write: bool,
) -> Markup:
    """The `tr` of each row with these columns; with `facts` the day and the proof by which it counts stand before them.

    Whatever a row holds is escaped. One column leads to the row's page (`Register.leading`), as it was on `known_on` if
    that is said.
    """
    base = reverse("register", args=[sight.register.name])
    past = f"?known_at={known_on.isoformat()}" if known_on else ""
    columns = [_Column(sight, name) for name in names]
    place = names.index(sight.register.leading(names))
    before, lead, after = columns[:place], columns[place], columns[place + 1 :]
    out: list[str] = []
    for row in rows:
        address = f"{base}{row.id}"
        out.append(f'<tr data-pk="{row.id}" data-revision="{row.revision}">')
        if can_bulk:
            out.append(PICK.format(row.id))
        if facts is not None:
            out.append(_counted(facts[row.id]))
        out += [column.cell_of(row) for column in before]
        text = lead.text_of(row)
        out.append(f'{lead.opening(text, "stick")}<a class="open" href="{address}/{past}">{escape(text)}</a></td>')
        out += [column.cell_of(row) for column in after]
        if can_write:
            out.append(EDIT.format(address))
        out.append("</tr>\n")
    return Markup("".join(out))


def texts(*, sight: Sight, names: Sequence[str], rows: Sequence[Any]) -> list[list[str]]:
    """What a print shows of each row."""
    return [[sight.shown(row=row, name=name) for name in names] for row in rows]


class _Column:
    """One column of one page: the value of a row as this officer sees it, and its cell."""

    def __init__(self, sight: Sight, name: str) -> None:
        self.name = name
        self.register = sight.register
        self.field = sight.register.field(name)
        self.value_of = sight.reader(name)
        self._is_number = is_number(self.field)
        self._cells: dict[Any, str] = {}

    def text_of(self, row: Any) -> str:
        """The value as it prints."""
        return shown(self.value_of(row), self.field)

    def cell_of(self, row: Any) -> str:
        """The row's cell."""
        value = self.value_of(row)
        made = self._cells.get(value)
        if made is None:
            made = self._cells[value] = self._made(cell_of(register=self.register, field=self.field, value=value))
        return made

    def opening(self, text: str, *classes: str) -> str:
        """The tag before a cell's text."""
        said = " ".join([*classes, *(["n"] if self._is_number else [])])
        title = f' title="{escape(text)}"' if len(text) > LONG else ""
        return f'<td data-f="{self.name}" class="{said}"{title}>' if said else f'<td data-f="{self.name}"{title}>'

    def _made(self, cell: Cell) -> str:
        text = escape(cell.text)
        if cell.tone is not None:
            text = Markup('<span class="tag {}">{}</span>').format(cell.tone, text)
        elif cell.href:
            text = Markup('<a href="{}">{}</a>').format(cell.href, text)
        elif cell.text == "—":
            text = Markup('<span class="nil">—</span>')
        return f"{self.opening(cell.text)}{text}</td>"


def _counted(fact: Fact) -> str:
    state = ProofState(fact.state)
    return f'<td>{fact.on.isoformat()}</td><td><span class="tag {PROOF_TONES[state]}">{state.label}</span></td>'
