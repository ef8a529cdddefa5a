"""What is wrong with a rulebook before it judges anybody: unknown facts, facts nobody records, figures without a source.

The system checks (kernel/checks.py) say it at the start, the conformance tests refuse it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from gongjian.kernel import standards
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import declare
from gongjian.kernel.rulebooks import cases, coverage, parameters, rulebook
from gongjian.kernel.rulebooks.facts import FactSpec
from gongjian.kernel.rulebooks.judging import gaps_of
from gongjian.kernel.rulebooks.rulebook import Rulebook

UNKNOWN_FACT = "gongjian.E010"
IN_FORCE = "gongjian.E011"
FIGURE = "gongjian.E012"
NOBODY_RECORDS = "gongjian.E013"
TWICE = "gongjian.E014"
ARTICLE = "gongjian.E015"
UNREADABLE = "gongjian.E016"


class Fault(NamedTuple):
    """One thing that is wrong, what to do about it, and the stable id of its sort."""

    said: str
    hint: str
    id: str


def every() -> Iterator[Fault]:
    """What is wrong with all rulebooks."""
    said: set[Fault] = set()
    for name in rulebook.names():
        for fault in _of_name(name, rulebook.editions(name)):
            if fault not in said:  # several rulebooks may share a standard
                said.add(fault)
                yield fault


def of(one: Rulebook) -> Iterator[Fault]:
    """What is wrong with one edition."""
    where = f"rulebook {one.name} ({one.edition})"
    try:
        known = parameters.read(one.standard)
        worked = cases.of(one)
    except (OSError, ValueError, KeyError, TypeError) as wrong:  # tomllib and Fraction tell what they cannot read
        path = standards.FOLDER / f"{one.standard}.toml"
        yield Fault(
            f"{where}: {path.name} cannot be read: {wrong}", "mend the file; dates and numbers are exact", UNREADABLE
        )
        return
    except Refusal as refusal:
        said = f"{where}: a worked case of {one.standard}.toml belongs to no edition: {refusal.cause}"
        yield Fault(said, "give it an edition, or an as_of on which one is in force", UNREADABLE)
        return
    for said in parameters.faults(one.standard):
        yield Fault(
            said,
            "give every figure its document, and every day one figure",
            IN_FORCE if "at once" in said or "before it begins" in said else FIGURE,
        )
    for name in one.asked:
        if name not in known:
            hint = _near(name, known) or "declare it with its source"
            yield Fault(f"{where}: no parameter {name} in standards/{one.standard}.toml", hint, FIGURE)
        elif one.since is not None and not any(_covers(block, one.since) for block in known[name]):
            said = f"{where}: {name} has no figure on {one.since}, when the edition begins"
            yield Fault(said, "date its first block", IN_FORCE)
        for block in known.get(name, ()):
            if block.value is None and not block.bands and block.confidence != "unset":
                said = f"{where}: {name} of standards/{one.standard}.toml has neither a value nor bands"
                yield Fault(said, 'give it a value, or confidence = "unset" with the reason in its note', FIGURE)
    for spec in one.specs.values():
        if one.facts.specs.get(spec.name) != spec:
            said = f"{where}: the fact {spec.name} is not one of the facts about {one.facts.subject}"
            yield Fault(said, _near(spec.name, one.facts.specs) or "declare it among them", UNKNOWN_FACT)
        yield from _source_faults(where, spec)
    for gate in one.criteria:
        if not gate.cites:
            yield Fault(
                f"{where}: the criterion {gate.name} cites no article", "say where the document demands it", ARTICLE
            )
        for _, lever in gaps_of(gate):
            for name in lever.moves:
                if name not in one.facts.specs:
                    said = f"{where}: the lever {lever.label} of {gate.name} moves the unknown fact {name}"
                    yield Fault(said, _near(name, one.facts.specs), UNKNOWN_FACT)
    yield from _twice(where, one)
    for said, hint in coverage.faults(one):
        yield Fault(said, hint, ARTICLE)
    for case in worked:
        for name in case.facts:
            if name not in one.facts.specs:
                said = f"{where}: case {case.id} names the unknown fact {name}"
                yield Fault(said, _near(name, one.facts.specs), UNKNOWN_FACT)


def _of_name(name: str, editions: list[Rulebook]) -> Iterator[Fault]:
    for one in editions:
        yield from of(one)
    for edition, times in Counter(one.edition for one in editions).items():
        if times > 1:
            yield Fault(f"rulebook {name}: two editions are named {edition}", "name them apart", TWICE)
    for earlier, later in pairwise(editions):
        if earlier.until is None or later.since is None or later.since <= earlier.until:
            yield Fault(
                f"rulebook {name}: the editions {earlier.edition} and {later.edition} are in force at once",
                f"end {earlier.edition} with until={later.since - timedelta(days=1) if later.since else None!r}",
                IN_FORCE,
            )


def _twice(where: str, one: Rulebook) -> Iterator[Fault]:
    """Criteria, alerts and items share a column of the answer or a name in a case: each has its own."""
    items = [item.name for item in one.score.items()] if one.score is not None else []
    for names, sort in (
        ([gate.name for gate in one.criteria] + items, "criteria"),
        ([g.name for g in one.alerts], "alerts"),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield Fault(f"{where}: two {sort} are named {name}", "name them apart", TWICE)
    for case, times in Counter(case.id for case in cases.of(one)).items():
        if times > 1:
            yield Fault(f"{where}: two worked cases are named {case}", "name them apart", TWICE)


def _covers(block: parameters.Parameter, day: date) -> bool:
    return (block.since is None or block.since <= day) and (block.until is None or day <= block.until)


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _source_faults(where: str, spec: FactSpec) -> Iterator[Fault]:
    if spec.source is None:
        if not spec.given:
            said = f"{where}: nobody records the fact {spec.name}"
            hint = "give it a source (what an officer finds is recorded in a register too), or mark it given"
            yield Fault(said, hint, NOBODY_RECORDS)
        return
    registers = {one.name: one for one in declare.registers()}
    register = registers.get(spec.source.register)
    if register is None:
        said = f"{where}: the fact {spec.name} lies in the unknown register {spec.source.register}"
        yield Fault(said, _near(spec.source.register, registers), NOBODY_RECORDS)
        return
    fields = {field.name for field in register.model._meta.get_fields()}
    if spec.source.column and spec.source.column.split("__")[0] not in fields:
        said = f"{where}: the register {register.name} has no column {spec.source.column} for the fact {spec.name}"
        yield Fault(said, _near(spec.source.column, fields), NOBODY_RECORDS)
