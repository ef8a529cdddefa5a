"""Measures: a number with its unit and the words that say how it binds (不少于15个, 8-10个, 超千亿, 3.5%左右)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from gongjian.kernel.plan.proposal import Comparator
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader.numerals import ARABIC, CHINESE, number


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure in the folded text, from its leading comparator (`start`) to its trailing one (`end`)."""

    start: int
    end: int
    figure: int
    """Where the number itself begins."""
    unit_end: int
    """Where the unit ends (before 以上, 左右...)."""
    value: Decimal
    value2: Decimal | None
    unit: str
    comparator: Comparator
    before: str
    after: str
    is_chinese: bool

    def stretched(self, goal: Measure) -> Measure:
        """This measure with the figure of a later one as its stretch goal (增长20%、力争25%)."""
        return replace(self, end=goal.end, unit_end=goal.unit_end, value2=goal.value, after=self.after or goal.after)

    @property
    def is_percent(self) -> bool:
        """Whether it is a percentage, permille or percentage points."""
        return self.unit in lex.PERCENT or self.unit in lex.TIMES

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.unit.endswith("元")

    @property
    def is_bound(self) -> bool:
        """Whether a word binds it (以上, 不少于, 突破...)."""
        if self.comparator in (Comparator.EQUAL, Comparator.RANGE):
            return self.comparator is Comparator.RANGE
        return _comparator(self.before, self.after, "") is not Comparator.EQUAL


_SCALE = lex.either(lex.SCALES)
_BASE = (
    lex.whole(lex.COUNTS + lex.MONEY + lex.PERCENT + lex.TIMES)
    + r"(?:/(?:亩|人|平方公里|平方米|千人|万人|公顷|户|吨|年))?"
)
_CLOCK = lex.either(lex.CLOCK_UNITS)
_BEFORE = lex.either(tuple(lex.BEFORE))
_AFTER = lex.either(tuple(lex.AFTER))
_HINT = re.compile(r"[\d〇零一二两三四五六七八九十百千]")
_BARE_SCALES = ("万亿", "千亿", "百亿", "亿")

_MEASURE = re.compile(
    rf"(?P<before>(?:{_BEFORE}){{0,2}}) ?"
    rf"(?P<first>{ARABIC}|{CHINESE}) ?(?P<more1>[余多来几]?)"
    rf"(?:(?P<unit1>(?:{_SCALE})?(?:{_BASE})?) ?(?P<dash>-{{1,2}}|—|~|至|到) ?(?P<second>{ARABIC}|{CHINESE}))?"
    rf"(?!{_CLOCK}(?!份额|均|产|度))"
    rf"(?P<more2>[余多]?)(?P<unit>(?:{_SCALE})?(?P<more3>[余多]?) ?(?:{_BASE})|(?:万亿|千亿|百亿|亿|万)(?![\d万亿]))"
    rf"(?P<more4>[余多]?)(?P<after>(?:{_AFTER})?)"
)
_DOUBLING = re.compile(r"(?:力争|实现|再)?翻(?P<times>[一两二三]?)番")
_TENTHS = re.compile(
    rf"(?<![\d.,])(?P<first>{ARABIC}|[一二三四五六七八九])成(?![为立果效绩员本都长功交片链型品])(?P<after>(?:{_AFTER})?)"
)


def measures(text: str) -> list[Measure]:
    """Every measure of a folded text in which quoted and bracketed stretches have been masked, in order."""
    found: list[Measure] = []
    position = 0
    while hint := _HINT.search(text, position):
        position = hint.start()
        begin = _lead(text, position)
        match = _MEASURE.match(text, begin)
        if match is None or match.start("first") != position:
            begin = position
            match = _MEASURE.match(text, begin)
        measure = _measure(text, match) if match else None
        if measure is None:
            position = _skip(text, position)
            continue
        found.append(measure)
        position = measure.end
    for match in _DOUBLING.finditer(text):
        power = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3}[match["times"]]
        found.append(_plain(match, Decimal((2**power - 1) * 100), "%", "翻番"))
    for match in _TENTHS.finditer(text):
        if match.start() == 0 or text[match.start() - 1] not in "第十百千.0123456789":
            found.append(
                replace(
                    _plain(match, number(match["first"]) * 10, "%", ""),
                    after=match["after"],
                    comparator=_comparator("", match["after"], ""),
                )
            )
    return sorted(found, key=lambda measure: measure.start)


