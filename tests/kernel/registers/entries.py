"""Entries for tests: enterprises, applications, ventures, always made by the actions that officers use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people.models import Act, Officer, Unit
from gongjian.kernel.registers import actions, merged
from gongjian.kernel.registers.declare import registers
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


def books(*, said_of: Iterable[Any] | None = None) -> dict[str, Any]:
    """Every table of every register, row by row and column by column (without the counter that refuses old forms),
    the standing stage moves, whose file proves what, and what is read as said on each row (of `said_of` alone)."""
    tables: dict[str, Any] = {}
    rows: list[Any] = [] if said_of is None else list(said_of)
    for register in registers():
        found = register.model._default_manager.order_by("pk")
        names = [f.attname for f in register.model._meta.concrete_fields if f.name != "revision"]
        tables[register.name] = [dict(zip(names, row, strict=True)) for row in found.values_list(*names)]
        rows += list(found) if said_of is None else []
    said = {(row.register.name, row.pk): [act.note for act in merged.said(entry=row)] for row in rows}
    moves = StageMove.objects.filter(withdrawn_at=None).order_by("register", "entry_id", "happened_on", "stage", "note")
    files = Evidence.objects.order_by("pk").values_list("subject_kind", "subject_id", "part", "name", "state")
    way = list(moves.values_list("register", "entry_id", "stage", "happened_on"))
    notes = list(moves.exclude(note="").values_list("entry_id", "stage", "note"))
    return {"tables": tables, "moves": way, "notes": notes, "files": list(files), "said": said}
