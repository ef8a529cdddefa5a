"""A sheet's columns that name rows of other registers: by key, name or both; what is not found may be made with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.registers import access, recognising
from gongjian.kernel.registers.parse import NOTHING, one_line, to_text
from gongjian.kernel.registers.silence import SILENT
from gongjian.kernel.registers.stored import among
from gongjian.kernel.registers.typed import Column, each_once, sort_out
from gongjian.kernel.registers.values import empty_of, lookups, numbers_by, numbers_named, value_of

_SEVERAL = re.compile("[、;；]")
CODE_FROM = 6
"""A text is taken for the key of a row to be made when it is at least so many letters and digits."""


@dataclass(kw_only=True)
class Relation:
    """A relation's column, what it did not find, and the rows to be made for it.

    Rows to be made have numbers below 0 until they are written: -1 is the first of `made`.
    """

    column: Column
    unknown: Counter[str] = field(default_factory=Counter)
    can_create: bool = False
    made: list[Any] = field(default_factory=list)


def related(
    *,
    field: Any,
    parts: Mapping[str, Sequence[object]],
    keyed: Sequence[bool] | None,
    by: Officer,
    create: bool = False,
    first: int = -1,
    numbers: Sequence[int] = (),
) -> Relation:
    """Find what a relation's cells name, all of them in a few queries.

    `parts` maps "" (the relation's own column: key, name or both) or a field of the other register (credit_code) to
    its cells. Two that name different rows are refused. With `create` rows that are not found are made when all that
    they need is in the sheet; the first of them gets the number `first`, the next one less; `numbers` are
    then the rows' numbers in the sheet, for refusals that name another row.
    """
    return _Finding(field=field, parts=parts, keyed=keyed, by=by, create=create, first=first, numbers=numbers).relation


class _Finding:
    def __init__(
        self,
        *,
        field: Any,
        parts: Mapping[str, Sequence[object]],
        keyed: Any,
        by: Officer,
        create: bool,
        first: int,
        numbers: Sequence[int],
    ) -> None:
        self.field, self.by, self.create, self.first = field, by, create, first
        self.model: Any = field.related_model
        self.what = str(self.model._meta.verbose_name)
        self.names = sorted(parts, key=lambda name: [*lookups(self.model), name, ""].index(name))
        self.made: dict[Any, int] = {}
        self.told: dict[Any, dict[Any, Any]] = {}
        """What the cells say of each row to be made, by its key and then by the cells."""
        self.entries: list[Any] = []
        self.makable: dict[tuple[str, ...], dict[str, Any] | Refusal] = {}
        texts = [each_once(parts[name], _text) for name in self.names]
        self.lacking: set[int] = set()
        """Rows found that lack their key."""
        self.borne: dict[str, str] = {}
        """{text: the name now} of rows found under another name than they bear."""
        self.found = [self._found(name, column) for name, column in zip(self.names, texts, strict=True)]
        self._find_lacking()
        rows = list(zip(*texts, strict=True))
        values = each_once(rows, self._value)
        column = Column(field=field, values=[v[0] if type(v) is tuple else v for v in values])
        column.notes = {i: v[1] for i, v in enumerate(values) if type(v) is tuple}
        if keyed is not None:
            emptied = _emptied(field)
            column.values = [emptied if v is SILENT and keyed[i] else v for i, v in enumerate(column.values)]
        self.relation = Relation(column=column, made=self.entries)
        sort_out(column)
        self._refuse_contradictions(rows, numbers)
        self._count(rows)

    def _found(self, name: str, column: Sequence[Any]) -> dict[str, list[int]]:
        texts = {text for text in column if type(text) is str and text not in NOTHING}
        asked = {"model": self.model, "texts": texts}
        found = numbers_by(name=name, **asked) if name else numbers_named(**asked)
        register = getattr(self.model, "register", None)
        if register is not None and register.or_key and name in ("", register.or_key):
            named = recognising.named(register=register, texts={text for text in texts if text not in found})
            found |= {text: [pk for pk, _ in rows] for text, rows in named.items()}
            self.borne |= {text: rows[0][1] for text, rows in named.items() if len(rows) == 1}
        return found

    def _find_lacking(self) -> None:
        register = getattr(self.model, "register", None)
        if register is not None and register.or_key:
            pks = {pk for found in self.found for numbers in found.values() for pk in numbers}
            rows = self.model._default_manager.filter(recognising.keyless(register), pk__in=among(pks))
            self.lacking = set(rows.values_list("pk", flat=True)) if pks else set()

    def _value(self, row: tuple[Any, ...]) -> Any:
        """The number that a row's cells name, `SILENT`, None, a refusal, or (number, what to look at)."""
        said: list[tuple[str, str, list[int]]] = []
        is_emptied = False
        for name, text, found in zip(self.names, row, self.found, strict=True):
            if isinstance(text, Refusal | int):
                return text
            if text is SILENT:
                continue
            if text in NOTHING:
                is_emptied = True
            else:
                said.append((name, text, found.get(text, [])))
        if not said:
            return _emptied(self.field) if is_emptied else SILENT
        known = [part for part in said if part[2]]
        if not known:
            return self._unknown(row, said)
        pks = set.intersection(*(set(part[2]) for part in known))
        if not pks:
            (one, a, _), (other, b, _) = known[0], known[-1]
            cause = f"{self._label(one)}“{a}”与{self._label(other)}“{b}”不是同一个{self.what}"
            return Refusal("value.relation_conflict", cause, "请核对后改正其中一个")
        missed = [part for part in said if not part[2]]
        key = self._key()
        for name, text, _ in missed:
            if name == key and not pks & self.lacking:
                cause = f"没有{self._label(name)}为“{text}”的{self.what},而“{known[0][1]}”登记的是另一个代码"
                return Refusal("value.relation_conflict", cause, "请核对代码和名称,或先更正登记")
        if len(pks) > 1:
            return self._ambiguous(known[0][1], pks)
        (pk,) = pks
        if missed:
            return pk, self._otherwise(missed[0], known[0])
        borne = [part for part in known if part[1] in self.borne]
        plain = [part for part in known if part[1] not in self.borne]
        if borne and plain:
            return pk, self._otherwise(borne[0], plain[0])
        if borne:
            text = borne[0][1]
            return pk, f"“{text}”已按名称识别为登记的{self.what}“{self.borne[text]}”,请核对。"
        return pk

    def _otherwise(self, other: tuple[str, str, list[int]], known: tuple[str, str, list[int]]) -> str:
        """What to look at where a row is found by one cell and another says something else."""
        (name, text, _), (by_name, by_text, _) = other, known
        return f"{self._label(name)}“{text}”与登记的不同,已按{self._label(by_name)}“{by_text}”识别,请核对。"

    def _unknown(self, row: tuple[Any, ...], said: list[tuple[str, str, list[int]]]) -> Any:
        text = said[0][1] if len(said) == 1 else f"{said[-1][1]}({said[0][1]})"
        if any(len([part for part in _SEVERAL.split(one) if part.strip()]) > 1 for _, one, _ in said):
            cause = f"“{text}”里写了不止一个{self.what}"
            return Refusal("value.several", cause, f"一格只能写一个{self.what},请分成几行,或只写主要的一个")
        made = self._making(said)
        self.makable[row] = made
        if not self.create or isinstance(made, Refusal):
            remedy = f"请核对名称或代码,或先登记该{self.what}"
            if not isinstance(made, Refusal):
                remedy = f"请核对名称或代码,或选择随本次导入一并新建该{self.what}"
            elif self.create:
                remedy = f"不能随本次导入新建:{made.cause};请补全,或先登记该{self.what}"
            return Refusal("value.unknown_relation", f"没有名为“{text}”的{self.what}", remedy)
        register = self.model.register
        key = tuple(made.get(name) for name in register.key)
        if register.or_key and not all(key):
            key = "", recognising.alike(register=register, text=made[register.or_key])
        self.told.setdefault(key, {})[row] = self._told(made)
        if key in self.made:
            return self.made[key]
        entry = self.model(**made)
        entry.unit = self.by.unit if self.by.role == Role.UNIT_OFFICER else None
        number = self.first - len(self.entries)
        self.made[key] = number
        self.entries.append(entry)
        return number

    def _told(self, made: dict[str, Any]) -> Any:
        """What must be the same wherever a row to be made is spoken of."""
        register = self.model.register
        if not register.or_key:
            return sorted(made.items())
        return recognising.alike(register=register, text=made[register.or_key])

    def _refuse_contradictions(self, rows: Sequence[tuple[Any, ...]], numbers: Sequence[int]) -> None:
        """Rows to be made of which the sheet says different things under one key: each place is refused."""
        clashes = {
            key: told
            for key, told in self.told.items()
            if any(one != next(iter(told.values())) for one in told.values())
        }
        keys = {row: key for key, told in clashes.items() for row in told}
        places = [(i, keys[row]) for i, row in enumerate(rows) if row in keys] if keys else []
        for i, key in places:
            told = clashes[key]
            other = next(j for j, same in places if same == key and told[rows[j]] != told[rows[i]])
            label = self._label(self.model.register.key[0])
            cause = (
                f"表中{label}“{key[0]}”前后写了不同的内容(第{numbers[i]}行与第{numbers[other]}行),无法新建{self.what}"
            )
            refusal = Refusal("value.relation_conflict", cause, "请把同一代码的各行改成一致")
            self.relation.column.faults[i] = refusal
            self.relation.column.values[i] = SILENT

    def _making(self, said: list[tuple[str, str, list[int]]]) -> dict[str, Any] | Refusal:
        """The values of a row to be made from what the sheet says of it, or why it cannot be."""
        register = getattr(self.model, "register", None)
        if register is None:
            return Refusal("relation.no_register", f"{self.what}由系统管理员维护", "请先登记")
        if not access.may(register=register, by=self.by, verb="register.write"):
            return Refusal("relation.forbidden", f"您不能登记{self.what}", "请先登记")
        fields = [f for f in self.model._meta.concrete_fields if f in register.fields]
        needed = [
            f.name
            for f in fields
            if (f.name in register.key and not f.null) or not (f.null or f.blank or f.has_default())
        ]
        texts = {name: text for name, text, _ in said if name}
        for name, text, _ in said:
            if name == "":
                texts = {**self._named(text), **texts}
        if lacking := [name for name in needed if name not in texts]:
            labels = "、".join(self._label(name) for name in lacking)
            return Refusal("relation.lacking", f"表中没有{self.what}的{labels}", "请补上这一列")
        try:
            made = {name: value_of(field=register.field(name), raw=text) for name, text in texts.items()}
            entry = self.model(**made)
            entry.clean_fields(exclude=[f.name for f in fields if f.is_relation] + ["recorded_at"])
            entry.clean()
        except Refusal as refusal:
            return refusal
        except ValidationError as error:
            return Refusal("value.invalid", ";".join(m.rstrip("。") for m in error.messages), "请改正")
        return made

    def _named(self, text: str) -> dict[str, str]:
        """What one cell says of a row to be made: name and key of 青禾精密(91320000MA1XXXXX00), else one of the two."""
        key, names = self._key(), lookups(self.model)
        others = [name for name in names if name != key]
        if not key or not others:
            return {names[0]: text} if names else {}
        plain = text.replace("（", "(").replace("）", ")")
        if plain.endswith(")") and "(" in plain:
            outer, inner = plain[: plain.rindex("(")].strip(), plain[plain.rindex("(") + 1 : -1].strip()
            if outer and _is_code(inner):
                return {key: inner, others[0]: outer}
        return {key if _is_code(text) else others[0]: text}

    def _count(self, rows: Sequence[tuple[Any, ...]]) -> None:
        relation = self.relation
        if not self.makable:
            return
        for i, row in enumerate(rows):
            if row in self.makable and (i in relation.column.faults or type(relation.column.values[i]) is int):
                relation.unknown[" ".join(part for part in reversed(row) if type(part) is str)] += 1
        relation.can_create = any(not isinstance(made, Refusal) for made in self.makable.values())

    def _ambiguous(self, text: str, pks: set[int]) -> Refusal:
        register, n = getattr(self.model, "register", None), len(pks)
        if register is not None and register.or_key and not register.sensitive:
            rows = [(pk, "") for pk in pks]
            one = recognising.ambiguous(register=register, text=text, rows=rows, by=self.by)
            return Refusal(one.code, one.cause, f"请改填{recognising.label(register)}")
        key = str(self.model._meta.get_field(lookups(self.model)[0]).verbose_name)
        return Refusal("value.ambiguous", f"名为“{text}”的{self.what}有{n}个,分不清是哪一个", f"请改填{key}")

    def _key(self) -> str:
        register = getattr(self.model, "register", None)
        return register.key[0] if register is not None and len(register.key) == 1 else ""

    def _label(self, name: str) -> str:
        return str(self.model._meta.get_field(name).verbose_name) if name else str(self.field.verbose_name)


def _is_code(text: str) -> bool:
    return len(text) >= CODE_FROM and text.isascii() and text.isalnum()


def _text(raw: object) -> Any:
    """A cell as the text that names a row, a row's number where it is one already, `SILENT`, or why it cannot be read."""
    if isinstance(raw, models.Model):
        return raw.pk
    try:
        text = one_line(to_text(raw) or "")
        return "/" if text.casefold() in NOTHING - {""} else text or SILENT
    except Refusal as refusal:
        return refusal


def _emptied(field: Any) -> Any:
    try:
        return empty_of(field)
    except Refusal as refusal:
        return refusal
