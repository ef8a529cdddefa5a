"""督查室's hand on the plan: schedules, split and changed targets, opinions settled, remarks and instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gongjian.demo.cast import (
    APPROVAL,
    DEPUTY_INDUSTRY,
    DEPUTY_PROJECTS,
    DEPUTY_SCIENCE,
    DIRECTOR,
    ECONOMY,
    INVESTMENT,
    LOGISTICS,
    PERSONNEL,
    SCIENCE,
)

IMPORTED_ON = date(2025, 1, 14)
REVIEWED_ON = date(2025, 1, 15)
ASSIGNED_ON = date(2025, 1, 16)
ANSWERED_ON = (date(2025, 1, 17), date(2025, 1, 20), date(2025, 1, 21))
ANSWER_BY = date(2025, 1, 22)
SIGNED_ON = date(2025, 1, 23)


@dataclass(frozen=True, kw_only=True)
class ShareStory:
    """A target split to units (full names) or to the months' ends (cumulative, January first)."""

    metric: str
    units: Mapping[str, Decimal] = field(default_factory=dict)
    months: tuple[Decimal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RetargetStory:
    """A target changed during the year, with its reason; None keeps what was in force."""

    metric: str
    since: date
    set_on: date
    reason: str
    value: Decimal | None = None
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class OpinionStory:
    """What a unit objected to in the draft task table, and what became of it."""

    metric: str
    unit: str
    opinion: str
    resolution: str


@dataclass(frozen=True, kw_only=True)
class RemarkStory:
    """What an officer (account name) wrote on a commitment; a leader's words are an instruction (批示)."""

    metric: str
    by: str
    on: date
    text: str


SCHEDULES: Mapping[str, Mapping[str, object]] = {
    "重点技改项目设备投入达序时进度": {
        "kind": "milestones",
        "points": [{"on": "2025-06-30", "share": "1", "label": "三家设备到位"}],
    },
    "综合治理中心建成": {
        "kind": "milestones",
        "points": [
            {"on": "2025-03-31", "share": "0.2", "label": "完成设计委托"},
            {"on": "2025-06-30", "share": "0.5", "label": "装修进场"},
            {"on": "2025-11-30", "share": "1", "label": "建成启用"},
        ],
    },
    "青鹭路文体商旅特色街区建设": {
        "kind": "milestones",
        "points": [
            {"on": "2025-03-31", "share": "0.25", "label": "管线入地开工"},
            {"on": "2025-06-30", "share": "0.6", "label": "一期铺装过半"},
            {"on": "2025-09-30", "share": "1", "label": "一期开街"},
        ],
    },
    "开设境外经贸代表处和委托招商办事处": {
        "kind": "milestones",
        "points": [
            {"on": "2025-03-31", "share": "0.2", "label": "设点方案审定"},
            {"on": "2025-06-30", "share": "0.5", "label": "首个办事处挂牌"},
            {"on": "2025-12-31", "share": "1", "label": "两地均挂牌"},
        ],
    },
    "新增市级认定科创项目": {"kind": "workdays"},
}
"""Metric -> schedule, where it is not the straight line and not application windows."""

SHARES = (
    ShareStory(
        metric="全部工业开票销售",
        months=tuple(Decimal(share) for share in (72, 140, 226, 310, 395, 485, 567, 650, 737, 822, 908, 1000)),
    ),
    ShareStory(metric="招引海外人才", units={SCIENCE: Decimal(22), PERSONNEL: Decimal(8)}),
    ShareStory(metric="新增高层次人才项目", units={SCIENCE: Decimal(12), PERSONNEL: Decimal(3)}),
)

RETARGETS = (
    RetargetStory(
        metric="优质人才项目落地转化",
        value=Decimal(6),
        since=date(2025, 5, 1),
        set_on=date(2025, 5, 9),
        reason="5月8日主任办公会纪要:市里下达的人才项目落地任务增加1个,年度目标由5个调整为6个",
    ),
    RetargetStory(
        metric="青鹭路文体商旅特色街区建设",
        due_on=date(2025, 9, 30),
        since=date(2025, 3, 1),
        set_on=date(2025, 3, 11),
        reason="3月10日专题会:一期须在国庆前开街,完成时限明确为9月30日",
    ),
)

OPINIONS = (
    OpinionStory(
        metric="高新技术企业申报数",
        unit=SCIENCE,
        opinion="省里一年只开两批申报窗口,平时没有受理,按月均摊会一直显示欠序时,建议按窗口排进度。",
        resolution="采纳:按5月6日至6月30日、7月21日至8月29日两个窗口各50%安排序时。",
    ),
    OpinionStory(
        metric="技改设备投入总量在全市排名",
        unit=ECONOMY,
        opinion="位次由全市统一通报,每月中旬才有上月数据,月底无法填报当月位次。",
        resolution="采纳:以最近一期全市通报为准,通报前不催报。",
    ),
    OpinionStory(
        metric="重大项目开工",
        unit=APPROVAL,
        opinion="施工许可以建设单位资料齐全为前提,建议我局不列为配合单位。",
        resolution="不采纳:许可办理是开工的前置环节,仍列配合单位,资料问题由代办员负责。",
    ),
)
SILENT = (("对美进出口企业挂钩服务", LOGISTICS), ("开设境外经贸代表处和委托招商办事处", INVESTMENT))
"""(metric, unit): no answer by the closing day, which counts as agreement."""

REMARKS = (
    RemarkStory(
        metric="高新技术企业申报数",
        by="keji",
        on=date(2025, 4, 21),
        text="入库企业中有37户研发费用归集不规范,已请第三方逐户辅导,5月上旬前完成。",
    ),
    RemarkStory(
        metric="高新技术企业申报数",
        by="ducha",
        on=date(2025, 6, 30),
        text="填报62家,台账61家,请科技局核对是否有同一企业重复计数,并补齐一家的申报回执。",
    ),
    RemarkStory(
        metric="高新技术企业申报数",
        by=DEPUTY_SCIENCE,
        on=date(2025, 6, 30),
        text="第一批离72家还差11家,原因要说清楚。第二批7月21日开窗前,把已问诊未申报的企业逐户过一遍,周五报我。",
    ),
    RemarkStory(
        metric="招引海外人才",
        by="keji",
        on=date(2025, 6, 13),
        text="两人的工作许可正在办理变更,预备7月初重新上报。",
    ),
    RemarkStory(
        metric="招引海外人才",
        by=DIRECTOR,
        on=date(2025, 6, 17),
        text="半年只到三分之一,不能等。请科技局会同组织人事局拿出下半年引才专场的时间表。",
    ),
    RemarkStory(
        metric="重大项目开工",
        by="ducha2",
        on=date(2025, 6, 23),
        text="玄枢智控只有进场照片,没有施工许可证,暂按自报处理。",
    ),
    RemarkStory(
        metric="重大项目开工",
        by=DEPUTY_PROJECTS,
        on=date(2025, 6, 24),
        text="请审批局、项目服务中心本周内会商玄枢智控许可办理,卡在哪个环节写清楚。",
    ),
    RemarkStory(
        metric="技改设备投入总量在全市排名",
        by="jingfa",
        on=date(2025, 6, 19),
        text="5月与首位相差1.9亿元,主要差在砾川化工1.2亿元装置未到货。",
    ),
    RemarkStory(
        metric="重点技改项目设备投入达序时进度",
        by=DEPUTY_INDUSTRY,
        on=date(2025, 5, 20),
        text="砾川化工反应釜到货一推再推,经发局派人驻点,6月底前给我准确日期。",
    ),
    RemarkStory(
        metric="土壤污染重点监管单位名单动态管理",
        by="ducha3",
        on=date(2025, 6, 26),
        text="3月28日以后没有任何记录,请生态环境局说明二季度名单是否更新。",
    ),
    RemarkStory(
        metric="1000万元以上技改项目数",
        by="ducha",
        on=date(2025, 6, 30),
        text="有一个项目计划设备投入999.6万元,达不到1000万元,不能计入,请核减。",
    ),
    RemarkStory(
        metric="青鹭路文体商旅特色街区建设",
        by="jianshe",
        on=date(2025, 5, 28),
        text="东段两户门面搬迁未签,铺装先做西段,不影响总工期。",
    ),
)
