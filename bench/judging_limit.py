"""The limit of judging: the high-tech rulebook of one day written out by hand in Polars, as a specialist would who needs
nothing else; every state, interval, gap and verdict of `judging.judge`, exact (128 bits where two amounts are multiplied).
"""

from __future__ import annotations

import polars as pl

MET, OPEN, UNGRADED, UNKNOWN, UNMET = 1, 2, 3, 4, 5
WAN = 10_000
GRADES = ("ip_advance", "ip_support")
GRADED = {"mgmt_a": 6, "mgmt_b": 6, "mgmt_c": 4, "mgmt_d": 4}
PASS = 71
LEAST_POINTS, MOST_POINTS = (0, 1, 3, 5, 7, 9), (0, 2, 4, 6, 8, 10)
GATES = ("age", "ownership", "field", "tech_staff", "rd_share", "rd_domestic", "income", "incidents", "score")

ALERT = "alert.negative_assets"


def judged(frame: pl.DataFrame) -> pl.DataFrame:
    """What judging.judge answers for the high-tech rulebook, in its columns."""
    c = pl.col
    totals = {name: _total(name) for name in ("rd_total", "rd_domestic", "sales")}
    rate = pl.when(c("sales_1") <= 5000 * WAN).then(5).when(c("sales_1") <= 20000 * WAN).then(4)
    first = frame.lazy().with_columns(
        *(one.alias(f"{name} ") for name, one in totals.items()),
        pl.when(c("sales_1").is_not_null()).then(rate.otherwise(3)).cast(pl.Int64).alias("rate "),
        (c("filing_on") - c("established_on") - 365).alias("L age"),
        (c("core_rights") - 1).alias("L ownership"),
        (c("tech_staff_avg") * 10 - c("staff_avg")).alias("L tech_staff"),
        (c("hightech_income") * 5 - c("total_income") * 3).alias("L income"),
        (-c("major_incidents_1y")).alias("L incidents"),
        (c("conversions_3y") // 3).clip(0, 5).alias("band "),
        *_growth("net_assets", "assets_growth"),
        *_growth("sales", "sales_growth"),
    )
    second = first.with_columns(
        (c("rd_total ") * 100 - c("sales ") * c("rate ")).alias("L rd_share"),
        (c("rd_domestic ") * 5 - c("rd_total ") * 3).alias("L rd_domestic"),
        *_growth_band("assets_growth"),
        *_growth_band("sales_growth"),
    )
    third = second.with_columns(
        _state("age"),
        _state("ownership"),
        pl.when(c("tech_field_confirmed") == 1)
        .then(MET)
        .when(c("tech_field_confirmed").is_null())
        .then(UNGRADED)
        .otherwise(UNMET)
        .cast(pl.Int8)
        .alias("field"),
        _state("tech_staff", c("staff_avg")),
        _state("rd_share", c("sales ")),
        _state("rd_domestic", c("rd_total ")),
        _state("income", c("total_income")),
        _state("incidents"),
        pl.min_horizontal(_below_zero("net_assets_2"), _below_zero("net_assets_3")).cast(pl.Int8).alias(ALERT),
        _gap("age", 1).alias("age.0"),
        _gap("ownership", 1).alias("ownership.0"),
        _gap("tech_staff", 10 * WAN, c("staff_avg")).alias("tech_staff.0"),
        _gap("tech_staff", 9 * WAN, c("staff_avg")).alias("tech_staff.1"),
        _gap("rd_share", 100 * 100, c("sales ")).alias("rd_share.0"),
        _gap("rd_domestic", 5 * 100, c("rd_total ")).alias("rd_domestic.0"),
        _gap("income", 5 * 100, c("total_income")).alias("income.0"),
        _gap("incidents", 1).alias("incidents.0"),
        *_grades(),
        *_rights(),
        *_graded(),
        *_growth_points("assets_growth"),
        *_growth_points("sales_growth"),
        (c("band ") * 6 - (c("band ") > 0) * 5).fill_null(0).cast(pl.Int8).alias("conversion.least"),
        (c("band ") * 6).fill_null(30).cast(pl.Int8).alias("conversion.most"),
        pl.when(c("band ") < 5).then((c("band ") + 1) * 3 - c("conversions_3y")).alias("conversion.next"),
        c("band ").is_null().alias("unknown conversion"),
    )
    ip = ("ip_advance", "ip_support", "ip_count", "ip_origin", "ip_standard")
    rest = ("conversion", *GRADED, "assets_growth", "sales_growth")
    unknown = ("unknown count", "unknown origin", "unknown standard", "unknown conversion")
    fourth = third.with_columns(
        *(
            (
                pl.min_horizontal(pl.sum_horizontal(f"{name}.{end}" for name in ip), pl.lit(30, pl.Int8))
                + pl.sum_horizontal(f"{name}.{end}" for name in rest)
            )
            .cast(pl.Int8)
            .alias(f"score.{end}")
            for end in ("least", "most")
        ),
        pl.any_horizontal(*unknown, "unknown assets_growth", "unknown sales_growth").alias("unknown "),
        pl.any_horizontal(*(c(name).is_null() for name in GRADES), *(c(f"ungraded {name}") for name in GRADED)).alias(
            "ungraded "
        ),
    )
    score = (
        pl.when(c("score.least") >= PASS)
        .then(MET)
        .when(c("score.most") < PASS)
        .then(UNMET)
        .when(c("unknown "))
        .then(UNKNOWN)
        .when(c("ungraded "))
        .then(UNGRADED)
        .otherwise(OPEN)
    )
    kept = [name for name in frame.columns if name == "id"]
    items = (*ip, "conversion", *GRADED, "assets_growth", "sales_growth")
    points = [f"{item}.{end}" for item in items for end in ("least", "most", "next")]
    has_next = ("conversion.next", "assets_growth.next", "sales_growth.next")
    gaps = ("age.0", "ownership.0", "tech_staff.0", "tech_staff.1", "rd_share.0", "rd_domestic.0", "income.0")
    return (
        fourth.with_columns(score.cast(pl.Int8).alias("score"))
        .select(
            *(*kept, *GATES, ALERT, *gaps, "incidents.0"),
            *(name for name in points if not name.endswith(".next") or name in has_next),
            *("score.least", "score.most"),
            pl.max_horizontal(*GATES).alias("verdict"),
        )
        .collect()
    )


def _total(name: str) -> pl.Expr:
    """Three years; nothing in a year before the founding."""
    years = pl.col("years_open")
    later = (pl.when(years < back).then(0).otherwise(pl.col(f"{name}_{back}")) for back in (2, 3))
    return pl.col(f"{name}_1") + next(later) + next(later)


def _below_zero(name: str) -> pl.Expr:
    return pl.when(pl.col(name) < 0).then(MET).when(pl.col(name).is_null()).then(UNKNOWN).otherwise(UNMET)


def _state(name: str, under: pl.Expr | None = None) -> pl.Expr:
    left = pl.col(f"L {name}")
    found = pl.when(under <= 0).then(UNMET).when(left >= 0) if under is not None else pl.when(left >= 0)
    return found.then(MET).when(left.is_null()).then(UNKNOWN).otherwise(UNMET).cast(pl.Int8).alias(name)


def _gap(name: str, change: int, under: pl.Expr | None = None) -> pl.Expr:
    left = pl.col(f"L {name}")
    is_short = left < 0 if under is None else (left < 0) & (under > 0)
    steps = -left if change == 1 else (change - 1 - left) // change
    return pl.when(is_short).then(steps)


def _grades() -> list[pl.Expr]:
    found = []
    for name in GRADES:
        grade = pl.col(name)
        found.append((grade * 2 - (grade > 0)).fill_null(0).cast(pl.Int8).alias(f"{name}.least"))
        found.append((grade * 2).fill_null(8).cast(pl.Int8).alias(f"{name}.most"))
    return found


def _rights() -> list[pl.Expr]:
    one, two, own, std = (pl.col(n) for n in ("class1_rights", "class2_rights", "self_developed", "standards_drafted"))
    low = pl.when(two >= 5).then(5).when(two >= 3).then(3).when(two >= 1).then(1).otherwise(0)
    high = pl.when(two >= 5).then(6).when(two >= 3).then(4).when(two >= 1).then(2).when(two.is_null()).then(6)
    has = (one + two) >= 1
    return [
        pl.when(one >= 1).then(7).otherwise(low).cast(pl.Int8).alias("ip_count.least"),
        pl.when((one >= 1) | one.is_null()).then(8).otherwise(high.otherwise(0)).cast(pl.Int8).alias("ip_count.most"),
        (one.is_null() | ((one < 1) & two.is_null())).alias("unknown count"),
        pl.when((own >= 1) | has).then(1).otherwise(0).cast(pl.Int8).alias("ip_origin.least"),
        pl.when((own >= 1) | own.is_null())
        .then(6)
        .when(has | has.is_null())
        .then(3)
        .otherwise(0)
        .cast(pl.Int8)
        .alias("ip_origin.most"),
        (own.is_null() | ((own < 1) & has.is_null())).alias("unknown origin"),
        pl.when(std >= 1).then(1).otherwise(0).cast(pl.Int8).alias("ip_standard.least"),
        pl.when((std >= 1) | std.is_null()).then(2).otherwise(0).cast(pl.Int8).alias("ip_standard.most"),
        std.is_null().alias("unknown standard"),
    ]


def _graded() -> list[pl.Expr]:
    found = []
    for name, most in GRADED.items():
        low, high = pl.col(f"{name}_low"), pl.col(f"{name}_high")
        proper = (low >= 0) & (high <= most) & (high >= low)
        found.append(pl.when(proper).then(low).otherwise(0).cast(pl.Int8).alias(f"{name}.least"))
        found.append(pl.when(proper).then(high).otherwise(most).cast(pl.Int8).alias(f"{name}.most"))
        found.append(proper.fill_null(False).not_().alias(f"ungraded {name}"))
    return found


def _growth(name: str, item: str) -> list[pl.Expr]:
    """n/d of the mean growth, the change of n, and whether there is such a growth."""
    y3, y2, y1 = (pl.col(f"{name}_{back}").cast(pl.Int128) for back in (1, 2, 3))
    years = pl.col("years_open")
    is_short = (pl.col(f"{name}_3") == 0) | (years <= 2)
    two = pl.col(f"{name}_2") > 0
    across = y1 * y2
    return [
        pl.when(is_short).then(y3 - y2).otherwise(y2 * y2 + y1 * y3 - across * 2).alias(f"n {item}"),
        pl.when(is_short).then(y2).otherwise(across * 2).alias(f"d {item}"),
        pl.when(is_short).then(pl.lit(1, pl.Int64)).otherwise(pl.col(f"{name}_3")).alias(f"dn {item}"),
        pl.when(is_short).then(two & (years > 1)).otherwise(two & (pl.col(f"{name}_3") > 0)).alias(f"ok {item}"),
    ]


def _growth_band(item: str) -> list[pl.Expr]:
    """How many of the bands >0, 5, 15, 25 and 35 % are reached."""
    n, d = pl.col(f"n {item}"), pl.col(f"d {item}")
    twenty = n * 20
    reached = (n > 0).cast(pl.Int8)
    for top in (1, 3, 5, 7):
        reached = reached + (twenty >= d * top).cast(pl.Int8)
    return [reached.alias(f"band {item}"), twenty.alias(f"n20 {item}")]


def _growth_points(item: str) -> list[pl.Expr]:
    band, ok, d = pl.col(f"band {item}"), pl.col(f"ok {item}"), pl.col(f"d {item}")
    is_none = ok.not_().fill_null(False)
    unknown = band.is_null() & is_none.not_()
    top = pl.when(band == 0).then(0).otherwise(band * 2 - 1).cast(pl.Int128)
    short = d * top + (band == 0).cast(pl.Int128) - pl.col(f"n20 {item}")
    change = pl.col(f"dn {item}").cast(pl.Int128) * 2000
    return [
        pl.when(is_none | band.is_null()).then(0).otherwise(band * 2 - (band > 0)).cast(pl.Int8).alias(f"{item}.least"),
        pl.when(is_none).then(0).when(band.is_null()).then(10).otherwise(band * 2).cast(pl.Int8).alias(f"{item}.most"),
        pl.when(ok & (band < 5) & (change > 0))
        .then((short + change - 1) // change)
        .cast(pl.Int64)
        .alias(f"{item}.next"),
        unknown.alias(f"unknown {item}"),
    ]
