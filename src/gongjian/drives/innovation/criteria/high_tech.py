"""高新技术企业认定标准: gates of article 11 and the score of 100 points (国科发火〔2016〕32号、195号)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.kernel.rulebooks.conditions import Review
from gongjian.kernel.rulebooks.dates import days
from gongjian.kernel.rulebooks.facts import Kind
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.scores import Banded, Cased, Given, Graded, Sum, bands
from gongjian.kernel.rulebooks.terms import Lever, param, ratio

GRADES = ("E", "D", "C", "B", "A")
QUALITY = {"A": (7, 8), "B": (5, 6), "C": (3, 4), "D": (1, 2), "E": (0, 0)}

field_confirmed = f.graded("tech_field_confirmed", "主要产品属于八大高新技术领域", Kind.FLAG)
ip_advance = f.graded(
    "ip_advance",
    "技术的先进程度",
    Kind.CHOICE,
    options=GRADES,
    labels=("无", "较低", "一般", "较高", "高"),
)
ip_support = f.graded(
    "ip_support", "对主要产品的核心支持作用", Kind.CHOICE, options=GRADES, labels=("无", "较弱", "一般", "较强", "强"),
)  # fmt: skip


def graded(name: str, label: str, most: int) -> Given:
    """An item that the adviser grades from 0 to `most`, as one number or a range."""
    low = f.graded(f"{name}_low", f"{label}(低)", Kind.COUNT, "分")
    high = f.graded(f"{name}_high", f"{label}(高)", Kind.COUNT, "分")
    return Given(name, label, low, high, most)


def growth(name: str, label: str, of: f.Yearly) -> Banded:
    """10 points by mean growth; no value (a denominator not above zero) is no points."""
    return Banded(
        name,
        label,
        of.growth(label),
        bands(("35%", 9, 10), ("25%", 7, 8), ("15%", 5, 6), ("5%", 3, 4), (">0", 1, 2)),
    )


HIRE = Lever(label="新增科技人员(职工总数同增)", unit="人", moves={"tech_staff_avg": 1, "staff_avg": 1})
MOVE = Lever(label="现有职工转为科技人员(职工总数不变)", unit="人", moves={"tech_staff_avg": 1})

SCORE = Sum(
    "whole",
    "创新能力评价",
    (
        Sum(
            "ip",
            "知识产权",
            (
                Graded("ip_advance", "技术的先进程度", ip_advance, QUALITY),
                Graded("ip_support", "对主要产品的核心支持作用", ip_support, QUALITY),
                Cased(
                    "ip_count",
                    "知识产权数量",
                    (
                        (f.class1_rights >= 1, 7, 8),
                        (f.class2_rights >= 5, 5, 6),
                        (f.class2_rights >= 3, 3, 4),
                        (f.class2_rights >= 1, 1, 2),
                    ),
                ),
                Cased(
                    "ip_origin",
                    "知识产权获得方式",
                    ((f.self_developed >= 1, 1, 6), ((f.class1_rights + f.class2_rights) >= 1, 1, 3)),
                ),
                Cased("ip_standard", "参与编制标准(加分)", ((f.standards_drafted >= 1, 1, 2),)),
            ),
            cap=30,
        ),
        Banded(
            "conversion",
            "科技成果转化能力(三年年均)",
            ratio(f.conversions, f.whole_years(3), label="三年年均转化数", percent=False),
            bands(("5", 25, 30), ("4", 19, 24), ("3", 13, 18), ("2", 7, 12), ("1", 1, 6)),
        ),
        Sum(
            "management",
            "研发组织管理水平",
            (
                graded("mgmt_a", "研发制度、投入核算与辅助账", 6),
                graded("mgmt_b", "研发机构、科研条件与产学研合作", 6),
                graded("mgmt_c", "成果转化激励与双创平台", 4),
                graded("mgmt_d", "科技人员培养引进与绩效", 4),
            ),
        ),
        Sum(
            "growth",
            "企业成长性",
            (growth("assets_growth", "净资产增长率", f.net_assets), growth("sales_growth", "销售收入增长率", f.sales)),
        ),
    ),
)

HIGH_TECH = shelve(
    Rulebook(
        name="high-tech",
        label="高新技术企业",
        edition="2016",
        facts=f.FACTS,
        source="国科发火〔2016〕32号、195号",
        standard="high-tech",
        since=date(2016, 1, 1),
        gates=(
            gate(
                "age",
                days(f.established_on, f.filing_on) >= param("min_age"),
                label="注册成立一年以上",
                cites="第十一条(一)",
            ),
            gate("ownership", f.core_rights >= param("min_rights"), label="核心知识产权所有权", cites="第十一条(二)"),
            gate("field", Review("八大高新技术领域", field_confirmed), label="技术领域", cites="第十一条(三)"),
            gate(
                "tech_staff",
                (ratio(f.tech_staff_avg, f.staff_avg) >= param("tech_staff_share")).by(MOVE, HIRE),
                label="科技人员占比",
                cites="第十一条(四)",
            ),
            gate(
                "rd_share",
                ratio(f.rd_total.total(3), f.sales.total(3)) >= param("rd_share", by=f.sales.latest),
                label="研发费用占比",
                cites="第十一条(五)",
            ),
            gate(
                "rd_domestic",
                ratio(f.rd_domestic.total(3), f.rd_total.total(3)) >= param("rd_domestic_share"),
                label="境内研发费用占比",
                cites="第十一条(五)",
            ),
            gate(
                "income",
                ratio(f.hightech_income, f.total_income) >= param("income_share"),
                label="高新技术产品(服务)收入占比",
                cites="第十一条(六)",
            ),
            gate(
                "incidents",
                f.major_incidents <= param("max_incidents"),
                label="无重大事故和严重环境违法",
                cites="第十一条(八)",
            ),
        ),
        score=SCORE,
        score_label="创新能力评价",
        score_cites="第十一条(七)",
        documents=(
            "高新技术企业认定申请书",
            "营业执照等注册登记证件",
            "知识产权、科研项目立项、科技成果转化和研发组织管理的证明材料",
            "高新技术产品(服务)的关键技术指标、生产批文、认证证书和质量检验报告",
            "职工和科技人员情况说明",
            "近三年研发费用和近一年高新技术产品(服务)收入的专项审计或鉴证报告",
            "近三年财务会计报告",
            "近三年企业所得税年度纳税申报表",
        ),
        alerts=(
            gate(
                "negative_assets",
                (f.net_assets.year(2) < 0).by() | (f.net_assets.year(3) < 0).by(),
                label="净资产为负数",
                cites="工作指引三(六):企业成长性",
                note="计算办法只写了净资产为零的情形,没有写负数;净资产增长率按0分计,由财务专家核定。",
            ),
        ),
    )
)
