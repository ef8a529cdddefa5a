"""Who may do what: the whole table, role by role, on things of the own unit, a unit below, and a foreign one."""

from __future__ import annotations

import pytest
from tests.kernel.people.cast import AT, TODAY, Cast, make_commitment

from gongjian.kernel.errors import Forbidden
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Role
from gongjian.kernel.plan.models import Commitment, Consultation
from gongjian.kernel.reports.models import Reported

L, S, U, V, D, A = "leader", "supervisor", "unit_officer", "viewer", "auditor", "administrator"
EXPECTED = {
    "plan.read": {L, S, U, V, D, A},
    "plan.import": {S, A},
    "plan.review": {S, A},
    "plan.consult": {S},
    "commitment.manage": {S},
    "commitment.comment": {S, U, L},
    "commitment.report": {S, U},
    "consultation.answer": {S, U},
    "reported.verify": {S},
    "evidence.read": {L, S, U, D, A},
    "evidence.upload": {S, U},
    "evidence.verify": {S},
    "register.read": {L, S, U, V, D, A},
    "register.write": {S, U},
    "register.import": {S, U},
    "register.export": {L, S, U, D, A},
    "register.bulk": {S, U},
    "register.undo": {S, U},
    "register.merge": {S, U},
    "entry.comment": {S, U, L},
    "figure.set": {S, A},
    "view.share": {S, U, L, A},
    "token.own": {S, U, A, D},
    "people.read": {L, S, U, D, A},
    "people.manage": {A},
    "audit.read": {D, S, A},
}
BOUND = {"commitment.report", "consultation.answer", "evidence.upload", "register.write"}


def test_the_matrix_covers_every_verb() -> None:
    assert set(policy.VERBS) == set(EXPECTED)
    assert policy.UNIT_BOUND == BOUND
    assert set(Role.values) == {L, S, U, V, D, A}


@pytest.mark.parametrize("verb", sorted(EXPECTED))
def test_roles_without_a_thing(cast: Cast, verb: str) -> None:
    allowed = {role for role, officer in cast.by_role.items() if policy.may(by=officer, verb=verb)}
    assert allowed == EXPECTED[verb]


@pytest.mark.parametrize("verb", sorted(EXPECTED))
def test_roles_on_the_own_and_on_a_foreign_units_thing(cast: Cast, verb: str) -> None:
    own, below = make_commitment(owner=cast.science), make_commitment(owner=cast.park)
    foreign, above, nobodys = (
        make_commitment(owner=cast.trade),
        make_commitment(owner=cast.root),
        make_commitment(owner=None),
    )
    for role, officer in cast.by_role.items():
        allowed = role in EXPECTED[verb]
        outside = allowed and not (role == U and verb in BOUND)
        assert policy.may(by=officer, verb=verb, thing=own) is allowed, role
        assert policy.may(by=officer, verb=verb, thing=below) is allowed, role
        for thing in (foreign, above, nobodys):
            assert policy.may(by=officer, verb=verb, thing=thing) is outside, role


def test_a_co_owner_may_report_and_a_unit_below_may_not_reach_up(cast: Cast) -> None:
    shared = make_commitment(owner=cast.science)
    assert not policy.may(by=cast.trade_clerk, verb="commitment.report", thing=shared)
    assert not policy.may(by=cast.park_clerk, verb="commitment.report", thing=shared)
    shared.co_owners.add(cast.trade)
    assert policy.may(by=cast.trade_clerk, verb="commitment.report", thing=shared)


