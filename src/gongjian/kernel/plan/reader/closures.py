"""Closures: where a list of names ends, what kind of things it sums them up as, and which act is promised of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

ACT_WORD = (
    r"(?>(?:全域土地)?综合(?:整治|治理)|系统治理|生态修复|雨污分流改造|提升改造|升级改造|开工建设|竣工投产|建成投产|建成投用|建成投运|建成通车|投产达效|落地建设|落地开工|签约落地|招生投用|开工|竣工"
    r"|投产|投用|投运"
    r"|建成|通车|完工|建设|达产|达效|实施|改造|落地|上市筹备|主体完工|封顶|交付|运营|使用|签约|启动|前期工作|前期|修复|整治"
    r"|治理|进度|贯通|提升|扩建|改扩建|新建|动工|动工建设|提质增效|开业|复工|续建|延伸|施工|投入使用|见效|升级"
    r"|达到.{1,6}条件|完成|招引|搬迁入园|养护|审批|纳统|提速|入库|上市融资|上市|开发|征迁|规划|编制|融合发展|协同发展|协同创新"
    r"|互联互通|合作对接|搬迁|绿化|亮化|发展|壮大|退城进郊|退城入园|稳定运营|品质|质量|节能|工程|试点|整修|上档升级|提档升级|提质升级|转型升级)"
)
_ADVERB = (
    r"(?>尽快|尽早|早日|年底前|年内|全面|如期|按期|顺利|全部|\d{1,2}月(?:底|份|中旬)?前?|上半年|力争|确保|加快|整体"
    r"|陆续|同步|实现|正式|具备|有序|按时|持续|提前|要|也要|必须|争取|的|和|及|、|做优|做大|做强|创新|分类|稳步)"
)
_ACT = re.compile(
    rf"{_ADVERB}*+(?:{ACT_WORD}(?:和|、|并)?)+(?:工作|任务|步伐|进度|进程|力度|工程)?$"
    r"|(?:争创|创建|申报|入选|列入|跻身|争取|打造|创成|获批|做大做强|(?:提升|扩大)(?![型区站园改路])).{3,24}$|建(?:设)?成(?:为)?[^、,]{2,10}$"
)
_WORKS = re.compile(rf"(?:{ACT_WORD}+项目|[东南西北]延(?:工程|项目)?)$")
"""Works that close a list of places, looked for where no act does."""

COMPLETES = re.compile(
    r"建成|开工|竣工|投产|投用|投运|通车|完工|落地|动工|封顶|退城|签约|搬迁入园|达产|达效|投入使用|稳定运营|交付|开业|达到.{1,6}条件"
)
"""Acts that bring a thing about or into use: they are promised of every name before them."""

_SOME = r"(?:一批|一系列|一大批)?"
_PROJECTS = (
    r"[^,、]{0,12}?(?:项目|工程|道路|公路|街道|路段|片区|管网|桥梁|水库|园区|厂|站|学校|医院|公园|干线|基地|小区|河道"
    r"|场馆|街区|产业园|板块|路|线路|景区|小镇|城镇|中心|设施|通道|高铁|铁路|航道|机场|港口|校区|村|市场|专线|线|路灯|路面|绿地|游园|泵站|渠道|灌区|街巷|景观|变电站|载体|路网|水网|水系)"
)
_FIRMS = r"[^,、]{0,10}?(?:企业|公司|集团|合作社|机构|院校|高校|院所|实验室|园区|产品|平台|品牌|农场|单位)"
_EVENTS = r"[^,、]{0,10}?(?:活动|赛事|会议|节会|展会|论坛|节庆|大会)$"
_ENDING = (
    rf"(?>{_ADVERB}|{ACT_WORD}|步伐|攻坚|主体|工作|任务|进度|进程|力度|融资)*+"
    r"(?:(?:争创|创建|申报|入选|列入|纳入).{2,24})?$"
)
_AS_PROJECTS = re.compile(rf"等{_SOME}{_PROJECTS}{_ENDING}")
_AS_FIRMS = re.compile(rf"等{_SOME}{_FIRMS}(?P<act>.*)$")
_AS_EVENTS = re.compile(rf"等{_SOME}{_EVENTS}")
_AS_NOTHING = re.compile(rf"等(?P<act>(?>{_ADVERB})*+(?:{ACT_WORD})+)$")
_BARRED = re.compile(
    r"^等(?:各类|各种|多种|多类)|^等(?:一批|各类|重点|优势|传统|新兴|相关|主要|多个|关键)*(?:产业|领域|行业|集群|作用|要素|资源|政策|制度|机制"
    r"|部门|问题|节日|团体|媒体|地区|城市|行动|方面|群体|环节|方式|方向|服务|工作|措施|内容)(?!项目|工程|园|链项目)|方面的"
)
_BACKING = re.compile(r"支持|扶持|帮助|助力|推动|推进|加快|促进|确保|力争|保障|力促|培育|做大做强|提高|提升")
_BROUGHT_IN = re.compile(r"(?:引进|引入|招引)$")
_PREDICATE = re.compile(
    r"(?:的)?(?:向|做|组|参|设|深|对|拓|争|申|创|上市|开|扩|提|实|加|建|融|转|入|进|发展|壮大|稳|落|增|打造|牵头|获|完成|引|品质|质量"
    r"|达|尽快|早日|年内|技改|数字化|升级|改造|走|“走出去”|盘活|复工|复产|恢复|※)"
)


@dataclass(frozen=True, kw_only=True)
class Closure:
    """How a list of names ends: `kind` is "work", "firms", "events", "bare" (nothing sums them up) or "" where it is no roster."""

    rest: str
    """What follows the names, 等 included."""
    act: str
    """The promised act, where one is named after the names."""
    kind: str


_NONE = Closure(rest="", act="", kind="")


def close(masked: str, begin: int, *, verb: str) -> tuple[int, Closure]:
    """Where the names that begin at `begin` end, and the closure; `verb` is what stands before them."""
    body = masked[begin:]
    first = body.find("、")
    first = first if first >= 0 else body.find("和")
    etc = body.find("等", first + 1 if first >= 0 else 0)
    while etc > 0 and re.match(r"等(?:级|次|候|于|待)", body[etc:]):
        etc = body.find("等", etc + 1)
    if etc > 0:
        return begin + etc, _summed(body[etc:], verb=verb)
    act = _act(body)
    if act is not None and act > 2:
        tail = max(body.rfind("、", 0, act), body.rfind("和", 0, act))
        earlier = re.split(r"、|和", body[: max(tail, 0)])
        alike = any(_ACT.search(item) for item in earlier)
        alike = alike or (not body.startswith("建设", act) and any(_WORKS.search(item) for item in earlier))
        shared = COMPLETES.search(body[act:]) or not alike
        if act > tail + 2 and shared:
            return begin + act, Closure(rest=body[act:], act=body[act:], kind="bare")
    return len(masked), Closure(rest="", act="", kind="bare")


def _act(body: str) -> int | None:
    match = _ACT.search(body) or _WORKS.search(body)
    return match.start() if match else None


def _summed(rest: str, *, verb: str) -> Closure:
    """The closure of a list that 等 ends."""
    if _BARRED.search(rest):
        return _NONE
    if _AS_PROJECTS.match(rest):
        found = _ACT.search(rest)
        return Closure(rest=rest, act=found.group() if found else "", kind="work")
    if (bare := _AS_NOTHING.match(rest)) and verb:
        return Closure(rest=rest, act=bare["act"], kind="bare" if bare["act"] in ("建设", "治理") else "work")
    if (firms := _AS_FIRMS.match(rest)) and _BACKING.search(verb):
        act = firms["act"]
        if len(act) <= 30 and (_PREDICATE.match(act) or re.search(r"扶持|做大做强|壮大", verb)):
            return Closure(rest=rest, act=act, kind="firms")
    if _BROUGHT_IN.search(verb) and re.fullmatch(
        r"等[^,、]{0,8}(?:企业|公司|集团|机构|院校|高校|院所)(?:入驻|落户|落地)?", rest
    ):
        return Closure(rest=rest, act="引进", kind="firms")
    if _AS_EVENTS.match(rest) and re.search(r"办好|举办|承办|组织", verb):
        return Closure(rest=rest, act="举办", kind="events")
    return _NONE


def promises(rest: str) -> bool:
    """Whether what follows the names says that they are to come to pass (等项目要尽快建成投产)."""
    return bool(re.search(r"要|力争|确保|必须|全部|年内|年底前|\d月|上半年|争取", rest) and _ACT.search(rest))
