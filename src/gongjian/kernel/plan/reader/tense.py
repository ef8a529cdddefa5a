"""Tense: which parts of a document look back (工作回顾), which promise the coming year, and which only frame it."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum

from gongjian.kernel.plan.proposal import Level, PassageSpan
from gongjian.kernel.plan.reader.numerals import chinese


class Tense(Enum):
    """Whether a sentence looks back, promises, or does neither (guiding thought, problems, thanks, footnotes)."""

    PAST = "past"
    COMING = "coming"
    FRAME = "frame"


_BACK = re.compile(
    r"回顾|总结|成效|成绩|进展情况|完成情况|工作情况|运行情况|执行情况|过去|一年来|五年来|的五年"
    r"|存在的?(?:主要)?(?:问题|不足|困难)|面临的?(?:形势|问题)|取得"
)
_AIMS = re.compile(
    r"^(?!.*(?:回顾|总结|情况|过去|年来|的五年|存在|面临|成效(?:显著|明显)|取得(?:了|显著|明显|积极|良好|阶段性))).*"
    r"(?:巩固|推动|推进|坚决|着力|聚焦|聚力|持续|全力|加快|深化|奋力|努力|确保|力争|促进|提升|抓好|务求|狠抓|强化|在.{2,20}(?:上|中)取得)"
)
"""Words of effort in a heading that names results only as what is aimed at (巩固脱贫成效, 推动改革取得新突破)."""
_AHEAD = re.compile(
    r"安排|目标|任务|计划|打算|总体(?:要求|思路)|工作(?:重点|要点|举措|部署|思路)|重点工作|工作措施|主要(?:任务"
    r"|目标|措施|指标)|今后|下一(?:步|阶段)|今年|民生实事|年工作$|重点抓好|重点做好"
)
_APPENDIX = re.compile(
    r" *(?:名词解释|注释|附注|名词注释|有关名词|用语说明|名词术语|相关用语|免责声明|.{0,14}(?:名词|用语)(?:解释"
    r"|注释|说明))"
)
_NOTE = re.compile(r" *(?:\(\d{1,3}\)|\d{1,3}\.|\d{1,3}、)? *“?[^,。:]{1,24}”?(?::|是指|,指|:指)(?=是指|指|即)")
_FIRM_HEADING = re.compile(
    r"回顾|总结|(?:19|20)\d\d年|今年|今后|过去|主要(?:预期)?目标|工作安排|目标任务|预期目标|存在的?(?:主要)?(?:问题"
    r"|困难)"
)
_PAST_OPENING = re.compile(
    r"(?:[—-]{1,2})?(?:这五年|回望|回首|过去(?:的)?(?:一年|五年|几年|[\d一二三四五]+年)|(?:这)?(?:一|五|两|三|几"
    r"|四)年来|回顾(?:过去|一年|五年|\d)|去年|上年|刚刚过去|(?:这|过去)?五年间?,|这是.{2,30}的(?:一|五)年)"
)
_PROBLEM = re.compile(
    r"(?:清醒|客观|深刻|充分)(?:地)?(?:看到|认识|意识)|(?:存在|面临)(?:着|的|一些|不少|诸多"
    r"|许多){0,2}.{0,16}(?:问题|困难|不足|短板|挑战)|正视.{0,12}(?:问题|困难|不足)"
)
_FRAME_OPENING = re.compile(
    r".{0,24}(?:总体要求|总体思路|指导思想|基本思路|工作思路|发展思路|工作基调)(?:是|为|:)|坚持以(?:习近平|邓小平"
    r"|马克思)|.{0,12}以习近平新时代|.{0,10}高举中国特色社会主义|各位(?:代表|委员)[!,].{0,30}(?:使命|奋斗|团结|扬帆"
    r"|征程|胜利)|让我们"
)
_GOAL_OPENING = re.compile(r"(?:预期|主要|奋斗|发展|总体|具体|工作|经济社会发展|指导性|约束性)(?:目标|指标)")
_AHEAD_OPENING = re.compile(
    r"(?:今年|新的一年|未来(?:一|五|三)年|今后(?:一|五|三)年|今后|下一步|下一阶段|明年|新一年|本年度|下半年)"
)
_TURN = re.compile(
    r"今年是|(?:综合[^,。]{2,20},)?(?:今年|全[县市区省])?[^,。]{0,12}(?:主要)?预期(?:目标|指标)(?:是|为|:)[^。]{0,40}(?:增长|\d)"
)
"""A paragraph that can only stand at the head of this year's part, whatever the heading before it said."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|—|-|~)")
_MENTIONED = re.compile(r"(?<![到至较比自从\d“])((?:19|20)\d\d)年(?!底|末|前|以前|远景|的?基础)")
_CHINESE_YEAR = re.compile(r"([一二]?[〇零一二三四五六七八九]{3,4})年")


