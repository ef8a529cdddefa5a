"""What a column of an outgoing sheet is: its head, its kind, its choices, and how it is to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "decimal", "percent", "date", "month"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its head, its width in characters, what its cells are; percent cells take ratios (0.12 shows 12%).

    `required`, `help`, `examples` and `synonyms` (other heads that an import accepts) speak to who fills in a template.
    """

    label: str
    width: float = 14
    kind: Kind = "text"
    unit: str | None = None
    choices: Sequence[str] = ()
    required: bool = False
    help: str = ""
    examples: tuple[object, ...] = ()
    synonyms: Sequence[str] = ()

    @property
    def head(self) -> str:
        """The head as printed, the unit in brackets."""
        return f"{self.label}({self.unit})" if self.unit else self.label