def _plain(match: re.Match[str], value: Decimal, unit: str, before: str) -> Measure:
    return Measure(
        start=match.start(),
        end=match.end(),
        figure=match.start(),
        unit_end=match.end(),
        value=value,
        value2=None,
        unit=unit,
        comparator=Comparator.EQUAL,
        before=before,
        after="",
        is_chinese=True,
    )


def _lead(text: str, position: int) -> int:
    """Where the comparator words in front of a number begin (at most two words, at most eight code points)."""
    begin = position
    if begin and text[begin - 1] == " ":
        begin -= 1
    for _ in range(2):
        for length in (4, 3, 2, 1):
            word = text[begin - length : begin]
            if begin - length >= 0 and word in lex.BEFORE and not _part_of_a_word(text, begin - length, word):
                begin -= length
                break
        else:
            break
    return begin


_WORDS_THAT_END_SO = {
    "约": "签合预节集契条履解公",
    "近": "附临最亲邻",
    "为": "成作分行",
    "达": "到抵通发",
    "超": "高赶反",
    "在": "存现所潜",
    "是": "于",
}


def _part_of_a_word(text: str, position: int, word: str) -> bool:
    """Whether a one-sign comparator only ends a longer word (签约, 附近)."""
    return position > 0 and text[position - 1] in _WORDS_THAT_END_SO.get(word, "")


_RUN = re.compile(r"[\d,.]*\d|[〇零一二两三四五六七八九十百千万亿]+")


def _skip(text: str, position: int) -> int:
    run = _RUN.match(text, position)
    return run.end() if run else position + 1


def _measure(text: str, match: re.Match[str]) -> Measure | None:
    figure = match.start("first")
    previous = text[figure - 1] if figure else ""
    following = text[match.end("unit") : match.end("unit") + 1]
    first, second, unit = match["first"], match["second"], match["unit"].replace(" ", "")
    is_chinese = not first[0].isdigit()
    if previous and (
        previous in "第+×·/#_№$" or (previous.isascii() and previous.isalnum() and not previous.isspace())
    ):
        return None
    if previous in ".-" and figure >= 2 and text[figure - 2].isascii() and text[figure - 2].isalnum():
        return None
    if text[match.end("first") : match.end("first") + 1] in ("+", "×", "/", "°", "℃"):
        return None
    if unit.endswith(("元", "亿", "万")) and following in ("级", "化", "均", "大", "族"):
        return None
    if unit.endswith(("人", "家")) and following in ("级", "化", "均", "族"):
        return None
    if unit == "万" and following not in ("", ",", "、", "。", ";", "以", "左", "和"):
        return None
    if is_chinese and not _chinese_counts(text, match, unit, previous):
        return None
    if is_chinese and len(first) > 1 and first[-1] in "万亿":
        return None
    value = number(first)
    value2 = number(second) if second else None
    unit1 = (match["unit1"] or "").replace(" ", "")
    if second and unit1 and unit1 != unit and not unit.endswith(unit1):
        return _only_first(text, match)
    for sign in ("余", "多"):
        unit = unit.replace(sign, "") if unit not in lex.COUNTS else unit
    unit, factor = _standard(unit, value)
    value = value * factor
    value2 = value2 * factor if value2 is not None else None
    if value2 is not None and value2 <= value:
        return None
    more = bool(match["more1"] or match["more2"] or match["more3"] or match["more4"])
    comparator = Comparator.RANGE if second else _comparator(match["before"], match["after"], "余" if more else "")
    return Measure(
        start=match.start(),
        end=match.end(),
        figure=figure,
        unit_end=match.end("unit") + len(match["more4"] or ""),
        value=value,
        value2=value2,
        unit=unit,
        comparator=comparator,
        before=match["before"],
        after=match["after"],
        is_chinese=is_chinese,
    )


