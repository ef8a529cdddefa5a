"""Ranks: positions and comparisons with others (全市第一, 高于全市平均, 争先进位)."""

from __future__ import annotations

import re
from decimal import Decimal

from gongjian.kernel.plan.proposal import Comparator, Kind, Proposal
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.names import coordinated
from gongjian.kernel.plan.reader.numerals import number
from gongjian.kernel.plan.reader.page import Clause, Page, modality

_AREA = (
    r"(?:全国|全省|全市|全县|全区|全州|苏中|苏北|苏南|全自治区|同类(?:地区|开发区)?|周边|(?:全)?(?:省|市|区)(?:内|级)?"
    r"|国家级?|同行业|长三角|[^,、]{2,6}(?:省|市|州|区|板块|开发区))"
)
_NTH = re.compile(rf"{_AREA}?[^,;]{{0,14}}?第([一二三四五六七八九十]|\d{{1,3}})(?:位次?|名|(?=$|[、,和的且并]))")
_TOP = re.compile(r"前([一二三四五六七八九十]{1,2}|\d{1,3})(?:名|位|强)?(?![年个期\d月列大后沿])")
_TOP_OF = re.compile(rf"(?:{_AREA}|位居|位列|排名|进入|跻身|保持|保|居|列|百强|位次|冲刺|稳居|争|进)[^,]{{0,8}}$")
_NTH_OF = re.compile(rf"{_AREA}|排名|位居|位列|位次|保持|争|稳居|总量")
_AMONG = re.compile(r"全国|全省|全市|全区|全州|同类|省市|[省市]|苏|排名|位次")
_HOLDS = re.compile(r"确保|力争|保持|位居|居|进入|跻身|走在|排名|争|位列|稳居|列|迈入|处于|挺进|达到|稳定")
_VAGUE = re.compile(
    r"前列|第一等次|第一档次|第一方阵|第一梯队|先进行列|中上游|上游水平|领先(?:位置|水平|地位)|前茅|首位(?!度)|榜首"
    r"|头名|位次(?:前移|提升|进位)|全市领先|全省领先|全国领先|第一位次"
)
_MOVE = re.compile(
    r"争先进位|进位争先|保位争先|争先晋位|晋位|进位|升位|赶超进位|位次.{0,6}(?:前移|提升|上升|前进)"
    r"|排[名位].{0,8}(?:提升|前移|靠前|上升|前进|晋升|进位|稳定)|脱[A-F]进[A-F]|[A-F]类?(?:向|进|升)[A-F]|保[A-F](?:争"
    r"|进)[A-F]|争先创优无|晋级升位"
)
_COMPARE = re.compile(
    r"(?:高于|快于|优于|好于|超过|不低于|跑赢|大于|领先|高出|低于|达到或?超过|与|保持)(?:于)?(?:同期)?(?:全国|全省"
    r"|全市|全县|全区|全州|省|市|国家|上级|省市|全省全市|全国全省)(?:、全省|、全市|和全省|和全市"
    r"|及全市)*(?:的)?(?:定)?(?:平均(?:水平|增速|增幅|值)?|水平|增速|增幅|均值|平均线|面上)"
)
_NOISE = re.compile(
    r"关键(?:一|之)年|之年|排头兵|没有|第一(?:要务|动力|资源|生产力|时间|线|书记|责任|目标|标准|战略|抓手|信号|追求"
    r"|任务|位的|产业|方略|选择|意识|步|批|期|关口|道|议题|要素|感|居民|课|案)"
)


def commitments(page: Page, clause: Clause, inside: list[Measure]) -> list[Proposal]:
    """The rank that a clause promises, at most one."""
    text = page.masked[clause.start : clause.end]
    if _NOISE.search(text) or (
        "第" not in text and not re.search(r"前|位|名|于|超|水平|领先|茅|首|[A-F]|跑赢|上游", text)
    ):
        return []
    match, value, comparator, confidence = _find(text)
    if match is None:
        return []
    start, end = _bounds(text, match, [m.start - clause.start for m in inside])
    start, end = clause.start + start, clause.start + end
    words = page.folded[start:end]
    return [
        Proposal(
            start=start,
            end=end,
            text=page.text[start:end],
            kind=Kind.RANK,
            metric=_metric(page.text[start:end]),
            comparator=comparator,
            value=value,
            value2=_stretch(text, match) if value is not None else None,
            unit="名" if value is not None else None,
            named=tuple(_subjects(page, start, clause.start + match.start())) if comparator and value is None else (),
            deadline=deadline(words, year=page.year) or clause.due or YEAR_END,
            modality=modality(words),
            confidence=confidence,
            reason="与他人比较的位次",
        )
    ]


def _stretch(text: str, match: re.Match[str]) -> Decimal | None:
    """The better position that is striven for (确保前50、力争前40)."""
    goal = re.search(
        r"(?:力争|争取|冲刺|努力)(?:进入|冲进|进)?前(\d{1,3}|[一二三四五六七八九十]{1,2})", text[match.end() :]
    )
    return number(goal.group(1)) if goal else None


def _subjects(page: Page, start: int, end: int) -> list[str]:
    """The indicators compared, where there are several."""
    found = coordinated(page, start, end)
    return found if len(found) > 1 and all(2 <= len(name) <= 24 for name in found) else []


def _find(text: str) -> tuple[re.Match[str] | None, Decimal | None, Comparator | None, float]:
    if match := _COMPARE.search(text):
        lead = match.group()
        if lead.startswith(("与", "保持")):
            if not re.search(r"平均", lead):
                return None, None, None, 0
            return match, None, None, 0.6
        if lead.startswith(("不低于", "达到")):
            return match, None, Comparator.AT_LEAST, 0.85
        return match, None, Comparator.AT_MOST if lead.startswith("低于") else Comparator.ABOVE, 0.85
    if (match := _TOP.search(text)) and _TOP_OF.search(text[: match.start()]):
        return match, number(match.group(1)), Comparator.AT_MOST, 0.85
    if (match := _NTH.search(text)) and _NTH_OF.search(match.group() + text[: match.start()][-8:]):
        return match, number(match.group(1)), Comparator.EQUAL, 0.85
    if (match := _VAGUE.search(text)) and _AMONG.search(text) and _HOLDS.search(text):
        return match, None, None, 0.7
    if match := _MOVE.search(text):
        return match, None, None, 0.65
    return None, None, None, 0


def _bounds(text: str, match: re.Match[str], figures: list[int]) -> tuple[int, int]:
    """The part of the clause that holds the rank: other figures are left outside at a 、 or 和."""
    lead = re.match(r"(?:同时|并|且|以及|也)", text)
    start, end = (lead.end() if lead else 0), len(text)
    after = [at for at in figures if at >= match.end()]
    before = [at for at in figures if at < match.start()]
    if after:
        cut = re.search(r"、|和|并", text[match.end() : after[0]])
        end = match.end() + cut.start() if cut else end
    if before:
        cuts = list(re.finditer(r"、|和|并|,", text[before[-1] : match.start() + 1]))
        start = before[-1] + cuts[0].end() if cuts else start
    return start, end


def _metric(words: str) -> str:
    core = re.sub(r"^(?:确保|力争|争取|努力|推动|实现|使|让|全年|今年|保持)+", "", words)
    core = re.sub(
        r"(?:均|都|要|力争|确保|保持|稳定|位居|稳居|排名|居|列|进入|跻身|走)*(?:在)?(?:高于|快于|优于|好于|超过"
        r"|不低于|全国|全省|全市|全县|全区|前列).*$",
        "",
        core,
    )
    return (core or words) + ("排名" if "排名" not in core else "")
