"""Saved views: whose they are, who sees them, what a name may be; a refusal changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import views
from gongjian.kernel.registers.models import SavedView

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


def _save(cast: Cast, name: str = "已入驻", **more: Any) -> SavedView:
    kept: dict[str, Any] = {"register": Venture.register, "name": name, "query": "stage=settled", "at": AT}
    return views.save(**{**kept, "by": cast.clerk, **more})


def _state() -> tuple[list[Any], int]:
    return list(SavedView.objects.order_by("pk").values()), Act.objects.count()


def test_an_own_view_is_offered_to_its_owner_alone(cast: Cast) -> None:
    view = _save(cast)
    assert views.offered(register=Venture.register, by=cast.clerk) == [view]
    assert views.offered(register=Venture.register, by=cast.trade_clerk) == []
    with pytest.raises(Refusal, match="没有这个常用视图"):
        views.one(register=Venture.register, by=cast.trade_clerk, pk=view.pk)
    act = Act.objects.get(verb="view.saved")
    assert (act.by, act.note) == (cast.clerk, "科创项目:已入驻")


def test_a_shared_view_is_offered_to_everybody_until_it_is_withheld(cast: Cast) -> None:
    view = _save(cast, is_shared=True)
    assert views.offered(register=Venture.register, by=cast.viewer) == [view]
    views.share(view=view, is_shared=False, by=cast.clerk, at=AT)
    assert views.offered(register=Venture.register, by=cast.viewer) == []
    views.share(view=view, is_shared=True, by=cast.clerk, at=AT)
    assert Act.objects.filter(verb="view.saved").latest("pk").changes == {"共享": ["否", "是"]}


def test_saving_under_the_same_name_replaces_the_own_view(cast: Cast) -> None:
    first = _save(cast)
    other = _save(cast, by=cast.trade_clerk, query="q=x")
    again = _save(cast, query="stage=signed&sort=-name")
    assert again.pk == first.pk != other.pk
    assert SavedView.objects.get(pk=first.pk).query == "stage=signed&sort=-name"
    assert SavedView.objects.get(pk=other.pk).query == "q=x"


def test_the_default_view_comes_first_and_is_ones_own(cast: Cast) -> None:
    _save(cast, name="甲")
    mine = _save(cast, name=views.DEFAULT)
    assert views.opening(register=Venture.register, by=cast.clerk) == mine
    assert views.opening(register=Venture.register, by=cast.trade_clerk) is None
    assert [view.name for view in views.offered(register=Venture.register, by=cast.clerk)] == [views.DEFAULT, "甲"]


def test_renaming_keeps_names_apart(cast: Cast) -> None:
    view = _save(cast)
    _save(cast, name="签约")
    before = _state()
    with pytest.raises(Refusal, match="您已有名为“签约”的常用视图"):
        views.rename(view=view, name=" 签约 ", by=cast.clerk, at=AT)
    assert _state() == before
    views.rename(view=view, name="  入驻  项目 ", by=cast.clerk, at=AT)
    assert view.name == "入驻 项目"
    assert Act.objects.latest("pk").changes == {"名称": ["已入驻", "入驻 项目"]}


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
def test_a_name_is_short_and_not_empty(cast: Cast, name: str) -> None:
    before = _state()
    with pytest.raises(Refusal):
        _save(cast, name=name)
    assert _state() == before


def test_too_long_an_address_is_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="条件太多"):
        _save(cast, query="q=" + "x" * 4000)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_who_only_reads_keeps_views_but_shares_none(cast: Cast, name: str) -> None:
    reader = getattr(cast, name)
    with pytest.raises(Forbidden, match="不能共享常用视图"):
        _save(cast, by=reader, is_shared=True)
    assert not SavedView.objects.exists()
    view = _save(cast, by=reader)
    with pytest.raises(Forbidden, match="不能共享常用视图"):
        views.share(view=view, is_shared=True, by=reader, at=AT)
    view.refresh_from_db()
    assert not view.is_shared


def test_others_change_no_view_and_two_offices_clear_shared_ones_away(cast: Cast) -> None:
    view = _save(cast, is_shared=True)
    before = _state()
    for act in (
        lambda: views.rename(view=view, name="别的", by=cast.trade_clerk, at=AT),
        lambda: views.share(view=view, is_shared=False, by=cast.supervisor, at=AT),
        lambda: views.remove(view=view, by=cast.trade_clerk, at=AT),
    ):
        with pytest.raises(Forbidden, match="是乔若谷建立的常用视图"):
            act()
    assert _state() == before
    private = _save(cast, name="自用")
    with pytest.raises(Forbidden):
        views.remove(view=private, by=cast.supervisor, at=AT)
    views.remove(view=view, by=cast.supervisor, at=AT)
    views.remove(view=private, by=cast.clerk, at=AT)
    assert not SavedView.objects.exists()
    assert [act.note for act in Act.objects.filter(verb="view.removed").order_by("pk")] == [
        "已入驻(乔若谷)",
        "自用(乔若谷)",
    ]


def test_a_view_that_is_gone_is_told(cast: Cast) -> None:
    view = _save(cast)
    SavedView.objects.all().delete()
    with pytest.raises(Refusal, match="已被删除"):
        views.rename(view=view, name="新", by=cast.clerk, at=AT)
