"""Owners: (责任单位:…) answers for what stands before it in its own sentence, and never leaks into what is promised."""

from pathlib import Path
from typing import Any

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read

REPORT = Path(__file__).resolve().parents[4] / "examples" / "plan-second.txt"

SCIENCE = ["县科技局", "县工业和信息化局"]
INDUSTRY = ["县工业和信息化局"]
LAND = ["县自然资源局", "栖岭经济开发区管委会"]
PROJECTS = ["县发展改革局", "县住房城乡建设局"]
TRADE = ["县商务局"]
TOURISM = ["县商务局", "县文化旅游局"]
WATER = ["县水利局"]
HOUSING = ["县住房城乡建设局"]
FARMING = ["县农业农村局", "市生态环境局栖岭分局"]
AIR = ["市生态环境局栖岭分局"]
LABOUR = ["县人力资源社会保障局"]
SCHOOLS = ["县教育局"]
HEALTH = ["县卫生健康局", "县民政局"]
LETTERS = ["县信访局"]

NUMERIC: list[tuple[str, list[str]]] = [
    ("地区生产总值增长6%以上、力争6.5%", []),
    ("一般公共预算收入增长4%", []),
    ("规模以上工业增加值和固定资产投资分别增长8%和9%", []),
    ("规模以上工业增加值和固定资产投资分别增长8%和9%", []),
    ("社会消费品零售总额增长6%左右", []),
    ("城镇调查失业率控制在5.5%以内", []),
    ("居民消费价格涨幅2%左右", []),
    ("粮食总产量稳定在38万吨以上", []),
    ("新增规模以上工业企业20家", SCIENCE),
    ("新申报高新技术企业25家", SCIENCE),
    ("上半年完成申报12家", SCIENCE),
    ("全年实施技术改造项目30个以上", INDUSTRY),
    ("技改投资增长15%", INDUSTRY),
    ("盘活低效工业用地不少于800亩", LAND),
    ("陶艺产业产值突破90亿元", []),
    ("安排县级重点项目56个", []),
    ("年度计划投资75亿元", []),
    ("确保砚谷新材料、岑溪湾冷链物流、云栈文旅小镇3个项目6月底前开工", PROJECTS),
    ("全年新签约亿元以上项目28个", TRADE),
    ("招引总投资10亿元以上项目2个", TRADE),
    ("到位市外资金60亿元", TRADE),
    ("全年接待游客力争突破300万人次", []),
    ("旅游综合收入增长12%", []),
    ("培育限额以上商贸单位15家", TOURISM),
    ("新建县域商业网点8至10个", TOURISM),
    ("网络零售额增长18%", []),
    ("快递进村覆盖率达到100%", []),
    ("汛期前完成栖水河堤防加固6.5公里", WATER),
    ("改造老旧小区11个", HOUSING),
    ("燃气老旧管网24公里", HOUSING),
    ("新增公共停车位900个", HOUSING),
    ("建设和美乡村示范村9个", FARMING),
    ("农村生活污水治理率达到55%以上", FARMING),
    ("农村卫生户厕普及率保持在95%以上", FARMING),
    ("细颗粒物平均浓度控制在32微克/立方米以内", AIR),
    ("空气质量优良天数比率达到86%", AIR),
    ("国省考断面优良比例保持100%", AIR),
    ("单位地区生产总值能耗下降3%", []),
    ("造林绿化1.2万亩", []),
    ("财政民生支出占一般公共预算支出的比重不低于78%", []),
    ("城镇新增就业4000人以上", LABOUR),
    ("新建幼儿园3所", SCHOOLS),
    ("新增学位1080个", SCHOOLS),
    ("每千人口医疗卫生机构床位数达到6.8张", HEALTH),
    ("新建村级养老服务点22个", HEALTH),
    ("信访事项一次性化解率达到92%以上", LETTERS),
    ("让群众安全感满意度位居全市前三", []),
]


def said(text: str) -> list[dict[str, Any]]:
    return as_json(read(plain(name="要点", text=text), year=2026))


def test_every_numeric_commitment_of_the_example_has_its_own_owners() -> None:
    with REPORT.open(encoding="utf-8", newline="") as file:
        found = as_json(read(plain(name="plan-second", text=file.read())))
    assert [(one["text"], one["owners"]) for one in found if one["value"] is not None] == NUMERIC
    assert not any("责任单位" in f"{one['text']}{one['metric']}" for one in found)


def test_a_roster_before_a_tag_is_read_and_owned() -> None:
    [one] = said("确保栖北变电站、县第二污水处理厂年内建成投运(责任单位:县住房城乡建设局)。")
    assert (one["kind"], one["text"]) == ("roster", "确保栖北变电站、县第二污水处理厂年内建成投运")
    assert (one["named"], one["owners"]) == (["栖北变电站", "县第二污水处理厂"], ["县住房城乡建设局"])


def test_a_tag_does_not_answer_for_the_sentence_before_its_own() -> None:
    found = said("新增高企20家。新增绿色工厂3家(责任单位:县工业和信息化局)。培育瞪羚企业2家。")
    assert [one["owners"] for one in found] == [[], ["县工业和信息化局"], []]


def test_two_tags_share_a_sentence() -> None:
    found = said("新增高企20家(责任单位:县科技局),新增绿色工厂3家(牵头单位:县工业和信息化局;责任领导:卫映川)。")
    assert [(one["owners"], one["leader"]) for one in found] == [
        (["县科技局"], ""),
        (["县工业和信息化局"], "卫映川"),
    ]


def test_a_tag_that_stands_alone_answers_for_its_paragraph() -> None:
    found = said("新增高企20家。新增绿色工厂3家。(责任单位:县科技局)\n培育瞪羚企业2家。\n责任单位:县发展改革局\n")
    assert [one["owners"] for one in found] == [["县科技局"], ["县科技局"], ["县发展改革局"]]
