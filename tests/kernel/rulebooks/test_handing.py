"""What a zone has set goes out as TOML and comes back as the same; a file that is wrong changes nothing."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.rulebooks import handing, own, parameters, setting, windows
from gongjian.kernel.rulebooks.models import ZoneFigure
from gongjian.kernel.rulebooks.rulebook import edition
from gongjian.kernel.rulebooks.setting import Proof

BATCH = "高企申报批次(省级安排)"


def fill(cast: Cast) -> None:
    given: dict[str, Any] = {"by": cast.supervisor, "at": AT}
    proof = Proof(source='会议纪要"3"号\\', reason="第一行\n第二行")
    setting.set_figure(
        standard="above-scale",
        name="near_from",
        values=["1800"],
        since=date(2025, 1, 1),
        until=None,
        proof=proof,
        **given,
    )
    setting.set_figure(
        standard="above-scale", name="near_from", values=["1,850.5"], since=date(2025, 6, 1), until=None,
        ends_earlier=True, proof=proof, **given,
    )  # fmt: skip
    setting.set_figure(
        standard="talent",
        name="min_years",
        values=["6", "3"],
        since=TODAY,
        until=date(2026, 12, 31),
        proof=proof,
        **given,
    )
    setting.set_window(
        standard="high-tech", label=BATCH, year=2025, opens=None, closes=date(2025, 8, 29), proof=proof, **given
    )


def test_what_goes_out_comes_back_the_same(cast: Cast) -> None:
    fill(cast)
    text = handing.as_toml(zone="青岚经济开发区", at=TODAY)
    told = tomllib.loads(text)
    assert [(one["name"], one["values"], one["since"], one.get("until")) for one in told["figures"]] == [
        ("near_from", ["1800"], date(2025, 1, 1), date(2025, 5, 31)),
        ("near_from", ["1850.5"], date(2025, 6, 1), None),
        ("min_years", ["6", "3"], TODAY, date(2026, 12, 31)),
    ]
    assert told["figures"][0]["source"] == '会议纪要"3"号\\'
    assert told["figures"][0]["reason"] == "第一行\n第二行"
    assert told["figures"][0]["set_by"] == "管委会陶知行 2025-06-30"
    assert told["windows"][0]["closes"] == date(2025, 8, 29)

    assert handing.take_over(text.encode(), by=cast.administrator, at=AT) == 0  # all of it is here already
    ZoneFigure.objects.exclude(about=None).delete()
    ZoneFigure.objects.all().delete()
    own.forget()
    assert handing.take_over(text.encode(), by=cast.administrator, at=AT) == 4
    assert handing.as_toml(zone="青岚经济开发区", at=TODAY).replace("石可为", "陶知行") == text
    figures = parameters.in_force("above-scale", as_of=TODAY)
    assert (figures["near_from"].value, figures["near_from"].since) == (Fraction(3701, 2), date(2025, 6, 1))
    assert windows.filing(edition("high-tech", as_of=TODAY), as_of=TODAY).told() == f"{BATCH}开放至2025-08-29。"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("values = ", "文件读不出来"),
        ("a = 1", "文件里没有本区设定"),
        ("figures = [1]", "不是表"),
        ('[[figures]]\nstandard = "above-scale"\nwert = 1', "不认识“wert”"),
        ('[[figures]]\nstandard = "above-scale"\nname = "near_from"\nvalues = [1800]', "values或year写法不对"),
        (
            '[[figures]]\nstandard = "above-scale"\nname = "near_from"\nvalues = ["1"]\nsince = "2025"',
            "since或until不是日期",
        ),
        (
            '[[figures]]\nstandard = "above-scale"\nname = "near_from"\nvalues = ["1900"]\nsince = 2025-01-01\nsource = "纪要3号"\n'
            '[[figures]]\nstandard = "above-scale"\nname = "min_revenue"\nvalues = ["1900"]\nsince = 2025-01-01\nsource = "纪要3号"',
            "工作表“figures”第2行“min_revenue”列:“年主营业务收入”自2011-01-01起有官方出处",
        ),
    ],
)
def test_a_wrong_file_changes_nothing(cast: Cast, text: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        handing.take_over(text.encode(), by=cast.supervisor, at=AT)
    assert words in refused.value.sentence
    assert ZoneFigure.objects.count() == 0
    assert parameters.in_force("above-scale", as_of=TODAY)["near_from"].value == 1600


def test_only_supervision_and_administration_take_over(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        handing.take_over(b'[[figures]]\nname = "near_from"', by=cast.clerk, at=AT)
