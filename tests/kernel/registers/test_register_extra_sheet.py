"""Columns that a zone added, judged, written, taken back and known in the past like any other; and plain large sheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import venture
from tests.kernel.registers.sheets import judged, sentences

from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import batches
from gongjian.kernel.registers.declare import extend
from gongjian.kernel.registers.query import known
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.take import row_key
from gongjian.kernel.registers.typed import is_blank, typed
from gongjian.kernel.registers.values import value_of

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)
THEN = AT + timedelta(hours=3)


@pytest.fixture
def added() -> Iterator[None]:
    """Two added columns of the ventures."""
    columns = [
        {"name": "power", "label": "用电容量", "kind": "decimal", "unit": "千伏安"},
        {"name": "checked_on", "label": "核查日期", "kind": "date"},
    ]
    assert extend(register=Venture.register, columns=columns) == []
    yield
    extend(register=Venture.register, columns=[])


def test_added_columns_are_taken_changed_and_taken_back(cast: Cast, added: None) -> None:
    old: Any = venture("甲", by=cast.clerk, unit=cast.science, x_power=Decimal("12.5"))
    taking = judged(
        Venture.register,
        cast.clerk,
        {"name": "甲", "x_power": "0.9兆伏安", "x_checked_on": "2025.3.2"},
        {"name": "乙", "x_power": 630, "x_checked_on": None},
        {"name": "丙", "x_power": "很大"},
    )
    assert [row.verdict for row in taking.rows_of()] == ["refused", "new", "refused"]
    assert sentences(taking)[1].startswith("第5行“用电容量(千伏安)”列:“很大”不是数字。")
    taking = judged(
        Venture.register,
        cast.clerk,
        {"name": "甲", "x_power": "800千伏安", "x_checked_on": "2025.3.2"},
        {"name": "乙", "x_power": 630, "x_checked_on": None},
    )
    assert taking.rows_of("changed")[0].diff == {"用电容量(千伏安)": ("12.5", "800"), "核查日期": ("—", "2025-03-02")}
    assert taking.sums == {"x_power": Decimal(1430)}
    batch = taking.write(by=cast.clerk, at=LATER)
    assert list(Venture.objects.order_by("pk").values_list("extra", flat=True)) == [
        {"power": 800, "checked_on": "2025-03-02"},
        {"power": 630},
    ]
    assert judged(Venture.register, cast.clerk, {"name": "甲", "x_power": 800.0}).counts()["unchanged"] == 1
    emptied = {"key": row_key(Venture.objects.get(name="甲")), "name": "甲", "x_power": None}
    judged(Venture.register, cast.clerk, emptied).write(by=cast.clerk, at=LATER)
    assert Venture.objects.get(name="甲").extra == {"checked_on": "2025-03-02"}
    (was,) = known(register=Venture.register, at=AT)
    assert (was.id, was.extra) == (old.pk, {"power": 12.5})
    with pytest.raises(Refusal):
        batches.undo(batch=batch, by=cast.clerk, at=THEN, reason="错")


CELLS = st.one_of(
    st.none(),
    st.integers(-5, 10**12),
    st.floats(-(10**6), 10**12, allow_nan=False),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
    st.datetimes(),
    st.sampled_from(
        ["", " ", "/", "无", "3000万", "#REF!", "9.13E+17", "2017.03.02", "存续", "是", "１２", "甲" * 200]
    ),
    st.text(max_size=6),
    st.decimals(-1000, 10**9, places=4),
)


@given(
    name=st.sampled_from(
        ["credit_code", "name", "former_names", "status", "established_on", "registered_capital", "longitude", "staff"]
    ),
    raws=st.one_of(
        st.lists(CELLS, min_size=1, max_size=8),
        st.lists(st.one_of(st.none(), st.integers(-5, 10**12)), min_size=1, max_size=8),
        st.lists(st.one_of(st.none(), st.floats(-100, 10**12)), min_size=1, max_size=8),
        st.lists(st.one_of(st.none(), st.text(max_size=130)), min_size=1, max_size=8),
    ),
)
def test_a_column_read_at_once_is_what_each_cell_is_alone(name: str, raws: list[Any]) -> None:
    field = Enterprise.register.field(name)
    column = typed(field=field, raws=raws, keyed=None)
    for i, raw in enumerate(raws):
        try:
            alone = SILENT if is_blank(raw) else value_of(field=field, raw=raw)
        except Refusal as refusal:
            assert (column.faults[i].code, column.faults[i].cause) == (refusal.code, refusal.cause)
            continue
        assert i not in column.faults
        assert column.values[i] == alone or (alone is SILENT and column.values[i] is SILENT)
        assert type(column.values[i]) is type(alone)


def test_two_thousand_rows_of_many_kinds_come_back_as_they_were_written(cast: Cast) -> None:
    rows = [
        {
            "credit_code": f"91320800MA{n:07d}A",
            "name": f"第{n}家",
            "established_on": date(2001, 1, 1) + timedelta(days=n),
            "registered_capital": n + 0.25,
            "staff": n,
            "is_above_scale": "是" if n % 2 else "否",
            "status": "存续" if n % 3 else "注销",
            "unit": "科创局",
        }
        for n in range(2000)
    ]
    judged(Enterprise.register, cast.supervisor, *rows).write(by=cast.supervisor, at=AT)
    judged(Enterprise.register, cast.supervisor, *[{**row, "staff": 7} for row in rows[:1000]]).write(
        by=cast.supervisor, at=LATER
    )
    names = ("credit_code", "established_on", "registered_capital", "staff", "is_above_scale", "status", "unit_id")
    for at, staff in ((AT, None), (LATER, 7)):
        was = list(known(register=Enterprise.register, at=at).order_by("credit_code").values_list(*names))
        assert was == [
            (
                row["credit_code"],
                row["established_on"],
                Decimal(n) + Decimal("0.25"),
                staff if staff and n < 1000 else n,
                bool(n % 2),
                "active" if n % 3 else "cancelled",
                cast.science.pk,
            )
            for n, row in enumerate(rows)
        ]
    assert Enterprise.history.count() == 2999  # the row that had 7 already is unchanged
