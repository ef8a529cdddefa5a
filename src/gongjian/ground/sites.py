"""载体地块: plots, buildings and incubators of the zone, who has settled in them, and what stands empty."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, money, quantity, whole
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import Panel, register
from gongjian.kernel.registers.entry import Entry, EvidenceField

CARRIERS = ("incubator", "makerspace", "accelerator", "pilot-base")
"""Kinds of sites that are carriers of new firms and report by the year."""


@register(
    "site",
    key=("name",),
    filters=("kind", "park", "unit__name"),
    columns=("name", "kind", "park", "address", "area_total", "area_vacant", "owner", "operator", "unit"),
    search=("name", "address", "owner", "operator"),
    sort=("name",),
    ranges=("area_total", "area_vacant"),
    synonyms={
        "name": ("地块名称", "楼宇名称", "厂房名称", "载体名称", "孵化器名称"),
        "kind": ("类型", "载体类别", "用地类型"),
        "park": ("园区", "所属园区", "片区"),
        "address": ("坐落", "位置", "地址"),
        "area_total": ("总面积", "建筑面积", "占地面积", "面积"),
        "area_vacant": ("空置面积", "闲置面积", "可招商面积"),
        "owner": ("产权单位", "权利人"),
        "operator": ("运营单位", "运营机构", "管理单位"),
        "operated_since": ("运营时间", "投入运营日期"),
    },
    sections={
        "载体": ("name", "kind", "park", "address", "longitude", "latitude"),
        "面积与权属": ("area_total", "area_vacant", "owner", "title_number", "unit"),
        "孵化运营": ("operator", "operated_since"),
    },
    depends={"operator": ("kind", (*CARRIERS, "office")), "operated_since": ("kind", CARRIERS)},
    alike=("name", "address"),
    panels=(
        Panel(
            title="载体",
            fields=(
                "name",
                "kind",
                "park",
                "address",
                "longitude",
                "latitude",
                "operator",
                "operated_since",
            ),
        ),
        Panel(title="面积与权属", fields=("area_total", "area_vacant", "owner", "title_number", "unit")),
        Panel(title="入驻企业", related="tenancy"),
        Panel(title="历年运营", related="carrier-return"),
    ),
)
class Site(Entry):
    """One plot, building or carrier."""

    class Kind(models.TextChoices):
        PLOT = "plot", "地块"
        FACTORY = "factory", "标准厂房"
        OFFICE = "office", "办公楼宇"
        WAREHOUSE = "warehouse", "仓储"
        INCUBATOR = "incubator", "科技企业孵化器"
        MAKERSPACE = "makerspace", "众创空间"
        ACCELERATOR = "accelerator", "加速器"
        PILOT_BASE = "pilot-base", "中试基地"

    name = models.CharField("载体名称", max_length=120)
    kind = models.CharField("载体类型", max_length=12, choices=Kind.choices)
    park = models.CharField("所在园区", max_length=60, blank=True)
    address = models.CharField("坐落地址", max_length=200, blank=True)
    longitude = models.DecimalField(
        "经度(度)", max_digits=9, decimal_places=6, null=True, blank=True, help_text="WGS84坐标"
    )
    latitude = models.DecimalField(
        "纬度(度)", max_digits=8, decimal_places=6, null=True, blank=True, help_text="WGS84坐标"
    )
    area_total = quantity("总面积", unit="平方米", help_text="地块填占地面积,楼宇厂房填建筑面积")
    area_vacant = quantity("空置面积", unit="平方米", help_text="可以出让、出租的部分")
    owner = models.CharField("产权单位", max_length=120, blank=True)
    title_number = models.CharField("不动产权证号", max_length=60, blank=True)
    operator = models.CharField("运营单位", max_length=120, blank=True)
    operated_since = day("运营起始日")

    class Meta:
        verbose_name = "载体地块"

    def __str__(self) -> str:
        return self.name

    def warnings(self) -> list[str]:
        if self.area_total is not None and self.area_vacant is not None and self.area_vacant > self.area_total:
            return [f"空置面积{self.area_vacant:,f}平方米超过总面积{self.area_total:,f}平方米,请核对。"]
        return []


@register(
    "tenancy",
    key=("enterprise", "site", "entered_on"),
    filters=("site__kind", "way", "left_reason"),
    columns=("enterprise", "site", "way", "entered_on", "left_on", "area", "left_reason", "contract", "unit"),
    search=("enterprise__name", "site__name"),
    sort=("-entered_on", "enterprise__name"),
    ranges=("entered_on", "left_on"),
    synonyms={
        "enterprise": ("企业名称", "入驻企业", "承租方", "统一社会信用代码"),
        "site": ("载体名称", "所在载体", "孵化器名称", "地块", "厂房"),
        "entered_on": ("入驻时间", "入孵时间", "起租日期"),
        "left_on": ("退出时间", "毕业时间", "退租日期"),
        "area": ("租用面积", "使用面积"),
    },
    depends={"left_reason": ("way", ("incubated", "rented"))},
)
class Tenancy(Entry):
    """One enterprise in one site, from the day it came to the day it left."""

    class Way(models.TextChoices):
        OWNED = "owned", "自有"
        RENTED = "rented", "租用"
        INCUBATED = "incubated", "在孵"

    class Reason(models.TextChoices):
        GRADUATED = "graduated", "毕业"
        EXPIRED = "expired", "期满退出"
        MOVED = "moved", "迁出"
        CLOSED = "closed", "停业"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="tenancies", verbose_name="企业")
    site = models.ForeignKey(Site, models.PROTECT, related_name="tenancies", verbose_name="载体")
    entered_on = models.DateField("入驻日期")
    way = models.CharField("入驻方式", max_length=10, choices=Way.choices, blank=True)
    area = quantity("使用面积", unit="平方米")
    left_on = day("退出日期")
    left_reason = models.CharField("退出原因", max_length=10, choices=Reason.choices, blank=True)
    contract = EvidenceField("入驻协议")

    class Meta:
        verbose_name = "入驻"

    def __str__(self) -> str:
        return f"{self.enterprise} 入驻{self.site}"

    def warnings(self) -> list[str]:
        if self.left_on and self.left_on < self.entered_on:
            return [f"退出日期{self.left_on}早于入驻日期{self.entered_on},请核对。"]
        return []


@register(
    "carrier-return",
    key=("site", "year"),
    filters=("year", "site__kind"),
    columns=(
        "site", "year", "area_tenant", "desks", "fund", "staff_prof", "mentors", "graduates_cum", "income_total",
        "income_rent_property", "unit",
    ),
    search=("site__name",),
    sort=("-year", "site__name"),
    synonyms={
        "site": ("载体名称", "孵化器名称"),
        "year": ("年份", "统计年度"),
        "area_tenant": ("在孵面积", "在孵企业使用面积(含公共服务)"),
        "desks": ("工位数",),
        "fund": ("孵化基金", "种子资金"),
        "graduates_cum": ("累计毕业企业",),
    },
    sections={
        "载体与年度": ("site", "year", "unit"),
        "场地": ("area_tenant", "desks"),
        "服务": ("fund", "fund_cases", "staff_total", "staff_prof", "mentors", "graduates_cum", "events"),
        "收入": ("income_total", "income_rent_property"),
    },
)  # fmt: skip
class CarrierReturn(Entry):
    """What one carrier reports for one year (国科发区〔2018〕300号, 国科发火〔2017〕120号, 工信部科〔2025〕131号)."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="returns", verbose_name="载体")
    year = models.PositiveSmallIntegerField("年度")
    area_tenant = quantity("在孵使用面积", unit="平方米", help_text="在孵企业使用,含公共服务面积")
    desks = whole("工位(个)")
    fund = money("孵化资金", help_text="自有种子资金或合作的孵化资金")
    fund_cases = whole("资金使用案例(个)")
    staff_total = whole("从业人员(人)")
    staff_prof = whole("专业孵化人员(人)")
    mentors = whole("创业导师(人)")
    graduates_cum = whole("累计毕业企业(家)")
    events = whole("全年活动(场)")
    income_total = money("运营总收入")
    income_rent_property = money("其中房租及物业收入")
    report = EvidenceField("统计报表")

    class Meta:
        verbose_name = "载体年度数据"

    def __str__(self) -> str:
        return f"{self.site} {self.year}年"

    def warnings(self) -> list[str]:
        found = []
        rent, income = self.income_rent_property, self.income_total
        if rent is not None and income is not None and rent > income:
            found.append(f"房租及物业收入{rent:,f}万元超过运营总收入{income:,f}万元,请核对。")
        if self.staff_prof is not None and self.staff_total is not None and self.staff_prof > self.staff_total:
            found.append(f"专业孵化人员{self.staff_prof}人超过从业人员{self.staff_total}人,请核对。")
        return found
