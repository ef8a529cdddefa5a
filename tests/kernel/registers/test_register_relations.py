"""Relations in a sheet: found by key, name, both or parts of a row; refused or made when they are not there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import application, enterprise, state
from tests.kernel.registers.sheets import judged, sentences

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.projects.starts import Start
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers import actions, batches

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
CODE = "91320800MA0000099A"


def _two(cast: Cast) -> tuple[Any, Any]:
    return (
        enterprise(by=cast.clerk, unit=cast.science, number=1, name="青禾精密有限公司"),
        enterprise(by=cast.clerk, unit=cast.science, number=2, name="岳明电子有限公司"),
    )


def test_parts_of_a_row_name_it_together(cast: Cast) -> None:
    one, two = _two(cast)
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise__credit_code": one.credit_code, "enterprise__name": one.name, "year": 2024},
        {"enterprise__credit_code": two.credit_code, "year": 2024},
        {"enterprise__name": two.name, "year": 2025},
    )
    assert [row.entry.enterprise for row in taking.rows_of("new")] == [one, two, two]


@pytest.mark.parametrize(
    ("code", "name", "cause"),
    [
        (
            "91320800MA0000001A",
            "岳明电子有限公司",
            "统一社会信用代码“91320800MA0000001A”与企业名称“岳明电子有限公司”不是同一个企业",
        ),
        (CODE, "岳明电子有限公司", f"没有统一社会信用代码为“{CODE}”的企业,而“岳明电子有限公司”登记的是另一个代码"),
    ],
)
def test_parts_that_name_different_rows_are_refused(cast: Cast, code: str, name: str, cause: str) -> None:
    _two(cast)
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise__credit_code": code, "enterprise__name": name, "year": 2024},
        create_missing=frozenset({"enterprise"}),
    )
    assert [(f.code, f.cause) for row in taking.rows_of() for f in row.faults] == [("value.relation_conflict", cause)]


def test_a_name_written_otherwise_is_a_warning_where_the_code_is_right(cast: Cast) -> None:
    one, _ = _two(cast)
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise__credit_code": one.credit_code, "enterprise__name": "青禾精密股份公司", "year": 2024},
    )
    (row,) = taking.rows_of("new")
    assert row.entry.enterprise == one
    assert row.warnings == [
        "企业名称“青禾精密股份公司”与登记的不同,已按统一社会信用代码“91320800MA0000001A”识别,请核对。"
    ]


def test_what_is_not_found_is_counted_and_offered(cast: Cast) -> None:
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise": "新和机电", "year": 2024},
        {"enterprise": "新和机电", "year": 2025},
        {"enterprise": f"立新材料({CODE})", "year": 2025},
    )
    assert taking.unknown == {"enterprise": {"texts": [("新和机电", 2), (f"立新材料({CODE})", 1)], "can_create": True}}
    assert sentences(taking)[0] == (
        "第3行“企业”列:没有名为“新和机电”的企业。请核对名称或代码,或选择随本次导入一并新建该企业。"
    )
    assert sentences(taking)[2] == (
        f"第5行“企业”列:没有名为“立新材料({CODE})”的企业。请核对名称或代码,或选择随本次导入一并新建该企业。"
    )


def test_what_is_not_found_is_made_with_the_sheet_and_goes_with_it(cast: Cast) -> None:
    before = state()
    rows = [
        {"enterprise__credit_code": CODE.lower(), "enterprise__name": "新和机电", "year": 2024},
        {"enterprise__credit_code": CODE, "enterprise__name": "新和机电", "year": 2025},
        {"enterprise__credit_code": "91320800MA0000098A", "enterprise__name": "不会新建", "year": "哪一年"},
    ]
    taking = judged(Application.register, cast.clerk, *rows, create_missing=frozenset({"enterprise"}))
    assert taking.counts() == {"new": 2, "changed": 0, "unchanged": 0, "refused": 1}
    assert [str(row.entry) for row in taking.rows_of("new")] == ["新和机电 2024年高企申报", "新和机电 2025年高企申报"]
    assert state() == before
    batch = taking.write(by=cast.clerk, at=LATER)
    firm = Enterprise.objects.get()
    assert (firm.credit_code, firm.name, firm.unit, firm.status) == (CODE, "新和机电", cast.science, "active")
    assert [(h.history_type, h.history_batch, h.history_user) for h in firm.history.all()] == [("+", batch, cast.clerk)]
    assert sorted(Application.objects.values_list("enterprise__name", "year")) == [
        ("新和机电", 2024),
        ("新和机电", 2025),
    ]
    assert [c.label for c in batches.changes(batch, by=cast.viewer)][-1] == "新和机电"
    assert judged(Application.register, cast.clerk, *rows).counts()["unchanged"] == 2
    batches.undo(batch=batch, by=cast.clerk, at=LATER, reason="错")
    assert (Enterprise.objects.count(), Application.objects.count()) == (0, 0)


def test_a_row_that_lacks_what_it_needs_is_not_made(cast: Cast) -> None:
    taking = judged(
        Application.register, cast.clerk, {"enterprise": CODE, "year": 2024}, create_missing=frozenset({"enterprise"})
    )
    assert sentences(taking) == [
        f"第3行“企业”列:没有名为“{CODE}”的企业。不能随本次导入新建:表中没有企业的企业名称;请补全,或先登记该企业。"
    ]


def test_a_row_known_by_its_name_alone_is_made_once_however_it_is_written(cast: Cast) -> None:
    rows = [
        {"enterprise": "新和机电有限公司", "year": 2024},
        {"enterprise": "新和机电有限责任公司", "year": 2025},
        {"enterprise": "立新材料有限公司", "year": 2025},
    ]
    taking = judged(Application.register, cast.clerk, *rows, create_missing=frozenset({"enterprise"}))
    assert taking.counts()["new"] == 3
    taking.write(by=cast.clerk, at=LATER)
    firms = Enterprise.objects.order_by("name").values_list("credit_code", "name")
    assert sorted(firms, key=str) == [(None, "新和机电有限公司"), (None, "立新材料有限公司")]
    assert sorted(Application.objects.values_list("enterprise__name", "year")) == [
        ("新和机电有限公司", 2024),
        ("新和机电有限公司", 2025),
        ("立新材料有限公司", 2025),
    ]
    assert judged(Application.register, cast.clerk, *rows).counts()["unchanged"] == 3


def test_a_relation_is_found_by_a_former_name_and_two_firms_that_had_it_are_named(cast: Cast) -> None:
    one, two = _two(cast)
    actions.change(entry=one, values={"former_names": "老字号厂"}, revision=1, by=cast.clerk, at=LATER)
    (row,) = judged(Application.register, cast.clerk, {"enterprise": "老字号厂", "year": 2024}).rows_of("new")
    assert row.entry.enterprise == one
    assert row.warnings == [f"“老字号厂”已按名称识别为登记的企业“{one.name}”,请核对。"]
    actions.change(entry=two, values={"former_names": "老字号厂"}, revision=1, by=cast.clerk, at=LATER)
    told = sentences(judged(Application.register, cast.clerk, {"enterprise": "老字号厂", "year": 2024}))
    assert told == [
        "第3行“企业”列:名为“老字号厂”或曾用此名的企业有2条:"
        f"{one.name}({one.credit_code})、{two.name}({two.credit_code}),分不清是哪一条。请改填统一社会信用代码。"
    ]


def test_one_code_with_two_names_is_not_made(cast: Cast) -> None:
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise__credit_code": CODE, "enterprise__name": "新和机电", "year": 2024},
        {"enterprise__credit_code": CODE, "enterprise__name": "新禾机电", "year": 2025},
        create_missing=frozenset({"enterprise"}),
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused", "refused"]
    assert sentences(taking) == [
        f"第{n}行“企业”列:表中统一社会信用代码“{CODE}”前后写了不同的内容(第{n}行与第{m}行),无法新建企业。"
        "请把同一代码的各行改成一致。"
        for n, m in ((3, 4), (4, 3))
    ]


def test_a_composite_key_is_the_whole_key(cast: Cast) -> None:
    one, two = _two(cast)
    application(one, by=cast.clerk, unit=cast.science)
    taking = judged(
        Application.register,
        cast.clerk,
        {"enterprise": one.credit_code, "year": 2025, "remark": "改"},
        {"enterprise": one.credit_code, "year": 2024, "remark": "新"},
        {"enterprise": two.credit_code, "year": 2025, "remark": "新"},
        {"enterprise": two.name, "year": "2025年", "remark": "又一次"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["changed", "new", "new", "refused"]
    assert sentences(taking) == ["第6行:与第5行是同一条记录。请删除或合并其中一行。"]


def test_a_thousand_relations_are_found_in_few_queries(cast: Cast) -> None:
    firms = [{"credit_code": f"91320800MA{n:07d}A", "name": f"第{n}家"} for n in range(1000)]
    judged(Enterprise.register, cast.supervisor, *firms).write(by=cast.supervisor, at=AT)
    rows = [{"enterprise": firm["credit_code" if n % 2 else "name"], "year": 2025} for n, firm in enumerate(firms)]
    with CaptureQueriesContext(connection) as asked:
        taking = judged(Application.register, cast.supervisor, *rows)
    assert (taking.counts()["new"], len(asked) <= 10) == (1000, True)


def test_a_word_for_nothing_names_no_row_and_a_broken_line_does_no_harm(cast: Cast) -> None:
    one, _ = _two(cast)
    taking = judged(
        Start.register,
        cast.supervisor,
        {"name": "一号厂房", "enterprise": "无"},
        {"name": "二号厂房", "enterprise": "暂无"},
        {"name": "三号厂房", "enterprise": "青禾\n精密有限公司\u200b"},
    )
    assert taking.unknown == {}
    assert [row.entry.enterprise for row in taking.rows_of("new")] == [None, None, one]


def test_two_names_in_one_cell_are_not_made_one_firm(cast: Cast) -> None:
    _two(cast)
    before = state()
    row = {"name": "一号厂房", "enterprise": "青禾精密有限公司、岳明电子有限公司"}
    taking = judged(Start.register, cast.supervisor, row, create_missing=frozenset({"enterprise"}))
    assert sentences(taking) == [
        "第3行“建设企业”列:“青禾精密有限公司、岳明电子有限公司”里写了不止一个企业。"
        "一格只能写一个企业,请分成几行,或只写主要的一个。"
    ]
    assert taking.unknown == {} and state() == before
