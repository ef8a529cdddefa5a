"""Milestones: one named thing to be finished, begun, held or obtained, with or without a date (年内建成望海消防站)."""

from __future__ import annotations

import re
from dataclasses import replace

from gongjian.kernel.plan.proposal import Kind, Modality, Proposal
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.names import is_generic
from gongjian.kernel.plan.reader.page import HIDDEN, OPENERS, Clause, Page, modality

_FINISH = re.compile(
    rf"^(?:{OPENERS})*(?P<verb>完成|建成(?:投用|投运|启用|并投用|使用)?|打造完成|竣工|投用|建好|开工建设|开通|实现"
    rf"|启用)(?P<object>.{{2,40}})$"
)
_FINISHED = re.compile(
    r"(?P<object>.{3,30}?)(?:建成投用|建成投产|建成投运|建成通车|竣工投用|竣工投产|投入使用|投入运营|投入运行"
    r"|正式运营|全面建成|建成启用|主体完工|全面完工|开工建设|落户[^,、]{0,8}|竣工|通车|投产|投用|建成|开工|完工|封顶"
    r"|通过.{0,16}验收)$"
)
_FACILITY = re.compile(
    r"(?:建设(?:工程|任务)?|工程|项目|改造|编制|修编|任务|[站厂馆院校园场路桥库街]|中心|验收|普查|主体|改革|规划"
    r"|公园|医院|学校|平台|基地|搬迁|扩建|提升|试点|治理|整治|换届选举|选举工作|连接线|二期|一期|管网|重组|核实|划界|设置|增容)$"
)
_TITLE = re.compile(
    rf"^(?:{OPENERS})*(?:争创|创建|创成|列入|入选|申创|争当|争取(?:成为|列入|获批|入选|创建)|获批|申报|成功创建"
    rf"|争取(?!更多|新增|上级|各级|用|让|把|在|将)|跻身|通过)(?P<object>.{{2,36}})$"
)
_HONOUR = re.compile(
    r"(?:国家|全国|省|市|工信部|中国|世界|部)?[^,]{0,24}(?:示范(?:区|县|市|园|基地|点|镇|村|城市|工程|企业|项目)"
    r"|先进(?:县|区|市)|城市|百强|名单|试点|园区|基地|县|区|称号|品牌|平台|实验室|中心|认定|命名|验收|复审|考核|镇"
    r"|村|景区|工厂|度假区|样板|标杆|高新区|开发区|经开区|激励|试点(?:县|区|市|项目|试验项目)?|先导区|示范(?:市|县))$"
)
_LEVEL_WORD = re.compile(r"国家|全国|省级|省|全市|市级|工信部|中国|5A|4A|AAAA|部级|自治区|国际|世界")
_WORKING = re.compile(
    rf"^(?:{OPENERS})*(?:加快|推进|推动|着重推进|建设|启动|实施)(?P<object>[^、]{{6,32}}?)(?P<act>建设|创建工作"
    rf"|创建|改造|申报|编制)(?:工作|进度|步伐)?$"
)
_SETTING = re.compile(
    r"^(?:谋划|推动|力争|争取|加快|探索|计划|适时)*(?:在|到|赴)(?P<object>.{2,14}(?:设立|建设|建立|成立|开设|布局|组建|设).{3,24})$"
)
_BEGINNING = re.compile(
    rf"^(?:{OPENERS})*(?P<verb>启动建设|规划建设|谋划建设|开工建设|启动|开工|建设|新建|组建|设立|成立|打造|打开|开辟|开通"
    rf"|实施|谋划)(?P<object>.{{4,36}})$"
)
_BEGUN = re.compile(
    r"(?:街区|[站厂馆院校园场路桥库口段]|中心|工厂|公园|基地|项目|工程|小镇|景区|医院|大道|高速|铁路|公路|枢纽|改造"
    r"|试点|管网|植物园|基金|实验室|创新中心|连接线|示范区|产业园|通道|航道)(?:建设|改造)?$"
)
_WORKS = re.compile(
    r"(?:改造|治理|整治|修复|[扩迁改新]建|建设|管网|[厂站路桥河渠库线段延]|安置|配置|贯通|加固|连通|搬迁|[一二三]期)工程$"
)
_HOLDING = re.compile(
    rf"^(?:{OPENERS})*(?:争取)?(?:举办|办好|承办|召开)(?P<object>.{{4,40}}(?:大会|大赛|论坛|会议|博览会|艺术节|文化节"
    r"|旅游节|采茶节|展会|峰会|现场会|运动会|省运会|市运会|交易会|洽谈会|马拉松|联赛|赛))$"
)
_HELPING = re.compile(
    r"^(?:支持|推动|推进|助力|帮助|确保|力争)(?P<subject>[^,、]{2,14}?)(?:等企业)?(?P<act>通过|申报|争创|入选|获批|创建"
    r"|创成|上市融资|上市)(?P<object>.{0,34})$"
)
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


_MANY = re.compile(r"、|一批|更多|各|等(?!级)|若干|一个|全面|深度|有效|进一步")
_VAGUE_START = re.compile(r"以|好|更|新时代|现代化|高|具有|全国|全省|全市")


def milestone(page: Page, clause: Clause, *, before: Clause | None) -> Proposal | None:
    """The milestone of a clause that has no figure; `before`: the clause before, where it promises nothing itself."""
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
        if (
            not thing.startswith("一批")
            and _HONOUR.search(thing)
            and (_LEVEL_WORD.search(thing) or HIDDEN in thing or firm is Modality.ASPIRE)
        ):
            return _made(page, clause, firm, due or clause.due or YEAR_END, 0.66, "争取一项称号、认定或名单")
    if _SETTING.match(text):
        return _made(page, clause, firm, due, 0.55, "设立一个具名机构")
    if match := _WORKING.match(text):
        thing = match["object"]
        if not _VAGUE_OBJECT.search(thing) and _PLACE.search(thing):
            return _made(page, clause, firm, due, 0.5, "推进一件具名的建设")
    if match := _BEGINNING.match(text):
        thing = match["object"].removesuffix("建设")
        slogan = match["verb"] == "实施" and thing.endswith("工程") and not _WORKS.search(thing)
        certain = not slogan and not is_generic(thing) and not _MANY.search(thing)
        if certain and _BEGUN.search(match["object"]) and (HIDDEN in thing or not _VAGUE_START.match(thing)):
            return _made(page, clause, firm, due, 0.5, "一件具名的事要动手")
    if (match := _HOLDING.match(text)) and not (is_generic(match["object"]) or _MANY.search(match["object"])):
        return _made(page, clause, firm, due, 0.55, "一场具名的会或赛事")
    if (match := _HELPING.match(text)) and not is_generic(match["subject"]):
        wanted = match["object"] or match["act"].startswith("上市")
        if wanted and not _MANY.search(match["subject"]):
            return _made(page, clause, firm, due, 0.5, "一个具名对象要办成一件事")
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
