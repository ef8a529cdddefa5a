"""Descriptions: figures that only describe a thing or report the past, so that they are no target."""

from __future__ import annotations

import re

from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page
from gongjian.kernel.plan.reader.segments import JOINT

_RESULT = lex.either(lex.RESULT_VERBS)
_ANY_RESULT = re.compile(_RESULT)
_ENDS_RESULT = re.compile(rf"(?:{_RESULT})(?:了)?(?:全省|全市|全县|全区|不同|各类|各级|首批|新|约|一批)?$")
_PASSED = re.compile(
    r"(?<!\d)1(?:-|—|至|~)\d{1,2}月|已经?(?!有建)|现有|原有|截至|截止|(?<![比较])(?:去年|上年)(?!基础|同期|底|水平"
    r"|度)|目前|累计已|在建的?$|建成的$|现存|曾|过去|以来"
)
_OWNED = re.compile(
    r"(?<![具所没国享含稀保唯持要既])(?:有(?![机效序力关限条色利])|拥有|共有|设有|下辖)(?:约"
    r"|近)?(?:[^,、]{1,8}、){0,6}[^,、的]{0,8}$"
)
_DESCRIBED = re.compile(
    r"(?:总投资(?:额)?|计划(?:总)?投资|预计(?:总)?投资|概算(?:总)?(?:投资)?|估算投资|拟投资|投资额|总造价|注册资本"
    r"|注册资金|占地(?:面积)?|总占地|规划面积|总建筑面积|建筑面积|总长(?:度)?|全长|全程|长约?|总面积|年产|年产能"
    r"|日产|日处理(?:能力|规模)?|装机(?:容量)?"
    r"|年处理|库容|总库容|注资|每[^,]{0,3}|人均补助|单体|单个|辐射|惠及|受益|涉及|总投|总规模|投资强度)(?:约|达"
    r"|达到|近|超|超过|为|的|高达|约为|逾)*$"
)
_YIELDING = re.compile(
    r"(?:产值|销售(?:收入)?|营业收入|纳税|税收|营收|主营业务收入|用地|投资)(?:约|达|达到|近|超|过|超过|为|逾)*$"
)
_INVESTING = re.compile(
    r"(?:^|[,、])(?:[一二三四五六七八九十]是|再|将|计划|拟|预计|共|共计|分别|总|县财政|市财政|全市|全县|新增|累计"
    r"|安排|安排资金|筹资|筹集资金|多方筹资|争取资金|投入|投入资金|投资|列支){0,4}(?:投资|投入|筹资|总投|安排资金"
    r"|列支|投入资金|出资|斥资|利用)(?:约|近|超|资金)?$"
)
_THRESHOLD_NOUN = re.compile(
    r"(?:及)?(?:的|级|以上|重大|重点|工业|产业|优质|大|企业|项目|工程|技改|农业|服务业|制造业|文旅|招商|龙头|规上"
    r"|高|亿元|上市|特大|市场|合同|资金|资产|投资|外资|规模|年|新|固定|村|店|类|商|生产|销售|税)"
)
_TARGETED = re.compile(
    r"(?:的|这一|为|作为)?(?:年度|年|总|奋斗|发展|预期|既定|力争|销售|营收|产值|工作)?(?:目标|任务|大关|关口|台阶|门槛"
    r"|目标任务|以上|总量|规模|水平)(?:任务)?$"
)
_SUBSIDY = re.compile(r"^(?:的)?(?:补贴|补助|奖励|优惠|贴息|减免|股份|股权|的?比例(?:给予|补助|奖励))")
_YEARLY = re.compile(r"(?:年度|全年|当年|今年)(?:计划)?(?:完成)?(?:总)?投资$")
_GROWN = re.compile(r"(?:新增|新建|新上|净增|完成)[^,、]{0,14}(?:装机(?:容量)?|占地|建筑面积|惠及|受益|涉及)$")
_GROWS_TO = re.compile(r"(?:发展|增加|扩大|提高|提升)[到至]$")
_ONCE_BUILT = re.compile(r"(?:建成|达产|投产|改造|完工|竣工|满产|达效|投用|运营)后(?:预计)?(?:可|能|将|预计|,|年|新增)")
_PLACED = re.compile(r"(?:排名|位次|名次|位列|位居|前)(?:提升|前移|上升|前进|至少|争取|力争|进)?$")
_BASE_VALUE = re.compile(r"(?:从|由|较)(?:[^,、]{0,10}的)?(?:每人|每月|每年|每户|每亩|目前|现在|20\d\d年|[\d.]+元、)*$")
_RISES = re.compile(
    r"、?[\d.]*[^,]{0,8}?(?:、[\d.]+[^,\d]{1,3})?(?:逐步)?(?:提高|增加|扩大|提升|上升|下降|降|增|升|跃升|发展|缩|压"
    r"|扩|拓展|减少|优化|调整)"
)
_TASK = re.compile(r"的.{0,12}(?:任务|工程|建设|改造|治理|修复|种植)$")
_RATED_THING = re.compile(
    r"(?:级|项目|企业|产业|产业集群|集群|工业企业|工程|的|技改|大|元以上|以上|重点项目|重大项目|园区|镇|乡镇|村|园)"
)
_SIZED_THING = re.compile(r"(?:的|大村|村|企业|人口|规模|家庭农场|机组|锅炉|医院|老人|人群|以上)")
_NEVER = frozenset(lex.words("强 期 代 批 里 段 路 届 季 组 门类 层 元/吨"))
_SIZES = frozenset(
    lex.words("""
吨 万吨 兆瓦 千瓦 万千瓦 平方米 万平方米 平方公里 公里 米 亩 万亩 立方米 万立方米 公顷 人 天 吉瓦
兆瓦时 升 克 度 张 户 床
""")
)
_LONE_SIZES = frozenset(lex.words("吨 兆瓦 千瓦 平方米 米 人"))


