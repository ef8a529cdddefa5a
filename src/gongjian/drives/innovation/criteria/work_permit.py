"""外国人来华工作许可分类: classes A and B, by the points table or by a direct route (外国人来华工作分类标准(试行))."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from gongjian.ground import facts_people as p
from gongjian.kernel.rulebooks.conditions import Condition, Flag, Is, Known, Review, Usually
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate, shelve
from gongjian.kernel.rulebooks.scores import Banded, Best, Cased, Earned, Graded, Item, Sum, bands
from gongjian.kernel.rulebooks.states import State
from gongjian.kernel.rulebooks.terms import Lever, param, ratio

TABLE = "积分要素计分赋值表"
PAY = Lever(label="提高实际发放的税前年薪", unit="万元", step=Fraction(1, 100), moves={"annual_salary": 1})
WORK = Lever(label="继续从事相关工作", unit="年", step=Fraction(1, 10), moves={"exp_years": 1})
STAY = Lever(label="延长每年在华工作时间", unit="个月", step=Fraction(1, 10), moves={"months_per_year": 1})
LOCAL = Lever(label="取得省定的地方鼓励性加分", unit="分", moves={"local_points": 1})

CHINESE = Cased(
    "chinese_points",
    "汉语水平",
    (
        (Flag(p.is_taught_in_chinese), 5, 5),
        *((p.hsk_level >= level, level, level) for level in (5, 4, 3, 2, 1)),
    ),
    cites=TABLE,
)
CHINESE_TRIAL = Cased("chinese_points", "汉语水平", ((Known(p.hsk_level), 0, 10),), bottom=(0, 10), cites=TABLE)
"""Of the trial table only the most is known, so that nobody's points are certain."""


FAVOURED = param("favoured_place", label="工作地域属西部、东北等老工业基地或贫困县等特别地区")


def table(*, chinese: Item, most_for_years: int) -> Sum:
    """The points table: 120 points in all; 5 for two years of work and one more for each year after."""
    return Sum(
        "whole",
        "计点积分",
        (
            Banded(
                "salary_points",
                "国内用人单位支付年薪",
                p.annual_salary,
                bands(("45", 20, 20), ("35", 17, 17), ("25", 14, 14), ("15", 11, 11), ("7", 8, 8), ("5", 5, 5)),
                cites=TABLE,
                levers=(PAY,),
            ),
            Best(
                "education_points",
                "受教育程度或职业技能",
                (
                    Cased(
                        "degree_points",
                        "受教育程度",
                        (
                            (Is(p.degree, ("doctor",)), 20, 20),
                            (Is(p.degree, ("master",)), 15, 15),
                            (Is(p.degree, ("bachelor",)), 10, 10),
                        ),
                        cites=TABLE,
                    ),
                    Graded(
                        "skill_points",
                        "职业技能等级",
                        p.skill_grade,
                        dict(zip(p.SKILLS, ((0, 0), (10, 10), (15, 15), (20, 20)), strict=True)),
                        cites=TABLE,
                    ),
                ),
            ),
            Banded(
                "years_points",
                "工作年限",
                p.exp_years,
                bands(*((str(points - 3), points, points) for points in range(most_for_years, 4, -1))),
                cites=TABLE,
                levers=(WORK,),
            ),
            Banded(
                "months_points",
                "每年工作时间",
                p.months_per_year,
                bands(("9", 15, 15), ("6", 10, 10), ("3", 5, 5)),
                cites=TABLE,
                levers=(STAY,),
            ),
            chinese,
            Cased("place_points", "工作地域", ((FAVOURED >= 1, 10, 10),), cites=TABLE),
            Cased(
                "age_points",
                "年龄",
                (
                    (p.age > 60, 0, 0),
                    (p.age >= 56, 5, 5),
                    (p.age >= 46, 10, 10),
                    (p.age >= 26, 15, 15),
                    (p.age >= 18, 10, 10),
                ),
                cites=TABLE,
            ),
            Cased(
                "outstanding_points", "名校、500强、知识产权或在华满5年", ((Flag(p.is_outstanding), 5, 5),), cites=TABLE
            ),
            Banded(
                "local_points_given",
                "地方鼓励性加分",
                p.local_points,
                bands(*((str(points), points, points) for points in range(10, 0, -1))),
                cites=TABLE,
                levers=(LOCAL,),
            ),
        ),
    )


