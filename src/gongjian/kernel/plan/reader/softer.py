"""Promises without a figure of their own: named rosters, milestones, bands."""

from __future__ import annotations

import re

from gongjian.kernel.plan.proposal import Kind, Modality, Proposal
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.names import is_generic
from gongjian.kernel.plan.reader.page import HIDDEN, Clause, Page, modality

_OPEN = (
    r"(?:(?:确保|力争|争取|努力|必须|务必|全力|加快|稳步|积极|扎实|有序|重点|着力|着重|大力|持续|继续|统筹|高标准|高质量|高水平|高效|全面|深入|集中|强力|抓紧|尽快|同步|全速|全年|今年|年内|年底前|上半年|下半年|要|将|一体|压茬|切实|协同|"
    r"\d{1,2}月底前|汛期前|强化|突出|进一步|做好|抓好|同时|按期|如期|严格|紧盯|瞄准|聚焦|科学|谋划|力促|狠抓|适时|逐步|提前|整体|顺利|务求|快速|坚决|倒排工期|支持|鼓励|推动|推进|促进|督促|引导|帮助|保障|协调))"
)
_ROSTER_VERB = r"(?:推进|推动|加快|实施|完成|建成|开工|启动|抓好|打通|建设|新建|改造|确保|紧盯|力促|促成|促进|保障|支持|续建|做好|强化|投用|竣工|改扩建|修建|扩建|整治|修复|整修|改建|提升|拓宽|贯通|争取|创建|争创|举办|引进|组建|编制|跑办|谋划|提速|盯紧|加速|力争|推介|建好|突出)"
_HEAD = re.compile(rf"^(?:{_OPEN})*(?P<verb>{_ROSTER_VERB})*")
_PROJECTS = re.compile(r"(?:项目|工程|道路|公路|街道改造|片区|民生工程|管网|建设|桥梁|水库|园区|厂|站|学校|医院|公园|改造|中心|干线|基地|小区|河道|治理|整治|场馆|街区|产业园)")
_CATEGORY_NOUN = (
    r"(?:项目|工程|道路|公路|街道|路段|片区|管网|桥梁|水库|园区|厂|站|学校|医院|公园|干线|基地|小区|河道|场馆|街区|产业园|板块|路|区域|线路|景区|小镇|中心|平台|专班)"
)
_THING = re.compile(r"(?:项目|工程|[厂站路桥园馆院校场库港街道]|中心|大道|大街|公园|医院|学校|中学|小学|幼儿园|高速|铁路|基地|片区|改造|建设|治理|整治|广场|枢纽|线|综合体|扩建|大修|维修|管网|水库|高架|机场|码头|景区|小镇|产业园|科技园|二期|一期|三期|校区|新城|社区|楼|段|河|渠|湖|湾)$")
_GENERIC = re.compile(r"(?:产业|领域|行业|服务|经济|工作|环节|方面|政策|资金|模式|机制|体系|制度|要素|资源|方式|力量|问题|安全|消费|建筑|能源|材料|制造|装备|信息|群体|农业|工业|教育|医疗|养老|文化|旅游|体育|就业|监管|管理|企业|人才|农村|农民|设施|生态|环境|污染|法治|行动|活动|平台|品牌|主体|技术|医药|食品|化工|金融|物流|设备|一体化|化|业|型|性|度|力|链|户|师|员|地|品|区域|单位|部门|乡镇|街道|等级|标准|理念|意识|精神|作用|优势|能力|水平|质量|短板|弱项|矛盾|纠纷|保险|救助|保障|数据|智能|绿色|科技|创新|改革|开放|招商|上|下|强|大|优|美|好|新|快|高|多|少|深|实|细|严|准)$")
_ACT = re.compile(r"(?:开工建设|竣工投产|建成投产|建成投用|建成投运|建成通车|投产达效|落地建设|落地开工|开工|竣工|投产|投用|投运|建成|通车|完工|建设|达产|达效|实施|改造|落地|上市|争创.{2,24}|创建.{2,24}|申报.{2,24}|入选.{2,24}|主体完工|封顶|交付|运营|使用|签约|启动|前期工作|前期|修复|整治|治理|进度|贯通|提升|扩建|改扩建|新建工程|动工|提质增效|开业|复工)+(?:工作|任务|步伐|进度|进程|力度)?$")
_CATEGORY = re.compile(
    rf"等(?:一批|一系列|一大批)?[^,、]{{0,18}}?{_CATEGORY_NOUN}(?:的)?(?:前期工作|招引|建设|改造|实施|落地|开工|推进|建成|尽快|早日|全面|年内|年底前|进度|竣工|投产|投用|运营|通车|完工|见效|达产|升级|提升|和|动工|主体|封顶|交付|使用|提质|扩建|整治|修复|贯通|攻坚|步伐|施工|顺利|如期|按期|力争|签约|入库|审批|达效|纳统|提速)*$|等(?:建设|改造|开工|竣工|建成投用|投产)+$"
)