def plan_year(folded: str, passages: tuple[PassageSpan, ...]) -> int | None:
    """The year the document plans for: from its title, its headings, or how it speaks of this year."""
    for passage in passages:
        if passage.level in (Level.TITLE, Level.DRIVE):
            text = folded[passage.start : passage.end]
            if re.search(r"回顾|总结", text) and (years := _years(text)):
                return max(years) + 1
    for passage in passages:
        if passage.level in (Level.TITLE, Level.DRIVE, Level.SECTION):
            text = folded[passage.start : passage.end]
            year = _YEAR.search(text)
            if year and (_AHEAD.search(text) or passage.level is Level.TITLE) and not _BACK.search(text):
                return int(year.group(1))
    for pattern in (
        r"(?<!\d)((?:19|20)\d\d)年(?:度)?(?:是|的?(?:工作(?:安排|目标|要点|计划|任务|重点)|主要(?:目标|预期)"
        r"|经济社会发展(?:的)?(?:主要)?(?:预期)?目标|重点工作|发展目标|政府工作|目标任务))",
        r"做好((?:19|20)\d\d)年",
    ):
        named = [int(match.group(1)) for match in re.finditer(pattern, folded)]
        if named:
            return max(named)
    opening = [int(year) for year in _YEAR.findall(folded[:400])]
    return max(opening) if opening and "工作" in folded[:400] else None


def likely_year(folded: str) -> int | None:
    """The year a text without title or headings most likely plans for: good enough for deadlines, not for tense."""
    marked = Counter(int(year) for year in _MENTIONED.findall(folded))
    if not marked:
        return None
    often = max(marked, key=lambda year: (marked[year], year))
    return often + 1 if often + 1 in marked else often


_PLAN_TITLE = re.compile(r"工作要点|重点工作|工作计划|工作安排|任务(?:分解|清单)|(?:行动|工作|实施)方案|行动计划")
"""A document so titled speaks of the time to come; only its own words can make a sentence of it a report."""


def sentence_tenses(folded: str, passages: tuple[PassageSpan, ...], *, year: int | None) -> dict[int, Tense]:
    """The tense of every sentence (and of headings that may promise something), by index in `passages`."""
    heading_tense: dict[int, Tense | None] = {}
    tenses: dict[int, Tense] = {}
    titles = [folded[p.start : p.end] for p in passages if p.level is Level.TITLE]
    guided = _is_guided(folded, passages, year)
    planned = any(_PLAN_TITLE.search(title) for title in titles)
    lean = _lean(folded)
    current: Tense | None = None
    appendix = False
    line_tense: Tense | None = None
    line_end = -1
    turned = -1

    def above(parent: int | None) -> Tense | None:
        """What the heading above says, unless the text has turned to this year since."""
        tense = heading_tense.get(parent) if parent is not None else None
        return Tense.COMING if tense is Tense.PAST and parent is not None and parent < turned else tense

    for index, passage in enumerate(passages):
        text = folded[passage.start : passage.end]
        if passage.level is Level.CLAUSE:
            continue
        if passage.level is not Level.SENTENCE:
            if _APPENDIX.match(text):
                appendix = True
            titled = passage.parent is not None and passages[passage.parent].level is Level.TITLE
            parent = None if titled else above(passage.parent)
            own = _heading_tense(text, year)
            if parent is not None and own is not Tense.FRAME and not _FIRM_HEADING.search(text):
                own = None
            if passage.level in (Level.LEAD, Level.POINT) and (
                own is Tense.COMING or not re.search(r"回顾|总结", text)
            ):
                own = None
            heading_tense[index] = own or parent
            if own and passage.level in (Level.DRIVE, Level.TITLE, Level.SECTION):
                current = own
            elif passage.level is Level.TITLE or re.search(r"工作报告$", text):
                current = None
            elif parent and passage.level is not Level.TITLE:
                current = parent
            tenses[index] = Tense.FRAME if appendix else heading_tense[index] or current or Tense.COMING
            continue
        starts_paragraph = passage.start == 0 or "\n" in folded[max(0, line_end) : passage.start] or line_end < 0
        if starts_paragraph:
            if _APPENDIX.match(text) and len(text) < 20:
                appendix = True
            under = above(passage.parent)
            opening = _opening(folded[passage.start : _line_end(folded, passage.start)], year, lean)
            if under is Tense.PAST and _TURN.match(folded, passage.start):
                opening, under, turned = Tense.COMING, Tense.COMING, index
            if opening is Tense.COMING and under is not Tense.PAST:
                current = Tense.COMING
                line_tense = current
            elif opening is Tense.PAST:
                line_tense = Tense.PAST
                if under is None and guided:
                    current = Tense.PAST
            elif opening is Tense.FRAME:
                line_tense = Tense.FRAME
                if _PROBLEM.search(text) and under is None:
                    current = current or Tense.PAST
            else:
                line_tense = under or current
                if line_tense is None or (not guided and not planned and under is None):
                    body = folded[passage.start : _line_end(folded, passage.start)]
                    line_tense = _paragraph(body, lean)
                    if current is Tense.COMING and not _REPORTS.search(body):
                        line_tense = current
        line_end = passage.end
        tense = line_tense or Tense.COMING
        tense = _sentence(text, tense, year)
        if tense is Tense.COMING and line_tense is Tense.FRAME and _GOAL_OPENING.search(text):
            line_tense = Tense.COMING
        if appendix:
            tense = Tense.FRAME
        tenses[index] = tense
    return tenses


