"""Promises without a figure: bands (held steady, the superior's target) and milestones (one named thing)."""

from __future__ import annotations

import re
from dataclasses import replace

from gongjian.kernel.plan.proposal import Comparator, Kind, Modality, Proposal
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.page import HIDDEN, OPENERS, Clause, Page, modality


def commitments(page: Page, clause: Clause, *, before: Clause | None) -> list[Proposal]:
    """The band or milestone of a clause that has no figure, at most one; `before`: the idle clause before."""
    proposal = _band(page, clause) or _milestone(page, clause, before)
    return [proposal] if proposal else []


# --- bands ---------------------------------------------------------------------------------------------------------

_BANDS = (
    re.compile(
        r"(?:在|处于|保持在)?合理区间|(?:快于|高于|不低于)(?:GDP|经济|地区生产总值|财政收入)(?:的)?(?:增长|增速|增幅)"
    ),
    re.compile(
        r"(?:完成|达到|控制在|优于|好于|严格控制在|不突破)(?:上级|省|市|区|县|国家|省市|省、市|市里|上级部门|省定"
        r"|市定|区定|国定|省级|市级|管委会)[^,、]{0,10}(?:任务|目标|要求|标准|指标|范围|计划|限额|以内|之内)"
    ),
    re.compile(
        r"(?:与|和)(?:经济(?:增长|发展)?|GDP|地区生产总值)[^,]{0,8}(?:基本)?同步|同步增长|稳定增长|保持(?:基本"
        r"|总体)?稳定$|保持平稳|平稳(?:增长|运行)$|稳步增长$|基本(?:持平|稳定)$|不(?:高|低)于(?:上年|去年)"
        r"|只(?:增不减|减不增|降不升|升不降)|稳中有(?:升|降|进)|持续(?:下降|降低|改善)$"
    ),
)
_BAND_NOUN = re.compile(
    r"(?:收入|投资|产值|销售|总量|能耗|排放|价格|财政|进出口|外贸|外资|指标|率|面积|产量|浓度|消费|税收|水平|债务"
    r"|质量|增速|就业|断面|水质|目标任务|任务|负债)"
)


def _band(page: Page, clause: Clause) -> Proposal | None:
    text = page.masked[clause.start : clause.end]
    for index, pattern in enumerate(_BANDS):
        match = pattern.search(text)
        if not match or not _BAND_NOUN.search(text) or (match.start() < 2 and index != 1):
            continue
        if len(text) > 45 or re.search(r"机制|体系|环境(?!质量)|政策", text[max(0, match.start() - 6) : match.start()]):
            continue
        subject = re.sub(
            r"^(?:确保|力争|实现|推动|努力|争取|保持|全年)+", "", page.text[clause.start : clause.start + match.start()]
        )
        named = [item for item in re.split(r"、|和", subject) if item] if "等" in subject and "、" in subject else []
        named = [re.sub(r"等.*$", "", item) for item in named]
        sign = (
            Comparator.AT_MOST
            if re.search(r"不高于|不突破|控制在", match.group())
            else Comparator.AT_LEAST
            if "不低于" in match.group()
            else None
        )
        return Proposal(
            start=clause.start,
            end=clause.end,
            text=page.text[clause.start : clause.end],
            kind=Kind.BAND,
            metric=re.sub(r"(?:确保|保持|在)+$", "", subject) or page.text[clause.start : clause.end],
            comparator=sign,
            deadline=clause.due or YEAR_END,
            named=tuple(named),
            modality=modality(page.folded[clause.start : clause.end]),
            confidence=0.65,
            reason="保持区间或完成上级下达任务,没有自己的数字",
        )
    return None


# --- milestones ----------------------------------------------------------------------------------------------------

