"""The sheet's own totals against the sums of what was read: every 合计 and 小计 is added up again."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers.parse import to_decimal
from gongjian.surfaces.inlets.cells import Apart, Cells

_CALLED = {"total": "合计", "subtotal": "小计"}
_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")
_SHARES = ("%", "‰", "百分点", "个百分点")


@dataclass(frozen=True, kw_only=True)
class Sum:
    """One total of the sheet and what the rows add up to, both in the field's unit."""

    key: str
    row: int
    """The sheet's row (1..) that holds the total."""
    what: Apart
    stated: Decimal
    summed: Decimal
    agrees: bool
    sentence: str


def reconcile(
    *,
    cells: Cells,
    values: Mapping[str, Sequence[Decimal | int | None]],
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str | None] | None = None,
    places: Mapping[str, int] | None = None,
) -> list[Sum]:
    """Each total and subtotal of the sheet beside the sum of the rows read, in the order of the sheet's rows.

    `values` are the parsed values of each key in the field's unit (`units`), as many as `cells.numbers`, None for a
    cell that is empty or refused. A total may be the sum of all rows, of those since the total or subtotal above it,
    or, where totals stand above their rows, of those down to the next one: the nearest counts. Both agree within half
    of the total's last decimal; where the rows were converted into the field's unit and rounded to its `places`
    decimals, also within what that may add up to. Shares (%), keys without numbers and totals that are no numbers are left out.
    """
    found: list[Sum] = []
    own = units or {}
    apart = sorted({number for number, _, _ in cells.totals})
    for number, what, held in cells.totals:
        blocks = _blocks(cells.numbers, number, apart, what)
        for key, cell in held.items():
            unit, head = own.get(key), cells.units.get(key)
            stated = None if key not in values or {unit, head} & {*_SHARES} else _number(cell, unit, head)
            if stated is None:
                continue
            sums = [sum((Decimal(v) for v in values[key][a:b] if v is not None), Decimal(0)) for a, b in blocks]
            summed = min(sums, key=lambda one: abs(one - stated))
            grain = _grain(cell, stated)
            if head and head != unit and key in (places or {}):
                grain += Decimal(1).scaleb(-(places or {})[key]) * max(end - start for start, end in blocks)
            said = _Said(label=(labels or cells.labels).get(key, key), unit=unit or "", row=number, what=_CALLED[what])
            agrees = abs(summed - stated) <= grain / 2
            sentence = said.agreeing(stated) if agrees else said.differing(stated, summed)
            found.append(
                Sum(key=key, row=number, what=what, stated=stated, summed=summed, agrees=agrees, sentence=sentence)
            )
    return found


@dataclass(frozen=True, kw_only=True)
class _Said:
    """Where a total stands, for its sentence."""

    label: str
    unit: str
    row: int
    what: str

    def agreeing(self, stated: Decimal) -> str:
        return f"第{self.row}行{self.what}:“{self.label}”为{self._amount(stated)},与各行相加一致。"

    def differing(self, stated: Decimal, summed: Decimal) -> str:
        return (
            f"第{self.row}行{self.what}:“{self.label}”写的是{self._amount(stated)},读入的各行相加是{self._amount(summed)},"
            f"相差{self._amount(abs(stated - summed))},请核对是否有漏行、重复或填错。"
        )

    def _amount(self, number: Decimal) -> str:
        text = f"{number:,f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text}{self.unit}"


def _number(cell: object, unit: str | None, head: str | None) -> Decimal | None:
    if cell is None or (isinstance(cell, str) and cell.strip().endswith(("%", "％"))):
        return None
    try:
        return to_decimal(cell, unit=unit, head_unit=head)
    except Refusal:
        return None


def _grain(cell: object, stated: Decimal) -> Decimal:
    """The last decimal of a total as it stands in the sheet, in the unit of `stated`; never finer than 12 digits."""
    text = format(cell, ".15g") if isinstance(cell, float) else unicodedata.normalize("NFKC", str(cell))
    shown = _DIGITS.search(text)
    written = Decimal(shown[0].replace(",", "")) if shown else Decimal(0)
    if not shown or not written:
        return Decimal(1).scaleb(-9)
    step = Decimal(1).scaleb(-len(shown[1] or ""))
    return max(step * abs(stated / written), Decimal(1).scaleb(stated.adjusted() - 11))


def _blocks(numbers: Sequence[int], row: int, apart: Sequence[int], what: Apart) -> list[tuple[int, int]]:
    """Spans of places in `numbers`, which ascend, that a total may sum up."""
    above = max((other for other in apart if other < row), default=0)
    below = min((other for other in apart if other > row), default=numbers[-1] + 1 if numbers else 0)
    spans = [(bisect_right(numbers, a), bisect_right(numbers, b)) for a, b in ((above, row), (row, below))]
    return [(0, len(numbers)), *spans] if what == "total" else spans
