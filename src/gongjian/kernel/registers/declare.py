"""`register()`: one line makes an entry class a register, with its natural key, filters and columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from django.db import models

from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField

E = TypeVar("E", bound=type[Entry])
REGISTERS: dict[str, Register] = {}
_INTERNAL = {"id", "revision", "recorded_at"}


@dataclass(frozen=True, kw_only=True)
class Register:
    """A declared register. `key` is the natural key (field names); `columns` the list's columns in order.

    `synonyms` maps a field to other headings that sheets use for it. `scope="unit"` shows unit officers their own rows.
    `masked` fields (telephone numbers, identity numbers) are shown with their middle hidden, except to the owner unit's
    officers and the supervision office.
    """

    name: str
    model: type[Entry]
    key: tuple[str, ...]
    filters: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    scope: Literal["zone", "unit"] = "zone"
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    masked: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return str(self.model._meta.verbose_name)

    @property
    def file(self) -> str:
        """The module that declares it, as a path below src."""
        return self.model.__module__.replace(".", "/") + ".py"

    @property
    def folder(self) -> str:
        """The folder of the house it lies in: `ground`, `innovation`, `industry`..."""
        parts = self.model.__module__.split(".")
        return parts[2] if parts[1:2] == ["drives"] and len(parts) > 2 else parts[1] if len(parts) > 1 else parts[0]

    @property
    def fields(self) -> list[Any]:
        """The fields a person fills in, as declared, the owner unit last; stage and evidence not among them."""
        own = [f for f in self.model._meta.concrete_fields if f.name not in _INTERNAL and f.name != "unit"]
        own = [f for f in own if not isinstance(f, StageField | EvidenceField)]
        return [*own, self.model._meta.get_field("unit")]

    @property
    def evidence(self) -> list[Any]:
        """The evidence slots."""
        return [f for f in self.model._meta.concrete_fields if isinstance(f, EvidenceField)]

    @property
    def stage_field(self) -> StageField | None:
        """The stage field, where there is one."""
        return next((f for f in self.model._meta.concrete_fields if isinstance(f, StageField)), None)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in order; empty for registers without."""
        found = self.stage_field
        return found.steps.all if found is not None and found.steps is not None else ()

    def stage(self, key: str) -> Stage | None:
        """The stage with that key or label."""
        return next((stage for stage in self.stages if key in (stage.key, stage.label)), None)

    def field_named(self, name: str) -> Any:
        """The model field with that name or Chinese label; None when there is none."""
        for candidate in self.model._meta.concrete_fields:
            if name in (candidate.name, str(candidate.verbose_name)):
                return candidate
        return None


def register(
    name: str,
    *,
    key: tuple[str, ...],
    filters: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    search: tuple[str, ...] = (),
    sort: tuple[str, ...] = (),
    scope: Literal["zone", "unit"] = "zone",
    synonyms: dict[str, tuple[str, ...]] | None = None,
    masked: tuple[str, ...] = (),
) -> Callable[[E], E]:
    """Declare the decorated entry class a register named `name` (kebab-case, stable: it is in URLs and stored rows)."""

    def declare(model: E) -> E:
        if name in REGISTERS and REGISTERS[name].model.__qualname__ != model.__qualname__:
            raise ValueError(f"register {name!r} is declared twice")
        constraint = models.UniqueConstraint(fields=list(key), name=f"{name.replace('-', '_')}_key")
        constraints = [*model._meta.constraints, constraint]
        model._meta.constraints = constraints
        model._meta.original_attrs["constraints"] = constraints
        shown = columns or tuple(f.name for f in model._meta.concrete_fields if f.name not in _INTERNAL)
        model.register = REGISTERS[name] = Register(
            name=name,
            model=model,
            key=key,
            filters=filters,
            columns=shown,
            search=search or key,
            sort=sort or key,
            scope=scope,
            synonyms=synonyms or {},
            masked=masked,
        )
        return model

    return declare


def registers() -> list[Register]:
    """All declared registers, by name."""
    return sorted(REGISTERS.values(), key=lambda r: r.name)
