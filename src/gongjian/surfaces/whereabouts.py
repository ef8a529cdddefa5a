"""在哪里登记: where an officer enters what a criterion lacks: the register, the year and the column, in words and as an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.values import handle
from gongjian.kernel.rulebooks.facts import FactSpec


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """One register (of one year) with the names of what is entered there."""

    register: Register | None
    year: int | None
    names: tuple[str, ...]
    specs: tuple[FactSpec, ...]

    @property
    def where(self) -> str:
        """企业年度数据台账2024年度; empty for what no register holds."""
        if self.register is None:
            return ""
        return f"{self.register.label}台账{f'{self.year}年度' if self.year else ''}"

    @property
    def listed(self) -> str:
        """“销售收入(万元)”、“职工总数(人)”."""
        return "、".join(f"“{name}”" for name in self.names)

    def address(self, row: Any) -> str:
        """The page on which it is entered of `row`: a new finding with the item filled in, the row's own or its yearly rows."""
        if self.register is None:
            return ""
        if self.register is row.register:
            return reverse("entry", args=[self.register.name, row.pk])
        link = next((f.name for f in self.register.fields if f.related_model is type(row)), "")
        if self.specs[0].source is None or self.specs[0].source.measure not in ("named", "last"):
            return f"{reverse('register', args=[self.register.name])}?{urlencode({link: row.pk})}"
        given = {link: handle(row)}
        if self.specs[0].source.measure == "named":
            given["item"] = self.specs[0].name
        return f"{reverse('entry-new', args=[self.register.name])}?{urlencode(given)}"


def of(specs: Iterable[FactSpec], *, as_of: date) -> list[Whereabouts]:
    """Where facts are entered, those of one register and year together."""
    found: dict[tuple[str, int], list[FactSpec]] = {}
    for spec in specs:
        source = spec.source
        key = (source.register, source.back) if source is not None and source.register in REGISTERS else ("", 0)
        found.setdefault(key, []).append(spec)
    return [
        Whereabouts(
            register=REGISTERS.get(name),
            year=as_of.year - back if back else None,
            names=tuple(dict.fromkeys(_name(spec) for spec in some)),
            specs=tuple(some),
        )
        for (name, back), some in found.items()
    ]


def entered(missing: Iterable[FactSpec], as_of: date) -> list[str]:
    """Missing facts by the place where they are entered: 在企业年度数据台账2024年度补录“销售收入(万元)”、“职工总数(人)”。"""
    return [f"{f'在{one.where}' if one.where else ''}补录{one.listed}。" for one in of(missing, as_of=as_of)]


def ungraded(specs: Iterable[FactSpec], facts: Mapping[str, int | None]) -> list[FactSpec]:
    """What an expert still has to find among the facts of a criterion."""
    blank = [spec for spec in specs if spec.by_expert and facts.get(spec.name) is None]
    return list(dict.fromkeys(blank))


def _name(spec: FactSpec) -> str:
    """What the thing to be entered is called on its form; the low and the high end of one grade are one thing."""
    source, name = spec.source, spec.label
    if source is not None and source.column and source.measure != "named" and source.register in REGISTERS:
        with suppress(FieldDoesNotExist):
            name = str(REGISTERS[source.register].field(source.column.split("__")[0]).verbose_name)
    return name.removesuffix("(低)").removesuffix("(高)")
