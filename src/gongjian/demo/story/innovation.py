"""攻坚科技创新: what the first drive promises and how far it is on 30 June 2025."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gongjian.demo.cast import DEPUTY_SCIENCE, INVESTMENT, PERSONNEL, SCIENCE
from gongjian.demo.story.shapes import CommitmentStory, Month, WindowStory, told
from gongjian.kernel.plan.proposal import Comparator, Kind, Modality

APPLICATION_WINDOWS = (
    WindowStory(opens_on=date(2025, 5, 6), closes_on=date(2025, 6, 30), share=Decimal("0.5")),
    WindowStory(opens_on=date(2025, 7, 21), closes_on=date(2025, 8, 29), share=Decimal("0.5")),
)

PROMISES = (
    CommitmentStory(
        text="确保全年高企申报达到144家",
        kind=Kind.QUANTITY,
        metric="高新技术企业申报数",
        comparator=Comparator.AT_LEAST,
        value=Decimal(144),
        unit="家",
        deadline="year_end",
        modality=Modality.MUST,
        owner=SCIENCE,
        leader=DEPUTY_SCIENCE,
        mechanism="一企一策问诊",
        indicator="high-tech-filed",
        windows=APPLICATION_WINDOWS,
        reports=told(
            {1: 0, 2: 0, 3: 0, 4: 0, 5: 23, 6: 62},
            evidence="高企申报汇总表",
            notes={
                4: Month(progress="入库168家,完成问诊97家,第一批申报5月6日开始。"),
                5: Month(progress="第一批申报已受理23家。"),
                6: Month(progress="第一批窗口今日关闭,已申报62家。", state="claimed"),
            },
        ),
    ),
    CommitmentStory(
        text="力争新增市级认定科创项目81个",
        kind=Kind.QUANTITY,
        metric="新增市级认定科创项目",
        comparator=Comparator.EQUAL,
        value=Decimal(81),
        unit="个",
        deadline="year_end",
        modality=Modality.STRIVE,
        owner=SCIENCE,
        leader=DEPUTY_SCIENCE,
        mechanism="科技企业孵化链",
        indicator="venture-recognised",
        reports=told(
            {1: 4, 2: 9, 3: 18, 4: 26, 5: 36, 6: 49},
            evidence="市级科创项目认定文件",
            notes={6: Month(progress="已认定49个(2个公示期未满)。")},
        ),
    ),
    CommitmentStory(
        text="新增高层次人才项目全年不少于15个",
        kind=Kind.QUANTITY,
        metric="新增高层次人才项目",
        comparator=Comparator.AT_LEAST,
        value=Decimal(15),
        unit="个",
        deadline="year_end",
        owner=SCIENCE,
        co_owners=(PERSONNEL,),
        leader=DEPUTY_SCIENCE,
        mechanism="揭榜挂帅",
        indicator="talent-selected",
        reports=told(
            {1: 0, 2: 1, 3: 2, 4: 4, 5: 5, 6: 8},
            evidence="人才项目合作协议",
            notes={6: Month(progress="累计引进8个,其中3个项目的合作协议尚未上传。", state="claimed")},
        ),
    ),
    CommitmentStory(
        text="促成5个以上优质项目在园区落地转化",
        kind=Kind.QUANTITY,
        metric="优质人才项目落地转化",
        comparator=Comparator.AT_LEAST,
        value=Decimal(5),
        unit="个",
        deadline="year_end",
        owner=SCIENCE,
        co_owners=(INVESTMENT,),
        leader=DEPUTY_SCIENCE,
        indicator="talent-landed",
        reports=told(
            {1: 0, 2: 0, 3: 1, 4: 2, 5: 2, 6: 3},
            evidence="落地企业营业执照",
            notes={6: Month(progress="第3个项目已完成工商登记,设备进场调试。")},
        ),
    ),
    CommitmentStory(
        text="从中挑出8-10个潜力项目重点培育",
        kind=Kind.QUANTITY,
        metric="培育潜力人才项目",
        comparator=Comparator.RANGE,
        value=Decimal(8),
        value2=Decimal(10),
        unit="个",
        deadline="year_end",
        owner=SCIENCE,
        leader=DEPUTY_SCIENCE,
        mechanism="申报-培育-跟踪闭环",
        indicator="talent-potential",
        reports=told(
            {1: 3, 2: 5, 3: 8, 4: 8, 5: 9, 6: 9},
            evidence="潜力项目培育名单",
            notes={3: Month(progress="筛出8个项目,逐个明确跟踪人。")},
        ),
    ),
    CommitmentStory(
        text="力争全年引进海外人才30人以上",
        kind=Kind.QUANTITY,
        metric="招引海外人才",
        comparator=Comparator.AT_LEAST,
        value=Decimal(30),
        unit="人",
        deadline="year_end",
        modality=Modality.STRIVE,
        owner=SCIENCE,
        co_owners=(PERSONNEL,),
        leader=DEPUTY_SCIENCE,
        mechanism="海外高层次人才库",
        indicator="overseas-talent",
        reports=told(
            {1: 1, 2: 1, 3: 3, 5: 6, 6: 9},
            evidence="来华工作许可",
            notes={
                5: Month(
                    progress="累计引进6人。",
                    state="returned",
                    returned_for="其中2人的工作许可由外市签发,不能计入本区,请核对后重报",
                ),
                6: Month(progress="累计引进9人,较序时少6人,下半年两场海外专场对接会已排定。"),
            },
        ),
    ),
)
