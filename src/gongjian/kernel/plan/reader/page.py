"""A page to read from: the text, its folded form, and the mask that hides what stands in quotation marks or brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gongjian.kernel.plan.proposal import Modality
from gongjian.kernel.plan.reader import lexicon as lex
from gongjian.kernel.plan.reader.measures import Measure, measures

HIDDEN = "※"
_QUOTED = re.compile(r"“[^“”\n]{1,60}”|《[^《》\n]{1,60}》|\([^()\n]{0,120}\)|‘[^‘’\n]{1,30}’|\"[^\"\n]{1,40}\"")
_MUST = re.compile(lex.either(lex.MUST))
_STRIVE = re.compile(lex.either(lex.STRIVE))
_ASPIRE = re.compile(lex.either(lex.ASPIRE))


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

    @cached_property
    def measures(self) -> list[Measure]:
        """Every measure of the document."""
        return measures(self.masked)


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
