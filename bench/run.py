"""Run every benchmark of this folder, print one table, write results.json and the README's table of the reader's score.

A benchmark is a module here with `run(material: Path) -> dict`: figures by name, in nested dicts where that helps. One
that lacks the material folder raises FileNotFoundError and is reported as not measured. What one benchmark has measured
is kept before the next begins. With GONGJIAN_BENCH_ROWS, which asks for fewer rows, all is run and nothing is kept.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.goals import verdict

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BEGIN, END = "<!-- reader-score:begin -->", "<!-- reader-score:end -->"
READMES = {
    "README.md": {
        "head": "| the reader's score | |\n|---|---|",
        "f1": "F1 on the gold (number, rate, rank, roster)",
        "precision": "precision",
        "recall": "recall",
        "comparator_and_deadline": "comparator and deadline right, of those found",
        "false_in_negatives": "false hits in texts without a target",
        "worst": "worst text",
        "seconds": "a text of {length:,.0f} characters",
        "note": "Measured on {date} by `make bench` ({machine}): {method}",
        "method": "plans of several zones, labelled by hand, are read and compared span by span and value by value.",
    },
    "README.zh-CN.md": {
        "head": "| 读取得分 | |\n|---|---|",
        "f1": "标注集 F1(数量、比率、位次、清单)",
        "precision": "准确率",
        "recall": "召回率",
        "comparator_and_deadline": "已找到的承诺中,比较关系与时限均正确",
        "false_in_negatives": "无指标文本中的误报",
        "worst": "最差的一篇",
        "seconds": "读 {length:,.0f} 字",
        "note": "{date} 由 `make bench` 测得({machine}):{method}",
        "method": "多个园区的工作要点由人工标注,逐段比对位置和数值。",
    },
}


def modules() -> list[str]:
    """The names of the benchmarks, in order of name; other modules here serve one of them."""
    return sorted(path.stem for path in HERE.glob("*.py") if "\ndef run(material" in path.read_text(encoding="utf-8"))


def flat(figures: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested figures as one level: {"score": {"f1": 0.9}} -> {"score.f1": 0.9}."""
    found: dict[str, Any] = {}
    for name, value in figures.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def shown(value: Any) -> str:
    """A figure as the table prints it."""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def machine() -> str:
    """What it was measured on, without the machine's name."""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores"


def commit() -> str:
    """The commit measured, with a + where the checkout differs from it; empty outside a checkout."""
    asked = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True)
    return asked.stdout.strip()


def score_block(*, figures: dict[str, Any], words: dict[str, str], on: date) -> str:
    """The README's table of the reader's score, in the language of `words`."""
    score, timing = figures["score"], figures["timing"]
    rows = [(words[name], f"{score[name]:.3f}") for name in ("f1", "precision", "recall", "comparator_and_deadline")]
    rows.append((words["false_in_negatives"], str(score["false_in_negatives"])))
    rows.append((words["worst"], f"F1 {score['worst_f1']:.3f}"))
    rows.append((words["seconds"].format(length=timing["length"]), f"{timing['seconds']:.2f} s"))
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    note = words["note"].format(date=on.isoformat(), machine=machine(), method=words["method"])
    return f"{words['head']}\n{table}\n\n{note}"


def put(*, text: str, block: str) -> str:
    """`text` with what stands between the two marks replaced by `block`; ValueError when a mark is missing."""
    before, rest = text.split(BEGIN, 1) if BEGIN in text else (text, "")
    if END not in rest:
        raise ValueError(f"the marks {BEGIN} and {END} are missing")
    return f"{before}{BEGIN}\n{block}\n{END}{rest.split(END, 1)[1]}"


def table(measured: dict[str, dict[str, Any]]) -> list[str]:
    """One line for each figure: its name, its value, and where it has a goal the verdict and the goal."""
    figures = [(f"{name}.{key}", value) for name in measured for key, value in flat(measured[name]).items()]
    width = max((len(name) for name, _ in figures), default=0)
    lines = []
    for name, value in figures:
        goal, said = verdict(figure=name, value=value)
        lines.append(f"{name:<{width}}  {shown(value):>14}  {said:<6}  {goal}".rstrip())
    return lines


def keep(*, name: str, figures: dict[str, Any], on: date) -> None:
    """Write what one benchmark measured to results.json, and the reader's score to the READMEs."""
    path = HERE / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept[name] = {"on": on.isoformat(), "commit": commit(), "machine": machine()} | figures
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if name == "reader":
        for file, words in READMES.items():
            readme = ROOT / file
            block = score_block(figures=figures, words=words, on=on)
            readme.write_text(put(text=readme.read_text(encoding="utf-8"), block=block), encoding="utf-8")


def main() -> int:
    """Exit code 1 when a benchmark failed, 0 otherwise; those without their material are named, not hidden."""
    options = argparse.ArgumentParser(description=__doc__)
    folder = Path(os.environ.get("GONGJIAN_MATERIAL") or ROOT.parent / "shared" / "material")
    options.add_argument("--material", type=Path, default=folder)
    options.add_argument("only", nargs="*", help="names of benchmarks; all of them without a name")
    asked = options.parse_args()
    is_kept = not os.environ.get("GONGJIAN_BENCH_ROWS")
    today, broken = date.today(), False
    measured: dict[str, dict[str, Any]] = {}
    names = asked.only or modules()
    for number, name in enumerate(names, 1):
        print(f"[{number}/{len(names)}] {name} ...", flush=True)
        began = time.monotonic()
        try:
            measured[name] = importlib.import_module(f"bench.{name}").run(asked.material)
        except FileNotFoundError as missing:
            print(f"{name}: not measured, {missing} is not here (set MATERIAL=path)")
            continue
        except Exception as error:
            broken = True
            print(f"{name}: failed, {type(error).__name__}: {error}")
            continue
        print(f"[{number}/{len(names)}] {name}: {time.monotonic() - began:.0f} s", flush=True)
        if is_kept:
            keep(name=name, figures=measured[name], on=today)
    print(*table(measured), sep="\n")
    if not is_kept:
        print("Fewer rows than the goals speak of: nothing was written.")
    return int(broken)


if __name__ == "__main__":
    raise SystemExit(main())
