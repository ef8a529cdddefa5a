"""Figures: which numbers of a promising clause are targets (quantity, rate), and which only describe or count an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from gongjian.kernel.plan.proposal import Comparator, Kind, Proposal
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader import names
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page, modality

_RESULT = lex.either(lex.RESULT_VERBS)
_WEAK = lex.either(lex.WEAK_VERBS)
_ENDS_RESULT = re.compile(rf"(?P<verb>{_RESULT})(?:了)?(?:全省|全市|全县|全区|不同|各类|各级|首批|新|约|一批)?$")
_ENDS_WEAK = re.compile(rf"(?P<verb>{_WEAK})$")
_ANY_RESULT = re.compile(_RESULT)
_ANY_WEAK = re.compile(_WEAK)
_TAIL = re.compile(
    rf"{lex.either(lex.RESULT_TAILS)}(?:工作|任务|目标|率|建设|运营|使用)?$"
    r"|(?:入选|通过|获评|获批|列入|进入|跻身|达到|成为|创成|晋级|晋升|升格|取得|认定为|评为|获得|完成|实现|建成|纳入|争创)[^的]{2,24}$"
    r"|(?:进行|予以|实施|开展)(?:全面)?(?:改造|改扩建|整治|修复|盘活|治理|提升|升级|维修|整修|硬化|绿化|拆除|清理|征收|加固|更新|培训)[^的]{0,6}$"
)
_ABSTRACT = re.compile(rf"{lex.either(lex.ABSTRACT_NOUNS)}(?:等|中|上|下|方面|要求|建设|工作)?$")
_LIST = re.compile(r"(?:^|[、,和及与])")
_CUT = re.compile(r"、|以及|并(?!重|网|购|轨)|(?<![共总人])和(?!平|谐|美|信|顺|睦|治)|及(?!时|以上|格)|其中")
_CUT_START = re.compile(r" ?(?:、|以及|和|及|与|并|其中|;|/| )")
_STRIP = re.compile(r"^(?: |、|和|及|与|以及|并|其中|同时|另外|此外|且|也|还|又|即|使|从而|的|,)+(?=.)")
_SEVERALLY = re.compile(r"(?:要)?分别(?P<verb>.{0,12}?)$")
_PASSED = re.compile(
    r"(?<!\d)1(?:-|—|至|~)\d{1,2}月|已经?(?!有建)|现有|原有|截至|截止|(?<![比较])(?:去年|上年)(?!基础|同期|底|水平|度)|目前|累计已|在建的?$|建成的$|现存|曾|过去|以来"
)
_OWNED = re.compile(
    r"(?<![具所没国享含稀保唯持要既])(?:有(?![机效序力关限条色利])|拥有|共有|设有|下辖)(?:约|近)?(?:[^,、]{1,8}、){0,6}[^,、的]{0,8}$"
)
_DESCRIBED = re.compile(
    r"(?:总投资(?:额)?|计划(?:总)?投资|预计(?:总)?投资|概算(?:总)?(?:投资)?|估算投资|拟投资|投资额|总造价|注册资本|注册资金|占地(?:面积)?|总占地|规划面积|总建筑面积|建筑面积|总长(?:度)?|全长|全程|长约?|总面积|年产|年产能|日产|日处理(?:能力|规模)?|装机(?:容量)?"
    r"|年处理|库容|总库容|注资|每[^,]{0,3}|人均补助|单体|单个|辐射|惠及|受益|涉及|总投|总规模|投资强度)(?:约|达|达到|近|超|超过|为|的|高达|约为|逾)*$"
)
_YIELDING = re.compile(
    r"(?:产值|销售(?:收入)?|营业收入|纳税|税收|营收|主营业务收入|用地|投资)(?:约|达|达到|近|超|过|超过|为|逾)*$"
)
_INVESTING = re.compile(
    r"(?:^|[,、])(?:[一二三四五六七八九十]是|再|将|计划|拟|预计|共|共计|分别|总|县财政|市财政|全市|全县|新增|累计|安排|安排资金|筹资|筹集资金|多方筹资|争取资金|投入|投入资金|投资|列支){0,4}(?:投资|投入|筹资|总投|安排资金|列支|投入资金|出资|斥资|利用)(?:约|近|超|资金)?$"
)
_THRESHOLD_NOUN = re.compile(
    r"(?:及)?(?:的|级|以上|重大|重点|工业|产业|优质|大|企业|项目|工程|技改|农业|服务业|制造业|文旅|招商|龙头|规上|高|亿元|上市|特大|市场|合同|资金|资产|投资|外资|规模|年|新|固定|村|店|类|商|生产|销售|税)"
)
_TARGETED = re.compile(
    r"(?:的|这一)?(?:年度|年|总|奋斗|发展|预期|既定|力争|销售|营收|产值|工作)?(?:目标|任务|大关|关口|台阶|门槛|目标任务|以上|总量|规模|水平)(?:任务)?$"
)
_SUBSIDY = re.compile(r"^(?:的)?(?:补贴|补助|奖励|优惠|贴息|减免|股份|股权|的?比例(?:给予|补助|奖励))")
_TIME = re.compile(
    r"(?:力争|确保|争取|到|至|在|于)?(?:20\d\d年(?:底|末)?|今年|全年|年内|年底前?|上半年|下半年|当年|本年度?|\d{1,2}月(?:份|底|末)?(?:前)?|[一二三四]季度|汛期前)(?:,)?"
)
_ROUTINE_VERB = re.compile(
    r"加快|推进|推动|抓好|抓实|抓紧|针对|围绕|聚焦|服务|做好|办好|办实|实施好|跟踪|调度|包联|保障|对|统筹|落实|紧盯|狠抓|争取|支持|组织|突出|持续|加强|落细|启动|谋划|扎实|提速|加速|配合|深化|贯通|跟进"
)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The part of a clause that belongs to one measure."""

    start: int
    end: int
    measure: Measure


