"""字段对照: where each fact that the official criteria name is kept, one home each; docs/field-dictionary.md is made of it.

Run `python -m gongjian.ground.dictionary > docs/field-dictionary.md` after a change.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

STORED, DERIVED, ELSEWHERE = "照填", "由行得出", "另有所在"


@dataclass(frozen=True, kw_only=True)
class Home:
    """One fact of the criteria: the register and the field that hold it (both "" where neither does), and how."""

    name: str
    register: str = ""
    field: str = ""
    note: str = ""
    is_derived: bool = False

    @property
    def how(self) -> str:
        """照填: the field is the fact; 由行得出: it follows from the register's rows; 另有所在: no register holds it."""
        return ELSEWHERE if not self.register else DERIVED if self.is_derived else STORED


_HIGH_TECH = """
uscc | enterprise.credit_code |
established_date | enterprise.established_on |
apply_date | high-tech.planned_on |
staff_avg | annual-return.staff_avg |
tech_staff_avg | annual-return.tech_staff_avg |
sales | annual-return.sales | 每年一行,近三年取三行
rd_total | annual-return.rd_total | 每年一行
rd_domestic | annual-return.rd_domestic | 每年一行
rd_outsourced_actual | annual-return.rd_outsourced_actual | 每年一行;填实际发生额,测算时按80%计
rd_other | annual-return.rd_other | 每年一行
ps_income | annual-return.hightech_income |
total_income | annual-return.total_income |
net_assets_end | annual-return.net_assets_end | 每年一行
ip | intellectual-property.number | 每项一行
ip.class | =intellectual-property.kind | 种类决定Ⅰ类、Ⅱ类,不另填
ip.kind | intellectual-property.kind |
ip.grant_date | intellectual-property.granted_on |
ip.expiry | intellectual-property.expires_on |
ip.acquisition | intellectual-property.acquisition |
ip.used_before_hte | intellectual-property.used_before_hte |
ip.supports_product | intellectual-property.supports_product |
conversions | conversion.name | 每项一行
conversions.year | conversion.year |
conversions.ip_ref | conversion.right |
conversions.evidence | conversion.proof | 佐证
org_mgmt | | 研发组织管理四项由问诊记录给出分数区间,随高企规则一起登记
standards_participated | =standard-drafting.number | 数行
incidents | incident.name | 每起一行
incidents.date | incident.happened_on |
incidents.kind | incident.kind |
incidents.level | incident.level |
tech_field_code | enterprise.tech_field_code |
hte_cert_date | recognition.valid_from | 种类为高新技术企业
hte_cert_expiry | recognition.valid_to | 种类为高新技术企业
annual_report_missed | recognition.reports_missed | 种类为高新技术企业
"""

