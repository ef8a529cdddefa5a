"""Facts from a file: a CSV whose heads are fact names, judged without a database."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import polars as pl

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind

KEY = ("id", "credit_code", "name", "企业名称", "统一社会信用代码")
"""Heads that name the subject; kept as they are."""
CHUNK = 50_000
_PLAIN = r"^[+-]?[0-9]{1,13}(\.[0-9]{1,4})?$"
_WHOLE = r"^[+-]?[0-9]{1,13}$"


def read(path: Path, facts: Facts) -> pl.DataFrame:
    """The file's rows: key columns as text, facts as Int64 of smallest units. Raises Refusal at the first bad cell.

    Reads UTF-8, with or without its mark, and GB 18030 (what Excel writes as CSV); rows are counted from 1, heads included.
    """
    heads, rows, text = _table(path)
    columns = []
    for head in heads:
        if head in KEY:
            columns.append(text[head])
        else:
            columns.append(_column(text[head], _fact(head, facts), rows))
    if all(head in KEY for head in heads):
        raise Refusal(
            code="facts.none",
            cause=f"文件 {path.name} 里没有一列是事实",
            remedy="请把事实名称作为表头(gongjian judge RULEBOOK --explain 列出全部名称)",
        )
    return pl.DataFrame(columns)


def _table(path: Path) -> tuple[list[str], pl.Series, pl.DataFrame]:
    """The heads, each row's number, and the cells as text. Raises Refusal where it is not one table."""
    records = _records(path)
    _, first = next(records, (0, []))
    heads = [head.strip() for head in first]
    if not any(heads):
        _refuse_file(path, "文件是空的,或者第一行没有表头")
    if "" in heads:
        _refuse_file(path, f"第{heads.index('') + 1}列没有表头", Place(row=1))
    for head, times in Counter(heads).items():
        if times > 1:
            _refuse_file(path, f"表头“{head}”出现了{times}次", Place(row=1, column=head))
    parts, numbers, cells = [], [], []
    schema = dict.fromkeys(heads, pl.String)
    for number, record in records:
        if not any(record):
            continue
        if len(record) != len(heads):
            _refuse_file(path, f"这一行有{len(record)}格,表头有{len(heads)}格", Place(row=number))
        numbers.append(number)
        cells.append(record)
        if len(cells) == CHUNK:
            parts.append(pl.DataFrame(cells, schema=schema, orient="row"))
            cells = []
    parts.append(pl.DataFrame(cells, schema=schema, orient="row"))
    return heads, pl.Series(numbers, dtype=pl.Int64), pl.concat(parts)


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise Refusal(
            code="facts.file",
            cause=f"读不出文件 {path}:"
            + ("没有这个文件" if isinstance(fault, FileNotFoundError) else "没有读取权限,或者它不是文件"),
            remedy="请核对文件的名称和所在文件夹",
        ) from None
    if b"\0" in data:
        _refuse_file(path, "这不是文本文件(可能是 xlsx 改了扩展名)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            _refuse_file(path, "文字编码既不是 UTF-8,也不是 GB 18030")
    number = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            yield number, record
    except csv.Error:
        _refuse_file(path, "引号没有配对,或一格太长", Place(row=number + 1))


def _column(given: pl.Series, spec: FactSpec, rows: pl.Series) -> pl.Series:
    """A column in smallest units: plain numbers all at once, every other cell as FactSpec.read reads it."""
    words = given.str.strip_chars().replace("", None)
    found = pl.Series(given.name, [None], dtype=pl.Int64).new_from_index(0, len(words))
    if spec.kind in (Kind.MONEY, Kind.QUANTITY, Kind.PEOPLE, Kind.COUNT):
        plain = words.set(~words.str.contains(_WHOLE if spec.kind is Kind.COUNT else _PLAIN), None)
        number = (plain.cast(pl.Decimal(22, 4), strict=False) * spec.kind.scale).cast(pl.Int64, strict=False)
        found = number.set(number.abs() > spec.kind.most, None).alias(given.name)
    odd = words.is_not_null() & found.is_null()
    if not odd.any():
        return found
    values: dict[str, int | None] = {}
    for word in words.filter(odd).unique(maintain_order=True).to_list():
        try:
            values[word] = spec.read(word)
        except Refusal:
            row = int(rows[int((words == word).fill_null(False).arg_true()[0])])
            spec.read(word, place=Place(row=row, column=spec.name))
    told = words.replace_strict(values, default=None, return_dtype=pl.Int64)
    return found.zip_with(~odd, told)


def _fact(head: str, facts: Facts) -> FactSpec:
    """The fact that a head names. Raises Refusal with the name to write where it is the fact's Chinese label."""
    try:
        facts.read({head: None}, place=Place(column=head))
    except Refusal as refusal:
        name = next((spec.name for spec in facts if spec.label == head), "")
        remedy = f"这一事实的表头请写“{name}”" if name else f"{refusal.remedy};只作标识的列,表头用{'、'.join(KEY)}之一"
        raise Refusal(code=refusal.code, cause=refusal.cause, remedy=remedy, place=refusal.place) from None
    return facts[head]


def _refuse_file(path: Path, cause: str, place: Place | None = None) -> NoReturn:
    raise Refusal(
        code="facts.file",
        cause=f"读不出文件 {path.name}:{cause}",
        remedy="请另存为CSV,第一行是事实名称(gongjian judge RULEBOOK --explain 列出全部名称),每行格数相同",
        place=place,
    )
