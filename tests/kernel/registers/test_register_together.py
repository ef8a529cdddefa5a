"""A row and the rows entered with it: all of them or none, each with its own refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import enterprise, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.contacts import Contact
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Forbidden, Stale
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import actions, drafts, together
from gongjian.kernel.registers.together import Line, LinesRefused

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(minutes=1)
CODE = "91320800MA0000009A"


def _line(name: str, **more: Any) -> Line:
    return Line(register=Contact.register, values={"name": name}, **more)


def _contact(firm: Enterprise, name: str, cast: Cast) -> Any:
    values = {"enterprise": firm, "name": name, "unit": firm.unit}
    return actions.create(register=Contact.register, values=values, by=cast.clerk, at=AT, today=TODAY)


def _all() -> list[Any]:
    return [list(m.objects.order_by("pk").values()) for m in (Enterprise, Contact)] + [
        Enterprise.history.count(),
        Contact.history.count(),
        Act.objects.count(),
    ]


def test_the_registers_entered_within_another(cast: Cast) -> None:
    assert [(one.name, points.name) for one, points in together.inlines(Enterprise.register)] == [
        ("contact", "enterprise")
    ]
    assert together.pointer(register=Venture.register, to=Enterprise.register) is None


def test_a_new_row_comes_with_its_lines_and_takes_its_draft_along(cast: Cast) -> None:
    drafts.keep(register=Enterprise.register, values={"name": "青禾"}, by=cast.clerk, at=AT)
    done = together.save(
        register=Enterprise.register,
        values={"credit_code": CODE, "name": "青禾精密有限公司", "unit": cast.science},
        lines=[_line("陆青"), _line("季禾")],
        by=cast.clerk,
        at=AT,
        today=TODAY,
    )
    assert (done.added, done.changed, done.entry.name) == (2, 0, "青禾精密有限公司")
    assert list(Contact.objects.order_by("pk").values_list("name", "enterprise_id", "unit_id")) == [
        ("陆青", done.entry.pk, cast.science.pk),
        ("季禾", done.entry.pk, cast.science.pk),
    ]
    assert drafts.take_up(register=Enterprise.register, by=cast.clerk) is None


def test_a_change_of_row_and_lines(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    first, second = (_contact(firm, name, cast) for name in ("陆青", "季禾"))
    done = together.save(
        register=Enterprise.register,
        entry=firm,
        values={"staff": 12},
        revision=1,
        lines=[_line("陆青青", entry=first, revision=1), _line("季禾", entry=second, revision=1), _line("夏末")],
        by=cast.clerk,
        at=LATER,
        today=TODAY,
        reason="核对",
    )
    assert (dict(done.diff), done.added, done.changed) == ({"职工人数": ("—", "12")}, 1, 1)
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["夏末", "季禾", "陆青青"]
    assert Contact.history.filter(id=second.pk).count() == 1


def test_one_refused_line_saves_nothing_and_keeps_the_draft(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    _contact(firm, "陆青", cast)
    drafts.keep(register=Enterprise.register, entry=firm, values={"staff": "12"}, by=cast.clerk, at=AT)
    before = _all()
    with pytest.raises(LinesRefused) as caught:
        together.save(
            register=Enterprise.register,
            entry=firm,
            values={"staff": 12},
            revision=1,
            lines=[_line("季禾"), _line("陆青")],
            by=cast.clerk,
            at=LATER,
            today=TODAY,
        )
    assert {place: fault.code for place, fault in caught.value.faults.items()} == {1: "entry.duplicate"}
    assert caught.value.is_stale is False
    assert _all() == before
    assert drafts.take_up(register=Enterprise.register, entry=firm, by=cast.clerk) is not None


def test_a_line_that_somebody_overtook_is_stale(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science)
    line = _contact(firm, "陆青", cast)
    actions.change(entry=line, values={"remark": "休假"}, revision=1, by=cast.supervisor, at=LATER)
    before = _all()
    with pytest.raises(LinesRefused) as caught:
        together.save(
            register=Enterprise.register,
            entry=firm,
            values={},
            revision=1,
            lines=[_line("陆青青", entry=line, revision=1)],
            by=cast.clerk,
            at=LATER,
            today=TODAY,
        )
    assert caught.value.is_stale is True
    assert isinstance(caught.value.faults[0], Stale) and "陶知行" in caught.value.faults[0].cause
    assert _all() == before


def test_a_line_of_another_row_or_of_another_register_is_refused(cast: Cast) -> None:
    firm, other = (enterprise(by=cast.clerk, unit=cast.science, number=number) for number in (1, 2))
    line = _contact(other, "陆青", cast)
    foreign = Line(register=Venture.register, values={"name": "甲"})
    venture("乙", by=cast.clerk, unit=cast.science)
    before = _all()
    with pytest.raises(LinesRefused) as caught:
        together.save(
            register=Enterprise.register,
            entry=firm,
            values={},
            revision=1,
            lines=[_line("陆青青", entry=line, revision=1), foreign],
            by=cast.clerk,
            at=LATER,
            today=TODAY,
        )
    assert caught.value.faults[0].code == "together.foreign"
    assert isinstance(caught.value.faults[1], Forbidden)
    assert _all() == before
    assert list(Venture.objects.values_list("name", flat=True)) == ["乙"]