TABLES = {
    "2017试行": (table(chinese=CHINESE_TRIAL, most_for_years=15), date(2017, 1, 1), date(2017, 12, 31)),
    "现行": (table(chinese=CHINESE, most_for_years=20), date(2018, 1, 1), None),
}
"""The documents do not say from which day the later table holds: the trial table stands for the year 2017."""
SOURCE = "外国人来华工作分类标准(试行)(积分表换版日期未查到,试行表按2017年度计)"
NOT_ENCODED = {
    "C类": "按国家规定实行数量限额管理的临时性、季节性等人员,没有数量标准;不符合A类、B类的由主管部门按配额审核。",
    "地方鼓励性加分": "由省级主管部门制定,江苏的加分项目未查到,按登记的分数计。",
    "办理时限": "办事时限不是分类条件。",
    "试行表的工作年限": "只查到2017年试行表最高15分;几年起计、每年加几分按现行表计,待核实。",
}


def pays(multiple: str) -> Condition:
    """The pay as a multiple of the local mean, which the zone sets."""
    mean = ratio(p.annual_salary, param("local_mean_salary"), label="年薪是当地社会平均工资的倍数", percent=False)
    return (mean >= param(multiple)).by()


for edition, (points, since, until) in TABLES.items():
    shelve(
        Rulebook(
            name="work-permit-a",
            label="外国人来华工作许可A类",
            words={State.MET: "符合A类"},
            edition=edition,
            facts=p.FACTS,
            source=SOURCE,
            standard="work-permit",
            since=since,
            until=until,
            applies=Flag(p.is_foreign),
            gates=(),
            score=points,
            score_label="计点积分或直接条件",
            score_cites="分类标准:外国高端人才(A类)",
            passes=Earned(points, param("a_points"))
            | Review("入选国内人才引进计划或符合国际公认的专业成就", p.listed_talent)
            | pays("a_salary_multiple"),
            alerts=(
                gate(
                    "by_points",
                    Earned(points, param("a_points")),
                    label="计点积分单独达到A类",
                    cites="分类标准:外国高端人才(A类)",
                ),
            ),
            not_encoded=NOT_ENCODED,
        )
    )
    shelve(
        Rulebook(
            name="work-permit-b",
            label="外国人来华工作许可B类",
            words={State.MET: "符合B类"},
            edition=edition,
            facts=p.FACTS,
            source=SOURCE,
            standard="work-permit",
            since=since,
            until=until,
            applies=Flag(p.is_foreign),
            gates=(
                gate(
                    "age",
                    Usually((p.age <= param("b_max_age")).by()),
                    label="年龄",
                    cites="分类标准:外国专业人才(B类)",
                    note="一般要求;正好60岁是否在内说法不一,待核实。",
                ),
            ),
            score=points,
            score_label="计点积分或直接条件",
            score_cites="分类标准:外国专业人才(B类)",
            passes=Earned(points, param("b_points"))
            | (Is(p.degree, ("bachelor", "master", "doctor")) & (p.exp_years >= param("b_min_years")).by(WORK))
            | Review("符合急需紧缺技能人才条件", p.is_skilled_expert)
            | pays("b_salary_multiple"),
            alerts=(
                gate(
                    "by_points",
                    Earned(points, param("b_points")),
                    label="计点积分单独达到B类",
                    cites="分类标准:外国专业人才(B类)",
                ),
            ),
            not_encoded=NOT_ENCODED,
        )
    )