def commitments(page: Page, clause: Clause, inside: list[Measure]) -> tuple[list[Proposal], str]:
    """The quantities, rates and counted routines of a clause, and the verb that the next clause may inherit."""
    text = page.masked
    kept = [m for m in inside if not _describes(page, clause, m)]
    verb = _leading_verb(text[clause.start : clause.end])
    if not kept:
        return [], verb
    spread = _severally(page, clause, kept)
    if spread:
        return spread, verb
    found: list[Proposal] = []
    inherited = clause.verb
    for segment in _segments(page, clause, kept):
        proposal, own = _judge(page, clause, segment, inherited)
        inherited = own or inherited
        if proposal is not None:
            found += _each(page, clause, segment, proposal)
    return found, inherited or verb


def _leading_verb(words: str) -> str:
    matches = [m.group() for m in _ANY_RESULT.finditer(words) if len(m.group()) > 1]
    return matches[0] if matches else ""


def _describes(page: Page, clause: Clause, m: Measure) -> bool:
    """Whether a measure only describes a thing (总投资10亿元的, 1000万元以上技改项目, 20万吨磷酸铁)."""
    text = page.masked
    before = text[clause.start : m.start]
    after = text[m.end : clause.end]
    lead = before + m.before if m.before in ("约", "近", "超", "达", "为", "共", "各", "平均") else before
    if m.unit in ("强", "期", "代", "批", "里", "段", "路", "届", "季", "组", "门类", "层", "元/吨"):
        return True
    if m.unit in ("名", "位", "强") and before.endswith("前"):
        return True
    if re.search(r"(?:排名|位次|名次|位列|位居|前)(?:提升|前移|上升|前进|至少|争取|力争|进)?$", before) and m.unit in (
        "名",
        "位",
        "个",
    ):
        return True
    if _PASSED.search(text[clause.start : m.start]) and not re.search(r"确保|力争|再(?:新|增|建|引)|新增", before[-8:]):
        return True
    if _OWNED.search(before) or re.search(r"(?:建成|达产|投产|改造|完工|竣工|满产|达效|投用|运营)后(?:预计)?(?:可|能|将|预计|,|年|新增)", before):
        return True
    if _past_year(page, before):
        return True
    if m.is_percent:
        return bool(_SUBSIDY.match(after)) or bool(
            re.search(r"(?:大病|报销|贴息|利率|按|以不低于)[^,]{0,6}$", before) and after[:1] == "的"
        )
    if after.startswith("的") and not re.match(r"的(?:目标|任务)", after):
        return m.is_money or not (re.search(r"完成", before) and re.match(r"的.{0,12}(?:任务|工程|建设|改造|治理|修复|种植)$", after))
    if _DESCRIBED.search(lead):
        if re.search(r"(?:年度|全年|当年|今年)(?:计划)?(?:完成)?(?:总)?投资$", lead) and (not after or _CUT_START.match(after)):
            return False
        grown = re.search(r"(?:新增|新建|新上|净增|完成)[^,、]{0,14}(?:装机(?:容量)?|占地|建筑面积|惠及|受益|涉及)$", lead)
        return not (grown and (not after or _CUT_START.match(after)))
    if _YIELDING.search(lead) and after and not _CUT_START.match(after) and not _TARGETED.match(after):
        return True
    if m.is_money:
        if (
            m.after in ("以上", "及以上", "以下")
            and after
            and not _CUT_START.match(after)
            and _THRESHOLD_NOUN.match(after)
        ):
            return True
        if _INVESTING.search(before) and not re.search(r"完成|力争|确保|实现|争取到位", before):
            return True
        if after and not _CUT_START.match(after) and not _TARGETED.match(after):
            if re.match(
                r"(?:级|项目|企业|产业|产业集群|集群|工业企业|工程|的|技改|大|元以上|以上|重点项目|重大项目|园区|镇|乡镇|村|园)",
                after,
            ):
                return True
            return not _ANY_RESULT.search(before[-10:])
    elif (
        after
        and not _CUT_START.match(after)
        and m.unit
        in (
            "吨",
            "万吨",
            "兆瓦",
            "千瓦",
            "万千瓦",
            "平方米",
            "万平方米",
            "平方公里",
            "公里",
            "米",
            "亩",
            "万亩",
            "立方米",
            "万立方米",
            "公顷",
            "人",
            "天",
            "吉瓦",
            "兆瓦时",
            "升",
            "克",
            "度",
            "张",
            "户",
            "床",
        )
    ):
        direct = _ENDS_RESULT.search(before) or re.search(r"[条座处个家户]$", before) or m.before
        if not direct and not _TARGETED.match(after) and not re.search(r"年内|全年|新增|完成", before[-4:]):
            return bool(before) or m.unit in ("吨", "兆瓦", "千瓦", "平方米", "米", "人")
        if (
            m.after in ("以上", "以下")
            and re.match(r"(?:的|大村|村|企业|人口|规模|家庭农场|机组|锅炉|医院|老人|人群|以上)", after)
            and m.unit in ("人", "户", "亩", "万亩", "吨", "蒸吨", "张", "床")
        ):
            return True
    return False


