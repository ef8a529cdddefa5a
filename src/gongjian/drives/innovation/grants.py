"""政策兑现: each enterprise's grant under one policy in one year, from the notice that it is entitled to the payment.

免申即享: the office pushes (推送), the enterprise confirms, the list is published (公示), the money is paid (拨付).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import models

from gongjian.drives.innovation import policies
from gongjian.drives.innovation.policies import Policy
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.indicators.declare import count, sum_of
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import take
from gongjian.kernel.registers.cells import Cells
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.numbers import listed
from gongjian.kernel.registers.stages import Stage, StageField, Stages
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State


@register(
    "grant",
    key=("enterprise", "policy", "year"),
    filters=("policy", "year", "stage", "unit__name"),
    columns=("enterprise", "policy", "year", "amount", "stage", "paid_amount", "paid_on", "voucher", "unit"),
    search=("enterprise__name", "policy"),
    sort=("-year", "policy", "enterprise__name"),
    ranges=("paid_on", "amount"),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码"),
        "policy": ("政策", "兑现政策", "奖补项目"),
        "year": ("年度", "兑现年度"),
        "amount": ("奖补金额", "应兑现金额"),
        "paid_amount": ("已拨付金额", "实拨金额"),
        "paid_on": ("拨付时间", "到账日期"),
        "stage": ("状态", "进度"),
    },
    sections={
        "政策": ("enterprise", "policy", "year", "amount", "unit"),
        "拨付": ("paid_amount", "paid_on", "remark"),
    },
)
class Grant(Entry):
    """One enterprise's grant under one policy in one year."""

    class Steps(Stages):
        PUSHED = Stage("推送", workdays=5)
        CONFIRMED = Stage("确认", workdays=10, needs=("confirmation",))
        PUBLISHED = Stage("公示", workdays=10, needs=("confirmation", "notice"))
        PAID = Stage("拨付", needs=("confirmation", "notice", "voucher"))
        DECLINED = Stage("放弃或不予兑现", ends=True)

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="grants", verbose_name="企业")
    policy = models.CharField("政策名称", max_length=80)
    year = models.PositiveSmallIntegerField("兑现年度")
    amount = models.DecimalField(
        "应兑现金额(万元)",
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="不是资金的政策不填;推送时按政策测算",
    )
    stage = StageField("阶段", steps=Steps)
    confirmation = EvidenceField("企业确认书")
    notice = EvidenceField("公示文件")
    paid_amount = models.DecimalField("已拨付金额(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    voucher = EvidenceField("拨付凭证")
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "政策兑现"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.year}年{self.policy}"

    def warnings(self) -> list[str]:
        found = []
        if (self.paid_on is None) != (self.paid_amount is None):
            found.append("拨付日期和已拨付金额只填了一项,请补齐另一项。")
        if self.paid_amount is not None and self.amount is not None and self.paid_amount > self.amount:
            found.append(
                f"已拨付{self.paid_amount.normalize():f}万元多于应兑现{self.amount.normalize():f}万元,请核对。"
            )
        if self.stage == self.Steps.PAID.key and self.paid_on is None:
            found.append("阶段为拨付,但没有拨付日期,不计入拨付金额。")
        return found


paid = count(
    "grants-paid",
    Grant,
    reached=Grant.Steps.PAID,
    label="政策兑现",
    unit="家次",
    answers=("惠企政策兑现", "免申即享兑现"),
)
paid_amount = sum_of(
    "grants-paid-amount",
    Grant,
    "paid_amount",
    dated="paid_on",
    proved_by="voucher",
    label="政策兑现金额",
    unit="万元",
    answers=("兑现惠企资金", "惠企政策资金兑现", "政策兑现金额"),
)


def of(*, enterprise: int, year: int) -> dict[str, Grant]:
    """An enterprise's grants of a year by the policy's label."""
    return {one.policy: one for one in Grant.objects.filter(enterprise=enterprise, year=year)}


def open_list(policy: Policy, *, by: Officer, as_of: date, at: datetime, most: int | None = None) -> list[Judgement]:
    """The enterprises that are entitled and have no grant under this policy in the year yet."""
    if policy.subject != "enterprise":
        return []
    entitled = policies.judged(policy, by=by, as_of=as_of, at=at, most=most).filter(state=State.MET)
    given = Grant.objects.filter(policy=policy.label, year=as_of.year).order_by()
    return list(entitled.exclude(entry__in=given.values("enterprise_id")).order_by("entry"))


def push(policy: Policy, *, by: Officer, as_of: date, at: datetime) -> Batch:
    """推送: a grant for every entitled enterprise without one, as one batch that can be undone.

    Raises Refusal where the policy is no 免申即享 one, is not confirmed, or nobody is left; Forbidden where `by` may not import.
    """
    if not policy.is_automatic:
        raise Refusal("grant.applied", f"“{policy.label}”不是免申即享政策", "请等企业申报后逐户登记")
    if policy.confidence in ("unconfirmed", "unset"):
        raise Refusal("grant.unconfirmed", f"“{policy.label}”的依据或金额尚未核实", "请先核对文件并改正政策文件")
    left = open_list(policy, by=by, as_of=as_of, at=at)
    if not left:
        raise Refusal("grant.nobody", f"“{policy.label}”{as_of.year}年没有待推送的企业", "请到名单中核对")
    firms = {one.pk: one for one in Enterprise.objects.filter(pk__in=listed(tuple(one.entry for one in left)))}
    rows = [(firms[one.entry], policy.benefit.estimate(one.facts)) for one in left]
    decided = policies.decisions(policy, as_of=as_of, ids=[firm.pk for firm, _ in rows])
    cells: dict[str, list[Any]] = {
        "enterprise": [firm.credit_code or firm.name for firm, _ in rows],
        "policy": [policy.label] * len(rows),
        "year": [as_of.year] * len(rows),
        "amount": ["" if amount is None else money(amount) for _, amount in rows],
        "unit": [str(firm.unit or by.unit or "") for firm, _ in rows],
        "remark": [";".join(policies.told(policy, one) for one in decided.get(firm.pk, ()))[:200] for firm, _ in rows],
    }
    taking = take.judge(
        register=Grant.register, cells=Cells(numbers=range(1, len(rows) + 1), columns=cells), by=by, today=as_of
    )
    if refused := taking.rows_of("refused", most=1):
        raise refused[0].faults[0]
    return taking.write(by=by, at=at, reason=f"推送免申即享:{policy.label}")


def money(amount: Fraction) -> Decimal:
    """An amount as a column keeps it: four places, what is below them cut off."""
    return Decimal(int(amount * 10_000)) / 10_000
