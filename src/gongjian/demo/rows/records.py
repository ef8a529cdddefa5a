"""事件、处罚、文件、诉求: what happened at the invented firms, what they ask for, and the documents that rules rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from gongjian.demo.cast import ECONOMY, EMERGENCY, ENVIRONMENT, INVESTMENT, OFFICE, SCIENCE, TRADE
from gongjian.demo.firms import AS_OF, MISSING_SHARE, EnterpriseCast
from gongjian.demo.rows.shapes import ProofStory, RowStory, moved
from gongjian.demo.rows.sheets import Sheet

MISWRITTEN = "云开管〔2024〕07号"
"""A document's number with a zero in front, as GB/T 9704 forbids."""

_DOCUMENTS = (
    ("高新技术企业认定管理办法", "国科发火〔2016〕32号", "policy", "科技部、财政部、国家税务总局", date(2016, 1, 29), date(2016, 1, 1)),
    ("科技型中小企业评价办法", "国科发政〔2017〕115号", "policy", "科技部、财政部、国家税务总局", date(2017, 5, 3), None),
    ("科技企业孵化器管理办法", "国科发区〔2018〕300号", "policy", "科技部", date(2018, 12, 14), None),
    ("云海经济开发区2025年工作要点", "云开委〔2025〕1号", "notice", "云海经济开发区管理委员会", date(2025, 1, 6), date(2025, 1, 6)),
    ("关于支持科技创新的若干政策", "云开管〔2024〕12号", "policy", "云海经济开发区管理委员会", date(2024, 3, 11), date(2024, 4, 1)),
    ("关于鼓励企业技术改造的实施细则", MISWRITTEN, "policy", "云海经济开发区管理委员会", date(2024, 2, 26), date(2024, 3, 1)),
    ("关于下达2025年项目建设目标的通知", "云开管〔2025〕3号", "notice", "云海经济开发区管理委员会", date(2025, 1, 20), None),
    ("存量用地盘活专题会议纪要", "", "minutes", "规划建设局", date(2025, 4, 9), None),
    ("关于同意设立云海中试基地的批复", "清政复〔2022〕18号", "reply", "清云市人民政府", date(2022, 12, 20), date(2022, 12, 20)),
    ("机关公文办理办法", "云开办〔2023〕6号", "policy", "党政办公室", date(2023, 2, 14), date(2023, 3, 1)),
)  # fmt: skip
_DEMANDS = (
    ("staff", "招聘数控操作工30名"), ("finance", "申请流动资金贷款续贷"), ("power", "新增1600千伏安变压器"),
    ("land", "租用标准厂房二期"), ("permit", "环评批复办理进度"), ("policy", "兑现2024年技改奖励"),
    ("trade", "关税变化后寻找替代市场"), ("logistics", "出口集装箱提箱困难"), ("market", "申请进入本地采购名录"),
    ("other", "厂区门口道路破损"),
)  # fmt: skip


def mishaps(firms: Sequence[EnterpriseCast], *, random: Random) -> list[Sheet]:
    """Incidents and penalties; firm 12 had a major accident ten months before, firm 30 one on the day a year ago."""
    makers = [row for row, firm in enumerate(firms) if "13" <= firm.industry_code <= "40"]
    events = [
        (12 + 1, date(2024, 8, 30), "safety", "major", "反应釜泄漏"),
        (30 + 1, date(2024, 6, 30), "environment", "serious", "在线监测数据弄虚作假"),
        *(
            (
                row + 1,
                date(2023, 2, 1) + timedelta(days=random.randrange(850)),
                ("safety", "quality", "environment")[place % 3],
                "minor" if random.random() >= MISSING_SHARE else "",
                ("机械伤害", "产品抽检不合格", "废气超标")[place % 3],
            )
            for place, row in enumerate(makers[20:400:40])
        ),
    ]
    kinds = (
        ("environment", "生态环境局"),
        ("safety", "应急管理局"),
        ("quality", "市场监督管理分局"),
        ("tax", "税务分局"),
    )
    fined = []
    for place, row in enumerate(makers[15:415:25]):
        kind, authority = kinds[place % 4]
        day = date(2022, 3, 1) + timedelta(days=random.randrange(1150))
        repaired = day + timedelta(days=200)
        fined.append(
            (
                row + 1,
                f"云{authority[:1]}罚〔{day.year}〕{place + 1}号",
                day,
                kind,
                authority,
                ("未按排污许可排放", "未开展隐患排查", "标识不合格", "逾期申报")[place % 4],
                f"{random.randrange(1, 40) / 2:.2f}",
                place % 8 == 0 if random.random() >= MISSING_SHARE else None,
                repaired if repaired <= AS_OF and place % 3 else None,
            )
        )
    return [
        Sheet(
            register="incident", title="安全质量环境事件登记", unit=EMERGENCY, on=date(2025, 6, 12),
            names=("enterprise_id", "happened_on", "kind", "level", "name"), rows=events,
        ),
        Sheet(
            register="penalty", title="行政处罚信息", unit=ENVIRONMENT, on=date(2025, 6, 13),
            names=("enterprise_id", "number", "decided_on", "kind", "authority", "reason", "fine", "is_serious", "repaired_on"),
            rows=fined,
        ),
    ]  # fmt: skip


def documents() -> Sheet:
    """Three national documents as the criteria cite them, and seven invented ones."""
    rows = [
        (title, number, kind, issuer, issued, since, True) for title, number, kind, issuer, issued, since in _DOCUMENTS
    ]
    names = ("title", "number", "kind", "issuer", "issued_on", "in_force_from", "is_in_force")
    return Sheet(register="document", title="常用文件目录", unit=OFFICE, on=date(2025, 5, 19), names=names, rows=rows)


def demands(firms: Sequence[EnterpriseCast], *, random: Random) -> list[RowStory]:
    """Thirty demands of half a year, a third of them still open, two of these past their day."""
    rows = []
    for place in range(30):
        kind, title = _DEMANDS[place % len(_DEMANDS)]
        firm = firms[place * 7 % 200]
        raised = date(2025, 1, 13) + timedelta(days=place * 5)
        steps = [("RAISED", raised)]
        if place < 27:
            steps.append(("ASSIGNED", raised + timedelta(days=1 + place % 3)))
        if place < 22:
            steps.append(("ANSWERED", raised + timedelta(days=6 + place % 5)))
        if place < 18:
            steps.append(("CLOSED", raised + timedelta(days=14 + place % 6)))
        answered = [day for stage, day in steps if stage == "ANSWERED"]
        moves = moved(*steps, random=random)
        rows.append(
            RowStory(
                register="demand",
                values={
                    "enterprise": firm.credit_code,
                    "raised_on": raised,
                    "title": title,
                    "kind": kind,
                    "responsible": random.choice(("尹明遥", "米修宁", "岑映岚"))
                    if random.random() >= MISSING_SHARE
                    else "",
                    "due_on": raised + timedelta(days=15),
                },
                unit=(ECONOMY, INVESTMENT, SCIENCE, TRADE)[place % 4],
                recorded_on=moves[0].recorded_on,
                moves=moves,
                proofs=tuple(ProofStory(part="reply", name=f"{title}答复.pdf", uploaded_on=day) for day in answered),
            )
        )
    return rows
