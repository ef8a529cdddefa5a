"""Handing on what a zone has set: its figures and dates as a TOML file that a person can read, and another zone can take over."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.rulebooks import own, parameters, setting, settled
from gongjian.kernel.rulebooks.setting import Proof
from gongjian.kernel.rulebooks.settled import Line

LIMIT = 1024 * 1024
"""Bytes of a file that is taken over."""
_KEYS = {
    "figures": {"standard", "name", "label", "values", "unit", "since", "until", "source", "reason", "set_by"},
    "windows": {"standard", "label", "year", "opens", "closes", "source", "reason", "set_by"},
}


def as_toml(*, zone: str, at: date) -> str:
    """All settings that count, figures first; read back by `take_over`."""
    counting = [one for one in reversed(settled.lines()) if one.counts]
    out = [f"# 本区设定:{zone},导出于{at}。", "# values 与标准同一单位,百分数带%;分档的数值每档一个。", ""]
    for line in (one for one in counting if not one.act.year):
        block = next(iter(parameters.read(line.act.standard).get(line.act.name, ())), None)
        out += _table(
            "figures",
            standard=line.act.standard,
            name=line.act.name,
            label=block.label if block is not None else "",
            values=list(line.act.values),
            unit=block.unit if block is not None else "",
            since=line.act.since,
            until=line.until,
            **_why(line),
        )
    for line in (one for one in counting if one.act.year):
        out += _table(
            "windows",
            standard=line.act.standard,
            label=line.act.name,
            year=line.act.year,
            opens=line.act.since,
            closes=line.act.until,
            **_why(line),
        )
    return "\n".join(out)


def take_over(data: bytes, *, by: Officer, at: datetime) -> int:
    """Set all that a file of another zone (or of this one before it was installed anew) says; how many there were.

    All or none: the first that cannot be set is refused with its place. What is set here already, just so, is left out.
    """
    policy.require(by=by, verb=setting.VERB)
    given = _parsed(data)
    here = {_key(one) for one in settled.lines() if one.counts}
    n = 0
    try:
        with transaction.atomic():
            for kind, keys in _KEYS.items():
                for number, table in enumerate(given.get(kind, ()), 1):
                    place = Place(sheet=kind, row=number, column=str(table.get("label", table.get("name", ""))))
                    n += _take(kind, table, keys, here, place, by=by, at=at)
            if n:
                acts.record(verb="figure.taken_over", thing=None, by=by, at=at, note=f"{n}项")
    except Refusal:
        own.renew()  # what was set before the fault is rolled back
        raise
    return n


def _take(
    kind: str,
    table: dict[str, Any],
    keys: set[str],
    here: set[tuple[Any, ...]],
    place: Place,
    *,
    by: Officer,
    at: datetime,
) -> int:
    if unknown := sorted(set(table) - keys):
        raise Refusal("figures.file", f"不认识“{unknown[0]}”", f"可用的有{'、'.join(sorted(keys))}", place=place)
    words = {key: table.get(key, "") for key in ("standard", "name", "label", "source", "reason", "set_by")}
    if not all(isinstance(one, str) for one in words.values()):
        raise Refusal("figures.file", "文字没有写在引号里", "请按导出的格式改正", place=place)
    first, last = ("since", "until") if kind == "figures" else ("opens", "closes")
    days = [table.get(first), table.get(last)]
    if not all(one is None or type(one) is date for one in days):
        raise Refusal("figures.file", f"{first}或{last}不是日期", "请写成2025-07-01这样的日期,不加引号", place=place)
    values, year = table.get("values", []), table.get("year", 0)
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values) or type(year) is not int:
        raise Refusal("figures.file", "values或year写法不对", '请写成 values = ["1800"] 和 year = 2025', place=place)
    name = words["name"] if kind == "figures" else words["label"]
    if (words["standard"], name, year, tuple(values), *days) in here:
        return 0
    reason = words["reason"] or f"取自导出文件{words['set_by']}"
    proof = Proof(source=words["source"], reason=reason)
    try:
        if kind == "figures":
            setting.set_figure(
                standard=words["standard"],
                name=name,
                values=values,
                since=days[0],
                until=days[1],
                proof=proof,
                by=by,
                at=at,
            )
        else:
            setting.set_window(
                standard=words["standard"],
                label=name,
                year=year,
                opens=days[0],
                closes=days[1],
                proof=proof,
                by=by,
                at=at,
            )
    except Refusal as refusal:
        refusal.place = place
        raise
    return 1


def _parsed(data: bytes) -> dict[str, list[dict[str, Any]]]:
    if len(data) > LIMIT:
        raise Refusal("figures.file", "文件超过1 MB", "请选择从“本区设定”导出的文件")
    try:
        given = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Refusal("figures.file", f"文件读不出来:{fault}", "请选择从“本区设定”导出的TOML文件,UTF-8编码") from fault
    tables = [given.get(kind, []) for kind in _KEYS]
    if set(given) - set(_KEYS) or not all(isinstance(one, list) for one in tables) or not any(tables):
        raise Refusal(
            "figures.file", "文件里没有本区设定", "请选择从“本区设定”导出的文件,其中有 [[figures]] 或 [[windows]]"
        )
    if not all(isinstance(one, dict) for table in tables for one in table):
        raise Refusal("figures.file", "figures或windows不是表", "请写成 [[figures]] 开头的表")
    return given


def _key(line: Line) -> tuple[Any, ...]:
    one = line.act
    return (one.standard, one.name, one.year, tuple(one.values), one.since, line.until)


def _why(line: Line) -> dict[str, Any]:
    return {"source": line.act.source, "reason": line.act.reason, "set_by": settled.told_by(line.act)}


def _table(kind: str, **cells: Any) -> list[str]:
    return [f"[[{kind}]]", *(f"{key} = {_cell(value)}" for key, value in cells.items() if value not in (None, "")), ""]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_cell(one) for one in value)}]"
    if isinstance(value, date | int):
        return str(value)
    told = "".join(rf"\u{ord(one):04X}" if ord(one) < 32 or ord(one) == 127 or one in '"\\' else one for one in value)
    return f'"{told}"'
