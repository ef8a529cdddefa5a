"""江苏省工业互联网标杆工厂: the conditions of the 2022 notice; those of later years were not found."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_industry as d
from gongjian.ground import facts_sme as s
from gongjian.kernel.rulebooks.conditions import Diagnosed, Flag, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.terms import param

CITES = "江苏省2022年工业互联网标杆工厂通知"

BENCHMARK_FACTORY = shelve(
    Rulebook(
        name="benchmark-factory",
        label="江苏省工业互联网标杆工厂",
        edition="2022",
        facts=f.FACTS,
        source=CITES,
        standard="benchmark-factory",
        since=date(2022, 1, 1),
        gates=(
            gate("legal_person", Review("江苏注册的独立法人", d.is_legal_person), label="独立法人", cites=CITES),
            gate(
                "credit",
                Flag(s.is_dishonest, False),
                label="信用良好",
                cites=CITES,
                remedy="列入严重违法失信名单的,先办理信用修复。",
            ),
            gate(
                "investment",
                d.ii_investment.total(3) >= param("min_investment"),
                label="近三年平台与设备投入",
                cites=CITES,
                note="平台系统、智能装备、检测、咨询的投入,以审计报告和发票为准;按近三个会计年度计。",
            ),
            gate(
                "integration",
                Review("通过两化融合管理体系贯标", d.has_integration_standard),
                label="两化融合贯标",
                cites=CITES,
            ),
            gate("basics", Review("基础技术能力全部具备", d.has_basic_abilities), label="基础技术能力", cites=CITES),
            gate(
                "system",
                Diagnosed(
                    (d.system_directions >= param("min_directions")) & (d.system_indicators >= param("min_indicators"))
                ),
                label="制造系统能力",
                cites=CITES,
                note="三个方向都要涉及,十项指标中达到规定项数。",
            ),
            gate(
                "ability",
                Diagnosed(d.benchmark_directions >= param("min_benchmark_directions")),
                label="企业标杆能力",
                cites=CITES,
                note="四个方向中有规定个数的方向,其指标须全部达到。",
            ),
            gate(
                "mode",
                Diagnosed(d.mode_indicators >= param("min_mode_indicators")),
                label="业态模式",
                cites=CITES,
            ),
        ),
        not_encoded={
            "施行日期": "2022年通知的日期未查到,按2022年度起计。",
            "2023年以后的条件": "未找到2022年以后的通知,以当年通知为准。",
            "平台四个等级": "企业级、行业(区域)级、省级双跨、国家级双跨是对平台的分级,不是企业认定条件。",
            "筑峰强链": "入选条件、等级和文号均未找到,只在台账登记状态,不编造等级条件。",
        },
    )
)
