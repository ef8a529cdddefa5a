"""重大项目: major projects and their start ("确保……等重大项目开工建设"); a start without a permit is only claimed."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import flag, money, quantity
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.indicators.declare import count, coverage
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@register(
    "project",
    key=("name",),
    filters=("stage", "industry", "permit"),
    columns=("name", "industry", "total_investment", "planned_on", "stage", "permit", "agent", "unit"),
    search=("name", "agent"),
    ranges=("total_investment", "planned_on"),
    synonyms={
        "name": ("项目", "重大项目"),
        "enterprise": ("建设单位", "实施主体", "业主单位"),
        "project_code": ("投资项目代码", "统一代码"),
        "filing_number": ("备案证号", "备案文号"),
        "total_investment": ("总投资",),
        "planned_on": ("开工时间", "计划开工时间", "拟开工时间"),
        "equipment_plan": ("设备投资", "计划设备投入"),
        "planned_sales": ("预计开票销售", "达产开票"),
        "planned_tax": ("预计税收", "达产税收"),
        "stage": ("状态", "进度"),
        "agent": ("代办员",),
    },
    sections={
        "项目": ("name", "enterprise", "industry", "is_renovation", "agent", "unit"),
        "备案": ("project_code", "filing_number", "filing_amount"),
        "投资": ("total_investment", "fixed_investment", "equipment_plan", "land_area"),
        "计划": ("planned_on", "planned_sales", "planned_tax"),
    },
    inlines=("project-review",),
    alike=("name", "project_code"),
)
class Start(Entry):
    """One major project."""

    class Steps(Stages):
        SIGNED = Stage("已签约")
        SITED = Stage("已供地")
        STARTED = Stage("已开工", needs=("permit",))
        ROOFED = Stage("主体封顶", needs=("permit",))
        PRODUCING = Stage("竣工投产", needs=("permit",))
        DROPPED = Stage("终止", ends=True)

    name = models.CharField("项目名称", max_length=120)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="建设企业"
    )
    industry = models.CharField("产业", max_length=40, blank=True)
    is_renovation = flag("技术改造项目")
    project_code = models.CharField("项目代码", max_length=40, blank=True, help_text="投资项目在线审批监管平台代码")
    filing_number = models.CharField("备案号", max_length=60, blank=True)
    filing_amount = money("备案投资额")
    total_investment = models.DecimalField("总投资(万元)", max_digits=18, decimal_places=4, null=True, blank=True)
    fixed_investment = money("固定资产投资")
    equipment_plan = money("设备投资计划")
    land_area = quantity("用地面积", unit="亩")
    planned_on = models.DateField("计划开工", null=True, blank=True)
    planned_sales = money("计划开票销售", help_text="达产后全年")
    planned_tax = money("计划税收", help_text="达产后全年")
    agent = models.CharField("红色代办员", max_length=40, blank=True)
    stage = StageField("阶段", steps=Steps)
    permit = EvidenceField("施工许可证")

    class Meta:
        verbose_name = "重大项目"

    def __str__(self) -> str:
        return self.name


@register(
    "project-review",
    key=("project", "kind", "reviewed_on"),
    filters=("kind", "result"),
    columns=("project", "kind", "reviewed_on", "result", "remark", "opinion", "unit"),
    search=("project__name", "remark"),
    sort=("-reviewed_on", "project__name"),
    ranges=("reviewed_on",),
    synonyms={"project": ("项目名称",), "kind": ("评审环节", "认定环节"), "reviewed_on": ("认定时间", "评审日期")},
)
class ProjectReview(Entry):
    """One official review of a project: 质态评估, 签约核定, 开工认定, 竣工认定."""

    class Kind(models.TextChoices):
        QUALITY = "quality", "质态评估"
        SIGNING = "signing", "签约核定"
        START = "start", "开工认定"
        COMPLETION = "completion", "竣工认定"
        OUTPUT = "output", "转化达产认定"

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        RETURNED = "returned", "退回"
        FAILED = "failed", "未通过"
        UNCOUNTED = "uncounted", "通过不计分"

    project = models.ForeignKey(Start, models.PROTECT, related_name="reviews", verbose_name="项目")
    kind = models.CharField("认定环节", max_length=12, choices=Kind.choices)
    reviewed_on = models.DateField("认定日期")
    result = models.CharField("认定结果", max_length=12, choices=Result.choices, blank=True)
    remark = models.CharField("认定意见", max_length=200, blank=True)
    opinion = EvidenceField("认定文件")

    class Meta:
        verbose_name = "项目认定"

    def __str__(self) -> str:
        return f"{self.project} {self.get_kind_display()}"


started = coverage(
    "projects-started",
    Start,
    reached=Start.Steps.STARTED,
    label="列名重大项目开工",
    answers=("重大项目开工", "项目开工建设", "项目开工", "开工建设"),
)
starts = count(
    "project-starts",
    Start,
    reached=Start.Steps.STARTED,
    label="重大项目开工数",
    unit="个",
    answers=("重大项目开工", "新开工项目", "亿元以上项目开工"),
)
