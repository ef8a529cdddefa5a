"""人才项目: high-level talent projects in the loop 申报-培育-跟踪 ("高层次人才项目不少于15个", "海外人才30人以上")."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongjian.ground.amounts import money
from gongjian.ground.facts_people import SUPPORT
from gongjian.kernel.indicators.declare import count
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "talent-project",
    key=("name",),
    filters=("stage", "field", "is_potential"),
    columns=("name", "leader", "field", "is_potential", "stage", "approval", "landing", "unit"),
    search=("name", "leader"),
    synonyms={
        "name": ("项目", "人才项目"),
        "leader": ("领军人才", "负责人"),
        "stage": ("状态", "进度"),
        "program": ("计划名称", "申报计划"),
        "deal_amount": ("协议金额", "揭榜金额"),
        "support_asked": ("申请资助额", "申请金额"),
    },
    sections={
        "项目": ("name", "leader", "field", "program", "support_kind", "support_asked", "deal_amount", "unit"),
        "培育": ("is_potential", "potential_since"),
    },
    depends={"potential_since": ("is_potential", (True,))},
    inlines=("talent-payment",),
    alike=("name",),
)
class TalentProject(Entry):
    """One talent project, from the first contact to its landing."""

    class Steps(Stages):
        CONTACTED = Stage("对接")
        FILED = Stage("已申报")
        SELECTED = Stage("入选", needs=("approval",))
        LANDED = Stage("落地转化", needs=("landing",))
        ENDED = Stage("终止", ends=True)

    name = models.CharField("项目名称", max_length=120)
    leader = models.CharField("带头人", max_length=40, blank=True)
    field = models.CharField("领域", max_length=40, blank=True)
    program = models.CharField("人才计划", max_length=60, blank=True, help_text="双创人才、双创团队、市级计划等")
    support_kind = models.CharField(
        "资助类别", max_length=10, choices=list(SUPPORT.items()), blank=True, help_text="按申报书;决定资助上限"
    )
    support_asked = money("拟申请资助额")
    deal_amount = models.DecimalField(
        "揭榜协议额(万元)", max_digits=18, decimal_places=4, null=True, blank=True, help_text="揭榜挂帅的才填"
    )
    is_potential = models.BooleanField("重点培育", default=False)
    potential_since = models.DateField("列入重点培育日期", null=True, blank=True)
    stage = StageField("阶段", steps=Steps)
    approval = EvidenceField("入选文件")
    landing = EvidenceField("落地证明")

    class Meta:
        verbose_name = "人才项目"

    def __str__(self) -> str:
        return self.name


@register(
    "talent-payment",
    key=("project", "stage_name"),
    columns=("project", "stage_name", "paid_on", "amount", "voucher", "unit"),
    search=("project__name", "stage_name"),
    sort=("project__name", "paid_on"),
    ranges=("paid_on",),
    synonyms={"project": ("项目名称", "人才项目"), "amount": ("拨付金额",), "paid_on": ("拨付时间",)},
)
class TalentPayment(Entry):
    """One stage payment of a project's prize (揭榜挂帅)."""

    project = models.ForeignKey(TalentProject, models.PROTECT, related_name="payments", verbose_name="项目")
    stage_name = models.CharField("拨付阶段", max_length=40, help_text="签约、中期、验收等")
    paid_on = models.DateField("拨付日期", null=True, blank=True)
    amount = models.DecimalField("拨付额(万元)", max_digits=18, decimal_places=4)
    voucher = EvidenceField("拨付凭证")

    class Meta:
        verbose_name = "揭榜拨付"

    def __str__(self) -> str:
        return f"{self.project} {self.stage_name}"


@register(
    "overseas-talent",
    key=("name", "arrived_on"),
    filters=("country", "field"),
    ranges=("arrived_on",),
    alike=("name",),
    columns=("name", "country", "field", "employer", "arrived_on", "contract", "unit"),
    search=("name", "employer"),
    scope="unit",
    synonyms={"name": ("姓名",), "arrived_on": ("到岗时间",), "employer": ("用人单位",)},
)
class OverseasTalent(Entry):
    """One person recruited from abroad."""

    name = models.CharField("姓名", max_length=60)
    country = models.CharField("来源国家或地区", max_length=40, blank=True)
    field = models.CharField("专业领域", max_length=40, blank=True)
    employer = models.CharField("引进单位", max_length=120, blank=True)
    arrived_on = models.DateField("到岗日期")
    contract = EvidenceField("聘用合同")

    class Meta:
        verbose_name = "海外人才"

    def __str__(self) -> str:
        return self.name


selected = count(
    "talent-selected",
    TalentProject,
    reached=TalentProject.Steps.SELECTED,
    label="新增高层次人才项目",
    unit="个",
    answers=("高层次人才项目", "人才项目入选"),
)
landed = count(
    "talent-landed",
    TalentProject,
    reached=TalentProject.Steps.LANDED,
    label="人才项目落地转化",
    unit="个",
    answers=("人才项目落地转化", "人才项目落地", "优质项目落地转化"),
)
potential = count(
    "talent-potential",
    TalentProject,
    dated="potential_since",
    where=Q(is_potential=True),
    label="重点培育潜力项目",
    unit="个",
    answers=("潜力项目", "潜力人才项目"),
)
overseas = count(
    "overseas-talent",
    OverseasTalent,
    dated="arrived_on",
    proved_by="contract",
    label="招引海外人才",
    unit="人",
    answers=("海外人才", "海外引智", "引进海外人才"),
)
