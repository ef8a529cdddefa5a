"""The clerk's own workbook handed back with what was refused in it; and pasted cells made a workbook."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import content
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.models import Batch
from gongjian.surfaces.inlets.pasted import pasted
from gongjian.surfaces.outlets.marks import Mark, mark_rows, marked_ending
from gongjian.surfaces.web.registers import places
from gongjian.surfaces.web.registers.previews import Line

PASTED = "粘贴的表格.xlsx"


def marked(*, register: Register, batch: Batch, lines: list[Line]) -> tuple[bytes, str]:
    """The uploaded file with the refused cells marked and the reasons beside them, and the ending of its name."""
    if batch.file is None:
        raise Refusal("import.gone", "这一批次上传的文件已经清理", "请重新上传后预览")
    details = batch.details
    keys = {names[0]: key for key, names in places.heads(register).items()}
    where = {key.split("__")[0]: int(index) for index, key in details.get("mapping", {}).items() if key}
    worded = {column["index"]: column["head"] for column in details["columns"]}
    marks = []
    for line in lines:
        for fault in line.faults:
            index = where.get(keys.get(fault["column"], "").split("__")[0])
            head = (worded.get(index) if index is not None else "") or fault["column"] or ""
            sentence = f"{fault['cause']}。{fault['remedy']}。"
            marks.append(Mark(row=line.number, column_index=index, sentence=sentence, column=head))
    data = mark_rows(
        data=content(batch.file),
        marks=marks,
        name=details["title"],
        sheet=details["sheet"],
        head_row=details["head_row"] or None,
    )
    return data, marked_ending(data)


def workbook_of_pasted(*, text: str, html: str) -> bytes:
    """Pasted cells as a workbook, so that from here on they are a file like any other."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, sheet in enumerate(pasted(text=text, html=html), start=1):
        page = book.add_worksheet("粘贴" if place == 1 else f"粘贴{place}")
        for top, left, bottom, right in sheet.merged:
            page.merge_range(top, left, bottom, right, "")
        for number, row in enumerate(sheet.rows):
            for index, value in enumerate(row):
                _write(page, number, index, value, day)
    book.close()
    return buffer.getvalue()


def _write(page: Any, row: int, column: int, value: object, day: Any) -> None:
    """One pasted cell as what it is; text stays text, whatever it looks like."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < 10**15:
        page.write_number(row, column, value)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, day)
    else:
        page.write_string(row, column, str(value))