def commitments(page: Page, clause: Clause, *, following: str) -> list[Proposal]:
    """The roster, band or milestone of a clause that has no figure; at most one."""
    proposal = _roster(page, clause, following) or _band(page, clause) or _milestone(page, clause)
    return [proposal] if proposal else []


# --- rosters -------------------------------------------------------------------------------------------------------


def _roster(page: Page, clause: Clause, following: str) -> Proposal | None:
    masked = page.masked[clause.start : clause.end]
    if "、" not in masked and "和" not in masked:
        return None
    head = _HEAD.match(masked)
    begin = head.end() if head else 0
    verb = masked[:begin]
    if not verb:
        return None
    body = masked[begin:]
    etc = body.find("等", body.find("、") + 1 if "、" in body else 0)
    ended = etc > 0
    list_end = begin + etc if ended else len(masked)
    rest = masked[list_end:] if ended else ""
    if not ended:
        act = _ACT.search(body)
        if act and act.start() > 2:
            tail_item = max(body.rfind("、", 0, act.end()), body.rfind("和", 0, act.start()))
            earlier = re.split(r"、|和", body[: max(tail_item, 0)])
            if act.start() > tail_item + 2 and not any(_ACT.search(item) for item in earlier):
                list_end = begin + act.start()
                rest = masked[list_end:]
    spans = _items(masked, begin, list_end)
    if not 2 <= len(spans) <= 20:
        return None
    items = [page.text[clause.start + a : clause.start + b] for a, b in spans]
    plain = [page.folded[clause.start + a : clause.start + b] for a, b in spans]
    if not ended and not rest:
        plain_last = plain[-1]
        if not _THING.search(plain_last):
            return None
    if any(not 2 <= len(item) <= 32 for item in items) or any(re.search(r"[的是要使让]|以及", item) and "“" not in item for item in plain):
        return None
    things = sum(bool(_THING.search(item)) for item in plain)
    category = bool(_CATEGORY.match(rest)) if ended else False
    if category:
        generic = sum(is_generic(item) for item in plain)
    else:
        generic = sum(bool(_GENERIC.search(item)) and not _THING.search(item) for item in plain)
    act = bool(_ACT.search(rest)) if rest else bool(re.match(r".*(?:完成|建成|打通|实施|建设|新建|改造|推进|加快|续建|启动|开工)$", verb))
    firm = modality(page.folded[clause.start : clause.end])
    result = re.search(r"完成|建成|打通|确保|力争|竣工|开工|投产|投用|通车|争创|新建", verb + rest)
    end = clause.end
    if generic * 2 > len(items) or (re.search(r"(?:产业|领域|行业|企业集群|优势|作用|要素|资源|政策|制度|机制)", rest[:8])):
        return None
    if category and ended:
        if re.search(r"紧盯|抓好|围绕", verb) and not _ACT.search(rest):
            extra = re.match(r",((?:推动|确保|促进|加快|力争)[^,;。]{2,20})", following)
            if extra:
                end = clause.end + extra.end()
                result = re.search(r"确保|力争", extra.group())
            else:
                return None
        confidence = 0.8 if act or result else 0.7
    elif things * 2 > len(items) and (act or result):
        confidence = 0.7
    elif re.search(r"争创|创建|上市|申报|入选|争当", rest) and re.search(r"推动|支持|力争|确保|力促|帮助|鼓励", verb) and not ended:
        confidence = 0.75
    else:
        return None
    due = deadline(page.folded[clause.start : clause.end], year=page.year)
    ongoing = re.search(r"推进|加快|推动|抓好|紧盯|支持|启动|谋划", verb) and not re.search(r"确保|力争|完成|建成|年内", verb + rest) and not re.search(r"争创|开工|动工|投产|投用|落地$|竣工|竣工|通车|建成|上市", rest)
    return Proposal(
        start=clause.start, end=end, text=page.text[clause.start : end], kind=Kind.ROSTER, metric=_roster_metric(page, clause, list_end, ended),
        deadline=due or (None if ongoing else clause.due or YEAR_END), named=tuple(items), modality=firm, confidence=confidence,
        reason=f"{len(items)}个具名对象同做一事",
    )


