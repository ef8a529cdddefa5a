"""科技型中小企业评价: gates, score of 100 points and the direct routes (国科发政〔2017〕115号)."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Flag, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.scores import Banded, Best, Cased, Earned, Sum, bands
from gongjian.kernel.rulebooks.terms import Lever, param, ratio

HIRE = Lever(label="新增科技人员(职工总数同增)", unit="人", moves={"tech_staff": 1, "staff_total": 1})
MOVE = Lever(label="现有职工转为科技人员(职工总数不变)", unit="人", moves={"tech_staff": 1})

tech_share = ratio(s.tech_staff, s.staff_total, label="科技人员占职工总数")

SCORE = Sum(
    "whole",
    "科技型中小企业评价得分",
    (
        Banded(
            "staff_points",
            "科技人员指标",
            tech_share,
            bands(("30%", 20, 20), ("25%", 16, 16), ("20%", 12, 12), ("15%", 8, 8), ("10%", 4, 4)),
            cites="第七条(一)",
            levers=(MOVE, HIRE),
        ),
        Best(
            "rd_points",
            "研发投入指标(两种口径中较高的一种,正式填报由企业自选)",
            (
                Banded(
                    "rd_by_sales",
                    "研发费用占销售收入",
                    ratio(s.rd_expense.latest, f.sales.latest, label="研发费用占销售收入"),
                    bands(("6%", 50, 50), ("5%", 40, 40), ("4%", 30, 30), ("3%", 20, 20), ("2%", 10, 10)),
                    cites="第七条(二)1",
                ),
                Banded(
                    "rd_by_cost",
                    "研发费用占成本费用支出总额",
                    ratio(s.rd_expense.latest, s.cost_expense_total, label="研发费用占成本费用支出总额"),
                    bands(("30%", 50, 50), ("25%", 40, 40), ("20%", 30, 30), ("15%", 20, 20), ("10%", 10, 10)),
                    cites="第七条(二)2",
                ),
            ),
        ),
        Cased(
            "results_points",
            "科技成果指标",
            (
                (s.class1_valid >= 1, 30, 30),
                (s.class2_valid >= 4, 24, 24),
                (s.class2_valid >= 3, 18, 18),
                (s.class2_valid >= 2, 12, 12),
                (s.class2_valid >= 1, 6, 6),
            ),
            cites="第七条(三)",
        ),
    ),
)

STI_SME = shelve(
    Rulebook(
        name="sti-sme",
        label="科技型中小企业",
        edition="2017",
        facts=f.FACTS,
        source="国科发政〔2017〕115号,国科火字〔2022〕67号",
        standard="sti-sme",
        since=date(2017, 5, 3),
        gates=(
            gate(
                "resident",
                Review("在中国境内(不含港澳台)注册的居民企业", s.is_resident),
                label="居民企业",
                cites="第六条(一)",
            ),
            gate(
                "size",
                (s.staff_total <= param("max_staff"))
                & (f.sales.latest <= param("max_sales"))
                & (s.total_assets <= param("max_assets")),
                label="职工、销售收入和资产规模",
                cites="第六条(二)",
            ),
            gate(
                "field",
                Review("产品和服务不属禁止、限制、淘汰类", s.not_prohibited),
                label="产品和服务",
                cites="第六条(三)",
            ),
            gate(
                "record",
                (s.serious_2y <= param("max_serious")).by() & Flag(s.is_abnormal, False) & Flag(s.is_dishonest, False),
                label="无重大事故、失信和异常名录",
                cites="第六条(四)",
                remedy="列入经营异常名录或严重违法失信名单的,先办理移出或信用修复。",
            ),
        ),
        score=SCORE,
        score_label="评价得分或直通条件",
        score_cites="第六条(五)、第八条",
        passes=(Earned(SCORE, param("pass")) & (tech_share >= param("min_tech_share")).by(MOVE, HIRE))
        | Flag(s.hte_valid)
        | Flag(s.national_award_5y)
        | Flag(s.provincial_rd_org)
        | Flag(s.led_standard_5y),
        alerts=(
            gate(
                "onsite_check",
                (s.staff_total <= param("check_staff"))
                | ((s.class1_valid + s.class2_valid) <= param("check_rights"))
                | (s.rd_expense.latest < param("check_rd"))
                | Flag(s.has_sti_number, False),
                label="可能被抽中现场核查",
                cites="2026年通知",
                note="职工少、无知识产权、研发费用少或首次参评的会被重点核查,不影响评价结论。",
            ),
        ),
        not_encoded={
            "第五条": "评价工作流程,由评价机构办理,不是对企业的条件。",
            "与主要产品相关": "科技成果指标按有效知识产权数计;有无争议、是否与主要产品相关,申报时核对。",
            "近三年失信或被撤销编号": "也是现场核查的触发情形;撤销日期登记在资质认定中,失信的历史没有记录,请人工核对。",
        },
    )
)