_OTHERS = """
period | annual-return.year | 月度数据为 monthly-figure.month
source | annual-return.source | 月度数据同名
as_of | annual-return.taken_on | 月度数据同名
evidence_ref | annual-return.report | 各台账都有佐证栏
staff_total | annual-return.staff_total |
tech_staff | annual-return.tech_staff |
sales | annual-return.sales |
total_assets | annual-return.total_assets |
total_liabilities | annual-return.total_liabilities |
rd_expense | annual-return.rd_expense | 每年一行;与高企口径、统计口径分列
cost_expense_total | annual-return.cost_expense_total |
ip_class1 | =intellectual-property.kind | 数Ⅰ类有效的行
ip_class2 | =intellectual-property.kind | 数Ⅱ类有效的行
ip_class1_highvalue | =intellectual-property.is_sei | 数Ⅰ类有效且带任一高价值标志的行
ip_class1_self | =intellectual-property.acquisition | 数Ⅰ类有效且自主研发的行
hte_valid | =recognition.valid_to | 高新技术企业证书当日有效
provincial_rd_org | =recognition.level | 研发机构类且国家级、省级,当日有效
led_standard | =standard-drafting.drafter_rank | 国际、国家、行业标准,近五年,排序前五
award_level | award.level |
award_rank | award.rank |
award_date | award.awarded_on |
abnormal_list | enterprise.is_abnormal | 列入、移出日期在旁边两栏
dishonest_list | enterprise.is_dishonest | 列入、移出日期在旁边两栏
segment_start_date | enterprise.segment_since |
revenue | annual-return.revenue | 每年一行
main_revenue | annual-return.main_revenue | 每年一行
equity_new_2y | =financing.amount | 近两年合格机构实缴额之和
equity_new_3y | =financing.amount | 近三年合格机构实缴额之和
market_share_dom | annual-return.market_share_dom |
market_share_intl | annual-return.market_share_intl |
national_rank | annual-return.national_rank |
zjtx_score | annual-return.zjtx_score | 每年一行
sti_sme_valid_to | recognition.valid_to | 种类为科技型、创新型或科技和创新型中小企业
zjtx_valid_to | recognition.valid_to | 种类为专精特新中小企业
is_recheck | recognition.is_recheck |
rd_spend_stat | annual-return.rd_spend_stat |
rd_equipment_original | annual-return.rd_equipment_original |
rd_fulltime | annual-return.rd_fulltime |
rd_staff_total | annual-return.rd_staff_total |
rd_site_area | annual-return.rd_site_area |
city_center_date | recognition.valid_from | 种类为企业技术中心,级别为市级
invention_apps_y1 | =intellectual-property.applied_on | 数上年申请的发明专利
penalties_3y | penalty.decided_on | 每件一行
cmmm_level | annual-return.cmmm_level |
cmmm_score | annual-return.cmmm_score |
cmmm_method | annual-return.cmmm_method |
scenes | scene.code | 每个一行,环节在 scene.segment
dt_selftest | annual-return.dt_selftest |
smart_level | recognition.grade | 种类为智能工厂
above_scale | enterprise.is_above_scale |
above_scale_since | enterprise.above_scale_since |
output_value_m | monthly-figure.output_value |
invoice_sales_m | monthly-figure.invoice_sales |
taxable_sales_m | monthly-figure.taxable_sales |
tax_paid_m | monthly-figure.tax_paid |
fixed_asset_input_vat | monthly-figure.fixed_asset_input_vat |
target_year | | 年度目标是工作要点里的承诺(目标值及其调整记录)
project_code | project.project_code |
filing_no | project.filing_number |
filing_amount | project.filing_amount | 以万元登记
total_investment | project.total_investment | 以万元登记
fixed_invest | project.fixed_investment |
equip_plan | project.equipment_plan |
stage | project.stage |
stage_dates | =project.stage | 阶段变动记录:发生日期与登记日期分列
review_results | project-review.result | 每次一行
equip_invoice_sum | =equipment-payment.amount | 发票不含税金额之和
equip_verified | upgrade.equipment_verified |
plan_invoice_sales | project.planned_sales |
plan_tax | project.planned_tax |
is_reno | project.is_renovation |
carrier_kind | site.kind |
op_start | site.operated_since |
area_total | site.area_total |
area_tenant | carrier-return.area_tenant |
desks | carrier-return.desks |
fund | carrier-return.fund |
fund_cases | carrier-return.fund_cases |
staff_prof | carrier-return.staff_prof |
mentors | carrier-return.mentors |
tenants | tenancy.enterprise | 每家一行;成立时间、营收等见该企业各台账
graduates_cum | carrier-return.graduates_cum |
income_total | carrier-return.income_total |
income_rent_property | carrier-return.income_rent_property |
person_key | person.person_key |
birth_date | person.birth_date |
degree | person.degree |
arrival_date | person.arrived_on |
exp_years | person.exp_years |
annual_salary | person.annual_salary |
work_permit_class | person.work_permit_class |
points | person.work_permit_points |
program | talent-project.program |
stage_talent | talent-project.stage |
deal_amount | talent-project.deal_amount |
paid_stage | talent-payment.amount | 每阶段一行
patent_no | intellectual-property.number |
app_date | intellectual-property.applied_on |
legal_status | intellectual-property.legal_status |
sei_flag | intellectual-property.is_sei |
overseas_family_granted | intellectual-property.has_overseas_family |
pledge_amount | intellectual-property.pledge_amount |
award | intellectual-property.award |
zfql_status | recognition.grade | 种类为筑峰强链企业
cloud_star | recognition.grade | 种类为星级上云企业
benchmark_factory | =recognition.valid_from | 种类为工业互联网标杆工厂
ii_invest_3y | =annual-return.ii_investment | 近三年之和
us_export | annual-return.us_export |
us_import | annual-return.us_import |
export_total | annual-return.export_total |
orders_3m | =monthly-figure.orders | 近三月之和
orders_3m_ly | =monthly-figure.orders | 上年同三月之和
staff_change_qoq | =monthly-figure.staff_end | 本季末与上季末相比
needs | demand.title | 每条一行;类型、责任人、时限、阶段各有栏
"""


def _homes(text: str) -> tuple[Home, ...]:
    rows = []
    for line in text.strip().splitlines():
        name, place, note = (part.strip() for part in line.split("|"))
        register, _, field = place.removeprefix("=").partition(".")
        rows.append(Home(name=name, register=register, field=field, note=note, is_derived=place.startswith("=")))
    return tuple(rows)


SECTIONS = {"高新技术企业(第1.4节)": _homes(_HIGH_TECH), "其他标准(第14节)": _homes(_OTHERS)}
"""The facts of both lists of the criteria, in their order."""


def page(*, registers: dict[str, Any]) -> str:
    """The dictionary as a Markdown page; `registers` are the declared ones by name."""
    intro = (
        "官方标准里出现的每一个数据项,在系统里只有一个登记的地方。本页由 "
        "`python -m gongjian.ground.dictionary` 从声明生成,有测试核对每一项都在。"
        f"“{STORED}”是直接填写的栏目;“{DERIVED}”是从逐行登记的内容数出、加出或判断出来的,不另设栏目;"
        f"“{ELSEWHERE}”的不在台账里。"
    )
    lines = ["# 标准数据项与台账栏目对照", "", intro, ""]
    for title, homes in SECTIONS.items():
        lines += [f"## {title}", "", "| 数据项 | 台账 | 栏目 | 方式 | 说明 |", "| --- | --- | --- | --- | --- |"]
        for home in homes:
            found = registers.get(home.register)
            label = str(found.field(home.field).verbose_name) if found else ""
            register = f"{found.label} `{home.register}`" if found else "—"
            field = f"{label} `{home.field}`" if found else "—"
            lines.append(f"| `{home.name}` | {register} | {field} | {home.how} | {home.note or '—'} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    import django  # a page of all registers needs the whole system to be set up

    django.setup()
    from gongjian.kernel.registers.declare import REGISTERS

    sys.stdout.write(page(registers=REGISTERS))