_SINGLE = re.compile(
    rf"(?P<before>(?:{_BEFORE}){{0,2}}) ?(?P<first>{ARABIC}|{CHINESE}) ?(?P<more1>[余多来几]?)"
    rf"(?P<second>(?!))?(?P<dash>(?!))?(?P<unit1>(?!))?(?P<more2>[余多]?)"
    rf"(?P<unit>(?:{_SCALE})?(?P<more3>[余多]?) ?(?:{_BASE})|(?:万亿|千亿|百亿|亿|万)(?![\d万亿]))"
    rf"(?P<more4>[余多]?)(?P<after>(?:{_AFTER})?)"
)


def _only_first(text: str, match: re.Match[str]) -> Measure | None:
    single = _SINGLE.match(text, match.start())
    return _measure(text, single) if single else None


_IDIOMS = re.compile(
    r"[一二两三四五六七八九十百千万]个(?:人|月|年|百分|体|性|别|中|工作日|重要|坚持|确立|维护|意识|自信|毫不|没有"
    r"|更|百年|务必|必须|全面|革命|不动摇|全覆盖|结合|转变|关键|提升|突破|方面|领域|环节|层面)"
    r"|一家人|一名|一人|一户一|一村一|一方|一次性|一条心|一条龙|一片|一批|一件事|一个样|一对一|一项项|一件件|一期"
    r"|二期|三期|四期|一组|一支|一代|一口|一起|一路|一号|百分|千方|百姓|百日|百家|千家万户|千村|百村|万家"
    r"|两代|两岸|两会|三农|三方|四方|八方|十方|百年|一道|一门|一块|一面|一米|一度|一段|一次|一件|一位|一口|一种"
    r"|一份|一项|一处|一场|百次|千次|两种|两手|两条腿|一席|一人一|三次|二次|一单|一笔|一箱|一部|十分|一站"
    r"|两头(?!牛|猪|奶|母)|两端|三支一扶|万人次均"
)


def _chinese_counts(text: str, match: re.Match[str], unit: str, previous: str) -> bool:
    figure = match.start("first")
    if previous and (previous in "第统同每任另某逐初周星高之唯万单归专不届" or previous in lex_digits):
        return False
    idiom = _IDIOMS.match(text, figure)
    if idiom and not match["after"] and not (match["before"] and match["before"] not in ("在", "为", "平均")):
        return False
    base = re.sub(rf"^{_SCALE}", "", unit)
    if base and base not in lex.CHINESE_UNITS:
        return False
    if not base and not unit.endswith("亿"):
        return False
    if not base and not match["before"]:
        return False
    first = match["first"]
    return not (
        first in ("百", "千", "百千", "千百", "一") and not match["before"] and not match["after"] and first != "一"
    )


lex_digits = "〇零一二两三四五六七八九十百千万亿"


def _standard(unit: str, value: Decimal) -> tuple[str, int]:
    """The unit as written, except that 亿 alone is 亿元 and 百/千/十 go into the number (千万元 stays 万元 x 1000)."""
    if unit in _BARE_SCALES:
        unit += "元"
    factor = 1
    while unit[:1] in ("千", "百", "十") and unit not in ("千瓦", "千瓦时", "千米", "百分点"):
        factor *= {"千": 1000, "百": 100, "十": 10}[unit[0]]
        unit = unit[1:]
    unit = {"百分点": "个百分点", "平米": "平方米", "㎡": "平方米", "元人民币": "元", "人民币": "元"}.get(unit, unit)
    return unit, factor


def _comparator(before: str, after: str, more: str) -> Comparator:
    lead = ""
    for word in sorted(lex.BEFORE, key=len, reverse=True):
        if before.endswith(word) or before.startswith(word):
            sign = lex.BEFORE[word]
            if sign != "=":
                lead = sign
                break
    trail = lex.AFTER.get(after, "=")
    if (lead == ">" and trail in (">=", "=")) or (lead == "<=" and trail != "~"):
        return Comparator(lead)
    if trail != "=":
        return Comparator(trail)
    if lead:
        return Comparator(lead)
    return Comparator.ABOVE if more else Comparator.EQUAL
