"""Endings: where a name, a note or a shared kind of work ends, and what a heading or a turn to this year decides."""

from typing import Any

import pytest

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read


def said(text: str) -> list[dict[str, Any]]:
    return as_json(read(plain(name="要点", text=text), year=2025))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("确保完成栖岭变电站三期扩建和砚溪站主变增容工程。", ["栖岭变电站三期扩建", "砚溪站主变增容"]),
        ("完成栖岭中学、砚溪小学改扩建项目。", ["栖岭中学", "砚溪小学"]),
        ("谋划启动栖水路、听涛路东延。", ["栖水路", "听涛路"]),
        ("谋划启动栖水路西延、听涛路东延。", ["栖水路西延", "听涛路东延"]),
        ("完成栖水大街南延和砚溪河整修工程。", ["栖水大街南延", "砚溪河整修"]),
        ("实施栖水路、听涛路污水管网改造。", ["栖水路", "听涛路"]),
        ("改造栖水大街、听涛路建筑立面。", ["栖水大街", "听涛路"]),
        ("实施栖水路、听涛街等主要路段路灯节能改造。", ["栖水路", "听涛街"]),
        ("完成栖州、岑州污水处理厂建设并投入使用。", ["栖州", "岑州"]),
        ("保障青屿重工、澜岑智谷稳定运营。", ["青屿重工", "澜岑智谷"]),
        ("帮助青屿矿业、澜岑矿业等停产企业盘活复产。", ["青屿矿业", "澜岑矿业"]),
        ("积极引入青屿逆变器、澜岑太阳能等关联企业。", ["青屿逆变器", "澜岑太阳能"]),
        ("启动青屿公司、澜岑公司上市筹备。", ["青屿公司", "澜岑公司"]),
        ("积极申办栖岭乡村大舞台、砚溪陶艺艺术节。", ["栖岭乡村大舞台", "砚溪陶艺艺术节"]),
        ("开展北栖尾矿库、南岑渣场建设前期工作。", ["北栖尾矿库", "南岑渣场"]),
        ("青屿二期、澜岑烘焙项目年底前建成投产。", ["青屿二期", "澜岑烘焙"]),
        ("青屿烘焙、澜岑饲料等产业链项目全部建成投产。", ["青屿烘焙", "澜岑饲料"]),
        ("投资2500万元完成栖岭、砚溪和听涛旧居等展馆项目。", ["栖岭", "砚溪", "听涛旧居"]),
        ("抓好栖岭河、砚溪河综合治理。", ["栖岭河", "砚溪河"]),
        ("推进栖岭镇、砚溪镇全域土地综合整治。", ["栖岭镇", "砚溪镇"]),
        ("完成栖水路（望海街—听涛街）、砚溪路雨污分流改造。", ["栖水路（望海街—听涛街）", "砚溪路"]),
        ("支持栖岭景区、砚溪温泉上档升级。", ["栖岭景区", "砚溪温泉"]),
        ("推动青屿科技、澜岑生物列入省重点培育企业名录。", ["青屿科技", "澜岑生物"]),
        ("力争青屿电子、澜岑新能源上半年投产。", ["青屿电子", "澜岑新能源"]),
        ("推进栖岭关、砚溪庄、听涛庄等特色小城镇建设。", ["栖岭关", "砚溪庄", "听涛庄"]),
    ],
)
def test_where_the_last_name_ends(text: str, named: list[str]) -> None:
    [one] = said(text)
    assert (one["kind"], one["named"], one["value"]) == ("roster", named, None)


@pytest.mark.parametrize(
    ("text", "named", "value"),
    [
        ("扎实推进栖岭圆梦小镇、砚溪陶艺小镇两个省级特色小镇创建。", ["栖岭圆梦小镇", "砚溪陶艺小镇"], 2),
        ("加快栖岭、砚溪、听涛等3个示范区建设。", ["栖岭", "砚溪", "听涛"], 3),
    ],
)
def test_names_that_cover_their_count_are_a_roster_with_a_value(text: str, named: list[str], value: int) -> None:
    [one] = said(text)
    assert (one["kind"], one["named"], one["value"], one["unit"]) == ("roster", named, value, "个")


@pytest.mark.parametrize(
    "text",
    [
        "织密公路连接线、拓展延长线、打通断头路。",
        "打造栖州贸易合作平台、岑州境外合作园区等各类载体。",
        "加快尾矿库、工矿废弃地综合治理。",
        "深化长江大保护和新一轮栖湖综合治理。",
        "推动青春友好城市、儿童友好城市建设。",
        "大力引进线上零售、宠物经济、健康养生等新兴消费品牌。",
        "加快推进空置率30%以下“空心村”治理。",
        "推进40项省科技重大专项、80项前沿技术研发和60项基础研究重点项目。",
    ],
)
def test_what_is_neither_roster_nor_target(text: str) -> None:
    assert [one for one in said(text) if one["kind"] in ("roster", "quantity", "rate")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增高企15家（其中规上5家）。", [("新增高企15家", 15, "家")]),
        (
            "新建公厕20座（含改建）、绿道3公里（含修缮）。",
            [("新建公厕20座", 20, "座"), ("绿道3公里", 3, "公里")],
        ),
        ("新增高企15家[3]，税收增长8%〔4〕。", [("新增高企15家", 15, "家"), ("税收增长8%", 8, "%")]),
        ("年内菌菇种植总面积发展到2.2万亩。", [("年内菌菇种植总面积发展到2.2万亩", 2.2, "万亩")]),
        ("新增智能算力1.7万P。", [("新增智能算力1.7万P", 1.7, "万P")]),
        ("打造2个生态宜居示范片区。", [("打造2个生态宜居示范片区", 2, "个")]),
        (
            "加快青屿钛矿绿色利用等5个重点项目建设进度。",
            [("加快青屿钛矿绿色利用等5个重点项目建设进度", 5, "个")],
        ),
    ],
)
def test_a_figure_and_what_follows_it(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert [(one["text"], one["value"], one["unit"]) for one in said(text)] == expected


def test_a_ranking_that_is_to_rise() -> None:
    [one] = said("2025年工作要点\n抓好督查落实，综合排位稳步提升。")
    assert (one["kind"], one["value"]) == ("rank", None)


def test_a_heading_that_aims_at_results_looks_ahead() -> None:
    text = "(二)坚决守住底线,巩固脱贫成效实现新提升。\n年内新建出菇棚300栋。\n"
    assert [(one["value"], one["unit"]) for one in said(text)] == [(300, "栋")]


def test_a_heading_that_reports_results_looks_back() -> None:
    text = "(二)项目建设成效显著。\n新建出菇棚300栋,建成道路12公里。\n"
    assert [one for one in said(text) if one["value"] is not None] == []


def test_a_plan_that_turns_to_this_year_without_a_heading() -> None:
    text = (
        "栖州县政府工作报告\n——2025年2月8日\n一、新起点:2024年工作回顾\n过去一年,新增高企40家,建成道路9公里。\n"
        "开启新征程,确保强势开局\n今年是栖州爬坡过坎的关键一年。\n"
        "经济社会发展的主要预期目标是:生产总值增长7%。\n(一)突出质量抓项目。\n年内新建标准厂房20栋。\n"
    )
    assert [(one["value"], one["unit"]) for one in said(text) if one["value"] is not None] == [(7, "%"), (20, "栋")]
