"""常态工作: the plan's standing duties, who acts on them by what mechanism, and when they last did.

Most were acted on in June 2025; some have been quiet for over 30 days on the 30th, one for over 60, and of one nobody
ever reported anything.
"""

from __future__ import annotations

from datetime import date

from gongjian.demo.cast import (
    APPROVAL,
    CITY_CARE,
    CONSTRUCTION,
    DEPUTY_CITY,
    DEPUTY_INDUSTRY,
    DEPUTY_PROJECTS,
    DEPUTY_SCIENCE,
    DEPUTY_SOCIETY,
    DIRECTOR,
    ECONOMY,
    EMERGENCY,
    ENVIRONMENT,
    FARMING,
    FINANCE,
    GOVERNANCE,
    INVESTMENT,
    LUQI,
    MARKET,
    PROJECTS,
    SCIENCE,
    SOCIAL,
    TRADE,
    YANTANG,
)
from gongjian.demo.story.shapes import CommitmentStory, acts
from gongjian.kernel.plan.proposal import Kind

# words of the plan, mechanism, owner, co-owner, leader, acts as "MMDD what was done" (? before: a claim without file)
_ROWS = (
    (
        "深挖高价值专利",
        "专利快速预审",
        MARKET,
        SCIENCE,
        DEPUTY_SCIENCE,
        "0325 高价值专利导航会,12家企业参加;0512 新增有效发明专利41件,预审通过率83%",
    ),
    (
        "组织企业申报“筑峰强链”入库",
        "链主企业挂钩",
        ECONOMY,
        "",
        DEPUTY_INDUSTRY,
        "0318 推荐9家企业入库;0617 复核入库企业经营数据",
    ),
    (
        "办好首展、首秀、首发活动",
        "首发经济活动清单",
        TRADE,
        LUQI,
        DEPUTY_PROJECTS,
        "0214 元宵首发市集;0501 鹭湾001首店周;?0621 宠物用品首展",
    ),
    (
        "试行“科创飞地、双向挂牌”",
        "科创飞地联席会",
        INVESTMENT,
        SCIENCE,
        DEPUTY_PROJECTS,
        "0120 飞地合作备忘录草签;0519 选派2人驻点",
    ),
    (
        "带出一支“红色代办员”金牌队伍",
        "一对一代办",
        PROJECTS,
        APPROVAL,
        DEPUTY_PROJECTS,
        "0305 代办员上岗培训;0520 代办事项周清单;0624 为9个亿元项目代办许可17件",
    ),
    (
        "推动更多项目挤进省、市两级重大项目库",
        "重大项目清单",
        PROJECTS,
        ECONOMY,
        DEPUTY_PROJECTS,
        "0228 申报省重大项目2个;0530 市重大项目年中调整,新增入库4个",
    ),
    (
        "雨污分流做到细处,入河排口逐个打通",
        "排口一口一档",
        CONSTRUCTION,
        ENVIRONMENT,
        DEPUTY_CITY,
        "0311 排查入河排口186个;0609 整治排口52个",
    ),
    (
        "文明城市要长效管理",
        "周巡查月点评",
        CITY_CARE,
        LUQI,
        DEPUTY_CITY,
        "0410 开展背街小巷点评;0515 集镇区联合整治;0626 月点评通报问题37个",
    ),
    (
        "牵住PM2.5和臭氧协同控制的牛鼻子",
        "臭氧应急减排清单",
        ENVIRONMENT,
        ECONOMY,
        DEPUTY_CITY,
        "0422 VOCs企业走航监测;0618 臭氧高值日错峰用能31家",
    ),
    (
        "扬尘整治专项行动“654”再深化",
        "六类现场巡查",
        CONSTRUCTION,
        CITY_CARE,
        DEPUTY_CITY,
        "0313 工地围挡集中检查;0527 检查工地46个,整改19个;0623 夜查渣土车28辆",
    ),
    (
        "盯紧重点断面的水质起伏",
        "断面周分析",
        ENVIRONMENT,
        YANTANG,
        DEPUTY_CITY,
        "0508 支流溯源采样24点;0625 澹溪河断面总磷波动会商",
    ),
    (
        "土壤污染重点监管单位名单动态管理",
        "重点监管单位名单",
        ENVIRONMENT,
        "",
        DEPUTY_CITY,
        "0328 名单更新,纳入3家、移出1家",
    ),
    (
        "组织“亲商助企”走访",
        "企业诉求交办",
        ECONOMY,
        TRADE,
        DEPUTY_INDUSTRY,
        "0219 走访启动;0430 走访企业312家;0619 收集诉求147件,办结129件",
    ),
    ("电子证照多推广", "证照联办", APPROVAL, MARKET, DEPUTY_PROJECTS, "0402 新增联办事项5个;0611 电子证照调用破2万次"),
    (
        "“八五”普法向深处走",
        "法治讲堂",
        GOVERNANCE,
        "",
        DEPUTY_SOCIETY,
        "0415 国家安全教育日宣讲;0522 园区法治讲堂第4期",
    ),
    (
        "安全生产治本攻坚三年行动常抓常新",
        "隐患排查闭环",
        EMERGENCY,
        YANTANG,
        DIRECTOR,
        "0226 重点行业领域部署会;0416 督查危化企业22家;0605 安全生产月启动;0627 复查重大隐患3处",
    ),
    ("社会救助再加强", "低收入人口监测", SOCIAL, LUQI, DEPUTY_SOCIETY, "0321 低保年审;0613 临时救助64户"),
    (
        "学校安全管理一刻不松",
        "校园安全月查",
        SOCIAL,
        EMERGENCY,
        DEPUTY_SOCIETY,
        "0224 开学安全检查;0428 校车专项检查;0610 中考前安全检查",
    ),
    ("集中化解重点信访事项", "领导包案", GOVERNANCE, "", DEPUTY_SOCIETY, "0317 梳理重点事项26件;0606 化解19件"),
    (
        "扫黑除恶斗争常态化开展",
        "线索核查",
        GOVERNANCE,
        "",
        DEPUTY_SOCIETY,
        "0331 线索核查季报;0520 行业乱点排查17家;?0616 反诈进园区宣讲",
    ),
    (
        "管好政府性债务",
        "债务月报",
        FINANCE,
        "",
        DIRECTOR,
        "0110 年度化债方案;0410 一季度债务月报;0609 到期债务还本付息足额到位",
    ),
    (
        "和美乡村建设再添力度",
        "人居环境红黑榜",
        FARMING,
        YANTANG,
        DEPUTY_SOCIETY,
        "",
    ),
)


def _duty(text: str, mechanism: str, owner: str, co_owner: str, leader: str, told_acts: str) -> CommitmentStory:
    entries, claimed = [], []
    for act in filter(None, told_acts.split(";")):
        day_text, progress = act.lstrip("?").split(" ", 1)
        day = date(2025, int(day_text[:2]), int(day_text[2:]))
        entries.append((day, progress + "。"))
        if act.startswith("?"):
            claimed.append(day)
    return CommitmentStory(
        text=text,
        kind=Kind.ROUTINE,
        metric=text,
        owner=owner,
        co_owners=(co_owner,) if co_owner else (),
        leader=leader,
        mechanism=mechanism,
        reports=acts(entries, evidence=mechanism, claimed=claimed),
    )


PROMISES = tuple(_duty(*row) for row in _ROWS)