def lists_what_exists(words: str) -> bool:
    """Whether a clause takes stock (现有企业500家), so that 其中… after it does too."""
    return bool(_PASSED.search(words) or re.search(r"(?<![具所没国享含稀保唯持要既])(?:现有|共有|拥有|下辖)", words))


def _past_year(page: Page, before: str) -> bool:
    if page.year is None:
        return False
    for match in re.finditer(r"(?<![较比从自])(?<!\d)(20\d\d)年(?!基础|水平|同期)", before):
        if int(match.group(1)) < page.year and not re.search(
            r"[较比从自到至]", before[max(0, match.start() - 2) : match.start()]
        ):
            later = re.search(rf"{page.year}年|今年|力争|确保", before[match.end() :])
            if not later and not re.match(r"年(?:前|以前|建成|之前|底前)", before[match.end() - 1 :]):
                return True
    return False


def _segments(page: Page, clause: Clause, kept: list[Measure]) -> list[Segment]:
    text = page.masked
    found: list[Segment] = []
    start = clause.start
    for index, m in enumerate(kept):
        if index + 1 == len(kept):
            found.append(Segment(start=start, end=clause.end, measure=m))
            break
        following = kept[index + 1]
        gap = text[m.end : following.start]
        cut: int | None = None
        stacked = False
        if not gap.strip():
            if following.unit.endswith(("公里", "米")) and m.unit in ("条", "段", "座"):
                kept[index + 1] = m
                continue
            cut, stacked = m.end, True
        elif match := _CUT_START.match(gap):
            cut = m.end + (0 if match.group().strip() == "其中" else match.end() if match.group() != " " else 0)
            end = m.end
        else:
            cuts = list(_CUT.finditer(gap))
            commas = [c for c in cuts if c.group() == "、"]
            best = (
                commas[-1]
                if commas
                and not (cuts[-1].start() > commas[-1].start() and cuts[-1].group() in ("和", "以及", "并", "及"))
                else (cuts[-1] if cuts else None)
            )
            if best is not None:
                cut = m.end + best.end()
                end = m.end + best.start()
            else:
                cut, stacked = m.end, True
        if stacked:
            found.append(Segment(start=start, end=m.end, measure=m))
            start = cut
        else:
            found.append(Segment(start=start, end=end, measure=m))
            start = cut
    return found


