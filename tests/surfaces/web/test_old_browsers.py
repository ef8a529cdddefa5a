"""Offices run Chromium 109: our own files use nothing that it does not understand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[3] / "src/gongjian/static"
NEWER_CSS = {
    "color-mix()": r"color-mix\(",  # 111
    "@scope": r"@scope\b",  # 118
    "@starting-style": r"@starting-style\b",  # 117
    "nesting": r"^\s*&",  # 112
    "subgrid": r"\bsubgrid\b",  # 117
    "light-dark()": r"light-dark\(",  # 123
    "text-wrap: balance": r"text-wrap\s*:",  # 114
    "dvh units are fine, but anchor() is not": r"\banchor\(",  # 125
    "oklch()": r"\bokl(ch|ab)\(",  # 111
}
NEWER_JS = {
    "Object.groupBy": r"\bgroupBy\(",  # 117
    "Array.fromAsync": r"fromAsync\(",  # 121
    "toSorted and friends": r"\.to(Sorted|Reversed|Spliced)\(",  # 110
    "Promise.withResolvers": r"withResolvers\(",  # 119
    "Set algebra": r"\.(isSubsetOf|symmetricDifference)\(",  # 122
    "popover": r"showPopover\(",  # 114
    "URL.canParse": r"canParse\(",  # 120
    "regular expression flag v": r"/[gimsuy]*v[gimsuy]*[;,).]",  # 112
}


def _own(ending: str) -> list[Path]:
    found = [path for path in STATIC.rglob(f"*{ending}") if "vendor" not in path.parts]
    assert found, f"no {ending} files under {STATIC}"
    return found


@pytest.mark.parametrize(("feature", "pattern"), NEWER_CSS.items())
def test_style_sheets_use_nothing_newer(feature: str, pattern: str) -> None:
    for path in _own(".css"):
        assert not re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE), f"{path.name} uses {feature}"


@pytest.mark.parametrize(("feature", "pattern"), NEWER_JS.items())
def test_scripts_use_nothing_newer(feature: str, pattern: str) -> None:
    for path in _own(".js"):
        assert not re.search(pattern, path.read_text(encoding="utf-8")), f"{path.name} uses {feature}"
