"""攻坚城乡融合、基层治理: the numbered and named promises of the fourth and sixth drives, half a year in."""

from __future__ import annotations

from decimal import Decimal

from gongjian.demo.cast import (
    CITY_CARE,
    COMPANY,
    CONSTRUCTION,
    DEPUTY_CITY,
    DEPUTY_SOCIETY,
    EMERGENCY,
    ENVIRONMENT,
    FARMING,
    GOVERNANCE,
    LUQI,
    RELOCATION,
    YANTANG,
)
from gongjian.demo.story.shapes import CommitmentStory, Month, told
from gongjian.kernel.plan.proposal import Comparator, Kind, Modality

WATER_WORKS = ("“333”达标区提质增效“回头看”", "澹溪河流域集中整治", "农村生活污水2.0治理")
ROADS = ("鹭起大道大修", "乡村公路养护", "霁华苑北侧道路新建")

PROMISES = (
    CommitmentStory(
        text="年内完成“333”达标区提质增效“回头看”、澹溪河流域集中整治、农村生活污水2.0治理",
        kind=Kind.ROSTER,
        metric="水环境整治工程完成",
        modality=Modality.MUST,
        deadline="year_end",
        named=WATER_WORKS,
        owner=CONSTRUCTION,
        co_owners=(ENVIRONMENT, FARMING),
        leader=DEPUTY_CITY,
        indicator="works-finished",
        reports=told(
            {1: None, 2: None, 3: None, 4: None, 5: None, 6: None},
            evidence="工程验收资料",
            notes={
                1: Month(progress="三项工程实施方案印发。"),
                2: Month(progress="农村生活污水2.0治理完成17个村居摸排。"),
                5: Month(progress="澹溪河清淤6.2公里,污水支管铺设41公里。"),
                3: Month(progress="“333”达标区回头看排查管网38公里,发现缺陷126处。"),
                4: Month(progress="澹溪河流域拆除违规排口9处。"),
                6: Month(done=WATER_WORKS[:1], progress="“333”达标区整改销号,其余两项完成过半。"),
            },
        ),
    ),
    CommitmentStory(
        text="确保砚塘消防站年内建成",
        kind=Kind.MILESTONE,
        metric="砚塘消防站建成",
        deadline="year_end",
        named=("砚塘消防站",),
        modality=Modality.MUST,
        owner=COMPANY,
        co_owners=(EMERGENCY, YANTANG),
        leader=DEPUTY_CITY,
        indicator="works-completed",
        reports=told(
            {1: None, 2: None, 3: None, 4: None, 5: None},
            evidence="工程形象进度照片",
            notes={
                1: Month(reached=False, progress="主体三层施工。"),
                2: Month(reached=False, progress="节后复工,四层浇筑完成。"),
                3: Month(reached=False, progress="主体结构封顶。"),
                4: Month(reached=False, progress="二次结构完成,进入内外装修。"),
                5: Month(reached=False, progress="外立面完成,车库门订货。"),
            },
        ),
    ),
    CommitmentStory(
        text="有序推进鹭起大道大修、乡村公路养护、霁华苑北侧道路新建等民生工程",
        kind=Kind.ROSTER,
        metric="民生道路工程推进",
        named=ROADS,
        owner=CONSTRUCTION,
        co_owners=(COMPANY, LUQI),
        leader=DEPUTY_CITY,
        indicator="works-finished",
        reports=told(
            {2: None, 3: None, 4: None, 5: None, 6: None},
            evidence="道路工程月报",
            notes={
                2: Month(progress="三条道路完成施工招标。"),
                4: Month(progress="鹭起大道半幅封闭施工,乡村公路养护完成24公里。"),
                3: Month(progress="乡村公路养护完成11公里。"),
                5: Month(done=ROADS[1:2], progress="乡村公路养护全部完成,鹭起大道铣刨过半。"),
                6: Month(done=ROADS[1:2], progress="霁华苑北侧道路因管线迁改停工待图。"),
            },
        ),
    ),
    CommitmentStory(
        text="年内完成“两房清理”和应拆未拆整治任务",
        kind=Kind.MILESTONE,
        metric="两房清理和应拆未拆整治完成",
        named=("“两房清理”和应拆未拆整治",),
        modality=Modality.MUST,
        deadline="year_end",
        owner=RELOCATION,
        co_owners=(CITY_CARE,),
        leader=DEPUTY_CITY,
        indicator="works-completed",
        reports=told(
            {2: None, 3: None, 4: None, 5: None, 6: None},
            evidence="腾房交接单",
            notes={
                2: Month(reached=False, progress="扫尾专班组建完成,9人到位。"),
                4: Month(reached=False, progress="清理两房88套。"),
                6: Month(reached=False, progress="清理两房151套,应拆未拆已拆40处。"),
                3: Month(reached=False, progress="摸底两房213套,建立一户一档。"),
                5: Month(reached=False, progress="清理两房126套,应拆未拆已拆31处。"),
            },
        ),
    ),
    CommitmentStory(
        text="确保主要粮食作物耕种收综合机械化率达到98%",
        kind=Kind.RATE,
        metric="主要粮食作物耕种收综合机械化率",
        comparator=Comparator.AT_LEAST,
        value=Decimal(98),
        unit="%",
        deadline="year_end",
        modality=Modality.MUST,
        owner=FARMING,
        leader=DEPUTY_SOCIETY,
        mechanism="农业生产全程全面机械化",
        reports=told(
            {1: "96.5", 2: "96.5", 3: "96.8", 4: "96.8", 5: "97.0", 6: "97.2"},
            evidence="农机作业统计表",
            notes={6: Month(progress="夏收机收率99.1%,机插率偏低拉低综合水平。")},
        ),
    ),
    CommitmentStory(
        text="加快建好综合治理中心",
        kind=Kind.MILESTONE,
        metric="综合治理中心建成",
        owner=GOVERNANCE,
        co_owners=(COMPANY,),
        leader=DEPUTY_SOCIETY,
        reports=told(
            {1: 5, 2: 10, 3: 20, 4: 35, 6: 52},
            evidence="综合治理中心建设进度",
            notes={
                1: Month(reached=False, progress="选址比选3处。"),
                3: Month(reached=False, progress="房屋检测合格,设计单位进场。"),
                2: Month(reached=False, progress="选址鹭起大道原招商展厅。"),
                4: Month(reached=False, progress="改造设计完成,招标公告已发。"),
                6: Month(reached=False, progress="装修进场,智能化设备完成采购。"),
            },
        ),
    ),
)
