"""`register()`: one line makes an entry class a register, with its natural key, filters and columns."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from gongjian.kernel.people.policy import EVERYONE
from gongjian.kernel.registers import derived
from gongjian.kernel.registers import extra as added
from gongjian.kernel.registers.derived import Derived
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField

E = TypeVar("E", bound=type[Entry])
REGISTERS: dict[str, Register] = {}
EXTRA_FAULTS: list[added.Fault] = []
"""What was wrong in the file of added columns when it was last read."""
_INTERNAL = {"id", "revision", "recorded_at", "extra"}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One block of a row's page: fields under a title, or the rows of another register that point at the row.

    `columns` are the related rows' columns (default: those of their list); `most` is how many of them are shown;
    `series` are those of its number columns that are drawn above them, by the year or the month in the rows' key.
    A panel without a title is the strip under the row's name: its fields in a line, and of its related rows those that
    are in force (`is_valid(on=day)`) as tags.
    """

    title: str = ""
    fields: tuple[str, ...] = ()
    related: str = ""
    columns: tuple[str, ...] = ()
    most: int = 10
    series: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Register:
    """A declared register. `key` is the natural key (field names); `columns` the list's columns in order.

    - `filters` are fields, or paths over one relation (enterprise__industry), that the list counts and filters by;
      `ranges` are dates and numbers that it filters by from and to;
    - `search` are the text fields or paths that words are looked for in; `sort` is the order of the list;
    - `leads` is the column of the list that names the row and leads to its page (default: the first one shown);
    - `synonyms` maps a field to other headings that sheets use for it; `lookups` are the fields by which other sheets
      and forms name a row, tried in this order (default: a key of one field, name, short_name);
    - `sections` puts the form's fields under titles (default: one section); `depends` maps a field to the field and the
      values with which alone it is asked for; `inlines` names registers whose rows are entered within this one's form;
    - `panels` are the blocks of the row's page (default: one per section, then every related register);
    - `scope="unit"` shows unit officers and viewers their own subtree's rows; `readers` and `writers` are the roles that
      may read and write at all; `masked` fields (telephone and identity numbers, households) are shown with their middle
      hidden except to the owner unit's officers and the supervision office; every reading of a `sensitive` register
      states its purpose and is logged;
    - `alike` are the fields by which two rows are suspected to be one (credit_code, name, phone, address);
    - `or_key` is the text field by which a row is known as long as it lacks the key: a firm by its name until its credit
      code is learnt. The key's fields then are `null=True, blank=True`: the constraint leaves rows without one alone,
      and the index of the key still serves (a constraint over filled keys only would not). One field, not a second
      composite key: what people call a thing is one word, and how two spellings of it are compared is said once, in
      `Entry.alike_key`. See `recognising`.
    """

    name: str
    model: type[Entry]
    key: tuple[str, ...]
    filters: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    leads: str = ""
    search: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    scope: Literal["zone", "unit"] = "zone"
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    masked: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    depends: Mapping[str, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)
    inlines: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    readers: frozenset[str] = EVERYONE
    writers: frozenset[str] = EVERYONE
    sensitive: bool = False
    alike: tuple[str, ...] = ()
    or_key: str = ""
    extra: list[Any] = field(default_factory=list)
    """The columns that the zone added (fields named x_...); see `extra`."""

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
        """The fields a person fills in: as declared, then the added columns, the owner unit last.

        Stage and evidence are not among them: they have acts of their own.
        """
        own = [f for f in self.model._meta.concrete_fields if f.name not in _INTERNAL and f.name != "unit"]
        own = [f for f in own if not isinstance(f, StageField | EvidenceField)]
        return [*own, *self.extra, self.model._meta.get_field("unit")]

    def field(self, name: str) -> Any:
        """The field with that name: a column of the model, an added or a derived one; raises FieldDoesNotExist."""
        added = next((f for f in self.extra if f.name == name), None)
        if added is not None:
            return added
        try:
            return self.model._meta.get_field(name)
        except FieldDoesNotExist:
            if (offered := self.derived.get(name)) is not None:
                return offered
            raise

    @property
    def derived(self) -> dict[str, Derived]:
        """The columns that other parts of the house offer to its list, by name; see `derived`."""
        return derived.of(self.name)

    @property
    def known_by(self) -> str:
        """In words, the columns by which a row is recognised: 统一社会信用代码(没有的按企业名称)."""
        heads = "、".join(str(self.field(name).verbose_name) for name in self.key)
        return f"{heads}(没有的按{self.field(self.or_key).verbose_name})" if self.or_key else heads

    def tells(self, names: Set[str]) -> bool:
        """Whether a sheet with columns for these fields tells which row each of its lines is: key, or what stands for it."""
        return set(self.key) <= names or self.or_key in names

    def leading(self, names: Sequence[str]) -> str:
        """Which of the columns `names` of a list leads to the row's page."""
        return self.leads if self.leads in names else names[0]

    @property
    def blocks(self) -> list[tuple[str, list[Any]]]:
        """The form's sections as (title, fields); what no section names comes last under 其他 (or alone, without title)."""
        named = [(title, [self.field(name) for name in names]) for title, names in self.sections.items()]
        placed = {f.name for _, fields in named for f in fields}
        rest = [f for f in self.fields if f.name not in placed]
        return [*named, *([("其他" if named else "", rest)] if rest else [])]

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
        for candidate in (*self.model._meta.concrete_fields, *self.extra):
            if name in (candidate.name, str(candidate.verbose_name)):
                return candidate
        return None