_DATED = re.compile(r"年内|年底前?|上半年|下半年|今年|[\d一二三四五六七八九十]月|季度|汛期前|当年|年末")
_FINISH = re.compile(
    rf"^(?:{OPENERS})*(?P<verb>完成|建成(?:投用|投运|启用|并投用|使用)?|打造完成|竣工|投用|建好|开工建设|开通|实现"
    rf"|启用)(?P<object>.{{2,40}})$"
)
_FINISHED = re.compile(
    r"(?P<object>.{3,30}?)(?:建成投用|建成投产|建成投运|建成通车|竣工投用|竣工投产|投入使用|投入运营|投入运行"
    r"|正式运营|全面建成|建成启用|主体完工|全面完工|开工建设|竣工|通车|投产|投用|建成|开工|完工|封顶"
    r"|通过.{0,16}验收)$"
)
_FACILITY = re.compile(
    r"(?:建设(?:工程|任务)?|工程|项目|改造|编制|修编|任务|[站厂馆院校园场路桥库街]|中心|验收|普查|主体|改革|规划"
    r"|公园|医院|学校|平台|基地|搬迁|扩建|提升|试点|治理|整治)$"
)
_TITLE = re.compile(
    rf"^(?:{OPENERS})*(?:争创|创建|创成|列入|入选|申创|争当|争取(?:成为|列入|获批|入选|创建)|获批|申报|成功创建"
    rf"|跻身|通过)(?P<object>.{{2,36}})$"
)
_HONOUR = re.compile(
    r"(?:国家|全国|省|市|工信部|中国|世界|部)?[^,]{0,24}(?:示范(?:区|县|市|园|基地|点|镇|村|城市|工程|企业|项目)"
    r"|先进(?:县|区|市)|城市|百强|名单|试点|园区|基地|县|区|称号|品牌|平台|实验室|中心|认定|命名|验收|复审|考核|镇"
    r"|村|景区|工厂|度假区|样板|标杆)$"
)
_LEVEL_WORD = re.compile(r"国家|全国|省级|省|全市|市级|工信部|中国|5A|4A|AAAA|部级|自治区|国际|世界")
_WORKING = re.compile(
    rf"^(?:{OPENERS})*(?:加快|推进|推动|着重推进|建设|启动|实施)(?P<object>[^、]{{6,32}}?)(?P<act>建设|创建工作"
    rf"|创建|改造|申报|编制)(?:工作|进度|步伐)?$"
)
_SETTING = re.compile(r"^(?:谋划|推动|力争|争取|加快)在(?P<object>.{2,14}(?:设立|建设|建立|成立).{3,24})$")
_PLACE = re.compile(
    r"(?:街区|[站厂馆院校园场路桥库]|中心|工厂|公园|基地|项目|工程|小镇|景区|医院|大道|高速|铁路|枢纽)$"
)
_PLACE_WITHIN = re.compile(
    r"(?:街区|[站厂馆院校园场路桥库]|中心|公园|基地|项目|工程|小镇|景区|医院|大道|高速|铁路|枢纽|改造|规划)(?:建设"
    r"|改造|编制|施工|步伐|进度|工程)?$"
)
_PRONOUN = re.compile(
    rf"(?>{OPENERS}|全部|正式|基本|早日)*(?:投产|投用|投入使用|投入运营|开工|开工建设|竣工|完工|建成|建成投用"
    rf"|建成投产|通车|启用|运营|交付使用|完成|主体完工|主体封顶|封顶|实现通车|建成通车|竣工投产|动工|开园|开业)"
)
_WHOLE = re.compile(r"任务目标|目标任务|各项|年度投资|全年|预期目标|规划目标")
_VAGUE_OBJECT = re.compile(
    r"一批|一个|若干|一体化|投资|蓝图|变革|体系|机制|制度|能力|队伍|环境|文明|法治|作风|服务|生态|文化|民生"
    r"|基础设施|智慧|数字|平安|项目建设$|城市建设"
    r"|乡村|园区建设|载体|信用|党|人才|政府|社会|市场|网络|品质|高质量|现代化|目标任务|工作任务|各项|转变|跨越|突破"
    r"|增长|提升$|飞跃|发展|有效|全面|良性|共赢|新"
)


def _milestone(page: Page, clause: Clause, before: Clause | None) -> Proposal | None:
    text = page.masked[clause.start : clause.end]
    if len(text) > 48:
        return None
    firm = modality(page.folded[clause.start : clause.end])
    due = deadline(page.folded[clause.start : clause.end], year=page.year)
    if due is None and clause.due and re.match(r"\d\d-|flood", clause.due):
        due = clause.due
    if due and _PRONOUN.fullmatch(text):
        return _with_subject(page, clause, before, firm, due)
    if match := _FINISH.match(text):
        thing = match["object"]
        vague = _VAGUE_OBJECT.search(thing) and not due
        realised = match["verb"] == "实现" and not due
        if (
            len(thing) >= (4 if due else 5)
            and not vague
            and not realised
            and (_FACILITY.search(thing) or HIDDEN in thing or due)
            and not _WHOLE.search(thing)
        ):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.72, "完成一件具名的事")
    if (match := _FINISHED.search(text)) and (due or firm in (Modality.MUST, Modality.STRIVE)):
        thing = re.sub(rf"^(?:{OPENERS})+", "", match["object"])
        if len(thing) >= 4 and not _VAGUE_OBJECT.search(thing):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.68, "一件具名的事要建成或开工")
    if match := _TITLE.match(text):
        thing = match["object"]
        if _HONOUR.search(thing) and (_LEVEL_WORD.search(thing) or HIDDEN in thing or firm is Modality.ASPIRE):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.66, "争取一项称号、认定或名单")
    if _SETTING.match(text):
        return _made(page, clause, firm, due, 0.55, "设立一个具名机构")
    if match := _WORKING.match(text):
        thing = match["object"]
        if not _VAGUE_OBJECT.search(thing) and _PLACE.search(thing):
            return _made(page, clause, firm, due, 0.5, "推进一件具名的建设")
    return None


def _with_subject(page: Page, clause: Clause, before: Clause | None, firm: Modality, due: str) -> Proposal | None:
    """“加快甲路建设,确保年内通车”: the act in one clause, what it is about in the clause before."""
    if (
        before is None
        or not 6 <= before.end - before.start <= 40
        or _VAGUE_OBJECT.search(page.masked[before.start : before.end])
    ):
        return None
    if not _PLACE_WITHIN.search(page.masked[before.start : before.end]):
        return None
    return _made(page, replace(clause, start=before.start), firm, due, 0.62, "一件具名的事有期限")


def _made(page: Page, clause: Clause, firm: Modality, due: str | None, confidence: float, reason: str) -> Proposal:
    words = page.text[clause.start : clause.end]
    metric = re.sub(rf"^(?:{OPENERS})+", "", words) or words
    return Proposal(
        start=clause.start,
        end=clause.end,
        text=words,
        kind=Kind.MILESTONE,
        metric=metric,
        deadline=due,
        modality=firm,
        confidence=confidence,
        reason=reason,
    )
