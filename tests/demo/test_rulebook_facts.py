"""The facts of rulebooks over the demo zone: of one subject they are those of all, and those of the rows themselves."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from gongjian.demo.story import AS_OF
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.assessments import Assessment
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.facts import FACTS as FIRMS
from gongjian.ground.intellectual_property import IntellectualProperty
from gongjian.kernel.rulebooks import explaining, frames, keeping, rulebook

SUBJECTS = {book.facts.subject: book.facts for book in rulebook.every() if not book.facts.personal}


@pytest.mark.parametrize("filing_on", [AS_OF, date(2024, 2, 29), date(2026, 12, 31)])
@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_one_subject_and_some_have_the_facts_that_all_have(
    demo: None, monkeypatch: pytest.MonkeyPatch, subject: str, filing_on: date
) -> None:
    facts = SUBJECTS[subject]
    names = list(facts.specs)
    whole = frames.frame(facts, names, filing_on=filing_on)
    assert whole.columns == ["id", *names]
    some = Random(7).sample(whole["id"].to_list(), min(40, whole.height))
    part = frames.frame(facts, names, filing_on=filing_on, ids=some)
    assert part.equals(whole.filter(pl.col("id").is_in(some)))
    for told in part.to_dicts():
        entry = told.pop("id")
        assert frames.row(facts, names, entry, filing_on=filing_on) == told
    assert frames.row(facts, names, 10**9, filing_on=filing_on) is None
    monkeypatch.setattr(frames, "STRETCH", 500)
    assert frames.frame(facts, names, filing_on=filing_on).equals(whole)


def test_the_facts_are_those_of_the_rows(demo: None) -> None:
    names = ["established_on", "years_open", "sales_1", "sales_2", "sales_3", "class1_rights", "finance_is_sound"]
    whole = {row["id"]: row for row in frames.frame(FIRMS, names, filing_on=AS_OF).to_dicts()}
    assert len(whole) == Enterprise.objects.count() == 1200
    returns = {(one.enterprise_id, one.year): one for one in AnnualReturn.objects.all()}
    rights = list(
        IntellectualProperty.objects.filter(
            kind__in=IntellectualProperty.CLASS_ONE, legal_status="valid", granted_on__lte=AS_OF
        ).values_list("enterprise_id", flat=True)
    )
    found = Assessment.objects.filter(item="finance_is_sound", assessed_on__lte=AS_OF)
    found = found.filter(Q(valid_until=None) | Q(valid_until__gte=AS_OF)).order_by("assessed_on", "id")
    sound = dict(found.values_list("enterprise_id", "answer"))
    assert rights and sound
    for firm in Enterprise.objects.all():
        since = firm.established_on
        expected = {
            "id": firm.pk,
            "established_on": None if since is None else (since - date(1970, 1, 1)).days,
            "years_open": None if since is None else AS_OF.year - since.year,
            "class1_rights": rights.count(firm.pk),
            "finance_is_sound": None if sound.get(firm.pk) is None else int(sound[firm.pk]),
        }
        for back in (1, 2, 3):
            filed = returns.get((firm.pk, AS_OF.year - back))
            expected[f"sales_{back}"] = None if filed is None or filed.sales is None else int(filed.sales * 10_000)
        assert whole[firm.pk] == expected


def test_a_finding_counts_from_its_day_on(demo: None) -> None:
    names = sorted(name for name, spec in FIRMS.specs.items() if spec.source and spec.source.measure == "named")
    firm, day = (
        Assessment.objects.filter(answer=True).order_by("assessed_on").values_list("enterprise", "assessed_on")[0]
    )
    before = frames.row(FIRMS, names, firm, filing_on=day - timedelta(days=1))
    after = frames.row(FIRMS, names, firm, filing_on=day)
    assert before == dict.fromkeys(names)
    assert after is not None and 1 in after.values()


def test_an_edited_enterprise_is_judged_by_one_question_a_register(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Enterprise.objects.order_by("id")[0].pk
    keeping.now(entry, as_of=AS_OF)
    answers: list[str] = []
    answer = frames.answer
    monkeypatch.setattr(frames, "answer", lambda sql, *rest, **more: answers.append(sql) or answer(sql, *rest, **more))
    with CaptureQueriesContext(connection) as asked:
        found = keeping.now(entry, as_of=AS_OF)
        assert all(explaining.explain(verdict) for verdict in found)
    read = {spec.source.register for book in found for spec in book.rulebook.specs.values() if spec.source}
    assert len(found) >= 19
    assert len(read) <= len(answers) <= 17
    others = len(asked) - (
        len(answers) if connection.vendor == "sqlite" else 0
    )  # PostgreSQL keeps the answers prepared
    assert others == 2  # what the zone has set, what officers have decided