def _line_end(folded: str, start: int) -> int:
    end = folded.find("\n", start)
    return len(folded) if end < 0 else end


def _years(text: str) -> list[int]:
    found = [int(year) for year in _YEAR.findall(text)]
    for word in _CHINESE_YEAR.findall(text):
        value = int(chinese(word))
        if 1990 <= value <= 2100:
            found.append(value)
    return found


def _heading_tense(text: str, year: int | None) -> Tense | None:
    if _APPENDIX.match(text):
        return Tense.FRAME
    if _BACK.search(text) and not re.search(r"目标任务|工作安排", text) and not _AIMS.search(text):
        return Tense.PAST
    years = _years(text)
    if year and years and max(years) < year:
        return Tense.PAST
    if _AHEAD.search(text) or (year and year in years and "报告" not in text):
        return Tense.COMING
    return None


def _opening(paragraph: str, year: int | None, lean: Tense) -> Tense | None:
    text = re.sub(r"^各位(?:代表|委员)[!,:。 ]*|^同志们[!,:。 ]*", "", paragraph.lstrip())
    head = text[:40]
    if _PAST_OPENING.match(text):
        return Tense.PAST
    if _PROBLEM.search(text[:60]):
        return Tense.FRAME
    years = _years(head)
    if year and years and max(years) < year and not re.search(r"到20\d\d", head):
        return Tense.PAST
    if _GOAL_OPENING.search(text[:60]) and (re.search(r"是|为|:", text[:60])):
        return Tense.COMING
    if _FRAME_OPENING.match(text):
        return Tense.FRAME
    if _AHEAD_OPENING.match(text) or (year and year in years and re.match(r".{0,4}(?:19|20)\d\d年", head)):
        if re.search(r"(?:今年以来|上半年,.{0,40}(?:完成|增长))", head):
            return Tense.PAST
        if not _AHEAD_OPENING.match(text) and _paragraph(text, lean) is Tense.PAST:
            return Tense.PAST
        return Tense.COMING
    return None


_STRONG_PAST = re.compile(
    r"(?:截至|截止)(?:目前|\d|20|去年|上年)|过去(?:一年|五年)|一年来|五年来|(?<![比较])(?:去年|上年)(?!同期|度?水平"
    r"|持平|度|基础|底)|荣获|获评|被评为|(?:成功|先后|累计|圆满)(?:完成|创建|举办|引进|实施|争取|获)|同比(?:增长"
    r"|下降|提高)\d[\d.]*%(?!以上|左右|以内).{0,12}(?:位居|排名|居全|高于)|历史(?:新高|最好|性)|今年以来|已(?:完成"
    r"|建成|达|成为|有|经|累计|实现)|(?:完成|实现|达到|建成|取得|获得|举办)了"
)
_SUMMED_AHEAD = re.compile(r"以上|左右|以内|不少于|不低于|不超过|全年|到20\d\d年|期末|五[\"”]?期间")
"""“累计完成” sums up what is to come where a bound or a period stands with it."""
_STRONG_COMING = re.compile(r"确保|力争|争取|将|努力|年内|年底前|必须|务必|拟|计划|今年|要")