def _items(masked: str, begin: int, end: int) -> list[tuple[int, int]]:
    spans, position = [], begin
    for match in re.finditer(r"、|(?<=[\u4e00-\u9fff※A-Za-z\d])(?<![共总饱亲温])(?:和|以及)(?![平谐美信顺睦治时])", masked[begin:end]):
        spans.append((position, begin + match.start()))
        position = begin + match.end()
    spans.append((position, end))
    return spans


def _roster_metric(page: Page, clause: Clause, list_end: int, ended: bool) -> str:
    rest = page.text[clause.start + list_end + (1 if ended else 0) : clause.end].strip(" 、，。一批")
    return rest or page.text[clause.start : clause.end]


# --- bands ---------------------------------------------------------------------------------------------------------

_BANDS = (
    re.compile(r"(?:在|处于|保持在)?合理区间"),
    re.compile(r"(?:完成|达到|控制在|优于|好于|严格控制在|不突破)(?:上级|省|市|区|县|国家|省市|省、市|市里|上级部门|省定|市定|区定|国定|省级|市级|管委会)[^,、]{0,10}(?:任务|目标|要求|标准|指标|范围|计划|限额|以内|之内)"),
    re.compile(r"(?:与|和)(?:经济(?:增长|发展)?|GDP|地区生产总值)[^,]{0,8}(?:基本)?同步|同步增长|稳定增长|保持(?:基本|总体)?稳定$|保持平稳|平稳(?:增长|运行)$|稳步增长$|基本(?:持平|稳定)$|不(?:高|低)于(?:上年|去年)|只(?:增不减|减不增|降不升|升不降)|稳中有(?:升|降|进)|持续(?:下降|降低|改善)$"),
)
_BAND_NOUN = re.compile(r"(?:收入|投资|产值|销售|总量|能耗|排放|价格|财政|进出口|外贸|外资|指标|率|面积|产量|浓度|消费|税收|水平|债务|质量|增速|就业|断面|水质|目标任务|任务|负债)")


def _band(page: Page, clause: Clause) -> Proposal | None:
    text = page.masked[clause.start : clause.end]
    for index, pattern in enumerate(_BANDS):
        match = pattern.search(text)
        if not match or not _BAND_NOUN.search(text) or match.start() < 2 and index != 1:
            continue
        if len(text) > 45 or re.search(r"机制|体系|环境(?!质量)|政策", text[max(0, match.start() - 6) : match.start()]):
            continue
        subject = re.sub(r"^(?:确保|力争|实现|推动|努力|争取|保持|全年)+", "", page.text[clause.start : clause.start + match.start()])
        named = [item for item in re.split(r"、|和", subject) if item] if "等" in subject and "、" in subject else []
        named = [re.sub(r"等.*$", "", item) for item in named]
        from gongjian.kernel.plan.proposal import Comparator

        sign = Comparator.AT_MOST if re.search(r"不高于|不突破|控制在", match.group()) else Comparator.AT_LEAST if "不低于" in match.group() else None
        return Proposal(
            start=clause.start, end=clause.end, text=page.text[clause.start : clause.end], kind=Kind.BAND,
            metric=re.sub(r"(?:确保|保持|在)+$", "", subject) or page.text[clause.start : clause.end], comparator=sign, deadline=clause.due or YEAR_END,
            named=tuple(named), modality=modality(page.folded[clause.start : clause.end]), confidence=0.65, reason="保持区间或完成上级下达任务,没有自己的数字",
        )
    return None


# --- milestones ----------------------------------------------------------------------------------------------------

