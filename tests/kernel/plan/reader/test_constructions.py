"""Constructions: each way of promising that the reader must understand, on sentences made for the test."""

from typing import Any

import pytest

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read

KEYS = ("kind", "comparator", "value", "value2", "unit", "deadline")


def said(text: str, *, year: int | None = 2025) -> list[dict[str, Any]]:
    return as_json(read(plain(name="要点", text=text), year=year))


def hard(text: str, *, year: int | None = 2025) -> list[tuple[Any, ...]]:
    return [
        tuple(one[key] for key in KEYS)
        for one in said(text, year=year)
        if one["kind"] in ("quantity", "rate", "rank", "roster")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("确保新增高企26家。", ("quantity", "=", 26, None, "家", "year_end")),
        ("全年引育领军人才不少于12名。", ("quantity", ">=", 12, None, "名", "year_end")),
        ("培育瞪羚企业5家以上。", ("quantity", ">=", 5, None, "家", "year_end")),
        ("推动6个以上飞地项目落地见效。", ("quantity", ">=", 6, None, "个", "year_end")),
        ("重点孵化12-15个种子项目。", ("quantity", "range", 12, 15, "个", "year_end")),
        ("重点孵化１２—１５個種子項目。", ("quantity", "range", 12, 15, "个", "year_end")),
        ("全口径应税销售突破900亿元。", ("quantity", ">", 900, None, "亿元", "year_end")),
        ("紧扣规上工业产值超千亿目标,抓好运行调度。", ("quantity", ">", 1000, None, "亿元", "year_end")),
        ("确保全年亿元以上技改项目超30个。", ("quantity", ">", 30, None, "个", "year_end")),
        ("新认定省级星级上云企业三十家。", ("quantity", "=", 30, None, "家", "year_end")),
        ("建成两个邻里中心。", ("quantity", "=", 2, None, "个", "year_end")),
        ("服务业增加值增长8%左右。", ("rate", "~", 8, None, "%", "year_end")),
        ("城镇登记失业率控制在4%以内。", ("rate", "<=", 4, None, "%", "year_end")),
        ("单位工业增加值能耗下降3.2%。", ("rate", "=", -3.2, None, "%", "year_end")),
        ("地区生产总值增长6.2%以上、力争7%。", ("rate", ">=", 6.2, 7, "%", "year_end")),
        ("地区生产总值增长6%,力争7%。", ("rate", "=", 6, 7, "%", "year_end")),
        ("跨境电商交易额实现翻番。", ("rate", "=", 100, None, "%", "year_end")),
        ("粮食机收率达97%。", ("rate", ">=", 97, None, "%", "year_end")),
        ("优良天数比率稳定在83%以上。", ("rate", ">=", 83, None, "%", "year_end")),
        ("上半年新开工项目9个。", ("quantity", "=", 9, None, "个", "06-30")),
        ("6月底前腾退低效用地300亩。", ("quantity", "=", 300, None, "亩", "06-30")),
        ("一季度新签约项目4个。", ("quantity", "=", 4, None, "个", "03-31")),
        ("到2027年底培育百亿级企业3家。", ("quantity", "=", 3, None, "家", "2027-12-31")),
        ("汛期前完成12座涵闸维修。", ("quantity", "=", 12, None, "座", "flood_season")),
        ("确保工业投资增幅全市第一。", ("rank", "=", 1, None, "名", "year_end")),
        ("力争综合考评进入全省前20名。", ("rank", "<=", 20, None, "名", "year_end")),
        ("外贸进出口增速高于全市平均水平。", ("rank", ">", None, None, None, "year_end")),
        ("推动全区在高质量考核中争先进位。", ("rank", None, None, None, None, "year_end")),
        ("争取上级资金2.5亿元以上。", ("quantity", ">=", 2.5, None, "亿元", "year_end")),
        ("新建标准厂房１５萬平方米。", ("quantity", "=", 15, None, "万平方米", "year_end")),
        ("农村污水治理率从77%提高到80%以上。", ("rate", ">=", 80, None, "%", "year_end")),
        ("全年亿元以上项目签约50个。", ("quantity", "=", 50, None, "个", "year_end")),
        ("确保服务业投资增幅高于全市平均2个百分点以上。", ("rank", ">", None, None, None, "year_end")),
        ("国家级考评确保前50、力争前40。", ("rank", "<=", 50, 40, "名", "year_end")),
        ("全年接待游客总人次达到300万。", ("quantity", ">=", 300, None, "万人次", "year_end")),
        ("确保公租房配租率达九成以上。", ("rate", ">=", 90, None, "%", "year_end")),
    ],
)  # fmt: skip
def test_one_promise(text: str, expected: tuple[Any, ...]) -> None:
    assert hard(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "加快总投资10亿元的砚溪智造项目建设。",
        "深入开展5个专项行动。",
        "以“五治”为抓手,深化“333”提升工程。",
        "认真落实《关于推进30条措施的意见》。",
        "2025年3月1日起施行新的12345热线规程。",
        "重点抓好七个方面工作。",
        "坚持两个毫不动摇,做到三个必须。",
        "园区现有规上企业120家,其中亿元企业30家。",
        "项目占地200亩,建成后年产值可达50亿元、年税收3亿元。",
        "截至9月底已完成投资3亿元,开工率70%。",
        "去年新增高企40家,荣获省级表彰。",
        "已建成标准厂房20万平方米。",
        "深化与11家合作银行的对接机制。",
        "打造年产20万吨的绿色铸造基地。",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert hard(text) == []


def test_coordinated_metrics_are_taken_apart() -> None:
    found = said("工业投资、服务业投资和财政收入分别增长8%、9%和10%以上。")
    assert [(one["metric"], one["value"], one["comparator"]) for one in found] == [
        ("工业投资增速", 8, ">="), ("服务业投资增速", 9, ">="), ("财政收入增速", 10, ">="),
    ]  # fmt: skip
    assert len({(one["start"], one["end"]) for one in found}) == 1
    assert [one["metric"] for one in said("工业投资、服务业投资均增长12%。")] == ["工业投资增速", "服务业投资增速"]
    assert [one["metric"] for one in said("力争城乡居民收入分别增长7%和8%。")] == [
        "城镇居民收入增速",
        "农村居民收入增速",
    ]


def test_separate_clauses_have_separate_spans() -> None:
    text = "力争3家企业入选省工程中心、2家企业入选省设计中心。"
    assert [(one["text"], one["value"]) for one in said(text)] == [
        ("力争3家企业入选省工程中心", 3), ("2家企业入选省设计中心", 2),
    ]  # fmt: skip
    text = "新认定专精特新企业4家、省级9家,培育单打冠军2家。"
    assert [one["text"] for one in said(text)] == ["新认定专精特新企业4家", "省级9家", "培育单打冠军2家"]


def test_a_rank_and_a_count_in_one_clause() -> None:
    found = said("确保技改投入总量全市第一、全年500万元以上技改项目超30个。")
    assert [(one["kind"], one["value"], one["text"]) for one in found] == [
        ("rank", 1, "确保技改投入总量全市第一"), ("quantity", 30, "全年500万元以上技改项目超30个"),
    ]  # fmt: skip


def test_rosters_name_their_objects() -> None:
    [one] = said("确保青屿传动、澜岑新材、砚溪机器人等重大项目开工建设。")
    assert (one["kind"], one["named"], one["deadline"]) == (
        "roster",
        ["青屿传动", "澜岑新材", "砚溪机器人"],
        "year_end",
    )
    [one] = said("稳步推进青山大道大修、柳溪路拓宽等民生工程。")
    assert (one["kind"], one["named"], one["deadline"]) == ("roster", ["青山大道大修", "柳溪路拓宽"], None)
    [one] = said("打通望海路、听涛路、观澜路3条断头路。")
    assert (one["kind"], one["named"], one["value"]) == ("roster", ["望海路", "听涛路", "观澜路"], 3)
    [one] = said("新开工青屿传动、澜岑新材等亿元以上项目8个。")
    assert (one["kind"], one["named"], one["value"]) == ("quantity", ["青屿传动", "澜岑新材"], 8)


@pytest.mark.parametrize(
    "text",
    [
        "围绕智能装备、现代农业、电子信息等产业招商。",
        "支持农业、水利、交通等项目建设。",
        "强化教育、医疗、养老等服务保障。",
    ],
)
def test_trades_are_no_names(text: str) -> None:
    assert said(text) == []


def test_soft_promises() -> None:
    found = said("确保完成望海消防站建设工程。财政收入稳定增长。针对30家出口企业,落实挂钩服务。争创国家级绿色园区。")
    assert [(one["kind"], one["deadline"]) for one in found] == [
        ("milestone", "year_end"), ("band", "year_end"), ("routine", None), ("milestone", "year_end"),
    ]  # fmt: skip
    assert found[2]["value"] == 30


def test_modality_confidence_and_reason() -> None:
    [one] = said("力争新增高企26家。")
    assert one["modality"] == "strive"
    assert 0.8 <= one["confidence"] <= 1
    assert one["reason"] == "数量+单位,前有“力争”"
    assert said("确保新增高企26家。")[0]["modality"] == "must"
    assert said("新增高企26家。")[0]["modality"] == "plain"
    assert said("争当全市数字化转型示范区。")[0]["modality"] == "aspire"


def test_a_date_in_the_next_clause_reaches_back() -> None:
    [one] = said("打通望海路、听涛路、观澜路3条断头路,力争6月底前全部通车。")
    assert one["deadline"] == "06-30"


def test_offsets_lie_in_the_untouched_text() -> None:
    text = "一、攻坚創新\r\n壯大集群。確保新增高企２６家，培育瞪羚企業５家。\r\n"
    reading = read(plain(name="要点", text=text), year=2025)
    assert [text[one.start : one.end] for one in reading.proposals] == ["確保新增高企２６家", "培育瞪羚企業５家"]
    assert all(text[one.start : one.end] == one.text for one in reading.proposals)


def test_a_date_within_the_year_holds_for_its_own_clause() -> None:
    found = said("6月底前建成邻里中心2个,新增停车泊位500个。")
    assert [one["deadline"] for one in found] == ["06-30", "year_end"]
    found = said("到2027年,培育瞪羚企业5家,新增高企90家。")
    assert [one["deadline"] for one in found] == ["2027-12-31", "2027-12-31"]


def test_a_growth_without_subject_takes_the_metric_before_it() -> None:
    assert [one["metric"] for one in said("力争实现税收10亿元、增长12%。")] == ["税收", "税收增速"]


def test_names_that_share_a_verb_or_are_summed_up() -> None:
    found = said("确保碳纤维产业园一期、锂电材料二期6月底前竣工投产,华曜微电、明岭风电年底前开工建设。")
    assert [(one["kind"], one["named"], one["deadline"]) for one in found] == [
        ("roster", ["碳纤维产业园一期", "锂电材料二期"], "06-30"),
        ("roster", ["华曜微电", "明岭风电"], "year_end"),
    ]
    [one] = said("加快推进东湖产业园、临港物流园、空港新城三大片区开发。")
    assert (one["kind"], one["named"]) == ("roster", ["东湖产业园", "临港物流园", "空港新城"])


def test_a_unit_does_not_begin_another_word() -> None:
    found = said("力争招引超百亿项目1个、50亿元项目2个。")
    assert [(one["value"], one["unit"]) for one in found] == [(1, "个"), (2, "个")]
