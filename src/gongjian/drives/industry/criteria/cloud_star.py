"""江苏省星级上云企业: who may apply for three, four or five stars; the scores are not published, so nobody is ever “ready”."""

from __future__ import annotations

from datetime import date

from gongjian.ground import facts as f
from gongjian.ground import facts_industry as d
from gongjian.kernel.rulebooks.conditions import Condition, Flag, Review
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve

CITES = "星级上云企业评定工作指南(2021、2022年)"
NOT_ENCODED = {
    "评定得分": "各星级的评分表和得分线未见公布,由评定机关决定,不测算。",
    "施行日期": "工作指南的日期未查到,按2021年度起计。",
    "2022年以后": "2022年以后是否继续评定未见确认,以当年通知为准。",
}


def star(number: int, words: str, sequence: Condition, cloud: Review, *, by: str, note: str) -> Rulebook:
    """The rulebook of one star class."""
    return shelve(
        Rulebook(
            name=f"cloud-star-{number}",
            label=f"{words}星级上云企业",
            edition="2021",
            facts=f.FACTS,
            source=CITES,
            standard="cloud-star",
            since=date(2021, 1, 1),
            gates=(
                gate("sequence", sequence, label="申报次序", cites=CITES, note=note),
                gate("cloud", cloud, label="上云方式", cites=CITES),
                gate("one_class", Review("只申报一个星级类别", d.cloud_is_one_class), label="一次一类", cites=CITES),
                gate("evaluation", Review(f"由{by}按评分表评定"), label="评定", cites=CITES),
            ),
            not_encoded=NOT_ENCODED,
        )
    )


ANY_CLOUD = Review("公有云、私有云或混合云", d.cloud_is_known)
THREE = star(
    3,
    "三",
    Flag(d.star_3, False),
    Review("公有云", d.cloud_is_public),
    by="设区市",
    note="已有三星及以上的,不得重复申报同级或更低星级。",
)
FOUR = star(
    4,
    "四",
    Flag(d.star_4, False),
    ANY_CLOUD,
    by="设区市",
    note="没有星级的和三星级的都可申报;已有四星、五星的不得重复申报。",
)
FIVE = star(
    5, "五", Flag(d.star_4) & Flag(d.star_5, False), ANY_CLOUD, by="省", note="须先取得四星级;已有五星的不得重复申报。"
)
