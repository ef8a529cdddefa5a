"""Targets: whether a figure is what the clause promises, only the number of its objects, or nothing to track."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gongjian.kernel.plan.proposal import Kind, Modality, Proposal
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader import names
from gongjian.kernel.plan.reader.deadlines import YEAR_END, deadline
from gongjian.kernel.plan.reader.descriptions import targeted
from gongjian.kernel.plan.reader.measures import Measure
from gongjian.kernel.plan.reader.page import Clause, Page, modality
from gongjian.kernel.plan.reader.segments import Segment, trim

_RESULT = lex.either(lex.RESULT_VERBS)
_WEAK = lex.either(lex.WEAK_VERBS)
_ENDS_RESULT = re.compile(rf"(?P<verb>{_RESULT})(?:了)?(?:全省|全市|全县|全区|不同|各类|各级|首批|新|约|一批)?$")
_ENDS_WEAK = re.compile(rf"(?P<verb>{_WEAK})$")
_ANY_RESULT = re.compile(_RESULT)
_ANY_WEAK = re.compile(_WEAK)
_TAIL = re.compile(
    rf"{lex.either(lex.RESULT_TAILS)}(?:工作|任务|目标|率|建设|运营|使用)?$"
    r"|(?:入选|通过|获评|获批|列入|进入|跻身|达到|成为|创成|晋级|晋升|升格|取得|认定为|评为|获得|完成|实现|建成"
    r"|纳入|争创)[^的]{2,24}$"
    r"|(?:进行|予以|实施|开展)(?:全面)?(?:改造|改扩建|整治|修复|盘活|治理|提升|升级|维修|整修|硬化|绿化|拆除|清理"
    r"|征收|加固|更新|培训)[^的]{0,6}$"
)
_ABSTRACT = re.compile(rf"{lex.either(lex.ABSTRACT_NOUNS)}(?:等|中|上|下|方面|要求|建设|工作)?$")
_TIME = re.compile(
    r"(?:力争|确保|争取|到|至|在|于)?(?:20\d\d年(?:底|末)?|今年|全年|年内|年底前?|上半年|下半年|当年|本年度?"
    r"|\d{1,2}月(?:份|底|末)?(?:前)?|[一二三四]季度|汛期前)(?:,)?"
)
_ROUTINE_VERB = re.compile(
    r"加快|推进|推动|抓好|抓实|抓紧|针对|围绕|聚焦|服务|做好|办好|办实|实施好|跟踪|调度|包联|保障|对|统筹|落实|紧盯"
    r"|狠抓|争取|支持|组织|突出|持续|加强|落细|启动|谋划|扎实|提速|加速|配合|深化|贯通|跟进"
)


_OPENERS = re.compile(
    r"^(?:(?:全年|今年|年内|年底前|上半年|力争|确保|争取|努力|必须|务必|要|将|计划|全力|高质量|高标准|高水平|扎实"
    r"|积极|稳步|有序|重点|大力|着力|切实|加快|继续|持续|同时|再|新|全面|深入|统筹|集中|如期|按时|顺利|突出|分批"
    r"|逐步|同步|抓紧|尽快|压茬|科学|严格|组织|全县|全市|全区|全镇|,|在.{2,12}?(?:等地|地区|区域|沿线|周边|全县"
    r"|全市)))+"
)
_PASSING_ON = re.compile(
    r"(?:要|将|全力|扎实|突出|持续|重点|统筹|继续|压茬)*(?:加快|推进|推动|抓好|做好|服务|针对|围绕|聚焦)"
)
_OBJECT = re.compile(rf"{lex.either(lex.OBJECT_NOUNS)}(?:建设)?$")
_FALL = re.compile(rf"{lex.either(lex.FALL)}(?![到至为])")
_SUMMED_WORK = re.compile(
    r"^(?:[^,、的]{0,6})(?:项目|工程|道路|公路|学校|医院|桥梁|水库)(?:尽快|早日|按期)?(?:建设|开工|竣工|投产|投用|建成|实施|前期|改造|落地|复工|达产)"
)
_HOLLOW = ("实现", "完成", "达到", "推动", "推进", "开展")
_HALF_VERBS = ("实施", "启动", "安排", "谋划", "服务", "保障", "组织", "对接", "引导")
_SERVING_VERBS = ("服务", "保障", "对接", "引导", "安排")
_OBJECT_UNITS = frozenset(lex.words("个 项 家 条 户 座 处 所 件 名 人"))


@dataclass(frozen=True)
class Target:
    """One figure with the words around it; `judged` says what it is and which verb governs it."""

    page: Page
    clause: Clause
    segment: Segment
    inherited: str
    """The verb that governs the figure before it in the clause or sentence."""

    @property
    def measure(self) -> Measure:
        """The figure."""
        return self.segment.measure

    @cached_property
    def span(self) -> tuple[int, int]:
        """Where its words begin and end."""
        start, end = trim(self.page, self.segment.start, self.segment.end)
        return start, self.measure.end if self.page.past_note(self.measure.end, end) == end else end

    @cached_property
    def before(self) -> str:
        """The masked words before the figure and its comparator."""
        return self.page.masked[self.span[0] : self.measure.start] if self.measure.start > self.span[0] else ""

    @cached_property
    def after(self) -> str:
        """The masked words after the unit and 以上, 左右..."""
        return self.page.masked[self.page.past_note(self.measure.end, self.span[1]) : self.span[1]]

    @cached_property
    def firm(self) -> Modality:
        """How firmly the segment promises."""
        return modality(self.page.folded[self.span[0] : self.span[1]])

    @cached_property
    def modal(self) -> str:
        """The modal word for the reason, or nothing."""
        start = self.span[0]
        return f",前有“{self.page.text[start : start + 2]}”" if self.firm is not Modality.PLAIN else ""

    @property
    def passes_on(self) -> bool:
        """Whether its own verb is one of effort (推进40项…), so that the next figure has no verb of result."""
        return bool(_PASSING_ON.match(self.before)) and not first_verb(self.before)

    def judged(self) -> tuple[Proposal | None, str]:
        """The proposal, or None where the figure is nothing to track, and the governing verb for the next figure."""
        m = self.measure
        if m.is_percent:
            return self._propose(Kind.RATE, 0.95 if m.is_bound else 0.9, f"百分比指标{self.modal}"), ""
        if m.is_money and not self.after:
            reason = f"金额指标{self.modal}"
            return self._propose(Kind.QUANTITY, 0.92 if m.is_bound else 0.88, reason), first_verb(self.before)
        if not self.after or (targeted(self.after) and (m.is_bound or m.is_money)):
            return self._figure_last()
        return self._figure_first()

    def _figure_last(self) -> tuple[Proposal | None, str]:
        """新增高企20家: the figure closes its segment."""
        m, before = self.measure, self.before
        if not before and not self.inherited and not m.is_bound:
            return None, ""
        passing = _PASSING_ON.match(before)
        if passing and not m.is_bound:
            rest = before[passing.end() :]
            if not _ANY_RESULT.search(re.sub(_WEAK, "", rest)) and not _ANY_RESULT.search(rest[:4]):
                return self._propose(Kind.ROUTINE, 0.5, "数字只是工作对象的数目"), ""
        reason = f"数量+单位{self.modal}"
        return self._propose(Kind.QUANTITY, 0.95 if m.is_bound or self.modal else 0.9, reason), first_verb(before)

    def _gives_examples(self) -> bool:
        """Whether names stand before the count as examples (加快甲、乙等4个省重大项目), and what is counted has to come."""
        if re.match(r"(?:持续|不断|进一步|继续)*(?:加强|深化|强化|发挥|鼓励|依托|围绕|借助)", self.before):
            return False
        named = names.listed(self.page, self.span[0], self.measure.start, self.span[1])
        if not named and _SUMMED_WORK.search(self.after):
            named = names.example(self.page, self.span[0], self.measure.start)
            return len(named) == 1 and not names.is_generic(named[0])
        return len(named) >= 2 and not any(names.is_generic(name) for name in named)

    def _only_trades(self) -> bool:
        """Whether the count only sums up trades or fields (产业、科技、服务业三支队伍)."""
        named = names.listed(self.page, self.span[0], self.measure.start, self.span[1])
        return len(named) == self.measure.value and all(names.is_generic(name) for name in named)

    def _unit(self) -> str:
        """The unit; 500万 after 人次 is 500 万人次."""
        if self.measure.unit != "万":
            return self.measure.unit
        counted = re.findall(r"人次|人数|人口|户数|户|人", self.before)
        return {"人次": "万人次", "户数": "万户", "户": "万户"}.get(counted[-1], "万人") if counted else "万"

    def _figure_first(self) -> tuple[Proposal | None, str]:
        """新增20家高企: the figure stands before its noun, so the verb decides."""
        m, before, after = self.measure, self.before, self.after
        tail = self._comes_to_pass()
        ends, weak = _ENDS_RESULT.search(before), _ENDS_WEAK.search(before)
        if weak and (not ends or len(weak["verb"]) > len(ends["verb"])):
            ends = None
        verb = ends["verb"] if ends else self.inherited if not before.strip() or _TIME.fullmatch(before) else ""
        if self._counts_the_abstract() and not m.is_bound and not tail and not self._gives_examples():
            aimed = self.modal and ends is not None and not m.is_chinese and "、" not in before
            if not aimed:
                return None, verb
        if m.is_chinese and m.value == 1 and not m.is_bound:
            return None, verb
        if not m.is_bound and self._only_trades():
            return None, verb
        if ends and verb not in _HALF_VERBS:
            return self._propose(Kind.QUANTITY, 0.9, f"“{verb}”+数量+单位{self.modal}"), verb
        if m.is_bound and not after.startswith("的"):
            return self._propose(Kind.QUANTITY, 0.88, f"数量有界限词{self.modal}"), verb
        if tail:
            return self._propose(Kind.QUANTITY, 0.82, f"数量+对象+结果{self.modal}"), verb or "推动"
        if ends:
            kind = Kind.ROUTINE if verb in _SERVING_VERBS and _OBJECT.search(after) else Kind.QUANTITY
            return self._propose(kind, 0.7, f"“{verb}”+数量+单位"), verb
        if not before.strip() and verb:
            return self._propose(Kind.QUANTITY, 0.8, f"承前“{verb}”的数量"), verb
        return self._at_a_distance()

    def _at_a_distance(self) -> tuple[Proposal | None, str]:
        """打通甲路、乙路等3条断头路: names or a place stand between the verb and the figure."""
        m, before = self.measure, self.before
        main = "" if before.endswith("的") else _main_verb(before)
        carries_out = before.endswith("等") and (main == "实施" or self._gives_examples())
        reason = f"“{main}”…数量{self.modal}" if main else f"举例具名的数量{self.modal}"
        if carries_out or (main and main not in lex.WEAK_VERBS):
            return self._propose(Kind.QUANTITY, 0.78, reason), main
        if self.modal and re.match(r"确保|力争|争取|必须|务必", before) and not _ROUTINE_VERB.search(before[2:]):
            return self._propose(Kind.QUANTITY, 0.7, f"数量+单位{self.modal}"), ""
        if m.unit in _OBJECT_UNITS and not m.is_chinese and _ROUTINE_VERB.search(before):
            return self._propose(Kind.ROUTINE, 0.45, "数字只是工作对象的数目"), ""
        return None, ""

    def _comes_to_pass(self) -> bool:
        """Whether what follows says that the counted things come to pass (落地, 竣工, 入选…)."""
        if not _TAIL.search(self.after) or re.search(r"更多|逐步|陆续", self.after):
            return False
        return not (self.before.endswith("的") and len(self.after) > 14)

    def _counts_the_abstract(self) -> bool:
        """Whether the figure counts aspects, measures, clusters... (七个方面, 5个专项行动), not places (示范片区)."""
        if re.search(r"示范(?:片区|片|带|区)$", self.after):
            return False
        return bool(_ABSTRACT.search(self.after)) or bool(_ABSTRACT.search(self.after.split("、")[0]))

    def _propose(self, kind: Kind, confidence: float, reason: str) -> Proposal:
        page, m, (start, end) = self.page, self.measure, self.span
        value, value2 = m.value, m.value2
        if kind is Kind.RATE and falls(self.before + m.before):
            value, value2 = -value, -value2 if value2 is not None else None
        named = names.listed(page, start, m.start, end)
        examples = names.trails_off(page, start, m.start)
        due = deadline(page.folded[start:end], year=page.year) or self.clause.due or YEAR_END
        ongoing = kind is Kind.ROUTINE
        if kind is not Kind.RATE and len(named) >= 2 and len(named) == m.value:
            kind = Kind.ROSTER
        elif not examples or 2 * sum(names.is_generic(name) for name in named) > len(named):
            named = []
        return Proposal(
            start=start,
            end=end,
            text=page.text[start:end],
            kind=kind,
            metric=self._metric(kind, named),
            comparator=None if kind is Kind.ROUTINE else m.comparator,
            value=value,
            value2=value2,
            unit=self._unit(),
            deadline=None if ongoing else due,
            named=tuple(named),
            modality=self.firm,
            confidence=confidence,
            reason=reason,
        )

    def _metric(self, kind: Kind, named: list[str]) -> str:
        """What is counted, without the names that stand as examples, and with the verb that an earlier figure lends."""
        start, end = self.span
        words = names.metric(self.page, start, end, self.measure, kind=kind)
        bare = words
        for name in named:
            bare = bare.replace(name, "")
        bare = re.sub(r"^(?:、|和|等)+|(?:、|和)*(?:、|和|等)(?=\S)", "", bare) if named else bare
        words = bare if len(bare) >= 4 and not _ANY_RESULT.fullmatch(bare) else words
        alone = not self.before and (not self.after or self._comes_to_pass())
        lent = kind is Kind.QUANTITY and start > self.clause.start and not first_verb(self.before) and not alone
        if lent and len(self.inherited) > 1 and self.inherited not in _HOLLOW and not words.startswith(self.inherited):
            words = self.inherited + words
        return words


def first_verb(words: str) -> str:
    """The first verb of result in a stretch of words, or nothing."""
    return next((match.group() for match in _ANY_RESULT.finditer(words) if len(match.group()) > 1), "")


def falls(words: str) -> bool:
    """Whether the words before a percentage say that it is a fall (下降3%), not a level fallen to (下降到3%)."""
    tail = words[-9:]
    match = _FALL.search(tail)
    return bool(match) and not re.search(r"[到至]|控制在|以[内下]|不(?:低|高)于$", tail[match.end() :] if match else "")


def _main_verb(before: str) -> str:
    body = re.sub(rf"^.{{0,14}}?汛期前|^{_TIME.pattern}", "", _OPENERS.sub("", before))
    match, weak = _ANY_RESULT.match(body), _ANY_WEAK.match(body)
    if match and (not weak or len(match.group()) >= len(weak.group())) and len(match.group()) > 1:
        return match.group()
    return ""