def test_what_hangs_on_a_commitment_belongs_to_its_units(cast: Cast) -> None:
    promise = make_commitment(owner=cast.science)
    reported = Reported.objects.create(
        commitment=promise, month=TODAY.replace(day=1), happened_on=TODAY, recorded_at=AT, reported_by=cast.clerk
    )
    assert policy.units_of(reported) == {cast.science.pk}
    assert policy.may(by=cast.clerk, verb="evidence.upload", thing=reported)
    assert not policy.may(by=cast.trade_clerk, verb="evidence.upload", thing=reported)
    asked = Consultation.objects.create(commitment=promise, unit=cast.trade)
    assert policy.units_of(asked) == {cast.trade.pk}
    assert policy.may(by=cast.trade_clerk, verb="consultation.answer", thing=asked)
    assert not policy.may(by=cast.clerk, verb="consultation.answer", thing=asked)


@pytest.mark.parametrize("verb", sorted(EXPECTED))
def test_an_inactive_account_may_do_nothing(cast: Cast, verb: str) -> None:
    for officer in cast.by_role.values():
        officer.is_active = False
        assert not policy.may(by=officer, verb=verb)
    assert not policy.may(by=None, verb=verb)


def test_a_unit_officer_without_a_unit_reaches_nothing(cast: Cast) -> None:
    lost = Officer(username="lost", name="无单位", role=Role.UNIT_OFFICER)
    for thing in (make_commitment(owner=cast.science), make_commitment(owner=None)):
        assert not policy.may(by=lost, verb="commitment.report", thing=thing)


def test_an_unknown_verb_is_a_fault_of_the_program(cast: Cast) -> None:
    with pytest.raises(KeyError):
        policy.may(by=cast.administrator, verb="plan.burn")


def test_the_refusal_says_who_and_what(cast: Cast) -> None:
    with pytest.raises(Forbidden) as refused:
        policy.require(by=cast.viewer, verb="people.manage")
    assert refused.value.sentence == "“查看”角色不能管理单位和人员。如确需办理,请联系督查室或系统管理员调整权限。"
    with pytest.raises(Forbidden) as refused:
        policy.require(by=cast.clerk, verb="commitment.report", thing=make_commitment(owner=cast.trade))
    assert refused.value.cause == "该事项不属于“科创局”及其下属单位,您不能填报进展"
    with pytest.raises(Forbidden) as refused:
        policy.require(by=None, verb="plan.read")
    assert refused.value.cause == "未登录或账号已停用,不能查看工作要点"


def test_visible_rows(cast: Cast) -> None:
    """A unit-scoped table shows unit officers and viewers their subtree, others everything, nobody nothing."""
    for unit in (cast.root, cast.science, cast.park, cast.trade):
        Consultation.objects.create(commitment=make_commitment(owner=unit), unit=unit)
    rows = Consultation.objects.all()

    def units(by: Officer | None, scope: str) -> set[str]:
        return set(policy.visible(by=by, rows=rows, scope=scope).values_list("unit__name", flat=True))

    everything = {"青岚经济开发区管理委员会", "科技创新局", "孵化园服务中心", "商务促进局"}
    for officer in cast.by_role.values():
        assert units(officer, "zone") == everything
    assert units(cast.clerk, "unit") == {"科技创新局", "孵化园服务中心"}
    assert units(cast.park_clerk, "unit") == {"孵化园服务中心"}
    assert units(cast.viewer, "unit") == {"商务促进局"}
    for officer in (cast.leader, cast.supervisor, cast.auditor, cast.administrator):
        assert units(officer, "unit") == everything
    cast.leader.is_active = False
    assert units(cast.leader, "zone") == units(None, "zone") == set()


def test_a_circle_in_the_tree_ends(cast: Cast) -> None:
    type(cast.science).objects.filter(pk=cast.science.pk).update(parent=cast.park)
    assert policy.subtree(cast.science) == {cast.science.pk, cast.park.pk}


def test_own_things_cost_at_most_one_query_and_none_when_prefetched(
    cast: Cast, django_assert_num_queries: object
) -> None:
    make_commitment(owner=cast.science)
    promise = Commitment.objects.prefetch_related("co_owners").get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert policy.may(by=cast.clerk, verb="commitment.report", thing=promise)
