"""Rosters: two or more named objects with one promised act (确保甲、乙、丙等重大项目开工建设)."""

from __future__ import annotations

import re

from gongjian.kernel.plan.proposal import Kind, Proposal
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.names import is_generic
from gongjian.kernel.plan.reader.numerals import number
from gongjian.kernel.plan.reader.page import OPENERS, Clause, Page, modality

_VERB = (
    r"(?:推进|推动|加快|实施|完成|建成投用|建成|开工建设|开工|启动|抓好|打通|建设|新建|改造|确保|紧盯|力促|促成"
    r"|促进|保障|支持|续建|做好|强化|投用|竣工|改扩建|修建|扩建|整治|修复|整修|改建|提升|拓宽|贯通"
    r"|争取|创建|争创|举办|引进|组建|跑办|谋划|提速|盯紧|加速|力争|建好|突出|对|将|把|让|使|实现|上级|市政府|省政府"
    r"|尽快|早日|年底前|同步|规划|配合做好|配合|协调|打造|重点|加强|改造提升|疏通|续建|延伸|升级)"
)
_HEAD = re.compile(rf"^(?>{OPENERS}|{_VERB})*+")
_THING = re.compile(
    r"(?:项目|工程|[厂站路桥园馆院校场库港街道线楼段河渠湖湾闸口]|中心|大道|大街|公园|医院|学校|中学|小学|幼儿园"
    r"|高速|铁路|高铁|基地|片区|改造|建设|治理|整治|广场|枢纽|综合体|[扩新改]建|大修|维修|管网|水库|高架|机场|码头"
    r"|景区|小镇"
    r"|产业园|科技园|[一二三四]期|校区|新城|社区|小区|[东南西北]延|延伸|连接线|互通|搬迁|迁建|提升|升级|修复|绿化"
    r"|硬化|出口|隧道|立交|村|航道|灌区|水厂|电厂|电站|生态园|特色街区|游客中心|博物馆)$"
)
_GENERIC_END = re.compile(
    r"(?:产业|领域|行业|服务|经济|工作|环节|方面|政策|资金|模式|机制|体系|制度|要素|资源|方式|力量|问题|安全|消费"
    r"|能源|材料|制造|装备|信息|群体|农业|工业|教育|医疗|养老|文化|旅游|体育|就业|监管|管理|企业|人才|农村|农民"
    r"|设施|生态|环境|污染|法治|行动|活动|品牌|主体|技术|医药|食品|化工|金融|物流|设备|一体化"
    r"|化|业|型|性|度|力|链|户|师|员|地|品|区域|单位|部门|乡镇|等级|标准|理念|意识|精神|作用|优势|能力|水平|质量"
    r"|短板|弱项|矛盾|纠纷|保险|救助|保障|数据|智能|绿色|科技|创新|改革|开放|招商|计划|上|下|强|大|优|美|好|新|快"
    r"|高|多|少|深|实|细|严|准)$"
)
_ACT_WORD = (
    r"(?>开工建设|竣工投产|建成投产|建成投用|建成投运|建成通车|投产达效|落地建设|落地开工|开工|竣工|投产|投用|投运"
    r"|建成|通车|完工|建设|达产|达效|实施|改造|落地|主体完工|封顶|交付|运营|使用|签约|启动|前期工作|修复|整治|治理"
    r"|进度"
    r"|贯通|提升|扩建|改扩建|新建|动工|动工建设|提质增效|开业|复工|续建|延伸|施工|投入使用|见效|升级|达到.{1,6}条件"
    r"|完成|招引|审批|纳统|提速|入库|上市|开发|征迁)"
)
_ADVERB = (
    r"(?>尽快|早日|年底前|年内|全面|如期|按期|顺利|全部|\d{1,2}月(?:底|份|中旬)?前?|上半年|力争|确保|加快|整体|陆续"
    r"|同步|实现|正式|具备|有序|按时|持续|提前)"
)
_ACT = re.compile(
    rf"{_ADVERB}*(?:{_ACT_WORD}(?:和|、)?)+(?:工作|任务|步伐|进度|进程|力度|工程)?$|(?:争创|创建|申报|入选"
    rf"|争取).{{3,24}}$"
)
_CATEGORY = re.compile(
    r"等(?:一批|一系列|一大批)?[^,、]{0,10}?(?:项目|工程|道路|公路|街道|路段|片区|管网|桥梁|水库|园区|厂|站|学校"
    r"|医院|公园|干线|基地|小区|河道|场馆|街区|产业园|板块|路|线路|景区|小镇|中心|设施)(?:的)?"
    rf"(?>前期工作|招引|步伐|攻坚|和|主体|封顶|{_ADVERB}|{_ACT_WORD}|工作|任务)*+$|等{_ACT_WORD}+$"
)
_BARE_ACT = re.compile(rf"等{_ACT_WORD}+$")
_BARRED = re.compile(
    r"(?:产业|领域|行业|集群|优势|作用|要素|资源|政策|制度|机制|高校|院校|部门|活动|问题|节日|团体|媒体|地区|城市|行动)"
)
_FIRM = re.compile(r"完成|建成|打通|确保|力争|竣工|开工|投产|投用|通车|争创|新建|动工|落地$|年内|年底")
_ONGOING = re.compile(r"推进|加快|推动|抓好|紧盯|支持|启动|谋划|做好|加速|提速|跑办|配合|促进")
_FOLLOWING = re.compile(r",(?:[^,;。]{2,10},){0,2}((?:推动|确保|促进|加快|力争|力促|尽快|早日|争取)[^,;。]{2,20})")
_DESCRIBING = re.compile(r"^(?:总?投资|占地|总长|全长|建筑面积)[^的、]{1,14}的")
_SUMMED = re.compile(r"(.{2,20}?)([二三四五六七八九十两]|\d{1,2})(?:大|个|条|座|所|处|项|家).{1,10}")
_JOINT = re.compile(r"、|(?<=[\u4e00-\u9fff※A-Za-z\d])(?<![共总饱亲温])(?:和|以及)(?![平谐美信顺睦治时])")


