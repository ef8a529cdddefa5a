"""A file that waits to be fetched is for the officer as they ordered it, not for what they became since."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from tests.kernel.registers.entries import venture

from gongjian.kernel.people.models import Officer
from gongjian.surfaces import orders
from gongjian.surfaces.jobs import jobs
from gongjian.surfaces.web.registers import exports

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast


@pytest.mark.parametrize("changes", [{"unit": "trade"}, {"role": "viewer"}])
def test_who_changed_office_or_role_fetches_no_earlier_file(
    cast: Cast, door: Callable[[Officer], Client], monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    monkeypatch.setattr(exports, "BACKGROUND_ROWS", 0)
    monkeypatch.setattr(jobs, "immediate", True)
    venture("甲", by=cast.clerk, unit=cast.science)
    client = door(cast.clerk)
    address = client.get("/registers/venture/export.xlsx").headers["Location"]
    export = exports.Export.found(token=address.split("/")[4], by=cast.clerk)
    orders.make.call_local(export.work_name, export.token)

    def answers() -> list[int]:
        return [client.get(f"{address}{part}").status_code for part in ("", "progress/", "file/")]

    assert answers() == [200, 200, 200]
    moved: dict[str, Any] = {**changes, **({"unit": cast.trade} if "unit" in changes else {})}
    for name, value in moved.items():
        setattr(cast.clerk, name, value)
    cast.clerk.save()
    assert answers() == [422, 422, 422]