def _trim(page: Page, start: int, end: int) -> tuple[int, int]:
    match = _STRIP.match(page.masked[start:end])
    if match:
        start += match.end()
    while end > start and page.masked[end - 1] in " 、的,;。":
        end -= 1
    return start, end


def _judge(page: Page, clause: Clause, segment: Segment, inherited: str) -> tuple[Proposal | None, str]:
    """Whether the measure of a segment is a target, and the verb that governs it."""
    text, m = page.masked, segment.measure
    start, end = _trim(page, segment.start, segment.end)
    before = text[start : m.start] if m.start > start else ""
    after = text[m.end : end]
    due = deadline(page.folded[start:end], year=page.year) or clause.due or YEAR_END
    firm = modality(page.folded[start:end])

    def propose(kind: Kind, confidence: float, reason: str) -> Proposal:
        value, value2 = m.value, m.value2
        if m.is_percent and kind is Kind.RATE and _falls(before + m.before):
            value, value2 = -value, -value2 if value2 is not None else None
        named = names.listed(page, start, m.start, end)
        examples = names.trails_off(page, start, m.start)
        ongoing = kind is Kind.ROUTINE
        if kind in (Kind.QUANTITY, Kind.ROUTINE) and len(named) >= 2 and len(named) == m.value and not examples:
            kind = Kind.ROSTER
        elif not examples or all(names.is_generic(name) for name in named):
            named = []
        return Proposal(
            start=start,
            end=end,
            text=page.text[start:end],
            kind=kind,
            metric=names.metric(page, start, end, m, kind=kind),
            comparator=None if kind is Kind.ROUTINE else m.comparator,
            value=value,
            value2=value2,
            unit=m.unit,
            deadline=None if ongoing else due,
            named=tuple(named),
            modality=firm,
            confidence=confidence,
            reason=reason,
        )

    modal = f",前有“{page.text[start : start + 2]}”" if firm.value != "plain" and start + 2 <= end else ""
    if m.is_percent:
        return propose(Kind.RATE, 0.95 if m.is_bound else 0.9, f"百分比指标{modal}"), ""
    if m.is_money and not after:
        return propose(Kind.QUANTITY, 0.92 if m.is_bound else 0.88, f"金额指标{modal}"), _verb(before)
    if not after or (_TARGETED.match(after) and m.is_bound):
        if not before and not inherited and not m.is_bound:
            return None, ""
        weak = re.match(
            r"(?:要|将|全力|扎实|突出|持续|重点|统筹|继续|压茬)*(?:加快|推进|推动|抓好|做好|服务|针对|围绕|聚焦)",
            before,
        )
        if (
            weak
            and not m.is_bound
            and not _ANY_RESULT.search(re.sub(_WEAK, "", before[weak.end() :]))
            and not _ANY_RESULT.search(before[weak.end() : weak.end() + 4])
        ):
            return propose(Kind.ROUTINE, 0.5, "数字只是工作对象的数目"), ""
        return propose(Kind.QUANTITY, 0.95 if m.is_bound or modal else 0.9, f"数量+单位{modal}"), _verb(before)
    return _preposed(page, m, before, after, inherited, propose, modal)


