"""Policies: 可享政策 of one enterprise and 名单 of one policy are the same judgement; a zone writes its own in TOML."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.kernel.people.cast import AT, TODAY

from gongjian.drives.innovation import grants, policies, policy_files
from gongjian.drives.innovation.grants import Grant
from gongjian.ground.annual_returns import AnnualReturn
from gongjian.ground.recognitions import Recognition
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.registers import actions
from gongjian.kernel.rulebooks import keeping
from gongjian.kernel.rulebooks import rulebook as shelf
from gongjian.kernel.rulebooks.models import Judgement
from gongjian.kernel.rulebooks.states import State

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

ZONE = """
[[policies]]
name = "new-high-tech"
label = "上年新认定高企奖励"
document = "青岚〔2025〕3号"
article = "第五条"
automatic = true
conditions = { all = ["hte_new_1", "not is_dishonest"] }
handed_in = ["证书"]
benefit = { words = "一次性奖励", amount = 10, payer = "园区财政" }

[[policies]]
name = "research"
label = "研发后补助"
document = "青岚〔2025〕3号"
since = 2025-01-01
until = 2025-12-31
conditions = { all = ["rd_total_1 / sales_1 >= 3%"] }
benefit = { words = "按研发费用补助", share = "5%", of = "rd_total_1", cap = 50 }
windows = [{ label = "申报", from = "03-01", until = "04-30" }]
"""


@pytest.fixture
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zone's file of policies."""
    path = tmp_path / "policies.toml"
    path.write_text(ZONE, encoding="utf-8")
    monkeypatch.setattr(policy_files, "home_file", lambda: path)
    return path


def firm(cast: Cast, number: int = 1, **values: Any) -> Any:
    from tests.kernel.registers.entries import enterprise

    return enterprise(by=cast.clerk, unit=cast.science, number=number, **{"is_dishonest": False} | values)


def add(model: Any, cast: Cast, **values: Any) -> Any:
    return actions.create(register=model.register, values=values, by=cast.clerk, at=AT, today=TODAY)


def recognised(cast: Cast, one: Any, day: date = date(2024, 11, 6)) -> None:
    add(Recognition, cast, enterprise=one, kind="hte", valid_from=day, valid_to=date(day.year + 3, day.month, day.day))


def test_the_official_policies_have_a_source_and_no_fault(zone: Path) -> None:
    zone.unlink()
    found = policy_files.read()
    assert found.faults == ()
    assert {one.name: one.confidence for one in found.policies} == {
        "hte-tax": "sourced",
        "open-bidding": "unconfirmed",
        "above-scale-reward": "unset",
        "excellent-without-filing": "sourced",
        "chain-direct-filing": "unconfirmed",
    }
    assert all(one.is_official and one.document and not one.is_synthetic for one in found.policies)
    assert [name for name in shelf.names() if name.startswith("policy-")] == []


def test_both_judges_agree_on_every_policy(zone: Path) -> None:
    from tests.kernel.rulebooks.agreement import in_columns, rows, told

    for policy in policy_files.read().policies:
        given = rows(policy.rulebook, n=300, seed=3, as_of=TODAY)
        for facts, answer in zip(given, in_columns(policy.rulebook, given, as_of=TODAY), strict=True):
            answer.pop("applies", None)
            assert answer == told(policy.rulebook, facts, as_of=TODAY), (policy.name, facts)


def test_one_enterprise_and_the_list_say_the_same(cast: Cast, zone: Path) -> None:
    one, other = firm(cast), firm(cast, 2)
    recognised(cast, one)
    add(AnnualReturn, cast, enterprise=one, year=2024, sales="2000", rd_total="1200")
    add(AnnualReturn, cast, enterprise=other, year=2024, sales="2000", rd_total="59.99")
    found = {match.policy.name: match for match in policies.of(one, TODAY)}
    assert [match.words for match in policies.of(one, TODAY)][:3] == ["可享受"] * 3
    assert (found["new-high-tech"].amount, found["research"].amount) == (Fraction(10), Fraction(50))
    assert found["hte-tax"].words == "可享受" and found["hte-tax"].amount is None
    assert "open-bidding" not in found
    for policy in policies.every(as_of=TODAY):
        if policy.subject == "enterprise":
            kept = {row.entry: row for row in policies.judged(policy, by=cast.viewer, as_of=TODAY, at=AT)}
            assert set(kept) == {one.pk, other.pk}
            for row in (one, other):
                match = next(m for m in policies.of(row, TODAY) if m.policy.name == policy.name)
                assert (match.verdict.state, match.amount) == (
                    kept[row.pk].state, policy.benefit.estimate(kept[row.pk].facts),
                )  # fmt: skip