_DATED = re.compile(r"年内|年底前?|上半年|下半年|今年|[\d一二三四五六七八九十]月|季度|汛期前|当年|年末")
_FINISH = re.compile(
    rf"^(?:{_OPEN})*(?:完成|建成(?:投用|投运|启用|并投用|使用)?|打造完成|竣工|投用|建好|开工建设|开通|实现|启用)(?P<object>.{{2,40}})$"
)
_FINISHED = re.compile(r"(?P<object>.{3,30}?)(?:建成投用|建成投产|建成投运|建成通车|竣工投用|竣工投产|投入使用|投入运营|投入运行|正式运营|全面建成|建成启用|主体完工|全面完工|开工建设|竣工|通车|投产|投用|建成|开工|完工|封顶|通过.{0,16}验收)$")
_FACILITY = re.compile(r"(?:建设(?:工程|任务)?|工程|项目|改造|编制|修编|任务|[站厂馆院校园场路桥库街]|中心|验收|普查|主体|改革|规划|公园|医院|学校|平台|基地|搬迁|扩建|提升|试点|治理|整治)$")
_TITLE = re.compile(rf"^(?:{_OPEN})*(?:争创|创建|创成|列入|入选|申创|争当|争取(?:成为|列入|获批|入选|创建)|获批|申报|成功创建|跻身|通过)(?P<object>.{{2,36}})$")
_HONOUR = re.compile(r"(?:国家|全国|省|市|工信部|中国|世界|部)?[^,]{0,24}(?:示范(?:区|县|市|园|基地|点|镇|村|城市|工程|企业|项目)|先进(?:县|区|市)|城市|百强|名单|试点|园区|基地|县|区|称号|品牌|平台|实验室|中心|认定|命名|验收|复审|考核|镇|村|景区|工厂|度假区|样板|标杆)$")
_LEVEL_WORD = re.compile(r"国家|全国|省级|省|全市|市级|工信部|中国|5A|4A|AAAA|部级|自治区|国际|世界")
_WORKING = re.compile(rf"^(?:{_OPEN})*(?:加快|推进|推动|着重推进|建设|启动|实施)(?P<object>[^、]{{6,32}}?)(?P<act>建设|创建工作|创建|改造|申报|编制)(?:工作|进度|步伐)?$")
_SETTING = re.compile(r"^(?:谋划|推动|力争|争取|加快)在(?P<object>.{2,14}(?:设立|建设|建立|成立).{3,24})$")
_VAGUE_OBJECT = re.compile(r"体系|机制|制度|能力|队伍|环境|文明|法治|作风|服务|生态|文化|民生|基础设施|智慧|数字|平安|项目建设$|城市建设|乡村|园区建设|载体|信用|党|人才|政府|社会|市场|网络|品质|高质量|现代化|目标任务|工作任务|各项|转变|跨越|突破|增长|提升$|飞跃|发展|有效|全面|良性|共赢|新")


def _milestone(page: Page, clause: Clause) -> Proposal | None:
    text = page.masked[clause.start : clause.end]
    if len(text) > 48:
        return None
    firm = modality(page.folded[clause.start : clause.end])
    due = deadline(page.folded[clause.start : clause.end], year=page.year)
    if match := _FINISH.match(text):
        thing = match["object"]
        if _FACILITY.search(thing) or HIDDEN in thing or due:
            if not (_VAGUE_OBJECT.search(thing) and HIDDEN not in thing and not due):
                return _made(page, clause, firm, due or clause.due or YEAR_END, 0.72, "完成一件具名的事")
    if (match := _FINISHED.search(text)) and (due or firm in (Modality.MUST, Modality.STRIVE)):
        if not _VAGUE_OBJECT.search(match["object"]):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.68, "一件具名的事要建成或开工")
    if match := _TITLE.match(text):
        thing = match["object"]
        if _HONOUR.search(thing) and (_LEVEL_WORD.search(thing) or HIDDEN in thing or firm is Modality.ASPIRE):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.66, "争取一项称号、认定或名单")
    if _SETTING.match(text):
        return _made(page, clause, firm, due, 0.55, "设立一个具名机构")
    if match := _WORKING.match(text):
        thing = match["object"]
        if not _VAGUE_OBJECT.search(thing) and re.search(r"(?:街区|[站厂馆院校园场路桥库]|中心|工厂|公园|基地|项目|工程|小镇|景区|医院|大道|高速|铁路|枢纽)$", thing):
            return _made(page, clause, firm, due, 0.5, "推进一件具名的建设")
    return None


def _made(page: Page, clause: Clause, firm: Modality, due: str | None, confidence: float, reason: str) -> Proposal:
    words = page.text[clause.start : clause.end]
    metric = re.sub(rf"^(?:{_OPEN})+", "", words) or words
    return Proposal(
        start=clause.start, end=clause.end, text=words, kind=Kind.MILESTONE, metric=metric, deadline=due,
        modality=firm, confidence=confidence, reason=reason,
    )