def _preposed(page, m, before, after, inherited, propose, modal):  # type: ignore[no-untyped-def]
    bound = m.is_bound
    noun = after.split("、")[0]
    tail = (
        bool(_TAIL.search(after))
        and not re.search(r"更多|逐步|陆续", after)
        and not (before.endswith("的") and len(after) > 14)
    )
    ends = _ENDS_RESULT.search(before)
    weak = _ENDS_WEAK.search(before)
    verb = ""
    if weak and (not ends or len(weak["verb"]) > len(ends["verb"])):
        ends = None
    if ends:
        verb = ends["verb"]
    elif not before.strip() or re.fullmatch(_TIME, before):
        verb = inherited
    abstract = bool(_ABSTRACT.search(after)) or bool(_ABSTRACT.search(noun))
    aimed = bool(modal) and ends is not None and not m.is_chinese and "、" not in before
    if abstract and not bound and not tail and not aimed:
        return None, verb
    if m.is_chinese and m.value == 1 and not bound:
        return None, verb
    if ends and verb not in ("实施", "启动", "安排", "谋划", "服务", "保障", "组织", "对接", "引导"):
        return propose(Kind.QUANTITY, 0.9, f"“{verb}”+数量+单位{modal}"), verb
    if bound and not re.match(r"的", after):
        return propose(Kind.QUANTITY, 0.88, f"数量有界限词{modal}"), verb
    if tail:
        return propose(Kind.QUANTITY, 0.82, f"数量+对象+结果{modal}"), verb or "推动"
    if ends:
        objects = re.search(rf"{lex.either(lex.OBJECT_NOUNS)}(?:建设)?$", after)
        kind = Kind.ROUTINE if verb in ("服务", "保障", "对接", "引导", "安排") and objects else Kind.QUANTITY
        return propose(kind, 0.7, f"“{verb}”+数量+单位"), verb
    if not before.strip() and verb:
        return propose(Kind.QUANTITY, 0.8, f"承前“{verb}”的数量"), verb
    main = "" if before.endswith("的") else _main_verb(before)
    if main and main in lex.RESULT_VERBS and (main not in lex.WEAK_VERBS or (main == "实施" and before.endswith("等"))):
        return propose(Kind.QUANTITY, 0.78, f"“{main}”…数量{modal}"), main
    if modal and re.match(r"(?:确保|力争|争取|必须|务必)", before) and not _ROUTINE_VERB.search(before[2:]):
        return propose(Kind.QUANTITY, 0.7, f"数量+单位{modal}"), ""
    if (
        m.unit in ("个", "项", "家", "条", "户", "座", "处", "所", "件", "名", "人")
        and _ROUTINE_VERB.search(before)
        and not m.is_chinese
    ):
        return propose(Kind.ROUTINE, 0.45, "数字只是工作对象的数目"), ""
    return None, ""


_OPENERS = re.compile(
    r"^(?:(?:全年|今年|年内|年底前|上半年|力争|确保|争取|努力|必须|务必|要|将|计划|全力|高质量|高标准|高水平|扎实|积极|稳步|有序|重点|大力|着力|切实|加快|继续|持续|同时|再|新|全面|深入|统筹|集中|如期|按时|顺利|突出|分批|逐步|同步|抓紧|尽快|压茬|科学|严格|组织|全县|全市|全区|全镇|,|在.{2,12}?(?:等地|地区|区域|沿线|周边|全县|全市)))+"
)


def _main_verb(before: str) -> str:
    body = _OPENERS.sub("", before)
    body = re.sub(rf"^.{{0,14}}?汛期前|^{_TIME.pattern}", "", body)
    match = _ANY_RESULT.match(body)
    weak = _ANY_WEAK.match(body)
    if match and (not weak or len(match.group()) >= len(weak.group())) and len(match.group()) > 1:
        return match.group()
    return ""


def _verb(before: str) -> str:
    matches = [m.group() for m in _ANY_RESULT.finditer(before) if len(m.group()) > 1]
    return matches[0] if matches else ""


def _falls(before: str) -> bool:
    tail = before[-9:]
    match = re.search(rf"{lex.either(lex.FALL)}(?![到至为])", tail)
    return bool(match) and not re.search(r"[到至]|控制在|以[内下]|不(?:低|高)于$", tail[match.end() :] if match else "")


