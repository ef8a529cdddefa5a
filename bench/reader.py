"""How well and how fast the reader reads plans: score on the gold, and time beside a word segmenter alone."""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read

LENGTH = 20_000
"""Code points of the timed text."""


def material() -> Path:
    """The material folder: GONGJIAN_MATERIAL, or ../shared/material beside the checkout."""
    named = os.environ.get("GONGJIAN_MATERIAL")
    return Path(named) if named else Path(__file__).resolve().parents[1] / "../shared/material"


def scorer(folder: Path) -> ModuleType:
    """The scorer that lies with the gold."""
    spec = importlib.util.spec_from_file_location("score_reader", folder / "score_reader.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(folder: Path, document: str) -> str:
    """The text a gold file belongs to, newlines untouched."""
    excerpt = folder / "plans" / "excerpts" / f"{document}.txt"
    path = excerpt if excerpt.exists() else next((folder / "plans").glob("000_*.txt"))
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def score(folder: Path) -> dict[str, Any]:
    """Precision, recall, F1, comparator and deadline, false hits in texts without a target, and the worst text."""
    rules = scorer(folder)
    hits = false = missed = right = soft_hits = soft_gold = soft_said = false_in_negatives = 0
    worst = (2.0, "")
    for path in sorted((folder / "gold").glob("*.jsonl")):
        golds = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found = as_json(read(plain(name=path.stem, text=text_of(folder, path.stem))))
        pairs = rules.match(found, golds)
        used = {i for i, _ in pairs}
        hard = [(i, j) for i, j in pairs if golds[j]["kind"] in rules.HARD]
        wanted = sum(gold["kind"] in rules.HARD for gold in golds)
        wrong = sum(one["kind"] in rules.HARD for i, one in enumerate(found) if i not in used)
        right += sum(all(found[i][key] == golds[j][key] for key in ("comparator", "deadline")) for i, j in hard)
        hits, false, missed = hits + len(hard), false + wrong, missed + wanted - len(hard)
        soft_hits += len(pairs) - len(hard)
        soft_gold += len(golds) - wanted
        soft_said += sum(one["kind"] not in rules.HARD for one in found)
        if wanted:
            worst = min(worst, (rules.f1(len(hard), wrong, wanted - len(hard)), path.stem))
        else:
            false_in_negatives += wrong
    return {
        "f1": rules.f1(hits, false, missed),
        "precision": hits / max(1, hits + false),
        "recall": hits / max(1, hits + missed),
        "comparator_and_deadline": right / max(1, hits),
        "false_in_negatives": false_in_negatives,
        "worst_text": worst[1],
        "worst_f1": worst[0],
        "soft_found": soft_hits,
        "soft_gold": soft_gold,
        "soft_said": soft_said,
    }


def timing(folder: Path, *, repeats: int = 5) -> dict[str, float]:
    """Seconds for one text of 20,000 code points (median), for rjieba alone on it, and the ratio of the two."""
    whole = "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "plans" / "full").glob("*.txt"))[:3])
    text = whole[:LENGTH]
    document = plain(name="timed", text=text)
    ours = _median(lambda: read(document), repeats)
    found: dict[str, float] = {"seconds": ours, "length": float(len(text))}
    if importlib.util.find_spec("rjieba"):
        import rjieba

        rjieba.cut("预热")
        peer = _median(lambda: rjieba.cut(text), repeats)
        found |= {"rjieba_seconds": peer, "ratio_to_rjieba": ours / peer}
    return found


def _median(act: Any, repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def run(material: Path) -> dict[str, Any]:
    """The whole measurement as plain values."""
    return {"score": score(material), "timing": timing(material)}


def main() -> int:
    """Prints the measurement; 1 where the material is absent."""
    folder = material()
    if not (folder / "gold").exists():
        print("缺少评测材料:请将 GONGJIAN_MATERIAL 指向材料文件夹。")
        return 1
    print(json.dumps(run(folder), ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
