"""股权融资: equity that an enterprise took in; criteria look at what qualified investors paid in within 2 or 3 years."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import flag, money
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "financing",
    key=("enterprise", "paid_on", "investor"),
    filters=("round", "is_qualified"),
    columns=("enterprise", "paid_on", "round", "investor", "is_qualified", "amount", "proof", "unit"),
    search=("investor", "enterprise__name"),
    sort=("-paid_on", "enterprise__name"),
    ranges=("paid_on", "amount"),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码", "融资企业"),
        "paid_on": ("到账时间", "融资时间", "实缴日期"),
        "investor": ("投资方", "投资人", "投资机构名称"),
        "amount": ("融资金额", "实缴金额", "到账金额"),
        "round": ("轮次",),
    },
)
class Financing(Entry):
    """One payment of one investor for new shares."""

    class Round(models.TextChoices):
        SEED = "seed", "种子轮"
        ANGEL = "angel", "天使轮"
        A = "a", "A轮"
        B = "b", "B轮"
        C = "c", "C轮及以后"
        STRATEGIC = "strategic", "战略投资"
        OFFERING = "offering", "公开发行"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="financings", verbose_name="企业")
    paid_on = models.DateField("到账日期")
    investor = models.CharField("投资机构", max_length=120)
    round = models.CharField("融资轮次", max_length=10, choices=Round.choices, blank=True)
    is_qualified = flag(
        "合格机构投资者", help_text="优质中小企业只认合格机构投资者的实缴额(工信部企业〔2026〕2号,定义待核实)"
    )
    amount = money("实缴金额", help_text="外币按到账日汇率折算")
    proof = EvidenceField("到账证明")

    class Meta:
        verbose_name = "股权融资"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.paid_on}"