def test_a_closed_enterprise_can_have_nothing(cast: Cast, zone: Path) -> None:
    one = firm(cast, status="cancelled")
    recognised(cast, one)
    assert {match.verdict.state for match in policies.of(one, TODAY)} == {State.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("given", "recheck", "expected"),
    [
        (date(2024, 1, 1), None, State.MET),
        (date(2024, 12, 31), None, State.MET),
        (date(2025, 1, 1), None, State.UNMET),
        (date(2023, 12, 31), None, State.UNMET),
        (date(2024, 6, 1), True, State.UNMET),
    ],
)
def test_newly_recognised_last_year(cast: Cast, zone: Path, given: date, recheck: bool | None, expected: State) -> None:
    one = firm(cast)
    add(Recognition, cast, enterprise=one, kind="hte", valid_from=given, is_recheck=recheck)
    match = next(m for m in policies.of(one, TODAY) if m.policy.name == "new-high-tech")
    assert match.verdict.findings[0].state is expected


def test_a_policy_that_is_rewritten_is_judged_anew_at_once(cast: Cast, zone: Path) -> None:
    one = firm(cast)
    add(AnnualReturn, cast, enterprise=one, year=2024, sales="2000", rd_total="50")
    policy = policies.find("research", as_of=TODAY)
    assert policies.refresh(policy, as_of=TODAY, at=AT) == 1
    assert policies.refresh(policy, as_of=TODAY, at=AT) == 0
    zone.write_text(ZONE.replace("3%", "2%"), encoding="utf-8")
    import os

    os.utime(zone, ns=(1, 1))
    policy = policies.find("research", as_of=TODAY)
    later = AT + timedelta(minutes=1)
    assert [row.state for row in policies.judged(policy, by=cast.viewer, as_of=TODAY, at=later)] == [State.MET]
    assert Judgement.objects.filter(rulebook="policy-research").count() == 2


def test_policies_follow_their_days_and_windows(zone: Path) -> None:
    assert "research" in {one.name for one in policies.every(as_of=date(2025, 12, 31))}
    with pytest.raises(Refusal, match="没有名为“research”的有效政策"):
        policies.find("research", as_of=date(2026, 1, 1))
    policy = policies.find("research", as_of=TODAY)
    spring, summer = policy.window(on=date(2025, 4, 30)), policy.window(on=TODAY)
    assert spring is not None and (spring.closes, spring.state(date(2025, 4, 30))) == (date(2025, 4, 30), "开放中")
    assert summer is not None and (summer.opens, summer.closes) == (date(2026, 3, 1), date(2026, 4, 30))
    assert policies.find("new-high-tech", as_of=TODAY).window(on=TODAY) is None


GOOD = {
    "name": "some",
    "label": "某项政策",
    "document": "青岚〔2025〕1号",
    "conditions": {"all": ["hte_valid"]},
    "benefit": {"words": "奖励", "amount": 1},
}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": "Some"}, "policy.name"),
        ({"label": ""}, "policy.label"),
        ({"document": ""}, "policy.document"),
        ({"subject": "person"}, "policy.subject"),
        ({"confidence": "sure"}, "policy.confidence"),
        ({"since": "2025-01-01"}, "policy.day"),
        ({"since": date(2025, 2, 1), "until": date(2025, 1, 1)}, "policy.dates"),
        ({"conditions": {"all": ["hte_vaild"]}}, "conditions.fact"),
        ({"conditions": {}}, "conditions.form"),
        ({"benefit": {"words": "奖励", "amount": 1.5}}, "policy.amount"),
        ({"benefit": {"words": "奖励", "share": "120%", "of": "sales_1"}}, "policy.amount"),
        ({"benefit": {"words": "奖励", "share": "1/0", "of": "sales_1"}}, "policy.amount"),
        ({"benefit": {"words": "奖励", "share": "5%"}}, "policy.benefit"),
        ({"benefit": {"words": "奖励", "share": "5%", "of": "staff_avg"}}, "policy.benefit"),
        ({"benefit": "奖励"}, "policy.benefit"),
        ({"automatic": "yes"}, "policy.form"),
        ({"amounts": 3}, "policy.form"),
        ({"windows": [{"from": "13-01", "until": "14-01"}]}, "policy.window"),
        ({"windows": [{"opens": date(2025, 1, 1)}]}, "policy.window"),
        ({"handed_in": "证书"}, "policy.documents"),
    ],
)
def test_a_policy_with_a_fault_is_left_out_and_the_fault_is_told(changed: dict[str, Any], code: str) -> None:
    other = GOOD | {"name": "other", "label": "另一项"}
    found = policy_files.parse({"policies": [GOOD | changed, other]}, file="policies.toml")
    assert [one.name for one in found.policies] == ["other"]
    (fault,) = found.faults
    assert fault.code == code and "第1行" in fault.sentence and fault.remedy


