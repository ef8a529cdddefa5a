"""The people of the invented 云海经济开发区: its 24 units as a tree and its 60 officers, the demo accounts among them.

Zone, city, units and persons are made up; phone numbers use the 199-0000 block, which the demo keeps for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ZONE_NAME = "云海经济开发区"
ZONE_SHORT_NAME = "云海开发区"
CITY_NAME = "清云市"
SEED = 2025


@dataclass(frozen=True, kw_only=True)
class UnitCast:
    """One unit: full name, short name, other names in use, and the full name of the unit above it ("" for the root).

    `login` is the stem of its officers' account names.
    """

    name: str
    short_name: str
    login: str
    aliases: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficerCast:
    """One officer: account name, person, role (a value of `people.models.Role`), title, unit (its full name), phone."""

    username: str
    name: str
    role: str
    title: str
    unit: str
    phone: str
    is_demo_account: bool = False


COMMITTEE = "云海经济开发区管理委员会"
SUPERVISION = "督查室"
OFFICE = "党政办公室"
ECONOMY = "经济发展局"
SCIENCE = "科技人才局"
INVESTMENT = "招商局"
PROJECTS = "项目服务中心"
PERSONNEL = "组织人事局"
FINANCE = "财政审计局"
CONSTRUCTION = "规划建设局"
ENVIRONMENT = "生态环境局"
EMERGENCY = "应急管理局"
MARKET = "市场监督管理分局"
APPROVAL = "行政审批局"
FARMING = "农业农村局"
SOCIAL = "社会事业局"
GOVERNANCE = "综合治理局"
CITY_CARE = "城市管理局"
TRADE = "商务和开放局"
RELOCATION = "搬迁服务中心"
LOGISTICS = "商贸物流园管理办公室"
YANTANG = "砚塘街道办事处"
LUQI = "鹭起街道办事处"
COMPANY = "云海园区建设运营公司"

_BUREAUS = (
    (SUPERVISION, "督查室", "ducha", ("管委会督查室", "考核督查室"), COMMITTEE),
    (OFFICE, "党政办", "dangzheng", ("党政办", "管委会办公室"), COMMITTEE),
    (ECONOMY, "经发局", "jingfa", ("经济发展和改革局", "经济局"), COMMITTEE),
    (SCIENCE, "科技局", "keji", ("科技和人才局", "科技人才办"), COMMITTEE),
    (INVESTMENT, "招商局", "zhaoshang", ("投资促进局", "招商中心"), COMMITTEE),
    (PROJECTS, "项目中心", "xiangmu", ("重大项目服务中心", "项目办"), COMMITTEE),
    (PERSONNEL, "组织人事局", "zuzhi", ("组织人事部", "党群人事局"), COMMITTEE),
    (FINANCE, "财政局", "caizheng", ("财政审计局", "财政所"), COMMITTEE),
    (CONSTRUCTION, "建设局", "jianshe", ("规建局", "住建局"), COMMITTEE),
    (ENVIRONMENT, "环境局", "huanjing", ("环保局", "生态环境分局"), COMMITTEE),
    (EMERGENCY, "应急局", "yingji", ("安监局", "应急管理分局"), COMMITTEE),
    (MARKET, "市监分局", "shijian", ("市场监管分局", "市场监管局"), COMMITTEE),
    (APPROVAL, "审批局", "shenpi", ("政务服务局", "政务服务中心"), COMMITTEE),
    (FARMING, "农业农村局", "nongye", ("农业局", "农村工作局"), COMMITTEE),
    (SOCIAL, "社会事业局", "shehui", ("社事局", "民生事业局"), COMMITTEE),
    (GOVERNANCE, "综治局", "zongzhi", ("政法综治办", "综治办"), COMMITTEE),
    (CITY_CARE, "城管局", "chengguan", ("综合行政执法局", "城管分局"), COMMITTEE),
    (TRADE, "商务局", "shangwu", ("商务局", "外经外贸局"), COMMITTEE),
    (RELOCATION, "搬迁中心", "banqian", ("搬迁办", "征收搬迁办"), CONSTRUCTION),
    (LOGISTICS, "物流园办", "wuliu", ("商贸物流园", "物流园管理办"), TRADE),
    (YANTANG, "砚塘街道", "yantang", ("砚塘街道",), COMMITTEE),
    (LUQI, "鹭起街道", "luqi", ("鹭起街道",), COMMITTEE),
    (COMPANY, "园区公司", "yuanqu", ("园区建设公司", "云海建投"), CONSTRUCTION),
)

UNITS: tuple[UnitCast, ...] = (
    UnitCast(name=COMMITTEE, short_name="管委会", login="zhuren", aliases=("开发区管委会", "云海管委会")),
    *(
        UnitCast(
            name=name,
            short_name=short,
            login=login,
            aliases=tuple(alias for alias in aliases if alias not in (name, short)),
            parent=parent,
        )
        for name, short, login, aliases, parent in _BUREAUS
    ),
)

DIRECTOR = "zhuren"
DEPUTY_INDUSTRY, DEPUTY_SCIENCE, DEPUTY_PROJECTS, DEPUTY_CITY, DEPUTY_SOCIETY = (
    "fenguan1",
    "fenguan2",
    "fenguan3",
    "fenguan4",
    "fenguan5",
)

_DEMO_ACCOUNTS = (
    (DIRECTOR, "闻景川", "leader", "管委会主任", COMMITTEE),
    ("ducha", "祝清让", "supervisor", "督查室主任", SUPERVISION),
    ("keji", "钟以宁", "unit_officer", "科技人才局副局长", SCIENCE),
    ("jingfa", "俞知衡", "unit_officer", "经济发展局综合科科长", ECONOMY),
    ("shenji", "柏书砚", "auditor", "审计科科长", FINANCE),
    ("guanli", "单一帆", "administrator", "信息系统管理员", OFFICE),
    ("fangke", "米初晴", "viewer", "党政办公室干部", OFFICE),
)
_DEPUTIES = (
    (DEPUTY_INDUSTRY, "管委会副主任(分管工业经济)"),
    (DEPUTY_SCIENCE, "管委会副主任(分管科技人才)"),
    (DEPUTY_PROJECTS, "管委会副主任(分管招商项目)"),
    (DEPUTY_CITY, "管委会副主任(分管城建环保)"),
    (DEPUTY_SOCIETY, "管委会副主任(分管社会事业)"),
)
_SURNAMES = "闻祝钟俞柏单米申季盛傅尹樊卞骆湛宣芮洪游喻岑滕车巫燕阮靳裴冉桑庄柯池柴"
_GIVEN_FIRST = "思明书文景清一以知安嘉云若子雨晓承敬志泽怀予修长"
_GIVEN_SECOND = "远宁和川舟庭岚澄朗恒屿禾遥章越溪致谦齐竹宜之"
OFFICER_COUNT = 60


def officers(*, seed: int = SEED) -> tuple[OfficerCast, ...]:
    """The 60 officers, demo accounts first; the same seed gives the same people."""
    random = Random(f"officers-{seed}")
    people: list[OfficerCast] = []
    names = {account[1] for account in _DEMO_ACCOUNTS}

    def add(username: str, role: str, title: str, unit: str, *, name: str = "") -> None:
        while not name:
            drawn = random.choice(_SURNAMES) + random.choice(_GIVEN_FIRST) + random.choice(_GIVEN_SECOND)
            name = "" if drawn in names else drawn
        names.add(name)
        people.append(
            OfficerCast(
                username=username,
                name=name,
                role=role,
                title=title,
                unit=unit,
                phone=f"199-0000-{len(people) + 1:04d}",
                is_demo_account=any(username == account[0] for account in _DEMO_ACCOUNTS),
            )
        )

    for username, name, role, title, unit in _DEMO_ACCOUNTS:
        add(username, role, title, unit, name=name)
    for username, title in _DEPUTIES:
        add(username, "leader", title, COMMITTEE)
    add("ducha2", "supervisor", "督查室副主任", SUPERVISION)
    add("ducha3", "supervisor", "督查专员", SUPERVISION)
    add("shenji2", "auditor", "审计科干部", FINANCE)
    add("guanli2", "administrator", "信息系统管理员", OFFICE)
    add("fangke2", "viewer", "组织人事局干部", PERSONNEL)
    working_units = [unit for unit in UNITS if unit.name not in (COMMITTEE, SUPERVISION)]
    titles = ("负责人", "台账专员", "科员")
    turn = 0
    while len(people) < OFFICER_COUNT:
        desk = working_units[turn % len(working_units)]
        place = turn // len(working_units)
        number = place + 1 + any(desk.login == account[0] for account in _DEMO_ACCOUNTS)
        username = desk.login if number == 1 else f"{desk.login}{number}"
        add(username, "unit_officer", f"{desk.short_name}{titles[place]}", desk.name)
        turn += 1
    return tuple(people)
