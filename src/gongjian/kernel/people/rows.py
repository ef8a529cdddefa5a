"""One row of a roster's sheet: its cells by field, and what becomes of it, each fault with row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.registers.parse import to_text

UNIT_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("单位名称", "单位全称", "部门名称"),
    "parent": ("上级单位", "上级部门", "主管单位"),
    "short_name": ("简称", "单位简称"),
    "aliases": ("别名", "其他名称", "曾用名"),
}
OFFICER_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "人员姓名"),
    "username": ("账号", "登录账号", "用户名", "登录名"),
    "role": ("角色", "系统角色"),
    "unit": ("单位", "所在单位", "所属单位", "工作单位", "部门"),
    "title": ("职务", "岗位"),
    "phone": ("电话", "手机", "手机号码", "联系电话"),
}
"""The columns of the two tables by field, the official head first."""


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One row of a sheet: its number there (1..) and its cells by field (UNIT_HEADS, OFFICER_HEADS)."""

    number: int
    cells: Mapping[str, object]
    sheet: str = ""


@dataclass(kw_only=True)
class Judged:
    """What becomes of a row: `verdict` is new, changed, unchanged or refused; `faults` say why, with row and column."""

    row: SheetRow
    label: str
    thing: Any  # a Unit or an Officer, as it would be saved
    verdict: str = "new"
    diff: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)

    def refuse(self, fault: Refusal) -> None:
        """Add a fault, placed in this row."""
        place = Place(sheet=self.row.sheet, row=self.row.number, column=fault.place.column)
        self.faults.append(Refusal(fault.code, fault.cause, fault.remedy, place=place))
        self.verdict = "refused"


def texts_of(row: SheetRow, heads: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], list[Refusal]]:
    """The row's cells as text by field, and what cannot be read, placed at the official head."""
    texts, faults = {}, []
    for key, names in heads.items():
        try:
            texts[key] = (to_text(row.cells.get(key)) or "").strip()
        except Refusal as fault:
            texts[key] = ""
            faults.append(Refusal(fault.code, fault.cause, fault.remedy, place=Place(column=names[0])))
    return texts, faults
