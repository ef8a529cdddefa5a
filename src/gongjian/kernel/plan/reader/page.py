"""A page to read from: the text, its folded form, and the mask that hides quotations and brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gongjian.kernel.plan.proposal import Modality
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader.measures import Measure, measures

HIDDEN = "※"
_QUOTED = re.compile(r"“[^“”\n]{1,60}”|《[^《》\n]{1,60}》|\([^()\n]{0,120}\)|‘[^‘’\n]{1,30}’|\"[^\"\n]{1,40}\"")
_NOTE = re.compile(r"(?: ?(?:\([^()\n]{0,120}\)|[\[〔【]\d{1,3}[\]〕】]))+")
_STRETCH = re.compile(r"[、,](?:并|且|全年)?(?:力争|争取|努力|冲刺|奋力|力求)(?:实现|达到|完成|突破|超过|增长|在|到)*")
_MUST = re.compile(lex.either(lex.MUST))
_STRIVE = re.compile(lex.either(lex.STRIVE))
_ASPIRE = re.compile(lex.either(lex.ASPIRE))

OPENERS = (
    r"(?:(?:确保|力争|争取|努力|必须|务必|全力|加力|合力|聚力|加快|稳步|积极|扎实|有序|重点|着力|着重|大力|持续|继续|统筹|高标准"
    r"|高质量|高水平|高效|全面|深入|集中力量|集中|强力|抓紧|尽快|同步|全速|全年|今年|年内|年底前|上半年|下半年|要|将|一体"
    r"|压茬|切实|协同|"
    r"(?:到)?20\d\d年(?:底|末)?(?:前)?|\d{1,2}月底前|汛期前|强化|突出|进一步|做好|抓好|同时|按期|如期|严格|紧盯|瞄准|聚焦|科学|谋划|力促|狠抓|适时"
    r"|逐步|提前|整体|顺利|务求|快速|坚决|倒排工期|支持|鼓励|推动|推进|促进|督促|引导|帮助|保障|协调|县里|市里|区里))"
)
"""The adverbs, modal words and dates a promise opens with (regular expression)."""


def mask(folded: str) -> str:
    """The folded text with quoted and bracketed stretches hidden, code point by code point."""
    return _QUOTED.sub(lambda match: HIDDEN * len(match.group()), folded)


@dataclass(frozen=True)
class Page:
    """The document as the grammar sees it; `year` is the plan year where known."""

    text: str
    folded: str
    year: int | None

    @cached_property
    def masked(self) -> str:
        """The folded text, quotations and brackets hidden."""
        return mask(self.folded)

    def past_note(self, start: int, end: int) -> int:
        """Where the words go on after a bracketed note or a footnote mark at `start` (20座(含改建), 20座[3])."""
        note = _NOTE.match(self.folded, start, end)
        return note.end() if note else start

    @cached_property
    def measures(self) -> list[Measure]:
        """Every measure of the document."""
        return measures(self.masked)

    @cached_property
    def pool(self) -> list[Measure]:
        """Every measure, a figure and its stretch goal (6.2%以上、力争7%) made one."""
        found: list[Measure] = []
        for measure in self.measures:
            last = found[-1] if found else None
            if last is not None and last.unit == measure.unit and last.value2 is None and measure.value > last.value:
                gap = self.masked[last.end : measure.start]
                if _STRETCH.fullmatch(gap + measure.before):
                    found[-1] = last.stretched(measure)
                    continue
            found.append(measure)
        return found


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause of a promising sentence, with what it inherits from the clauses before it."""

    start: int
    end: int
    sentence: int
    """Where its sentence starts."""
    due: str | None
    """The deadline that the clause or an earlier clause of the sentence states."""
    verb: str
    """The governing verb of the clause before, for a clause that has none."""


def modality(text: str) -> Modality:
    """How firmly a clause promises (folded text)."""
    if _STRIVE.search(text):
        return Modality.STRIVE
    if re.search(r"争当|争做|争创|争先|勇夺|力夺", text):
        return Modality.ASPIRE
    if _MUST.search(text):
        return Modality.MUST
    return Modality.ASPIRE if _ASPIRE.search(text) else Modality.PLAIN