def register(
    name: str,
    *,
    key: tuple[str, ...],
    filters: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    leads: str = "",
    search: tuple[str, ...] = (),
    sort: tuple[str, ...] = (),
    scope: Literal["zone", "unit"] = "zone",
    synonyms: dict[str, tuple[str, ...]] | None = None,
    masked: tuple[str, ...] = (),
    ranges: tuple[str, ...] = (),
    lookups: tuple[str, ...] = (),
    sections: Mapping[str, tuple[str, ...]] | None = None,
    depends: Mapping[str, tuple[str, tuple[Any, ...]]] | None = None,
    inlines: tuple[str, ...] = (),
    panels: tuple[Panel, ...] = (),
    readers: frozenset[str] = EVERYONE,
    writers: frozenset[str] = EVERYONE,
    sensitive: bool = False,
    alike: tuple[str, ...] = (),
    or_key: str = "",
) -> Callable[[E], E]:
    """Declare the decorated entry class a register named `name` (kebab-case, stable: it is in URLs and stored rows).

    What the other arguments mean stands at `Register`. The key, the order and the filters get an index each.
    """

    def declare(model: E) -> E:
        if name in REGISTERS and REGISTERS[name].model.__qualname__ != model.__qualname__:
            raise ValueError(f"register {name!r} is declared twice")
        if or_key and not all(model._meta.get_field(part).null for part in key):
            raise ValueError(f"register {name!r} has an or_key, so its key {key!r} must be null=True, blank=True")
        constraint = models.UniqueConstraint(fields=list(key), name=f"{name.replace('-', '_')}_key")
        constraints = [*model._meta.constraints, constraint]
        model._meta.constraints = constraints
        model._meta.original_attrs["constraints"] = constraints
        indexes = [*model._meta.indexes, *_indexes(name, model, [*(sort or key), *filters, *ranges])]
        indexes += _cube(name, model, filters, ranges)
        model._meta.indexes = indexes
        model._meta.original_attrs["indexes"] = indexes
        own = [f.name for f in model._meta.concrete_fields if f.name not in _INTERNAL and f.name != "unit"]
        shown = columns or (*own, "unit")
        model.register = REGISTERS[name] = Register(
            name=name,
            model=model,
            key=key,
            filters=filters,
            columns=shown,
            leads=leads,
            search=search or key,
            sort=sort or key,
            scope=scope,
            synonyms=synonyms or {},
            masked=masked,
            ranges=ranges,
            lookups=lookups,
            sections=sections or {},
            depends=depends or {},
            inlines=inlines,
            panels=panels,
            readers=readers,
            writers=writers,
            sensitive=sensitive,
            alike=alike,
            or_key=or_key,
        )
        return model

    return declare


def extend(*, register: Register, columns: list[dict[str, Any]]) -> list[added.Fault]:
    """Give a register the columns that a zone has declared for it; returns what is wrong with some of them."""
    taken = {str(f.verbose_name) for f in register.model._meta.concrete_fields}
    fields, faults = added.build(register=register.name, columns=columns, taken=taken)
    for old in register.extra:
        for model in (register.model, register.model.history.model):
            delattr(model, old.name)
    register.extra[:] = fields
    for new in fields:
        new.model = register.model
        for model in (register.model, register.model.history.model):
            setattr(model, new.name, added.ExtraValue(new))
    return faults


def extend_all(*, path: Path) -> list[added.Fault]:
    """Give every register the columns that the file at `path` declares; what is wrong is kept for the system checks."""
    declared, faults = added.read(path)
    for name in declared:
        if name not in REGISTERS:
            known = "、".join(sorted(REGISTERS))
            faults.append(added.Fault(where=f"[[{name}]]", cause=f"没有名为“{name}”的台账", remedy=f"现有台账:{known}"))
    for register in registers():
        faults += extend(register=register, columns=declared.get(register.name, []))
    EXTRA_FAULTS[:] = faults
    return faults


def _cube(
    name: str, model: type[models.Model], filters: tuple[str, ...], ranges: tuple[str, ...]
) -> list[models.Index]:
    """One index over all of the register's own filters: their counts under each other are read from it alone."""
    own = ["unit" if path == "unit__name" else path for path in (*filters, *ranges)]
    columns = list(dict.fromkeys(path for path in own if "__" not in path))
    mark = hashlib.sha256(name.encode()).hexdigest()[:6]
    return [models.Index(fields=columns, name=f"cube_{mark}")] if len(columns) > 1 else []


def _indexes(name: str, model: type[models.Model], paths: list[str]) -> list[models.Index]:
    """An index for each own column that lists order or filter by; relations have theirs already."""
    found: dict[str, models.Index] = {}
    for path in paths:
        column = path.lstrip("-")
        if "__" in column:
            continue
        own = model._meta.get_field(column)
        if own.is_relation or own.db_index or own.unique:
            continue
        mark = hashlib.sha256(f"{name} {column}".encode()).hexdigest()[:6]
        found[column] = models.Index(fields=[column, "id"], name=f"{column[:22]}_{mark}")
    return list(found.values())


def registers() -> list[Register]:
    """All declared registers, by name."""
    return sorted(REGISTERS.values(), key=lambda r: r.name)
