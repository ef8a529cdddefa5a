"""企业月度数据: what statistics and tax offices know of an enterprise month by month, and its foreign orders."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, money, whole
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.months import MonthField, said


@register(
    "monthly-figure",
    key=("enterprise", "month"),
    filters=("enterprise__industry", "unit__name"),
    columns=(
        "enterprise", "month", "output_value", "invoice_sales", "taxable_sales", "tax_paid", "fixed_asset_input_vat",
        "orders", "staff_end", "unit",
    ),
    search=("enterprise__name", "enterprise__credit_code"),
    sort=("-month", "enterprise__name"),
    ranges=("month",),
    synonyms={
        "enterprise": ("企业名称", "单位名称", "统一社会信用代码", "纳税人识别号"),
        "month": ("月份", "所属期", "统计月份", "税款所属期"),
        "output_value": ("工业总产值", "产值", "当月产值"),
        "invoice_sales": ("开票销售", "开票金额", "当月开票销售", "不含税开票"),
        "taxable_sales": ("应税销售", "应税销售收入"),
        "tax_paid": ("入库税金", "实缴税金", "税收"),
        "fixed_asset_input_vat": ("进项税抵扣", "固定资产抵扣税额"),
        "orders": ("新签订单", "外贸订单", "在手订单"),
        "staff_end": ("期末从业人数", "用工人数", "参保人数"),
    },
    sections={
        "企业与月份": ("enterprise", "month", "source", "taken_on", "unit"),
        "生产与销售": ("output_value", "invoice_sales", "taxable_sales"),
        "税收与设备": ("tax_paid", "fixed_asset_input_vat"),
        "订单与用工": ("orders", "staff_end"),
    },
)  # fmt: skip
class MonthlyFigure(Entry):
    """One enterprise's figures of one month."""

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="months", verbose_name="企业")
    month = MonthField("所属月份", help_text="按月填写,如2025年3月")
    source = models.CharField("数据来源", max_length=120, blank=True)
    taken_on = day("取数日期")
    output_value = money("规上工业总产值", help_text="现价,当月数;规上企业联网直报口径")
    invoice_sales = money("开票销售", help_text="增值税发票开具额,按开票日期,当月数")
    taxable_sales = money("应税销售", help_text="增值税申报口径,当月数")
    tax_paid = money("入库税金", help_text="当月入库数")
    fixed_asset_input_vat = money("固定资产进项税抵扣", help_text="当月数;除以13%约为设备投入")
    orders = money("新签出口订单", unit="万美元", help_text="当月数;近三月合计与上年同期由系统相加")
    staff_end = whole("月末用工(人)", help_text="用工环比由系统按季度末计算")
    report = EvidenceField("报表原件")

    class Meta:
        verbose_name = "企业月度数据"

    def __str__(self) -> str:
        return f"{self.enterprise} {said(self.month)}"

    def warnings(self) -> list[str]:
        found = []
        output, invoiced = self.output_value, self.invoice_sales
        if output and invoiced and abs(output / invoiced - 1) > 1:
            found.append(
                f"规上工业总产值{output.normalize():,f}万元与开票销售{invoiced.normalize():,f}万元相差一倍以上,"
                "请核对口径和单位。"
            )
        if self.tax_paid and invoiced and self.tax_paid > invoiced:
            found.append("入库税金超过开票销售,请核对单位是否填错。")
        return found