def test_a_name_is_given_once_and_a_broken_file_keeps_the_official_ones(zone: Path) -> None:
    found = policy_files.parse({"policies": [GOOD, GOOD]}, file="policies.toml")
    assert (len(found.policies), found.faults[0].code) == (1, "policy.twice")
    zone.write_text("[[policies\n", encoding="utf-8")
    shelf_read = policy_files.read()
    assert (len(shelf_read.policies), [one.code for one in shelf_read.faults]) == (5, ["policy.file"])


def test_pushing_gives_each_entitled_enterprise_one_grant(cast: Cast, zone: Path) -> None:
    entitled, late, closed = firm(cast), firm(cast, 2), firm(cast, 3, status="cancelled")
    for one in (entitled, closed):
        recognised(cast, one)
    policy = policies.find("new-high-tech", as_of=TODAY)
    batch = grants.push(policy, by=cast.clerk, as_of=TODAY, at=AT)
    (grant,) = Grant.objects.all()
    assert (grant.enterprise_id, grant.policy, grant.year, grant.amount, grant.stage, grant.unit_id) == (
        entitled.pk, "上年新认定高企奖励", 2025, Decimal(10), "pushed", cast.science.pk,
    )  # fmt: skip
    assert batch.register == "grant"
    with pytest.raises(Refusal, match="没有待推送的企业"):
        grants.push(policy, by=cast.clerk, as_of=TODAY, at=AT + timedelta(minutes=1))
    recognised(cast, late)
    grants.push(policy, by=cast.clerk, as_of=TODAY, at=AT + timedelta(minutes=2))
    assert {one.enterprise_id for one in Grant.objects.all()} == {entitled.pk, late.pk}
    assert grants.of(enterprise=late.pk, year=2025).keys() == {"上年新认定高企奖励"}


def test_pushing_is_refused_where_it_must_not_be(cast: Cast, zone: Path) -> None:
    recognised(cast, firm(cast))
    with pytest.raises(Refusal, match="不是免申即享"):
        grants.push(policies.find("research", as_of=TODAY), by=cast.clerk, as_of=TODAY, at=AT)
    policy = policies.find("new-high-tech", as_of=TODAY)
    with pytest.raises(Forbidden):
        grants.push(policy, by=cast.viewer, as_of=TODAY, at=AT)
    zone.write_text(ZONE.replace("automatic = true", 'automatic = true\nconfidence = "unconfirmed"'), encoding="utf-8")
    with pytest.raises(Refusal, match="尚未核实"):
        grants.push(policies.find("new-high-tech", as_of=TODAY), by=cast.clerk, as_of=TODAY, at=AT)
    assert not Grant.objects.exists()


def test_an_amount_is_capped_and_missing_where_its_basis_is(zone: Path) -> None:
    benefit = policies.find("research", as_of=TODAY).benefit
    assert benefit.told == "按最近一年高企口径研发费用的5%,最高50万元"
    assert [benefit.estimate({"rd_total_1": n}) for n in (1_000_000, 10_000_000, 10_000_200, -5)] == [5, 50, 50, 0]
    assert benefit.estimate({}) is None
    assert grants.money(Fraction(1, 3)) == Decimal("0.3333")


def test_verdicts_by_policies_are_no_part_of_the_rulebooks(cast: Cast, zone: Path) -> None:
    one = firm(cast)
    assert not [v for v in keeping.now(one.pk, as_of=TODAY) if v.rulebook.name.startswith("policy-")]


def test_the_example_of_the_guide_is_read_without_a_fault() -> None:
    import tomllib

    guide = Path(__file__).parents[3] / "docs" / "policies.md"
    text = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    found = policy_files.parse(tomllib.loads(text), file="policies.toml")
    assert (len(found.policies), found.faults) == (2, ())
    names = {
        word
        for row in guide.read_text(encoding="utf-8").split("政策常用的另有")[1].split("推送把名单")[0].split("`")[1::2]
        for word in row.split()
    }
    assert len(names) == 13 and names <= set(policies.SUBJECTS["enterprise"].specs)


def test_the_invented_policies_of_the_demo_are_marked_and_have_no_fault() -> None:
    import tomllib

    from gongjian.demo.load.policies import SOURCE

    found = policy_files.parse(tomllib.loads(SOURCE.read_text(encoding="utf-8")), file="policies.toml")
    assert (len(found.policies), found.faults) == (4, ())
    assert all(one.is_synthetic and not one.is_official for one in found.policies)


def test_the_demo_never_overwrites_a_zones_file(tmp_path: Path) -> None:
    from gongjian.demo.load.policies import load_policies

    path = tmp_path / "policies.toml"
    assert (load_policies(path), load_policies(path)) == (True, False)
    path.write_text("mine", encoding="utf-8")
    assert not load_policies(path) and path.read_text(encoding="utf-8") == "mine"
