"""One mechanism of at most thirty lines is a register that every test of this folder runs over."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.conformance import doors

from gongjian.kernel.registers.declare import REGISTERS

SHORT = "visit"


def test_a_mechanism_of_thirty_lines_walks_through_every_door() -> None:
    register = REGISTERS[SHORT]
    lines = Path(str(import_module(register.model.__module__).__file__)).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 30
    assert SHORT in doors.ALL.args[1]
    assert doors.ALL.args[1] == sorted(REGISTERS)
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    assert not any(f'"{SHORT}"' in text for text in tests if f'SHORT = "{SHORT}"' not in text)