def commitments(page: Page, clause: Clause, *, following: str, goes_on: bool = False) -> list[Proposal]:
    """The roster of a clause, at most one; `following` is the rest of the sentence, where the act may stand.

    `goes_on`: the clause before is a roster, so that this one needs no verb of its own.
    """
    masked = page.masked[clause.start : clause.end]
    if "、" not in masked and "和" not in masked:
        return []
    head = _HEAD.match(masked)
    begin = head.end() if head else 0
    verb = masked[:begin]
    if not verb and not goes_on:
        return []
    list_end, rest, ended = _list_end(masked, begin)
    spans = _items(masked, begin, list_end)
    if not 2 <= len(spans) <= 20:
        return []
    items = [page.text[clause.start + a : clause.start + b] for a, b in spans]
    folded = [page.folded[clause.start + a : clause.start + b] for a, b in spans]
    if not _named(folded):
        return []
    things = sum(bool(_THING.search(item)) for item in folded)
    generic = sum(bool(_GENERIC_END.search(item)) and not _THING.search(item) for item in folded)
    end, act = clause.end, bool(_ACT.search(rest)) if rest else False
    firm = bool(_FIRM.search(verb + rest))
    if ended:
        if not _CATEGORY.match(rest) or _BARRED.search(rest[:8]):
            return []
        if _BARE_ACT.match(rest) and (generic or things * 2 <= len(items)):
            return []
        if re.search(r"紧盯|抓好|围绕|(?:^|重点)对|盯紧", verb) and not act:
            beyond = _FOLLOWING.match(following)
            if not beyond:
                return []
            end = clause.end + beyond.end()
            firm = bool(re.search(r"确保|力争|力促|尽快", beyond.group(1))) or verb.endswith("对")
        confidence = 0.8 if act or firm else 0.7
    elif (
        things * 2 > len(items)
        and generic == 0
        and (act or _governs(verb) or firm)
        and (rest or _THING.search(folded[-1]))
    ):
        confidence = 0.68
    elif goes_on and act and generic == 0:
        confidence = 0.66
    elif (
        generic == 0
        and re.search(r"(?:争创|创建|上市|申报|入选)", rest)
        and re.search(r"推动|支持|力争|确保|力促|帮助|鼓励", verb)
    ):
        confidence = 0.72
    else:
        return []
    words = page.folded[clause.start : end]
    due = deadline(words, year=page.year)
    ongoing = bool(_ONGOING.search(verb)) and not _FIRM.search(verb + re.sub(r"^等", "", rest)) and not firm
    return [
        Proposal(
            start=clause.start,
            end=end,
            text=page.text[clause.start : end],
            kind=Kind.ROSTER,
            metric=page.text[clause.start + list_end + (1 if ended else 0) : clause.end].strip(" 、，。一批")
            or page.text[clause.start : clause.end],
            deadline=due or (None if ongoing else clause.due or YEAR_END),
            named=tuple(items),
            modality=modality(words),
            confidence=confidence,
            reason=f"{len(items)}个具名对象同做一事",
        )
    ]


def _governs(verb: str) -> bool:
    return bool(
        re.search(
            r"(?:完成|建成|打通|实施|建设|新建|改造|推进|加快|续建|启动|开工|谋划|推动|做好|提升|修复|规划"
            r"|整治)(?:工作)?$",
            verb,
        )
    )


def _list_end(masked: str, begin: int) -> tuple[int, str, bool]:
    """Where the names end, what follows them, and whether 等 closes them."""
    body = masked[begin:]
    first = body.find("、")
    etc = body.find("等", first + 1 if first >= 0 else 0)
    if etc > 0 and not body.startswith("等级", etc):
        return begin + etc, body[etc:], True
    act = _ACT.search(body)
    if act and act.start() > 2:
        tail_item = max(body.rfind("、", 0, act.start()), body.rfind("和", 0, act.start()))
        earlier = _JOINT.split(body[: max(tail_item, 0)])
        if act.start() > tail_item + 2 and not any(_ACT.search(item) for item in earlier):
            return begin + act.start(), body[act.start() :], False
    return len(masked), "", False


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
    if any(re.search(r"[的是要使让]|以及|,", item) and "“" not in item for item in items):
        return False
    return sum(is_generic(item) for item in items) * 2 <= len(items)
