"""攻坚项目建设: what the third drive promises and how far it is on 30 June 2025."""

from __future__ import annotations

from decimal import Decimal

from gongjian.demo.cast import APPROVAL, CONSTRUCTION, DEPUTY_PROJECTS, INVESTMENT, LOGISTICS, PROJECTS, TRADE
from gongjian.demo.story.shapes import CommitmentStory, Month, told
from gongjian.kernel.plan.proposal import Kind, Modality

PROMISES = (
    CommitmentStory(
        text="确保岚绮纺织、玄枢智控、钧岑机械等重大项目年内开工",
        kind=Kind.ROSTER,
        metric="重大项目开工",
        deadline="year_end",
        named=("岚绮纺织", "玄枢智控", "钧岑机械"),
        modality=Modality.MUST,
        owner=PROJECTS,
        co_owners=(APPROVAL, CONSTRUCTION),
        leader=DEPUTY_PROJECTS,
        mechanism="红色代办员",
        indicator="projects-started",
        reports=told(
            {1: None, 2: None, 3: None, 4: None, 5: None, 6: None},
            evidence="施工许可证",
            notes={
                1: Month(progress="三个项目逐一明确代办员,排出许可时间表。"),
                2: Month(progress="岚绮纺织取得施工许可证。"),
                3: Month(done=("岚绮纺织",), progress="岚绮纺织3月18日开工。"),
                4: Month(done=("岚绮纺织",), progress="玄枢智控完成施工图审查。"),
                5: Month(done=("岚绮纺织",), progress="钧岑机械土地摘牌,设计方案送审。"),
                6: Month(
                    done=("岚绮纺织", "玄枢智控"), progress="玄枢智控已进场,施工许可证正在办理。", state="claimed"
                ),
            },
        ),
    ),
    CommitmentStory(
        text="谋划到德国、新马等地开设经贸代表处和委托招商办事处",
        kind=Kind.MILESTONE,
        metric="开设境外经贸代表处和委托招商办事处",
        named=("德国", "新马"),
        owner=TRADE,
        co_owners=(INVESTMENT,),
        leader=DEPUTY_PROJECTS,
        reports=told(
            {1: 5, 2: 20, 4: 30, 5: 35},
            evidence="委托招商协议",
            notes={
                1: Month(reached=False, progress="摸底意向合作机构6家。"),
                4: Month(reached=False, progress="赴德国对接商会两家。"),
                2: Month(reached=False, progress="形成设点方案,报管委会审议。"),
                5: Month(reached=False, progress="德国委托招商协议文本商定,新马选址未定。"),
            },
        ),
    ),
    CommitmentStory(
        text="针对49家与美国有进出口业务的企业,抽调人员组成专班挂钩服务",
        kind=Kind.ROUTINE,
        metric="对美进出口企业挂钩服务",
        value=Decimal(49),
        unit="家",
        owner=TRADE,
        co_owners=(LOGISTICS,),
        leader=DEPUTY_PROJECTS,
        mechanism="专班挂钩走访",
        reports=told(
            {1: 0, 2: 12, 3: 25, 4: 36, 5: 44, 6: 49},
            evidence="企业走访记录",
            notes={
                4: Month(reached=True, progress="走访36家,汇总需求清单58条。"),
                6: Month(reached=True, progress="49家全部走访一遍,需求清单办结71条、在办16条。"),
            },
        ),
    ),
)
