"""Promises without a figure: bands (held steady, the superior's target), or else a milestone (one named thing)."""

from __future__ import annotations

import re

from gongjian.kernel.plan.proposal import Comparator, Kind, Proposal
from gongjian.kernel.plan.reader import milestones
from gongjian.kernel.plan.reader.deadlines import YEAR_END
from gongjian.kernel.plan.reader.page import Clause, Page, modality


def commitments(page: Page, clause: Clause, *, before: Clause | None) -> list[Proposal]:
    """The band or milestone of a clause that has no figure, at most one; `before`: the idle clause before."""
    proposal = _band(page, clause) or milestones.milestone(page, clause, before=before)
    return [proposal] if proposal else []


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
        r"|只(?:增不减|减不增|降不升|升不降)|稳中有(?:升|降|进)|持续(?:下降|降低|改善)$|稳[量中存][提增][质量]$|提质增量$|量质齐升$"
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
