"""Rosters: named objects with one act, however the sentence closes the list; trades and slogans are none."""

from typing import Any

import pytest

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read


def said(text: str) -> list[dict[str, Any]]:
    return as_json(read(plain(name="要点", text=text), year=2025))


@pytest.mark.parametrize(
    ("text", "named", "deadline"),
    [
        ("青屿传动、澜岑新材等项目要尽快建成投产。", ["青屿传动", "澜岑新材"], None),
        ("支持青屿传动、澜岑新材、砚溪集团等重点企业拓展国际市场。", ["青屿传动", "澜岑新材", "砚溪集团"], None),
        ("大力扶持青屿牧业公司、澜岑草莓公司等龙头企业的发展和壮大。", ["青屿牧业公司", "澜岑草莓公司"], None),
        ("大力扶持以青屿轴承、澜岑导链为重点的特色专业小城镇建设。", ["青屿轴承", "澜岑导链"], None),
        ("推进栖水大道、砚溪公园项目工程。", ["栖水大道", "砚溪公园"], None),
        ("高标准建设栖州、岑州国家级零碳园区。", ["栖州", "岑州"], None),
        ("支持栖州、岑州打造盐穴综合利用示范基地。", ["栖州", "岑州"], None),
        ("确保栖砚桥改造工程和听涛路建成通车。", ["栖砚桥改造工程", "听涛路"], "year_end"),
        ("年内将望海路、听涛大街建成样板路。", ["望海路", "听涛大街"], "year_end"),
        ("办好栖岭采茶季、砚溪陶艺双年展等文旅活动。", ["栖岭采茶季", "砚溪陶艺双年展"], None),
        ("1、完成栖岭新城和砚溪陶艺产业园的规划。", ["栖岭新城", "砚溪陶艺产业园"], "year_end"),
    ],
)
def test_how_a_list_of_names_may_close(text: str, named: list[str], deadline: str | None) -> None:
    [one] = said(text)
    assert (one["kind"], one["named"], one["deadline"]) == ("roster", named, deadline)


def test_watched_projects_take_their_act_from_the_next_clause() -> None:
    text = "盯住青屿工业、澜岑化工、砚溪科技等重点技改项目,督促设备投入跟上序时进度"
    [one] = said(text + "。")
    assert (one["kind"], one["text"], one["named"]) == ("roster", text, ["青屿工业", "澜岑化工", "砚溪科技"])


def test_names_as_examples_of_a_count() -> None:
    found = said("加快青屿轮胎、澜岑线缆等4个省重大项目,砚溪健康、栖岭蛋白等11个省重点项目建设。")
    assert [(one["kind"], one["value"], one["metric"], one["named"]) for one in found] == [
        ("quantity", 4, "省重大项目", ["青屿轮胎", "澜岑线缆"]),
        ("quantity", 11, "省重点项目建设", ["砚溪健康", "栖岭蛋白"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "鼓励青屿传动、澜岑新材等企业做大做强。",
        "发挥青屿传动、澜岑新材等企业优势。",
        "支持即时零售、直播电商、无人零售等加快发展。",
        "重点谋划农村水利生态、城市基础设施等方面的项目。",
        "实施质量强基赋能工程、公民素养提升行动。",
        "推进连村道路和村内街道硬化。",
        "举办首发、首秀、首展等活动。",
        "建设一批高品质商业街区和便民生活圈。",
        "服务业招商两头发力。",
    ],
)
def test_what_is_no_roster(text: str) -> None:
    assert [one for one in said(text) if one["kind"] in ("roster", "quantity")] == []


def test_things_counted_under_one_act_share_its_words() -> None:
    text = "确保汛期前完成12条80公里水毁公路和9座水毁桥梁的修复重建"
    found = said(text + "。")
    assert [(one["text"], one["value"], one["unit"]) for one in found] == [
        (text, 12, "条"), (text, 80, "公里"), (text, 9, "座"),
    ]  # fmt: skip


def test_the_firmness_of_the_first_figure_holds_along_the_list() -> None:
    found = said("年内力争4家企业获评省企业技术中心、2家企业获评省工程研究中心。")
    assert [(one["value"], one["modality"], one["deadline"]) for one in found] == [
        (4, "strive", "year_end"), (2, "strive", "year_end"),
    ]  # fmt: skip


def test_a_figure_may_be_the_general_target() -> None:
    [one] = said("以全部工业开票销售超千亿为总目标,抓好运行。")
    assert (one["kind"], one["metric"], one["comparator"], one["value"], one["unit"]) == (
        "quantity", "全部工业开票销售", ">", 1000, "亿元",
    )  # fmt: skip


def test_growth_against_a_year_is_taken_apart() -> None:
    found = said("到2030年,国内生产总值、财政收入比2025年翻一番。")
    assert [(one["metric"], one["value"], one["deadline"]) for one in found] == [
        ("国内生产总值", 100, "2030-12-31"), ("财政收入", 100, "2030-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("集中力量创建工信部卓越级智能工厂。", "year_end"),
        ("加快建设听涛路文体商旅特色街区。", None),
        ("谋划到德国、新马等地开设经贸代表处。", None),
        ("推进青屿集团等企业上市融资。", None),
        ("争取举办“乡村好时节”省级现场会。", None),
        ("启动中心街东段改造工程。", None),
        ("到2027年底建成百亿级产业集群。", "2027-12-31"),
        ("2.高标准完成振兴路(新华街至迎宾街)改造工程。", "year_end"),
    ],
)
def test_milestones(text: str, deadline: str | None) -> None:
    [one] = said(text)
    assert (one["kind"], one["deadline"], one["text"]) == ("milestone", deadline, text.removeprefix("2.").rstrip("。"))


@pytest.mark.parametrize(
    "text",
    [
        "举办各类恳谈会、项目发布会、洽谈会。",
        "深入实施立德树人铸魂工程。",
        "打造新型建筑材料制造基地。",
        "创建一批绿色机关、绿色家庭、绿色社区。",
    ],
)
def test_what_is_no_milestone(text: str) -> None:
    assert said(text) == []


def test_a_metric_stays_short() -> None:
    indicators = "、".join(f"{trade}业固定资产投资总额" for trade in ("农", "工", "服务", "建筑"))
    [one] = said(f"{indicators}等主要指标增速均高于全市平均水平。")
    assert one["metric"] == "农业固定资产投资总额等主要指标增速排名"
    found = said(f"推动{indicators}的稳定增长基础上新增{'优质' * 20}企业5家。")
    assert all(0 < len(one["metric"]) <= 40 for one in found)
