"""A row and the rows that belong to it, entered in one form and saved together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import actions, drafts
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.whole import whole


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of an inline register: new (`entry` None), or changed as it was at `revision`."""

    register: Register
    values: Mapping[str, Any]
    entry: Any = None
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What was written: the row, what changed in it ({label: (old, new)}), how many lines are new and changed."""

    entry: Any
    diff: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    added: int = 0
    changed: int = 0


class LinesRefused(Refusal):
    """Lines could not be saved and so nothing was; `faults` maps a line's place (from 0) to its refusal."""

    def __init__(self, faults: Mapping[int, Refusal]) -> None:
        super().__init__(
            "together.lines", f"有{len(faults)}行关联记录不能保存,没有保存任何内容", "请改正标出的行后重新保存"
        )
        self.faults = dict(faults)

    @property
    def is_stale(self) -> bool:
        """Whether somebody else changed a line meanwhile."""
        return any(isinstance(fault, Stale) for fault in self.faults.values())


def pointer(*, register: Register, to: Register) -> Any:
    """The field by which rows of `register` point at rows of `to`, the first where there are several."""
    found = (f for f in register.model._meta.concrete_fields if f.is_relation and f.related_model is to.model)
    return next(found, None)


def inlines(register: Register) -> list[tuple[Register, Any]]:
    """The registers whose rows are entered within this one's form, each with the field that points here."""
    named = [REGISTERS[name] for name in register.inlines if name in REGISTERS]
    pairs = [(one, pointer(register=one, to=register)) for one in named]
    return [(one, found) for one, found in pairs if found is not None]


def save(
    *,
    register: Register,
    entry: Any = None,
    values: Mapping[str, Any],
    revision: int = 0,
    lines: Sequence[Line] = (),
    by: Officer,
    at: datetime,
    today: date,
    happened_on: date | None = None,
    reason: str = "",
) -> Saved:
    """Create the row (`entry` None) or change it as it was at `revision`, with all its lines, in one transaction.

    The officer's draft of the form goes with it. Raises what `actions.create` and `actions.change` raise for the row
    itself, `LinesRefused` for its lines; then nothing is written.
    """
    added = changed = 0
    faults: dict[int, Refusal] = {}
    with whole():
        drafts.throw_away(register=register, entry=entry, by=by)
        diff: Mapping[str, tuple[str, str]] = {}
        if entry is None:
            parent: Any = actions.create(
                register=register, values=values, by=by, at=at, today=today, happened_on=happened_on
            )
        else:
            parent = entry
            diff = actions.change(entry=entry, values=values, revision=revision, by=by, at=at, reason=reason)
        for place, line in enumerate(lines):
            try:
                if _write(line=line, parent=parent, by=by, at=at, today=today, reason=reason):
                    added, changed = added + (line.entry is None), changed + (line.entry is not None)
            except Refusal as refusal:
                faults[place] = refusal
        if faults:
            raise LinesRefused(faults)
    return Saved(entry=parent, diff=diff, added=added, changed=changed)


def _write(*, line: Line, parent: Any, by: Officer, at: datetime, today: date, reason: str) -> bool:
    """Whether the line wrote anything."""
    points = pointer(register=line.register, to=parent.register)
    if points is None or line.register.name not in parent.register.inlines:
        raise Forbidden(f"“{line.register.label}”不在“{parent.register.label}”的表单里登记")
    if line.entry is None:
        given = {"unit": parent.unit, **line.values, points.name: parent}
        actions.create(register=line.register, values=given, by=by, at=at, today=today)
        return True
    if getattr(line.entry, points.attname) != parent.pk:
        cause = f"“{line.entry}”已经不属于“{parent}”"
        raise Refusal("together.foreign", cause, "请刷新页面,核对后重新填写")
    given = {name: value for name, value in line.values.items() if name != points.name}
    return bool(actions.change(entry=line.entry, values=given, revision=line.revision, by=by, at=at, reason=reason))
