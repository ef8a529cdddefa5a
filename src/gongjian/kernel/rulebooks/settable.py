"""What a zone may set: figures and dates without an official source, by values that fit their kind and unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from gongjian.kernel import standards
from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks import parameters, rulebook, windows
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.windows import Window

WHOLE = frozenset({"人", "项", "个", "家", "年", "岁", "个月", "件", "天", "场", "级"})
"""Units of which there is no half."""
MOST = 10**9
YEARS = range(2000, 2101)


def titles() -> dict[str, str]:
    """The standards of all rulebooks and what they are called."""
    names = sorted({one.standard for one in rulebook.every()})
    return {name: standards.standard(name).get("title", name) for name in names}


def affected(standard: str, name: str, *, as_of: date) -> list[Rulebook]:
    """The rulebooks in force that ask for a figure; all of the standard where only their facts do."""
    found = [one for one in rulebook.every() if one.standard == standard and rulebook.at(one.name, as_of=as_of) is one]
    asking = [one for one in found if name in one.asked]
    return asking or found


def blocks_of(standard: str, name: str) -> Sequence[Parameter]:
    """The official blocks of a figure, earliest first. Refused where there is no such figure."""
    if standard not in {one.standard for one in rulebook.every()} or not parameters.read(standard).get(name):
        raise Refusal("figure.unknown", f"没有名为“{name[:40]}”的数值", "请从数值表中选择")
    return parameters.read(standard)[name]


def block_at(standard: str, name: str, *, since: date, until: date | None = None) -> Parameter:
    """The official block that a setting from `since` to `until` would stand in for. Refused where it may not."""
    found = next((one for one in blocks_of(standard, name) if one.covers(since)), None)
    if found is None:
        raise Refusal("figure.dates", f"标准在{since}没有这一项数值", "请核对施行日期,起日应在标准施行期内")
    if not found.is_open:
        raise Refusal(
            "figure.sourced",
            f"“{found.label}”自{found.since or '起初'}起有官方出处({found.source}{found.article}),不能由本区设定",
            "官方数值变动时,由系统维护人员在标准文件(TOML)中增加一段新的施行日期和出处",
        )
    if found.until is not None and (until is None or until > found.until):
        cause = f"“{found.label}”的这一段标准只施行到{found.until},设定不能超过这一天"
        raise Refusal("figure.dates", cause, f"请把止日填为{found.until}或更早,其后的另行设定")
    return found


def read_values(block: Parameter, given: Sequence[str]) -> tuple[Fraction, ...]:
    """The typed values of a figure, checked by its kind and unit. Raises Refusal."""
    wanted = len(block.bands) or 1
    if len(given) != wanted:
        raise Refusal("figure.value", f"“{block.label}”分{wanted}档,收到{len(given)}个数值", "请每一档填一个数值")
    return tuple(_value(block, text) for text in given)


def _value(block: Parameter, text: str) -> Fraction:
    unit = "" if block.is_share or block.bands else block.unit
    words = text.strip().replace(",", "").replace(",", "").replace("%", "%")
    words = words.removesuffix(unit).strip() if unit else words
    if not words:
        raise Refusal("figure.value", f"没有填写“{block.label}”的数值", f"请填写数字{f'(单位:{unit})' if unit else ''}")
    if block.is_share:
        words = words.removesuffix("%").strip()
    parts = words.split(".")
    if not all(part.isdecimal() and part.isascii() for part in parts) or len(parts) > 2:
        raise Refusal(
            "figure.value", f"“{block.label}”的数值“{text.strip()[:20]}”不能用", "请填写不小于0的数字,不带其他文字"
        )
    places = 2 if block.is_share or unit == "%" else 0 if unit in WHOLE or block.choices else 4
    if len(parts) == 2 and len(parts[1].rstrip("0")) > places:
        kind = f"至多{places}位小数" if places else "整数"
        raise Refusal("figure.value", f"“{block.label}”的数值“{text.strip()[:20]}”不能用", f"请填写{kind}")
    number = Fraction(words)
    if block.choices and number >= len(block.choices):
        options = "、".join(f"{place}({told})" for place, told in enumerate(block.choices))
        raise Refusal("figure.value", f"“{block.label}”不能是“{words[:20]}”", f"请选择{options}之一")
    if block.is_share or unit == "%":
        if number > 100:
            raise Refusal("figure.value", f"“{block.label}”的数值“{words[:20]}%”超过100%", "请填写0至100之间的百分数")
    elif number > MOST:
        raise Refusal(
            "figure.value", f"“{block.label}”的数值“{words[:20]}”太大", f"请核对单位({unit or '无'}),不超过{MOST:,}"
        )
    return number / 100 if block.is_share else number


def check_figure(
    standard: str, name: str, *, values: Sequence[str], since: date | None, until: date | None
) -> tuple[Parameter, tuple[Fraction, ...]]:
    """The official block and the values of a setting that is asked for. Raises Refusal for what is wrong with either."""
    block = next((one for one in blocks_of(standard, name) if one.is_open), None)
    if block is None:  # every block has an official source: say so before anything else
        last = blocks_of(standard, name)[-1]
        block_at(standard, name, since=last.since or date.min)
    if since is None or since.year not in YEARS:
        raise Refusal("figure.dates", "没有填写施行起日,或不在2000年至2100年之间", "请填写这个数值自哪一天起施行")
    if until is not None and until < since:
        raise Refusal("figure.dates", f"止日{until}早于起日{since}", "请核对施行的起止日期")
    found = block_at(standard, name, since=since, until=until)
    return found, read_values(found, values)


def told(block: Parameter, values: Sequence[Fraction]) -> str:
    """Values as people read them, with the unit."""
    if block.choices:
        return block.choices[int(values[0])]
    return "、".join(block.told(value) for value in values)


def written(block: Parameter, values: Sequence[Fraction]) -> list[str]:
    """Values as they are kept: exact, a share in percent."""
    return [f"{_decimal(value * 100)}%" if block.is_share else _decimal(value) for value in values]


def _decimal(value: Fraction) -> str:
    return parameters.plain(value).replace(",", "")


def window_of(standard: str, label: str, *, year: int) -> tuple[Rulebook, Window]:
    """A window as the standard has it in a year, with a rulebook to which it belongs. Refused where there is none."""
    for book in rulebook.every():
        if book.standard == standard:
            for one in windows.of(book, year=year, is_official=True):
                if one.label == label:
                    return book, one
    raise Refusal("window.unknown", f"没有名为“{label[:40]}”的窗口", "请从申报日期表中选择")


def check_window(
    standard: str, label: str, *, year: int, opens: date | None, closes: date | None
) -> tuple[Rulebook, Window]:
    """The window whose dates are asked to be set. Raises Refusal for what is wrong with it or with the days."""
    book, official = window_of(standard, label, year=year)
    if official.confidence == "sourced":
        cause = f"“{label}”{year}年的日期有官方出处({official.source}),不能由本区设定"
        raise Refusal("window.sourced", cause, "官方日期变动时,由系统维护人员在标准文件(TOML)中更新日期和文号")
    if closes is None:
        raise Refusal("window.dates", "没有填写截止日", "请填写通知写明的最后一天;只知道开始的,等截止日公布后再设定")
    if opens is not None and opens > closes:
        raise Refusal("window.dates", f"开始日{opens}晚于截止日{closes}", "请核对起止日期")
    if year not in ((opens or closes).year, closes.year) or closes.year - year not in (0, 1):
        raise Refusal(
            "window.dates", f"{opens or '…'}至{closes}不是{year}年的窗口", "请核对年份,或到那一年的窗口下设定"
        )
    return book, official
