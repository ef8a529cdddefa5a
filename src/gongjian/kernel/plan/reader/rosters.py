"""Rosters: two or more named objects with one promised act (确保甲、乙、丙等重大项目开工建设)."""

from __future__ import annotations

import re

from gongjian.kernel.plan.proposal import Comparator, Kind, Proposal
from gongjian.kernel.plan.reader import closures
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.names import is_generic
from gongjian.kernel.plan.reader.numerals import number
from gongjian.kernel.plan.reader.page import HIDDEN, OPENERS, Clause, Page, modality

_VERB = (
    r"(?:推进|推动|加快|实施|完成|建成投用|建成|开工建设|开工|启动|抓好|搞好|办好|打通|建设|新建|改造|确保|紧盯|力促"
    r"|促成|促进|保障|支持|扶持|帮助|助力|续建|做好|强化|投用|竣工|改扩建|修建|扩建|整治|修复|整修|改建|提升|提高"
    r"|拓宽|贯通|争取|创建|争创|举办|承办|开展(?=[^,]*前期工作$)|引进|引入|招引|组建|跑办|谋划|提速|盯紧|盯住|加速|力争|建好|突出|对|将|把|让|使"
    r"|实现|上级|市政府|省政府|尽快|早日|年底前|同步|规划|配合做好|配合|协调|打造|重点|加强|改造提升|疏通|延伸"
    r"|升级|深化|参与|高水平|聚焦|瞄准|督促|申办|筹办|稳住|做大做强|培育壮大)"
)
_HEAD = re.compile(rf"^(?>{OPENERS}|{_VERB}|(?:计划)?总?投资[\d.]+[万亿]元(?!的|以))*+")
_HALF_HEARTED = re.compile(r"鼓励|引导|依托|围绕|发挥|利用|借助|用好|立足|针对|对接")
_WATCHING = re.compile(r"紧盯|盯紧|盯住|聚焦|瞄准|抓好|围绕|(?:^|重点)对")
_THING = re.compile(
    r"(?:项目|工程|[厂站所路桥园馆院校场库港街道线楼段河渠湖湾闸口区带圈城]|(?<![城心业村乡])镇|中心|大道|大街|公园|医院|学校|中学|小学"
    r"|幼儿园|高速|铁路|高铁|基地|改造|建设|治理|整治|广场|枢纽|综合体|[扩新改]建|大修|维修|管网|水库|高架|机场"
    r"|码头|小镇|市场|[一二三四]期|新城|[东南西北]延|[东西南北]扩|延伸|互通|搬迁|迁建|提升|升级|修复|绿化|整修"
    r"|硬化|出口|隧道|立交|村|水厂|电厂|电站|设施|装置|平台|实验室|试点|联盟|城市|副中心|走廊|训练场|古城|城墙|线路|公司|集团|增容|扩容|系统|艺术节|文化节|旅游节|采摘节|博览会|展览会|交易会|论坛|大赛|联赛|锦标赛|马拉松|峰会|大舞台)$"
)
_ABSTRACT_END = re.compile(
    r"(?:产业|领域|行业|服务|经济|工作|环节|方面|政策|资金|模式|机制|体系|制度|要素|资源|方式|力量|问题|安全|消费"
    r"|能源|材料|制造|装备|信息|群体|农业|工业|教育|医疗|养老|文化|旅游|体育|就业|监管|管理|企业|人才|农村|农民"
    r"|生态|环境|污染|法治|行动|品牌|主体|技术|医药|化工|金融|物流|设备|一体化"
    r"|化|业|型|性|度|力|链|户|师|员|大保护|区域|单位|部门|乡镇|等级|标准|理念|意识|精神|作用|优势|能力|水平|质量"
    r"|短板|弱项|矛盾|纠纷|保险|救助|保障|数据|智能|绿色|科技|创新|改革|开放|招商|计划|下|强|大|优|美|好|快"
    r"|高|多|少|深|实|细|严|准)$"
)
_FOREMOST = re.compile(
    r"(?P<verb>[^,]{0,8})以(?P<list>[^,]{4,60}?)等?为(?:重点|代表)的(?![^,]*(?:产业|集群|行业))[^,]{2,30}$"
)
_NO_NAME = re.compile(
    r"[的是要使让]|以及|,|^(?:打通|拓展|完善|健全|加强|优化|强化|推进|加快|推动|深化|开展|规范|落实)|^(?:一批|一个|更多|各类|各项|若干|全部|部分|一些|有关|相关)|建设好|做好|^打造|.(?:打造|建设(?!工程|项目|用地))[^、]{3,}$"
)
_PROGRAMME = re.compile(
    r"(?:提升|赋能|领航|倍增|培育|提质|增效|强基|惠民|素养|优化|升级|扩面|扩容|便利化|振兴|安全|创建|攻坚|焕新|强省"
    r"|强县|提标|品牌|质量|保障|计划|三年|精品|扩优|培训)(?:工程|行动|计划)$"
)
_DESCRIBING = re.compile(r"^(?:总?投资|占地|总长|全长|建筑面积)[^的、]{1,14}的")
_SUMMED = re.compile(r"(.{2,20}?)([二三四五六七八九十两]|\d{1,2})(大|个|条|座|所|处|项|家).{1,10}")
_JOINT = re.compile(r"、|(?<=[\u4e00-\u9fff※A-Za-z\d])(?<![共总饱亲温占])(?:和|以及)(?![平谐美信顺睦治时改])")
_PLACE = re.compile(r"(?:路|街|大道|公园|村|小区|社区)$")
_PLACE_OF = re.compile(r"(.{1,6}?(?:路|街|大道|公园|村|小区|社区)(?:\([^()]*\))?)(.{2,8})$")
_FIRM = re.compile(r"完成|建成|打通|确保|力争|竣工|开工|投产|投用|通车|争创|新建|动工|落地$|年内|年底")
_ONGOING = re.compile(
    r"推进|加快|推动|抓好|紧盯|盯住|支持|扶持|帮助|助力|启动|谋划|做好|搞好|办好|加速|提速|跑办|配合|促进|深化|打造"
    r"|提高|提升|保障|建设|实施|尽快|尽早|早日|争取"
)
_BINDING = re.compile(r"完成|确保|力争|争创|新建|续建|年内|年底|建成|打通|竣工|开工|投产|投用|通车")
_TIMED = re.compile(r"(?:力争|确保|要)?(?:年底前|年内|上半年|\d{1,2}月(?:底|份|中旬)?前?|全部)")
_DATED = re.compile(r"完成|确保|力争|争创|年内|年底")
_BACKED = re.compile(r"推动|支持|力争|确保|力促|帮助|推进")
_HONOURED = re.compile(r"争创|创建|申报|入选|列入|跻身|争取|打造|创成|获批|提升|扩大|做大做强")
_FOLLOWING = re.compile(
    r",(?:[^,;。]{2,10},){0,2}((?:推动|确保|促进|加快|力争|力促|尽快|早日|争取|督促|保障)[^,;。]{2,20})"
)


