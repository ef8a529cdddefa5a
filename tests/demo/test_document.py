"""The demo reads the example plan without the surfaces; both must see the very same document."""

from __future__ import annotations

from pathlib import Path

from gongjian.demo.load.document import PLAN_FILE, plan_document
from gongjian.surfaces.inlets.document import open_document

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/plan-2025.md"


def test_the_demo_and_the_markdown_inlet_agree_on_every_character_and_block() -> None:
    data = EXAMPLE.read_bytes()
    document = plan_document(data=data)
    assert document == open_document(name="plan-2025.md", data=data)
    assert "*" not in document.text and "#" not in document.text
    assert [block.level for block in document.blocks].count(0) == 18


def test_the_package_carries_the_example_plan() -> None:
    assert PLAN_FILE.read_bytes() == EXAMPLE.read_bytes()