def _sentence(text: str, tense: Tense, year: int | None) -> Tense:
    """Corrects the tense of a paragraph for one sentence that says otherwise."""
    if tense is Tense.COMING:
        if _PROBLEM.search(text) and not re.search(r"确保|力争", text):
            return Tense.FRAME
        reported = _STRONG_PAST.search(text)
        if reported and reported.group().startswith("累计") and _SUMMED_AHEAD.search(text):
            reported = None
        if reported and not _STRONG_COMING.search(text):
            return Tense.PAST
        years = _years(text[:8])
        if year and years and max(years) < year and re.match(r".{0,3}(?:19|20)\d\d年(?:以来|,|全|我|底|度)", text):
            return Tense.PAST
        if _FRAME_OPENING.match(text) and not _GOAL_OPENING.search(text):
            return Tense.FRAME
    elif tense is Tense.FRAME and _GOAL_OPENING.search(text) and re.search(r"是|为|:", text):
        return Tense.COMING
    return tense


def _is_guided(folded: str, passages: tuple[PassageSpan, ...], year: int | None) -> bool:
    """Whether headings or openings of paragraphs tell past from coming."""
    for passage in passages:
        if passage.level in (Level.TITLE, Level.DRIVE, Level.SECTION):
            text = folded[passage.start : passage.end]
            if _heading_tense(text, year) is Tense.PAST:
                return True
    return False


_PAST_SIGN = re.compile(
    r"已|了|同比(?:增长|下降|提[高升])|荣获|获评|获批|获得|累计(?![^。;]{0,30}(?:以上|左右|以内))|成功|首次|较(?:上|去)年|比(?:上|去)年|稳居|位居"
    r"|位列|圆满|截至|全年完成|历史|先后|取得|跃升|评为|达到?\d|增长\d[\d.]*%(?!以上|左右|以内)|(?:新增|建成|完成"
    r"|引进|落地|签约|开工|实施|获)[^,。;]{0,16}\d[\d.]*(?:家|个|亿元|项|万元)(?!以上|左右|以内)"
)
_COMING_SIGN = re.compile(
    r"确保|力争|争取|努力|必须|务必|将|要|年内|年底前|计划|今年|以上|左右|以内|不少于|不低于|力促|争创|争当|进一步"
    r"|加快|着力|大力|积极|推进|深化|强化|聚力|聚焦|全力|谋划|鼓励|不断"
)


def _weigh(text: str) -> int:
    """Above 0 when the words promise, below 0 when they report."""
    return 2 * len(_COMING_SIGN.findall(text)) - 3 * len(_PAST_SIGN.findall(text))


_REPORTS = re.compile(
    r"总体平稳|成效显著|推进有力|成效明显|稳步提升。|显著增强|不断增强。|1[-—~至]\d{1,2}月|预计(?:全年)?实现"
    r"|有力推动|基本达成|均已|共有|累计(?![^。;]{0,30}(?:以上|左右|以内))|同比|荣获|获评|首次|已"
    r"|(?:完成|建成|获批|达到|引进|取得|实现)了"
)
_PLEDGES = re.compile(r"确保|力争|不少于|不低于|年内|年底前|争取|争创")
_BARE = re.compile(r"\d(?:家|个|亿元|万元|%|项|亿美元|万平方米)(?!以上|左右|以内|以下)")
_FIRM = re.compile(r"确保|力争|不少于|不低于|年内|年底前|争取|以上|左右|目标")


def _lean(folded: str) -> Tense:
    """What a document without headings or openings leans to as a whole."""
    return Tense.PAST if len(_REPORTS.findall(folded)) > len(_PLEDGES.findall(folded)) else Tense.COMING


def _paragraph(text: str, lean: Tense) -> Tense:
    """The tense of a paragraph that nothing but its own words explains; else as the document leans."""
    reports, pledges = len(_REPORTS.findall(text)), len(_PLEDGES.findall(text))
    if reports and not pledges and (reports > 1 or _weigh(text) < 4):
        return Tense.PAST
    if not _COMING_SIGN.search(text) and len(_BARE.findall(text)) >= 2 and not _GOAL_OPENING.search(text):
        return lean
    return Tense.COMING if _FIRM.search(text) or _weigh(text) >= -6 else lean
