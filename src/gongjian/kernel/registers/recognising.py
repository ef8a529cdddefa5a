"""Rows that are named without their natural key (a firm without its credit code): found by the name they bear or bore.

A register declares the name's field as `or_key`. A text means a row that bears exactly this name; else the rows whose
name, or one of whose former names, means the same (`Entry.alike_key`): another width, other brackets, an old form.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Q

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.duplicates import FORMER
from gongjian.kernel.registers.stored import among

NAMED_MOST = 5
"""How many rows a refusal names."""
Found = dict[str, list[tuple[int, str]]]
"""{text: [(a row's number, the name that it bears now)]}"""


def alike(*, register: Register, text: str) -> str:
    """What two ways of writing one name have in common; the text itself where nothing is left of it."""
    return register.model.alike_key(register.or_key, text) or text


def keyless(register: Register) -> Q:
    """Rows that lack a part of their natural key."""
    lacking = Q()
    for name in register.key:
        lacking |= Q(**{f"{name}__isnull": True})
    return lacking


def named(*, register: Register, texts: Iterable[str], is_keyless: bool = False) -> Found:
    """The rows that each text names, by text; texts that name none are left out. `is_keyless`: only rows without key.

    What nobody bears exactly costs one reading of the names in the register, in a stream.
    """
    name, wanted = register.or_key, set(texts)
    rows = register.model._default_manager.order_by()
    if is_keyless:
        rows = rows.filter(keyless(register))
    found: Found = {}
    if not wanted or (is_keyless and not rows.exists()):
        return found
    for pk, borne in rows.filter(**{f"{name}__in": among(wanted)}).order_by("pk").values_list("pk", name):
        found.setdefault(borne, []).append((pk, borne))
    left: dict[str, list[str]] = {}
    for text in wanted - found.keys():
        left.setdefault(alike(register=register, text=text), []).append(text)
    if not left:
        return found
    has_former = any(f.name == FORMER for f in register.model._meta.concrete_fields)
    tell = register.model.alike_key
    for pk, borne, *former in rows.values_list("pk", name, *([FORMER] if has_former else [])).iterator(
        chunk_size=5_000
    ):
        meant = {tell(name, borne)}
        if has_former and former[0]:
            meant.update(tell(name, line) for line in former[0].splitlines())
        for key in meant:
            for text in left.get(key, ()):
                found.setdefault(text, []).append((pk, borne))
    return found


def ambiguous(*, register: Register, text: str, rows: Iterable[tuple[int, str]], by: Officer) -> Refusal:
    """The refusal of a name that several rows bear or bore; those that `by` may see are named with their keys."""
    numbers = [pk for pk, _ in rows]
    there = register.model._default_manager.filter(pk__in=among(numbers))
    seen = (
        policy.visible(by=by, rows=there, scope=register.scope)
        .order_by("pk")
        .values_list(register.or_key, *register.key)
    )
    told = [
        f"{name}({'、'.join(str(part) if part else '缺' + label(register) for part in key)})"
        for name, *key in seen[:NAMED_MOST]
    ]
    which = f":{'、'.join(told)}{'等' if len(numbers) > len(told) else ''}" if told else ""
    cause = f"名为“{text}”或曾用此名的{register.label}有{len(numbers)}条{which},分不清是哪一条"
    return Refusal("value.ambiguous", cause, f"请填写{label(register)}")


def label(register: Register) -> str:
    """The natural key in words."""
    return "、".join(str(register.field(name).verbose_name) for name in register.key)


def serialise(register: Register) -> None:
    """Within the transaction: nobody else writes rows known by name alone until it ends, so that none enters twice.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(f"or_key {register.name}".encode())])


def require_unnamed(*, register: Register, values: Mapping[str, Any], by: Officer, pk: int | None = None) -> None:
    """Refuse a row (number `pk`, None for a new one) without natural key under a name that another row bears or bore."""
    name = values.get(register.or_key) if register.or_key else None
    if not name or all(values.get(part) not in (None, "") for part in register.key):
        return
    serialise(register)
    others = [row for row in named(register=register, texts=[name]).get(name, ()) if row[0] != pk]
    if others:
        told = ambiguous(register=register, text=name, rows=others, by=by)
        cause = told.cause.removesuffix(",分不清是哪一条")
        raise Refusal("entry.duplicate", cause, f"请打开已有记录修改;确是另一家的,请填写{label(register)}后登记")
