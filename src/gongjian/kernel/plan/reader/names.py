"""Names: the metric a figure belongs to, the named objects of a list, and coordinated indicators."""

from __future__ import annotations

import re

from gongjian.kernel.plan.proposal import Kind
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader.common import is_common
from gongjian.kernel.plan.reader.descriptions import targeted
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Page

_LEADS = re.compile(
    r"^(?:确保|力争|争取|努力|必须|务必|保证|实现|要|将|计划|力求|全力|全年|今年|年内|年底前|上半年|下半年|到年底"
    r"|当年|预计|预期|其中|同时|并|以及|和|及|与|、|,| |以(?![上下内来及])|稳步|加快|积极|进一步|持续|继续|重点|着力|切实|大力|使|让"
    r"|推动|促进|推进|围绕|全县|全市|全区|年底|[一二三四]季度前?|汛期前|\d{1,2}月(?:份|底|末|中旬)?前?|各(?![级类地方])"
    r"|(?:到)?20\d\d年(?:底|末)?(?:前)?,?)+"
)
_TAILS = re.compile(
    r"(?>[比较](?:19|20)\d\d年(?:末|底)?|要|必须|力争|确保|争取|努力|同比|比上年|较上年|年均|分别|均|都|双双|达到|达|增长|为|在|是|至|到|保持|稳定"
    r"|控制|实现|完成|突破|超过|超|不低于|不少于|平均|左右|,|、| |预期|目标|为:|:|(?<![签合预])约|近|共|再|各)++$"
)
_INDICATOR = re.compile(
    r"(?:收入|投资|总额|产值|增加值|生产总值|GDP|销售|利润|税收|进出口|出口|外资|用电量|消费品?零售总额|预算收入"
    r"|税收收入|贷款|存款|余额|支配收入|纯收入|总量|规模|面积|产量|率|比重|服务业|农业|工业|强度)$"
)
_ITEM_SPLIT = re.compile(r"、|(?<![共总饱亲人])和(?!平|谐|美|信|顺|睦|治)|以及|及(?!时|格)|与(?!会)")
_LIST_HEAD = re.compile(
    rf"(?:(?:总)?投资[\d.]+[万亿]元的?"
    rf"|{lex.either(tuple(v for v in lex.RESULT_VERBS + lex.WEAK_VERBS + lex.MUST + lex.STRIVE if len(v) > 1))}"
    rf"|全年|今年|年内|年底前"
    r"|重点|高质量|高标准|统筹|有序|稳步|积极|全力|大力|对|将|把|以|的|\d{1,2}月底前|一批)+"
)


def is_generic(name: str) -> bool:
    """Whether a name only says a trade or a field (智能装备, 现代农业), so that nothing particular is named."""
    return is_common(name)


def coordinated(page: Page, start: int, end: int) -> list[str]:
    """The coordinated subjects of a stretch: 城镇、农村居民收入 -> two names, the shared head kept on the last."""
    left = _LEADS.match(page.folded[start:end])
    begin = start + (left.end() if left else 0)
    colon = page.masked.rfind(":", begin, end)
    begin = max(begin, colon + 1)
    stop = end
    tail = re.search(
        r"(?:等(?:主要)?(?:经济)?指标)?(?:同比|年均|增速|要|力争|比上年|均|都|主要)*$", page.folded[begin:stop]
    )
    if tail:
        stop = begin + tail.start()
    found, position = [], begin
    for match in _ITEM_SPLIT.finditer(page.masked, begin, stop):
        found.append(page.text[position : match.start()])
        position = match.end()
    found.append(page.text[position:stop])
    found = [name.strip(" 、，,") for name in found]
    found = [name for name in found if name]
    if len(found) == 1 and "城乡" in found[0]:
        return [found[0].replace("城乡", "城镇"), found[0].replace("城乡", "农村")]
    if len(found) >= 2 and all(len(name) <= 4 for name in found[:-1]):
        head = re.search(r"(?:常住)?居民(?:人均)?.*$|人均.*$", found[-1])
        if head and head.start():
            found = [name if name.endswith(head.group()) else name + head.group() for name in found[:-1]] + found[-1:]
    return found