def commitments(page: Page, clause: Clause, *, following: str, goes_on: bool = False) -> list[Proposal]:
    """The roster of a clause, at most one; `following` is the rest of the sentence, where the act may stand.

    `goes_on`: the clause before is a roster, so that this one needs no verb of its own.
    """
    masked = page.masked[clause.start : clause.end]
    if "、" not in masked and "和" not in masked:
        return []
    if match := _FOREMOST.match(masked):
        head, begin, stop = match["verb"], match.start("list"), match.end("list")
        closure = closures.Closure(rest="", act="", kind="work" if _governs(head) or _ONGOING.search(head) else "")
    else:
        found = _HEAD.match(masked)
        begin = found.end() if found else 0
        head = masked[:begin]
        stop, closure = closures.close(masked, begin, verb=head)
    verb = head or ("推进" if goes_on else "")
    spans = _items(masked, begin, stop)
    if not 2 <= len(spans) <= 20 or not closure.kind or _HALF_HEARTED.search(verb):
        return []
    counted = _SUMMED.fullmatch(masked[spans[-1][0] : stop])
    if counted and (counted[3] == "大" or number(counted[2]) != len(spans)):
        counted = None
    items = [page.text[clause.start + a : clause.start + b] for a, b in spans]
    folded = [page.folded[clause.start + a : clause.start + b] for a, b in spans]
    if not _named(folded):
        return []
    if closure.kind == "bare" and (
        kept := _shared_head(folded) or (not masked[stop:].startswith("等") and _without_kind(folded, closure.act))
    ):
        stop = spans[-1][0] + kept
        items[-1] = items[-1][:kept]
    end = clause.end
    firm = bool(_FIRM.search(verb + closure.act + closure.rest))
    if closure.kind == "bare":
        backed = (verb or _TIMED.match(closure.act)) and closures.COMPLETES.search(closure.act)
        backed = backed or (_BACKED.search(verb) and _HONOURED.match(closure.act))
        shares = backed or (goes_on and not head and closure.act and not any(_shapeless(item) for item in folded))
        if backed and any(is_generic(_core(item)) for item in folded):
            return []
        if not shares and not (
            verb
            and (_alike(folded, closure.act) or _alike(items, closure.act))
            and (closure.act or _governs(verb) or firm)
        ):
            return []
    elif closure.kind == "events" and all(len(item) <= 4 for item in folded):
        return []
    elif _WATCHING.search(verb) and not closure.act:
        beyond = _FOLLOWING.match(following)
        if not beyond:
            return []
        end = clause.end + beyond.end()
        firm = bool(re.search(r"确保|力争|力促|尽快", beyond.group(1))) or verb.endswith("对")
    elif not verb and not closures.promises(closure.rest):
        return []
    words = page.folded[clause.start : end]
    due = deadline(words, year=page.year)
    eager = verb + closure.rest
    ongoing = bool(_ONGOING.search(eager)) and not (_BINDING.search(verb) or _DATED.search(closure.rest))
    return [
        Proposal(
            start=clause.start,
            end=end,
            text=page.text[clause.start : end],
            kind=Kind.ROSTER,
            metric=_metric(page, clause, stop, items),
            comparator=Comparator.EQUAL if counted else None,
            value=number(counted[2]) if counted else None,
            unit=counted[3] if counted else None,
            deadline=due or (None if ongoing else clause.due or YEAR_END),
            named=tuple(items),
            modality=modality(words),
            confidence=0.68 if closure.kind == "bare" else 0.8 if closure.act or firm else 0.7,
            reason=f"{len(items)}个具名对象同做一事",
        )
    ]