def _severally(page: Page, clause: Clause, kept: list[Measure]) -> list[Proposal]:
    """One record per metric for “A和B分别增长8%和9%”."""
    text = page.masked
    found: list[Proposal] = []
    head = text[clause.start : kept[0].figure]
    if len(kept) < 2:
        return []
    position = head.rfind("分别")
    if position < 0:
        plain = all(m.is_percent for m in kept) and all(
            text[a.end : b.start] == "、" and not b.before for a, b in pairwise(kept)
        )
        if not plain:
            return []
        position = len(re.sub(r"(?:增长|不低于|达到|以上|保持|稳定|在|为)+$", "", head))
    subjects = names.coordinated(page, clause.start, clause.start + position)
    run = [kept[0]]
    for m in kept[1:]:
        gap = text[run[-1].end : m.start]
        if (
            re.fullmatch(r" ?(?:、|和|与|及|以及|、?力争|)(?:增长|提高|下降|达到|达|达到|不低于|新增)?", gap)
            and m.unit == run[0].unit
        ):
            run.append(m)
        else:
            break
    if len(run) < 2:
        return []
    start, end = _trim(page, clause.start, run[-1].end if run[-1] is kept[-1] else run[-1].end)
    trailing = next((m.comparator for m in reversed(run) if m.after), None)
    lead = run[0].comparator if run[0].before else None
    due = deadline(page.folded[start:end], year=page.year) or clause.due or YEAR_END
    verb = text[clause.start + position : run[0].start]
    for index, m in enumerate(run):
        comparator = m.comparator if m.comparator is not Comparator.EQUAL else (trailing or lead or Comparator.EQUAL)
        kind = Kind.RATE if m.is_percent else Kind.QUANTITY
        metric = subjects[index] if index < len(subjects) else names.metric(page, start, end, m, kind=kind)
        value = -m.value if m.is_percent and _falls(text[clause.start : m.start] if index == 0 else verb) else m.value
        growth = re.search(r"增长|下降|提高", verb)
        found.append(
            Proposal(
                start=start,
                end=end,
                text=page.text[start:end],
                kind=kind,
                metric=metric + (("降幅" if growth.group() == "下降" else "增速") if growth and m.is_percent else ""),
                comparator=comparator,
                value=value,
                value2=m.value2,
                unit=m.unit,
                deadline=due,
                modality=modality(page.folded[start:end]),
                confidence=0.93 if len(subjects) == len(run) else 0.8,
                reason="“分别”并列的多个指标,逐一拆开",
            )
        )
    rest = [m for m in kept if m not in run]
    for m in rest:
        proposal, _ = _judge(page, clause, Segment(start=run[-1].end, end=clause.end, measure=m), "")
        if proposal:
            found.append(proposal)
    return found


def _each(page: Page, clause: Clause, segment: Segment, proposal: Proposal) -> list[Proposal]:
    """One record per metric for “A、B、C均增长12%”; otherwise the proposal itself."""
    if proposal.kind not in (Kind.RATE, Kind.QUANTITY):
        return [proposal]
    m = segment.measure
    head = page.masked[proposal.start : m.figure]
    each = re.search(r"均|都(?!市)|双双", head)
    if proposal.kind is Kind.QUANTITY and m.before.endswith("各"):
        counted = names.listed(page, proposal.start, m.start, proposal.end)
        verb = _verb(page.masked[proposal.start : m.start])
        return (
            [replace(proposal, metric=verb + name, reason="“各”并列的多个指标,逐一拆开") for name in counted]
            if len(counted) >= 2
            else [proposal]
        )
    if each and len(head) - each.start() <= 12:
        subjects = names.coordinated(page, proposal.start, proposal.start + each.start())
    elif proposal.kind is Kind.RATE:
        subjects = names.coordinated(page, proposal.start, proposal.start + names.subject_end(head))
        if not all(names.is_indicator(subject) for subject in subjects):
            return [proposal]
    else:
        return [proposal]
    if len(subjects) < 2:
        return [proposal]
    growth = "增速" if re.search(r"增长|增速|增幅", head) else ""
    return [
        replace(proposal, metric=subject.removesuffix("增速") + growth, reason="并列的多个指标,逐一拆开")
        for subject in subjects
    ]
