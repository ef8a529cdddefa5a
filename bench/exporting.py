"""How long an export of 100,000 rows of 20 typed columns takes, beside the fastest plain writers of the same cells.

Each writer runs in a process of its own, in turns, so that what else runs disturbs all alike; the files are then read
back and compared cell by cell.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bench import apart

ROWS = min(100_000, int(os.environ.get("GONGJIAN_BENCH_ROWS") or 100_000))
MANY = 3 * ROWS
ROUNDS = 3
KINDS = ("text",) * 8 + ("int",) * 4 + ("decimal",) * 4 + ("percent",) + ("date",) * 3
HEADS = [
    *("企业名称", "信用代码", "阶段", "属地", "地址", "联系人", "电话", "备注", "年度", "人数", "产量", "台数"),
    *("设备投入", "研发费用", "销售收入", "税收", "研发占比", "成立日期", "申报日期", "认定日期"),
]
FORMATS = {"text": "@", "int": "#,##0", "decimal": "#,##0.00##", "percent": "0.0#%", "date": "yyyy-mm-dd"}
WIDTHS = {"企业名称": 30, "信用代码": 22, "属地": 18}


def run(material: Path) -> dict[str, Any]:
    """Seconds of the export and of each plain writer, the ratio to the quickest, and memory that the export takes."""
    writers = ["ours", *(["rustpy"] if importlib.util.find_spec("rustpy_xlsxwriter") else [])]
    with tempfile.TemporaryDirectory(prefix="gongjian-bench-") as folder:
        found: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for writer in writers:
                found.setdefault(writer, []).append(_asked(writer, folder)["seconds"])
        found["xlsxwriter"] = [_asked("xlsxwriter", folder)["seconds"]]
        best = {writer: min(seconds) for writer, seconds in found.items()}
        cells = [_compared(Path(folder) / f"{writer}.xlsx", folder) for writer in best if writer != "ours"]
        memory = {count: _asked("streamed", folder, count)["megabytes"] for count in (ROWS, MANY)}
        sizes = {writer: (Path(folder) / f"{writer}.xlsx").stat().st_size / 1e6 for writer in best}
    limit = min((writer for writer in best if writer != "ours"), key=best.__getitem__)
    return {
        "rows": ROWS,
        "cells_equal": min(cells),
        "seconds": round(best["ours"], 3),
        "limit": limit,
        "ratio": round(best["ours"] / best[limit], 3),
        **{f"{writer}_seconds": round(best[writer], 3) for writer in best if writer != "ours"},
        "megabytes_of_file": {writer: round(size, 1) for writer, size in sizes.items()},
        "streamed_peak_megabytes": {str(count): round(size, 1) for count, size in memory.items()},
    }


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Rows such as a register of enterprises has; some cells are empty."""
    dice = random.Random(2025)
    stages, first = ("入库培育", "问诊完成", "已申报", "已认定"), date(2015, 1, 1)
    for n in range(count):
        texts = (f"云海{n:06d}精密装备有限公司", f"9132{n:014d}", stages[n % 4], f"第{n % 30}街道办事处")
        more = (
            f"纬{n % 90}路{n % 300}号",
            "甲乙丙丁戊"[n % 4 : n % 4 + 2],
            f"139{n:08d}",
            f"备注{n % 17}" if n % 3 else None,
        )
        money = (dice.randint(1, 10**9), dice.randint(1, 10**9), dice.randint(1, 10**9), dice.randint(1, 10**9))
        amounts = [Decimal(amount) / 10_000 for amount in money]
        days = (first + timedelta(days=n % 4000), first + timedelta(days=n * 7 % 4000), first + timedelta(days=n % 900))
        yield (
            *(*texts, *more, 2015 + n % 10, n % 5000 + 1, dice.randint(1, 10**6), n % 300 + 1),
            *(*amounts[:2], amounts[2] if n % 7 else None, amounts[3], (n % 997 + 0.5) / 1000),
            *(*days[:2], days[2] if n % 5 else None),
        )


def _asked(writer: str, folder: str, count: int = ROWS) -> dict[str, Any]:
    """The figures of one writer, measured in a process of its own."""
    return apart.figures("bench.exporting", writer, folder, count)


def _measure(writer: str, folder: Path, count: int) -> dict[str, float]:
    """Seconds to write rows that lie ready; for `streamed` the peak of memory when they come one by one."""
    from gongjian.surfaces.outlets.sheet import Column, stream_sheet

    columns = [Column(label=h, kind=k, width=WIDTHS.get(h, 14)) for h, k in zip(HEADS, KINDS, strict=True)]  # type: ignore[arg-type]
    path = folder / f"{writer}.xlsx"
    ready: Any = rows(count) if writer == "streamed" else list(rows(count))
    if writer == "rustpy":
        ready = [dict(zip(HEADS, row, strict=True)) for row in ready]
    before = _peak()
    began = time.perf_counter()
    if writer == "rustpy":
        _rustpy(path, ready)
    elif writer == "xlsxwriter":
        _xlsxwriter(path, ready)
    else:
        with path.open("wb") as file:
            file.writelines(stream_sheet(title="台账", columns=columns, rows=ready, show_title=False))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": _peak() - before}


def _peak() -> float:
    """The most memory that this process has held, in megabytes; getrusage would count what its parent held before."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def _rustpy(path: Path, ready: list[dict[str, object]]) -> None:
    from rustpy_xlsxwriter import FastExcel, Format

    styles = {head: Format().set_num_format(FORMATS[kind]) for head, kind in zip(HEADS, KINDS, strict=True)}
    book = FastExcel(str(path)).freeze(row=1)
    book.sheet("台账", ready, column_formats=styles, header_format=Format().set_bold(), autofilter=True).save()


def _xlsxwriter(path: Path, ready: list[tuple[Any, ...]]) -> None:
    import xlsxwriter

    choices = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(path, {"constant_memory": True, **choices})
    page = book.add_worksheet("台账")
    styles = [book.add_format({"num_format": FORMATS[kind]}) for kind in KINDS]
    page.freeze_panes(1, 0)
    for column, head in enumerate(HEADS):
        page.write_string(0, column, head, book.add_format({"bold": True}))
    for number, row in enumerate(ready, 1):
        for column, (kind, value) in enumerate(zip(KINDS, row, strict=True)):
            if value is None:
                page.write_blank(number, column, None, styles[column])
            elif kind == "text":
                page.write_string(number, column, value, styles[column])
            elif kind == "date":
                page.write_datetime(number, column, value, styles[column])
            else:
                page.write_number(number, column, float(value), styles[column])
    page.autofilter(0, 0, len(ready), len(HEADS) - 1)
    book.close()


def _compared(other: Path, folder: str) -> int:
    """How many cells our file and the other hold alike; AssertionError at the first that differs."""
    from python_calamine import CalamineWorkbook

    read = [
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        for path in (Path(folder) / "ours.xlsx", other)
    ]
    for number, (mine, theirs) in enumerate(zip_longest(*read), 1):
        assert mine == theirs, f"row {number}: {mine} is not {theirs} ({other.stem})"
    assert len(read[0]) == ROWS + 1
    return sum(map(len, read[0]))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
