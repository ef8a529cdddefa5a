"""Every fact that a rulebook reads has a place where an officer enters it, and entering it there changes what is judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import models, transaction
from django.db.models import Q, QuerySet

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import frames, rulebook
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind
from gongjian.kernel.rulebooks.period import Period

if TYPE_CHECKING:
    from tests.conformance.examples import Examples

    from gongjian.kernel.registers.declare import Register

FILING = date(2026, 9, 5)
PERIOD = Period(filing_on=FILING)
BOOKS = list(rulebook.every())
SUBJECTS = {book.facts.subject: book.facts for book in BOOKS}
READ = {
    subject: {name: spec for book in BOOKS if book.facts.subject == subject for name, spec in book.specs.items()}
    for subject in SUBJECTS
}
"""The facts that some rulebook reads, by the kind of subject."""


def test_every_fact_is_given_by_the_question_or_has_a_register_and_a_column() -> None:
    lacking = [
        (subject, spec.name)
        for subject, specs in READ.items()
        for spec in specs.values()
        if not spec.given and (spec.source is None or spec.source.register not in REGISTERS)
    ]
    assert lacking == []
    assert {subject for subject, specs in READ.items() if any(one.by_expert for one in specs.values())} == {
        "enterprise",
        "site",
        "person",
        "talent-project",
    }


def test_every_finding_is_an_item_of_its_register() -> None:
    for subject, specs in READ.items():
        for spec in specs.values():
            if spec.source is not None and spec.source.measure == "named":
                item = REGISTERS[spec.source.register].model._meta.get_field("item")
                assert dict(item.flatchoices)[spec.name] == spec.label, (subject, spec.name)
                assert REGISTERS[spec.source.register].key[0] == SUBJECTS[subject].link.replace("-", "_")


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_entering_a_fact_in_its_register_changes_what_is_judged(subject: str, made: Desk) -> None:
    tried = [made.tried(SUBJECTS[subject], spec) for spec in READ[subject].values() if not spec.given]
    assert tried and [told for told in tried if told] == []


class Desk:
    """An officer who enters one fact after the other of a subject of which as little as possible is known."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples

    def tried(self, facts: Facts, spec: FactSpec) -> str:
        """Enter one fact by the register's own action, read it, leave nothing behind; what is wrong, or nothing."""
        assert spec.source is not None
        with transaction.atomic():
            row = self.row(facts.subject, spec)
            before = self.read(facts, spec, row)
            if spec.source.register == facts.subject:
                self.change(row, spec)
            elif spec.name in TENANCIES:
                self.tenant(row)
            else:
                self.enter(facts, spec, row)
            after = self.read(facts, spec, row)
            transaction.set_rollback(True)
        self.examples._made.clear()
        return "" if after is not None and after != before else f"{spec.name}: {before}, then {after}"

    def read(self, facts: Facts, spec: FactSpec, row: Any) -> int | None:
        value: int | None = frames.frame(facts, [spec.name], filing_on=FILING, ids=[row.pk]).to_dicts()[0][spec.name]
        return value

    def row(self, subject: str, spec: FactSpec) -> Any:
        """The subject: of its own columns only those that it must have, and not yet what is to be entered."""
        register = REGISTERS[subject]
        given: dict[str, Any] = {}
        if spec.source is not None and spec.source.measure == "any":
            given = {spec.source.column: ""} if spec.source.column else {}
            given |= {name: value for name, value in OTHERWISE.items() if name in {f.name for f in register.fields}}
        return self.examples.row(register, 3, **given)

    def change(self, row: Any, spec: FactSpec) -> None:
        """Fill in the subject's own column."""
        from tests.conformance.examples import CHANGED_AT

        from gongjian.kernel.registers import actions

        assert spec.source is not None
        if spec.source.measure == "any":
            where = spec.source.where(PERIOD) if callable(spec.source.where) else spec.source.where
            values = satisfying(where, row.register)
        else:
            name, _, beyond = spec.source.column.partition("__")
            field = row.register.field(name)
            values = {name: self.value(spec, field, getattr(row, name))}
            if beyond:
                values = {name: self.examples.row(field.related_model.register, 1, **{beyond: date(2015, 3, 4)})}
        actions.change(entry=row, values=values, by=self.examples.by, at=CHANGED_AT, revision=row.revision)

    def enter(self, facts: Facts, spec: FactSpec, row: Any) -> None:
        """Add a row to the register that records the fact; as many as it takes where one alone tells nothing."""
        source = spec.source
        assert source is not None
        register = REGISTERS[source.register]
        given: dict[str, Any] = {facts.link.replace("-", "_"): row, **UNUSED.get(source.register, {})}
        if source.back:
            given["year"] = PERIOD.year(source.back)
        elif source.measure == "named":
            given |= {"item": spec.name, source.order: FILING, "valid_until": None}
        elif source.measure == "last":
            given[source.order] = FILING
        elif source.where is not None:
            given |= satisfying(source.where(PERIOD) if callable(source.where) else source.where, register)
        if source.column and source.measure != "min":
            given[source.column] = self.value(spec, register.field(source.column), None)
        for months in range(max(1, source.least)):
            if source.least:
                given["month"] = (date(FILING.year, FILING.month, 1) - timedelta(days=31 * months + 1)).replace(day=1)
            self.add(register, 1 + 3 * months, **given)

    def tenant(self, site: Any) -> None:
        """A young firm in incubation that has a patent, is financed, and has doubled its revenue."""
        firm = self.add(REGISTERS["enterprise"], 1, established_on=date(2025, 2, 1))
        self.add(
            REGISTERS["tenancy"],
            1,
            site=site,
            enterprise=firm,
            way="incubated",
            entered_on=date(2025, 3, 1),
            left_on=None,
        )
        self.add(REGISTERS["financing"], 1, enterprise=firm, paid_on=date(2025, 6, 1))
        self.add(
            REGISTERS["intellectual-property"], 1, enterprise=firm, kind="invention", legal_status="valid",
            applied_on=date(2025, 3, 1), granted_on=date(2026, 3, 1),
        )  # fmt: skip
        for year, revenue in ((2024, 100), (2025, 200)):
            self.add(REGISTERS["annual-return"], year, enterprise=firm, year=year, revenue=revenue)

    def add(self, register: Register, n: int, **given: Any) -> Any:
        from tests.conformance.examples import MADE_AT

        from gongjian.kernel.registers import actions

        values = self.examples.values(register, n, **given)
        if register.stage_field is not None:
            values.setdefault(register.stage_field.name, register.stages[0].key)
        return actions.create(
            register=register, values=values, by=self.examples.by, at=MADE_AT, today=FILING, happened_on=FILING
        )

    def value(self, spec: FactSpec, field: Any, held: Any) -> Any:
        """Something that the column can hold and does not hold yet."""
        if spec.kind is Kind.CHOICE:
            return next(one for one in reversed(spec.options) if one != held)
        if isinstance(field, models.BooleanField):
            return not held
        if isinstance(field, models.DateField):
            return date(2015, 3, 4)
        return 2


