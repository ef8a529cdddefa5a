"""The import's limit and its peer, run with the packages of bench/.venv: see `importing`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.importing import COLUMNS, ROWS, told


def limit(sheets: Path) -> dict[str, Any]:
    """fastexcel and one executemany of the cells into a bare table: nothing is checked, no index, no history."""
    import fastexcel

    url = os.environ.get("DATABASE_URL")
    names = ", ".join(COLUMNS)
    mark = "%s" if url else "?"
    insert = f"INSERT INTO bare ({names}) VALUES ({', '.join([mark] * len(COLUMNS))})"
    if url:
        import psycopg

        connection: Any = psycopg.connect(url)
    else:
        import sqlite3

        connection = sqlite3.connect(Path(os.environ["GONGJIAN_HOME"]) / "gongjian.sqlite3")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    kinds = {"established_on": "date", "above_scale_since": "date", "staff": "int"}
    kinds |= dict.fromkeys(("registered_capital", "longitude", "latitude"), "float")
    columns = ", ".join(f"{name} {kinds.get(name, 'text')}" for name in COLUMNS)
    connection.execute(f"CREATE TABLE bare ({columns})")
    connection.commit()
    began = time.perf_counter()
    frame = fastexcel.read_excel(sheets / "new.xlsx").load_sheet(0).to_polars()
    rows = frame.rows() if url else frame.cast(dict.fromkeys(frame.columns[4:5] + frame.columns[16:17], _text())).rows()
    cursor = connection.cursor()
    cursor.executemany(insert, rows)
    connection.commit()
    seconds = time.perf_counter() - began
    asked = "SELECT credit_code, name, staff, address, phone FROM bare ORDER BY credit_code"
    found = cursor.execute(asked).fetchall()
    assert len(found) == ROWS
    return {"seconds": seconds, "told": told((*row[:2], int(row[2]), *row[3:]) for row in found)}


def _text() -> Any:
    import polars

    return polars.String


def peer(sheets: Path) -> dict[str, Any]:
    """django-import-export as its manual has it, row by row through the model, which writes history by itself."""
    sys.path.extend(os.environ["GONGJIAN_BENCH_PATH"].split(os.pathsep))
    import django

    django.setup()
    import tablib
    from django.utils import timezone
    from import_export import fields, resources, widgets

    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.people.models import Unit

    class Choice(widgets.Widget):
        """A choice by its label."""

        def __init__(self, pairs: Any) -> None:
            super().__init__()
            self.keys = {label: key for key, label in pairs}

        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
            return self.keys[value]

    class YesNo(widgets.BooleanWidget):
        """是 and 否."""

        TRUE_VALUES = ["是"]
        FALSE_VALUES = ["否"]

    kinds: dict[str, Any] = {
        "status": Choice(Enterprise.Status.choices),
        "size": Choice(Enterprise.Size.choices),
        "established_on": widgets.DateWidget(),
        "above_scale_since": widgets.DateWidget(),
        "staff": widgets.IntegerWidget(),
        "is_above_scale": YesNo(),
        "unit": widgets.ForeignKeyWidget(Unit, "name"),
        **dict.fromkeys(("registered_capital", "longitude", "latitude"), widgets.DecimalWidget()),
    }

    class Firms(resources.ModelResource):
        """The same twenty columns."""

        class Meta:
            model = Enterprise
            fields = tuple(COLUMNS)
            import_id_fields = ("credit_code",)
            clean_model_instances = True

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.recorded_at = instance.recorded_at or timezone.now()

    def take(name: str) -> float:
        resource = Firms()
        for column, head in COLUMNS.items():
            text = widgets.CharWidget(coerce_to_string=True)
            resource.fields[column] = fields.Field(
                attribute=column, column_name=head, widget=kinds.get(column, text), saves_null_values=column in kinds
            )
        began = time.perf_counter()
        data = tablib.Dataset().load((sheets / name).read_bytes(), format="xlsx")
        result = resource.import_data(data, dry_run=False, raise_errors=True)
        assert not result.has_errors()
        assert not result.has_validation_errors()
        return time.perf_counter() - began

    seconds = take("peer.xlsx")
    mark = told(Enterprise.objects.order_by("credit_code").values_list(*COLUMNS))
    again = take("peer-again.xlsx")
    assert Enterprise.history.count() == Enterprise.objects.count() * 3 // 2
    return {"seconds": seconds, "again_seconds": again, "told": mark}


if __name__ == "__main__":
    print(json.dumps({"limit": limit, "peer": peer}[sys.argv[1]](Path(sys.argv[2]))))
