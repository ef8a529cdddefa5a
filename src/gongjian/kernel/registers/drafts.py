"""Drafts (草稿): what an officer has typed into a register's form and not yet saved, kept for this officer alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.models import Draft

ITEMS_MOST = 2_000
"""Form items (fields of the row and of the rows entered with it) that one draft holds."""
CHARACTERS_MOST = 200_000


def keep(*, register: Register, entry: Any = None, values: Mapping[str, str], by: Officer, at: datetime) -> Draft:
    """Keep what is typed in the form of `entry` (None: of a new row) in place of the draft kept before.

    `values` maps form items to text. Left out are fields that the officer sees masked. Raises Forbidden where the
    officer may not write, `Refusal` ("draft.too_long") where a form holds more than a draft keeps.
    """
    access.require(register=register, by=by, verb="register.write", entry=entry)
    hidden = _hidden(register=register, entry=entry, by=by)
    kept = {name: text for name, text in values.items() if name not in hidden}
    if len(kept) > ITEMS_MOST or sum(len(name) + len(text) for name, text in kept.items()) > CHARACTERS_MOST:
        cause = f"填写的内容超过{CHARACTERS_MOST // 10_000}万字,草稿没有保存"
        raise Refusal("draft.too_long", cause, "请先保存表单,较长的材料作为佐证上传")
    draft, _ = Draft.objects.update_or_create(
        officer=by, register=register.name, entry_id=_number(entry), defaults={"values": kept, "saved_at": at}
    )
    return draft


def take_up(*, register: Register, entry: Any = None, by: Officer) -> Draft | None:
    """The draft that the officer left at this form, without fields that are masked to them by now; None without one."""
    draft = Draft.objects.filter(officer=by, register=register.name, entry_id=_number(entry)).first()
    if draft is not None:
        hidden = _hidden(register=register, entry=entry, by=by)
        draft.values = {name: text for name, text in draft.values.items() if name not in hidden}
    return draft


def throw_away(*, register: Register, entry: Any = None, by: Officer) -> bool:
    """Delete the officer's draft at this form, after saving or on request; whether there was one."""
    deleted, _ = Draft.objects.filter(officer=by, register=register.name, entry_id=_number(entry)).delete()
    return bool(deleted)


def _hidden(*, register: Register, entry: Any, by: Officer) -> set[str]:
    if entry is None:
        return set()
    sight = Sight(register=register, by=by)
    return {name for name in register.masked if sight.hides(row=entry, name=name)}


def _number(entry: Any) -> int:
    return entry.pk if entry is not None else 0
