"""Entries for tests: enterprises, applications, ventures, always made by the actions that officers use."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.models import Act, Officer, Unit
from gongjian.kernel.registers import actions
from gongjian.kernel.registers.models import Batch, StageMove

CODES = ("91320800MA00000016", "91320800MA0000002X", "91320800MA0000003N")
WRONG_CODE = "91320800MA00000010"
PDF = b"%PDF-1.4\n1 0 obj\n"


def enterprise(*, by: Officer, unit: Unit, number: int = 1, **values: Any) -> Enterprise:
    """An enterprise of `unit`, numbered."""
    fields = {"credit_code": f"91320800MA{number:07d}A", "name": f"青禾{number}号精密有限公司", "unit": unit, **values}
    return actions.create(register=Enterprise.register, values=fields, by=by, at=AT, today=TODAY)  # type: ignore[return-value]


def application(
    firm: Enterprise,
    *,
    by: Officer,
    unit: Unit,
    stage: str = "seeded",
    on: date = date(2025, 3, 3),
    at: datetime = AT,
    **values: Any,
) -> Application:
    """An application of `firm` in 2025 that reached `stage` on a day."""
    fields = {"enterprise": firm, "year": 2025, "stage": stage, "unit": unit, **values}
    return actions.create(  # type: ignore[return-value]
        register=Application.register, values=fields, by=by, at=at, today=TODAY, happened_on=on
    )


def venture(name: str, *, by: Officer, unit: Unit, **values: Any) -> Venture:
    """A venture in its first stage."""
    fields = {"name": name, "unit": unit, **values}
    return actions.create(register=Venture.register, values=fields, by=by, at=AT, today=TODAY)  # type: ignore[return-value]


def state() -> dict[str, Any]:
    """Everything a register action could write, to assert that a refusal wrote nothing."""
    models = (Enterprise, Application, Venture)
    return {
        **{m.__name__: list(m.objects.order_by("pk").values()) for m in models},
        **{f"{m.__name__} history": m.history.count() for m in models},
        "moves": list(StageMove.objects.order_by("pk").values()),
        "acts": Act.objects.count(),
        "batches": Batch.objects.count(),
    }