def _metric(page: Page, clause: Clause, stop: int, items: list[str]) -> str:
    """What is promised of the names; where nothing follows them, the clause itself, a long one with its first name."""
    tail = page.text[clause.start + stop : clause.end]
    tail = re.sub(r"^[等 、，。的]+(?:一批|一系列)?|[ 、，。]+$", "", tail)
    whole = re.sub(rf"^(?:{OPENERS})+", "", page.text[clause.start : clause.end])
    if len(tail) >= 2:
        return tail
    return whole if len(whole) <= 24 else f"{whole[: whole.find(items[0])]}{items[0]}等{len(items)}项"


def _governs(verb: str) -> bool:
    return bool(
        re.search(
            r"(?:完成|建成|打通|实施|建设|新建|改造|推进|加快|续建|启动|开工|谋划|推动|做好|搞好|办好|提升|修复|规划"
            r"|整治|打造|深化|扶持|支持|举办|承办|申办|筹办)(?:工作)?$",
            verb,
        )
    )


def _items(masked: str, begin: int, end: int) -> list[tuple[int, int]]:
    spans, position = [], begin
    for match in _JOINT.finditer(masked, begin, end):
        spans.append((position, match.start()))
        position = match.end()
    spans.append((position, end))
    found = []
    for a, b in spans:
        described = _DESCRIBING.match(masked[a:b])
        found.append((a + described.end() if described else a, b))
    a, b = found[-1]
    summed = _SUMMED.fullmatch(masked[a:b])
    if summed and number(summed[2]) == len(found):
        found[-1] = (a, a + summed.end(1))
    return found


def _named(items: list[str]) -> bool:
    """Whether the items are names: of a name's length, no clause, and not all of them trades or kinds of work."""
    if any(not 2 <= len(item) <= 34 for item in items):
        return False
    if any(_NO_NAME.search(item) and "“" not in item for item in items):
        return False
    if all(_PROGRAMME.search(item) for item in items):
        return False
    return sum(is_generic(_core(item)) for item in items) * 2 <= len(items)


def _alike(items: list[str], act: str) -> bool:
    """Whether items that nothing sums up are things to build or do, each with a name of its own.

    They all end like a thing (甲路改造、乙站建设), or the last lends its kind to short names (甲市、乙市零碳园区).
    """
    cores = [_core(item) for item in items]
    if any(_shapeless(item) for item in items):
        return False
    things = [bool(_THING.search(core)) for core in cores]
    named = [not is_generic(core) for core in cores]
    if sum(things) * 2 > len(things) and sum(named) * 2 >= len(named):
        return True
    if act and any(things) and all(named) and sum(things) * 2 == len(things):
        return True
    return things[-1] and all(named) and all(len(core) <= 5 for core in cores[:-1])


def _shared_head(items: list[str]) -> int:
    """How much of the last name is its own where short names share the kind of thing it ends with, else 0.

    甲市、乙市国家级零碳园区 -> 乙市: the kind is made of common words, and the names before have none.
    """
    *others, last = items
    if all(_PLACE.search(_core(item)) for item in others) and (place := _PLACE_OF.match(last)) and is_generic(place[2]):
        return 0 if _THING.search(place[2]) and is_generic(place[1]) else place.end(1)
    if any(len(item) > 5 or _THING.search(item) or is_generic(item) for item in others) or HIDDEN in last:
        return 0
    longest = max(len(item) for item in others) + 1
    for kept in range(2, min(longest, len(last) - 2) + 1):
        own = last[:kept]
        if is_generic(last[kept:]) and _THING.search(last):
            return 0 if any(is_generic(own[at : at + 2]) for at in range(kept - 1)) else kept
    return 0


def _without_kind(items: list[str], act: str) -> int:
    """How much of the last name is its own where the works of all are summed up as one 工程 or 项目, else 0.

    甲桥改造、乙站增容工程 -> 乙站增容, as long as what is left is a thing or a work, or comes into use (甲厂、乙厂项目投产).
    """
    *others, last = items
    kind = re.search(r"(?:工程|项目)+$", last)
    if kind is None or kind.start() < 2 or any(re.search(r"(?:工程|项目)$", item) for item in others):
        return 0
    return kind.start() if closures.COMPLETES.search(act) or _THING.search(last[: kind.start()]) else 0


def _shapeless(item: str) -> bool:
    """Whether an item ends like a trade, a quality or a kind of work, not like a thing."""
    core = _core(item)
    return bool(_ABSTRACT_END.search(core)) and not _THING.search(core)


def _core(item: str) -> str:
    """A name without brackets, for looking at how it ends."""
    return re.sub(r"\([^()]*\)|[“”]", "", item) or HIDDEN
