"""一企一策 for many: one zip of documents or one book, made by the background worker where there are many, gone after a day."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.masking import Sight
from gongjian.surfaces import criteria_parts, progress
from gongjian.surfaces.orders import Order, new_token
from gongjian.surfaces.outlets.gap_sheet import TITLE, GapSheet, gap_sheet
from gongjian.surfaces.outlets.gap_sheet_docx import docx_of
from gongjian.surfaces.outlets.gap_sheet_pdf import book_of, pdf_of

BACKGROUND = 20
"""More enterprises than this are left to the background worker."""
MOST = 2_000
"""More at a time are refused: nobody reads them, and the file would not open."""
KINDS = {
    "docx": ("zip", "每家一份docx,合为一个压缩包"),
    "pdf": ("zip", "每家一份PDF,合为一个压缩包"),
    "book": ("pdf", "合订为一份PDF,带目录"),
}
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_SAFE_CHARACTERS = 60


@dataclass(frozen=True, kw_only=True)
class Print(Order):
    """What was asked for: which enterprises, by which rulebooks (none named: all), as one of KINDS."""

    sort = "sheets"
    what = "打印文件"
    again = "请回到标准或一企一策页重新生成"

    ids: list[int]
    only: list[str]
    words: str
    """Which enterprises these are, as the log and the contents page say it."""
    back: str
    """The page to go back to."""

    @property
    def told(self) -> str:
        return f"{len(self.ids):,} 家"

    def write(self, file: Any, *, by: Officer, say: progress.Say) -> None:
        """Write the zip, or the book."""
        say("读取台账", 0, len(self.ids))
        written(self, by=by, file=file, say=say)


def ordered(
    *, ids: Sequence[int], only: Sequence[str], kind: str, words: str, back: str, by: Officer, day: date, at: datetime
) -> Print:
    """A print of those of `ids` that the officer may see, in their order, logged; nothing is made yet."""
    if kind not in KINDS:
        raise Refusal("sheets.kind", f"没有名为“{kind[:20]}”的文件形式", "请选择docx、pdf或book(合订本)")
    register = REGISTERS[criteria_parts.SUBJECT]
    access.require(register=register, by=by, verb="register.export")
    known = {one.name for one in criteria_parts.books(as_of=day)}
    if strange := [name for name in only if name not in known]:
        raise Refusal("sheets.rulebook", f"没有名为“{strange[0][:40]}”的企业标准", "请从标准目录中选择")
    seen = set(_rows(list(ids), by).values_list("pk", flat=True))
    mine = [pk for pk in dict.fromkeys(ids) if pk in seen]
    if not mine:
        raise Refusal("sheets.none", "没有可以打印的企业", "请换一个名单,或先在名单中勾选企业")
    if len(mine) > MOST:
        raise Refusal("sheets.most", f"名单有{len(mine):,}家,一次最多打印{MOST:,}家", "请按单位或结论分几次打印")
    note = f"{TITLE} {words} {len(mine)} 家 .{kind}" + (f":{'、'.join(only)}" if only else "")
    acts.record(verb="register.exported", thing=None, by=by, at=at, note=note[:300])
    name = f"{safe(f'{TITLE}_{words}')}_{day:%Y%m%d}.{KINDS[kind][0]}"
    return Print(
        token=new_token(), by=by.pk, ids=mine, only=list(only), kind=kind, words=words, back=back, name=name,
        day=day.isoformat(),
    )  # fmt: skip


def sheets(order: Print, *, by: Officer, say: progress.Say | None = None) -> Iterator[GapSheet]:
    """The sheets one after another, as the officer may see them at this moment."""
    day, register = date.fromisoformat(order.day), REGISTERS[criteria_parts.SUBJECT]
    access.require(register=register, by=by, verb="register.export")
    sight = Sight(register=register, by=by)
    rows = {row.pk: row for row in _rows(order.ids, by).select_related("unit")}
    ids = [pk for pk in order.ids if pk in rows]
    for number, (pk, parts) in enumerate(criteria_parts.of_many(ids, as_of=day, only=order.only), start=1):
        yield gap_sheet(row=rows[pk], parts=parts, by=by, sight=sight, as_of=day, is_whole=not order.only)
        if say is not None:
            say("生成一企一策", number, len(ids))


def written(order: Print, *, by: Officer, file: Any, say: progress.Say | None = None) -> None:
    """Write the zip, or the book, to an open file."""
    found = sheets(order, by=by, say=say)
    if order.kind == "book":
        said = f"{order.words},共{len(order.ids)}家,数据截至{order.day}"
        file.write(book_of(found, said=said))
        return
    make, width = {"docx": docx_of, "pdf": pdf_of}[order.kind], len(str(len(order.ids)))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:  # docx and pdf are compressed already
        for number, sheet in enumerate(found, start=1):
            package.writestr(f"{number:0{width}d}_{safe(sheet.name)}_{TITLE}.{order.kind}", make(sheet))


def at_once(order: Print, *, by: Officer) -> bytes:
    """The whole file, for a few enterprises."""
    made = io.BytesIO()
    written(order, by=by, file=made)
    return made.getvalue()


def safe(name: str) -> str:
    """A name that every file system takes; what makes it unique stands before it."""
    return _UNSAFE.sub(" ", name).strip(" .")[:_SAFE_CHARACTERS].rstrip(" .") or "未命名"


def _rows(ids: list[int], by: Officer) -> Any:
    register = REGISTERS[criteria_parts.SUBJECT]
    return query.rows(query.Ask(register=register, by=by, ids=tuple(ids)))
