"""The rows of a list: escaped whatever they hold, masked row by row, one cell for one value; nothing of it outlives a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.kernel.registers.entries import application, enterprise

from gongjian.drives.innovation.high_tech import Application
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.registers.masking import Sight
from gongjian.surfaces.web.registers import grid

if TYPE_CHECKING:
    from django.test import Client
    from tests.kernel.people.cast import Cast

    from gongjian.kernel.people.models import Officer

    Door = Callable[[Officer], Client]

EVIL = """<script>alert("1")</script>&'x'"""
ESCAPED = "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&amp;&#39;x&#39;"


def _body(cast: Cast, names: tuple[str, ...], *rows: Any, **parts: Any) -> str:
    sight = Sight(register=type(rows[0]).register, by=parts.pop("by", cast.supervisor))
    return str(grid.body(sight=sight, names=names, rows=rows, **{"can_bulk": False, "can_write": False, **parts}))


def test_a_row_stands_as_it_is_written_here(cast: Cast) -> None:
    row = enterprise(by=cast.clerk, unit=cast.science, name="青禾精密", industry="装备", address="")
    base = f"/registers/enterprise/{row.pk}"
    assert _body(cast, ("industry", "name", "staff", "address"), row, can_bulk=True, can_write=True) == (
        f'<tr data-pk="{row.pk}" data-revision="1"><td class="pick no-print"><input type="checkbox" form="bulk" '
        f'name="pick" value="{row.pk}" aria-label="选择这一行"></td><td data-f="industry">装备</td>'
        f'<td data-f="name" class="stick"><a class="open" href="{base}/">青禾精密</a></td>'
        '<td data-f="staff" class="n"><span class="nil">—</span></td>'
        '<td data-f="address"><span class="nil">—</span></td>'
        f'<td class="edit no-print"><a href="{base}/edit/" title="打开表单修改这一行">改</a></td></tr>\n'
    )


def test_whatever_a_row_holds_is_escaped(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name=EVIL, address=EVIL, industry=EVIL)
    made = application(firm, by=cast.clerk, unit=cast.science)
    Application.objects.get(pk=made.pk)
    for path in ("/registers/enterprise/?cols=name,address,industry", "/registers/high-tech/?cols=year,enterprise"):
        for part in ("", "&print=1"):
            text = door(cast.supervisor).get(path + part).content.decode()
            assert "<script>alert" not in text and ESCAPED in text, path + part
    body = _body(cast, ("name", "address"), firm)
    assert body.count(ESCAPED) == 4 and f'title="{ESCAPED}"' in body  # the text, and the whole of it when pointed at


def test_a_masked_number_is_masked_row_by_row(cast: Cast) -> None:
    own = enterprise(by=cast.clerk, unit=cast.science, number=1, phone="13900001234")
    other = enterprise(by=cast.trade_clerk, unit=cast.trade, number=2, phone="13900001234")
    body = _body(cast, ("name", "phone"), own, other, by=cast.clerk)
    assert (body.count("13900001234"), body.count("139****1234")) == (1, 1)
    assert _body(cast, ("name", "phone"), own, other, by=cast.viewer).count("139****1234") == 2
    assert _body(cast, ("name", "phone"), own, other).count("13900001234") == 2


def test_the_next_request_sees_what_has_changed_since(cast: Cast, door: Door) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, name="青禾精密")
    client, page = door(cast.viewer), "/registers/enterprise/?unit__name=科创局"
    before = client.get(page).content.decode()
    assert "科创局" in before and "青岚新区" not in before
    cast.zone.short_name = "青岚新区"
    cast.zone.save()
    cast.science.name = "科技局"
    cast.science.save()
    text = client.get(page).content.decode()
    assert "青岚新区" in text and f'data-pk="{firm.pk}"' not in text
    assert f'data-pk="{firm.pk}"' in client.get("/registers/enterprise/?unit__name=科技局").content.decode()
    assert Enterprise.objects.get().unit_id == cast.science.pk
