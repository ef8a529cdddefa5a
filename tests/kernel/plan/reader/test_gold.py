"""The gold commitments of real plans: the score the reader must keep."""

import pytest
from bench.reader import material, run, score, text_of

from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.reader import as_json, read

FOLDER = material()
needs_material = pytest.mark.skipif(
    not (FOLDER / "gold").exists(), reason="评测材料(GONGJIAN_MATERIAL)不在本机,跳过打分"
)


@needs_material
def test_the_score_is_reached() -> None:
    found = score(FOLDER)
    assert found["f1"] >= 0.95
    assert found["precision"] >= 0.95
    assert found["comparator_and_deadline"] >= 0.95
    assert found["false_in_negatives"] == 0


@needs_material
def test_the_zone_plan_is_read_whole() -> None:
    import json

    from bench.reader import scorer

    golds = [json.loads(line) for line in (FOLDER / "gold" / "seed.jsonl").read_text(encoding="utf-8").splitlines()]
    found = as_json(read(plain(name="seed", text=text_of(FOLDER, "seed")), year=2025))
    assert len(scorer(FOLDER).match(found, golds)) == len(golds) == 23
    assert len(found) <= len(golds) + 30


@needs_material
def test_a_long_report_takes_less_than_half_a_second() -> None:
    timing = run(FOLDER)["timing"]
    assert timing["length"] == 20_000
    assert timing["seconds"] <= 0.5


@needs_material
def test_reading_twice_gives_the_same() -> None:
    document = plain(name="seed", text=text_of(FOLDER, "seed"))
    assert read(document) == read(document)
