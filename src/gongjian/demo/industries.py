"""行业表: the divisions of GB/T 4754-2017 found in the invented zone, and the words their firms' names use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Industry:
    """One division: section letter, two-digit code, official name, weight among the zone's firms, name words."""

    section: str
    code: str
    name: str
    weight: int
    words: tuple[str, ...]

    @property
    def is_industrial(self) -> bool:
        """Whether its firms can be 规上工业 (sections B, C and D)."""
        return self.section in "BCD"


SECTIONS = {
    "A": "农、林、牧、渔业",
    "C": "制造业",
    "D": "电力、热力、燃气及水生产和供应业",
    "E": "建筑业",
    "F": "批发和零售业",
    "G": "交通运输、仓储和邮政业",
    "H": "住宿和餐饮业",
    "I": "信息传输、软件和信息技术服务业",
    "L": "租赁和商务服务业",
    "M": "科学研究和技术服务业",
    "N": "水利、环境和公共设施管理业",
}

_ROWS = """
A 01 农业 2 绿禾农业 生态农业 蔬菜种植
A 03 畜牧业 1 牧业 畜禽养殖
C 13 农副食品加工业 4 粮油 食品加工 米业
C 14 食品制造业 4 食品 绿色食品 调味品
C 17 纺织业 12 纺织 织造 新型面料 纺织科技
C 18 纺织服装、服饰业 6 服饰 服装 针织
C 21 家具制造业 6 家具 家居 木业
C 22 造纸和纸制品业 2 纸品 包装
C 26 化学原料和化学制品制造业 5 化工 精细化工 新材料
C 27 医药制造业 3 生物医药 药业
C 28 化学纤维制造业 3 化纤 纤维科技
C 29 橡胶和塑料制品业 5 塑业 橡塑 高分子材料
C 30 非金属矿物制品业 3 建材 陶瓷 新型建材
C 31 黑色金属冶炼和压延加工业 1 金属材料 特钢
C 32 有色金属冶炼和压延加工业 2 铝业 有色金属
C 33 金属制品业 9 金属制品 五金 精密金属
C 34 通用设备制造业 13 机械 精密机械 传动科技 阀门
C 35 专用设备制造业 10 智能装备 机械设备 自动化设备
C 36 汽车制造业 4 汽车零部件 车业
C 37 铁路、船舶、航空航天和其他运输设备制造业 2 船舶配套 航空部件
C 38 电气机械和器材制造业 9 电气 新能源 电器
C 39 计算机、通信和其他电子设备制造业 8 电子 光电 半导体 微电子
C 40 仪器仪表制造业 2 仪器 测控技术
C 42 废弃资源综合利用业 1 再生资源
D 44 电力、热力生产和供应业 1 热电 新能源发电
E 47 房屋建筑业 3 建设工程 建筑
E 49 建筑安装业 2 机电安装
F 51 批发业 9 贸易 供应链 商贸
F 52 零售业 6 商业 超市 电子商务
G 54 道路运输业 3 物流 运输
G 59 装卸搬运和仓储业 2 仓储
H 62 餐饮业 2 餐饮管理
I 64 互联网和相关服务 2 网络科技
I 65 软件和信息技术服务业 6 软件 信息技术 数字科技
L 72 商务服务业 4 企业管理 会展服务
M 73 研究和试验发展 2 技术研究
M 74 专业技术服务业 3 检测技术 工程设计
M 75 科技推广和应用服务业 4 科技 智能科技
N 77 生态保护和环境治理业 2 环保科技 环境工程
"""


def _industries() -> tuple[Industry, ...]:
    rows = []
    for line in _ROWS.strip().splitlines():
        section, code, name, weight, *words = line.split()
        rows.append(Industry(section=section, code=code, name=name, weight=int(weight), words=tuple(words)))
    return tuple(rows)


INDUSTRIES: tuple[Industry, ...] = _industries()
"""39 divisions in code order within their section."""

BY_CODE = {industry.code: industry for industry in INDUSTRIES}