def describes(page: Page, clause: Clause, m: Measure) -> bool:
    """Whether a measure only describes a thing (总投资10亿元的, 20万吨磷酸铁) or reports the past."""
    text = page.masked
    before, after = text[clause.start : m.start], text[page.past_note(m.end, clause.end) : clause.end]
    closed = not after or bool(JOINT.match(after))
    if m.unit in _NEVER or (m.unit in ("名", "位") and before.endswith("前")):
        return True
    if m.unit in ("名", "位", "个") and _PLACED.search(before):
        return True
    if _PASSED.search(before) and not re.search(r"确保|力争|再(?:新|增|建|引)|新增", before[-8:]):
        return True
    if _OWNED.search(before) or _ONCE_BUILT.search(before) or _past_year(page, before):
        return True
    if re.search(r"(?:全国|全省|全市|全区|全州|同类)$", before) and re.match(r"[^,]{0,16}(?:中|里|排名|之间)", after):
        return True
    if _BASE_VALUE.search(before) and _RISES.match(after):
        return True
    if m.is_percent:
        given = re.search(r"(?:大病|报销|贴息|利率|按|以不低于)[^,]{0,6}$", before) and after[:1] == "的"
        grouped = m.after == "以下" and not closed and before.endswith("率")
        return bool(_SUBSIDY.match(after)) or bool(given) or grouped
    if after.startswith("的") and not re.match(r"的(?:目标|任务)", after):
        return m.is_money or "完成" not in before or not _TASK.match(after)
    lead = before + m.before if m.before in ("约", "近", "超", "达", "为", "共", "各", "平均") else before
    if _DESCRIBED.search(lead) and not (closed and _GROWS_TO.search(m.before)):
        return not (closed and (_YEARLY.search(lead) or _GROWN.search(lead)))
    if closed:
        return m.is_money and _invests(before)
    if _TARGETED.match(after):
        return False
    if _YIELDING.search(lead):
        return True
    return _prices(m, before, after) if m.is_money else _sizes(m, before, after)


def targeted(after: str) -> bool:
    """Whether what follows a figure only calls it a target (超千亿目标)."""
    return bool(_TARGETED.match(after))


def _invests(before: str) -> bool:
    """Whether money stands only for what a project costs (投资880万元,新建…)."""
    return bool(_INVESTING.search(before)) and not re.search(r"完成|力争|确保|实现|争取到位", before)


def _prices(m: Measure, before: str, after: str) -> bool:
    """Whether an amount of money before a noun says how big the thing is (10亿元以上项目)."""
    if m.after in ("以上", "及以上", "以下") and _THRESHOLD_NOUN.match(after):
        return True
    return _invests(before) or bool(_RATED_THING.match(after)) or not _ANY_RESULT.search(before[-10:])


def _sizes(m: Measure, before: str, after: str) -> bool:
    """Whether a size before a noun says how big the thing is (350兆瓦光伏发电)."""
    if m.unit not in _SIZES:
        return False
    direct = _ENDS_RESULT.search(before) or re.search(r"[条座处个家户]$", before) or m.before
    if not direct and not re.search(r"年内|全年|新增|完成", before[-4:]):
        return bool(before) or m.unit in _LONE_SIZES
    return m.after in ("以上", "以下") and bool(_SIZED_THING.match(after))


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