TENANCIES = {
    "tenants_in_term", "tenants_new_1y", "tenants_financed", "tenants_financed_1y", "tenants_applied",
    "tenants_with_rights", "tenants_growing",
}  # fmt: skip
"""Facts of a carrier that follow from rows of its tenants."""
OTHERWISE = {"kind": "utility", "legal_status": "expired", "pledge_amount": None, "award": ""}
"""A right that is none of what the rules on patents ask of it."""
UNUSED = {"intellectual-property": {"used_before_hte": False}}
"""A right of class II counts once: what a new one starts with."""


def satisfying(where: Q, register: Register) -> dict[str, Any]:
    """Values by field that fulfil a condition on one row: the first way where there are several."""
    found: dict[str, Any] = {}
    barred: dict[str, list[Any]] = {}
    for path, wanted, is_negated in _demands(where):
        name, _, lookup = path.partition("__")
        assert not isinstance(wanted, QuerySet), f"{path} asks for rows of another register"
        if is_negated:
            barred.setdefault(name, []).extend(wanted if lookup == "in" else [wanted])
        else:
            found[name] = _chosen(lookup, wanted, found.get(name))
    for name, values in barred.items():
        if name not in found or found[name] in values:
            options = [key for key, _ in register.field(name).flatchoices or () if key not in values]
            found[name] = options[-1] if options else "有"
    return found


def _chosen(lookup: str, wanted: Any, held: Any) -> Any:
    day = timedelta(days=1)
    match lookup:
        case "" | "exact" | "lte" | "gte" | "contains":
            return wanted if held is None or lookup != "gte" else held
        case "in":
            return next(iter(wanted))
        case "isnull":
            return FILING
        case "gt":
            return held or (wanted + day if isinstance(wanted, date) else wanted + 1)
        case "lt":
            return wanted - day if isinstance(wanted, date) else held
        case "year" | "year__gte":
            return date(int(wanted), 1, 1)
    raise AssertionError(f"the test does not know the lookup {lookup}")


def _demands(where: Q, *, is_negated: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """The demands of a condition: all of them, or the first of alternatives."""
    is_negated ^= where.negated
    children = where.children if where.connector == Q.AND else where.children[:1]
    for child in children:
        if isinstance(child, Q):
            yield from _demands(child, is_negated=is_negated)
        else:
            yield (*child, is_negated)


@pytest.fixture
def made(examples: Examples) -> Desk:
    """The officer's desk."""
    return Desk(examples)