def subject_end(head: str) -> int:
    """Where the subject ends in the words before a figure: 固定资产投资、工业投资增长 -> before 增长."""
    tail = _TAILS.search(head)
    core = head[: tail.start()] if tail else head
    return len(re.sub(lex.either(lex.FALL) + "$", "", core))


def is_indicator(name: str) -> bool:
    """Whether a name is that of an economic indicator (固定资产投资, 社会消费品零售总额)."""
    return bool(_INDICATOR.search(name.removesuffix("增速")))


def metric(page: Page, start: int, end: int, m: Measure, *, kind: Kind) -> str:
    """What a figure counts: the words before it without modal words, or the verb before it with the noun after it."""
    after = page.text[m.end : end].strip(" 、，。的")
    before = page.text[start : m.start]
    lead = _LEADS.match(page.folded[start : m.start])
    trimmed = before[lead.end() :] if lead else before
    modal = list(
        re.finditer(r"力争|确保|争取|必须|务必|努力|(?<!大)将(?!军|来)", page.folded[m.start - len(trimmed) : m.start])
    )
    if modal and modal[-1].end() < len(trimmed) - 1:
        trimmed = trimmed[modal[-1].end() :]
    grows = re.search(r"增长|增速|增幅", page.folded[max(start, m.start - 6) : m.figure])
    falls = re.search(lex.either(lex.FALL), page.folded[max(start, m.start - 6) : m.figure])
    tail = _TAILS.search(page.folded[m.start - len(trimmed) : m.start])
    core = trimmed[: tail.start()] if tail else trimmed
    core = re.sub(lex.either(lex.FALL) + "$", "", core)
    core = core.strip(" 、，,:：的")
    if after and not targeted(after):
        verb = re.search(r"(?:完成|实现|达到|增加|新增|提升|降低|减少|压减)$", trimmed)
        core = core + (verb.group() if verb and not core.endswith(verb.group()) else "") + after
    if kind is Kind.RATE and not after:
        core = re.sub(r"(?:增速|增幅|增长率)$", "", core)
        core += "增速" if grows else "降幅" if falls else ""
    return core or page.text[start:end]


LONGEST_METRIC = 40
"""Code points of the longest metric: it names a commitment in lists and tables."""


def short(words: str) -> str:
    """A metric of at most 40 code points: of a long list the first item and 等 with what follows, else the beginning."""
    if len(words) <= LONGEST_METRIC:
        return words
    items = re.match(r"([^、]+)、.*?(等(?!级).*)$", words, re.DOTALL)
    brief = "".join(items.groups()) if items else words
    return brief if len(brief) <= LONGEST_METRIC else brief[: LONGEST_METRIC - 1] + "…"


def listed(page: Page, start: int, figure: int, end: int) -> list[str]:
    """The objects named before a count: 新开工甲、乙、丙等项目8个 -> 甲, 乙, 丙."""
    masked = page.masked[start:figure]
    if "、" not in masked:
        return []
    stop = masked.rfind("等")
    region = masked[:stop] if stop > 0 and masked.rfind("、") < stop else masked
    first = region.find("、")
    head = _LIST_HEAD.match(region, 0, first)
    begin = head.end() if head else 0
    if first - begin < 2:
        begin = 0
    position, found = start + begin, []
    for match in re.finditer(
        r"、|(?<![共总])和(?!平|谐|美|信|顺|睦|治)", page.masked[start + begin : start + len(region)]
    ):
        found.append(page.text[position : start + begin + match.start()])
        position = start + begin + match.end()
    found.append(page.text[position : start + len(region)])
    found = [re.sub(r"^(?:总?投资[\d.]+[万亿]元的)", "", name.strip()) for name in found]
    return [name for name in found if 2 <= len(name) <= 30] if all(found) else []


def example(page: Page, start: int, figure: int) -> list[str]:
    """The one object named as an example before a count (加快甲厂二期等5个项目建设), or nothing."""
    masked = page.masked[start:figure]
    if not masked.endswith("等") or "、" in masked:
        return []
    head = _LIST_HEAD.match(masked)
    name = page.text[start + (head.end() if head else 0) : figure - 1]
    return [name] if 4 <= len(name) <= 30 else []


def trails_off(page: Page, start: int, figure: int) -> bool:
    """Whether the list before a count ends with 等, so that the names are only examples."""
    masked = page.masked[start:figure]
    return "等" in masked[masked.find("、") :] if "、" in masked else False
