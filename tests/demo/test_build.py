"""The demo zone in the tables: standings to the digit, dates that hold together, refusals, the same twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from gongjian.demo.build import accounts, build
from gongjian.demo.load.moments import moment, office_day, workdays_after
from gongjian.demo.story import AS_OF, COMMITMENTS
from gongjian.drives.innovation.criteria.high_tech import HIGH_TECH
from gongjian.drives.innovation.high_tech import expected
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.actions import path_of
from gongjian.kernel.evidence.models import Evidence, ProofState, StoredFile
from gongjian.kernel.indicators.declare import INDICATORS
from gongjian.kernel.indicators.models import StoredStanding
from gongjian.kernel.indicators.standing import standings
from gongjian.kernel.people.models import Act, Officer, Unit, Zone
from gongjian.kernel.plan.models import Commitment, Consultation, Plan, Share, Target
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.registers.models import Batch, StageMove
from gongjian.kernel.reports.models import Reported
from gongjian.kernel.rulebooks.reading import crossed
from gongjian.kernel.rulebooks.states import State

CLOSING = moment(AS_OF, 23, 59)

FIGURES = {
    # metric: (label, actual, expected or None, target)
    "高新技术企业申报数": ("欠序时", 61, 72, 144),
    "新增市级认定科创项目": ("超序时", 47, None, 81),
    "新增高层次人才项目": ("补齐", 8, None, 15),
    "优质人才项目落地转化": ("达序时", 3, None, 6),
    "培育潜力人才项目": ("已完成", 9, None, 8),
    "招引海外人才": ("欠序时", 9, None, 30),
    "全部工业开票销售": ("达序时", Decimal("508.3"), 485, 1000),
    "规上工业产值、工业开票销售等主要指标": ("达序时", None, None, None),
    "重点技改项目设备投入达序时进度": ("欠序时", 2, 3, 3),
    "技改设备投入总量在全市排名": ("欠序时", 2, None, 1),
    "1000万元以上技改项目数": ("超序时", 13, None, 21),
    "工信部卓越级智能工厂创建": ("进行中", None, None, None),
    "获评省企业技术中心企业数": ("达序时", 2, None, 4),
    "获评省工程研究中心企业数": ("达序时", 1, None, 2),
    "青鹭路文体商旅特色街区建设": ("达序时", 60, 60, 100),
    "重大项目开工": ("超序时", 2, 1, 3),
    "开设境外经贸代表处和委托招商办事处": ("欠序时", 35, 50, 100),
    "对美进出口企业挂钩服务": ("正常", 49, None, None),
    "水环境整治工程完成": ("补齐", 1, 1, 3),
    "砚塘消防站建成": ("进行中", 0, None, None),
    "民生道路工程推进": ("进行中", 1, None, 3),
    "两房清理和应拆未拆整治完成": ("进行中", 0, None, None),
    "主要粮食作物耕种收综合机械化率": ("欠序时", Decimal("97.2"), None, 98),
    "综合治理中心建成": ("达序时", 52, 50, 100),
}
MIX = {
    "正常": 15,
    "达序时": 7,
    "欠序时": 6,
    "沉寂": 6,
    "超序时": 3,
    "进行中": 4,
    "补齐": 2,
    "已完成": 1,
    "停摆": 1,
    "无数据": 1,
}


def _plan() -> Plan:
    return Plan.objects.get()


@pytest.mark.usefixtures("demo")
class TestZone:
    def test_it_is_marked_as_synthetic_and_stands_on_its_day(self) -> None:
        zone = Zone.objects.get()
        assert (zone.name, zone.is_synthetic, zone.stands_at) == ("云海经济开发区", True, AS_OF)
        assert (Unit.objects.count(), Officer.objects.count(), Enterprise.objects.count()) == (24, 60, 1200)

    def test_the_pool_has_firms_of_every_verdict_and_some_crossed_the_line_in_june(self) -> None:
        forecast = expected(year=2025, target=144)
        assert (forecast.done, forecast.sure, forecast.upper, forecast.shortfall) == (61, 95, 140, 49)
        assert all(forecast.counts[state] for state in list(State)[1:])
        gained = [one for one in crossed(HIGH_TECH, since=moment(date(2025, 5, 31), 23)) if one.before is not None]
        assert len([one for one in gained if one.now.state == State.MET]) >= 5
        assert all(one.changed or one.turned for one in gained)

    def test_rows_of_every_register(self) -> None:
        counts = {name: item.model._default_manager.count() for name, item in REGISTERS.items()}
        assert {name: count for name, count in counts.items() if count} == {
            "enterprise": 1200,
            "contact": 300,
            "annual-return": 2760,
            "monthly-figure": 9378,
            "intellectual-property": 1920,
            "conversion": 3311,
            "assessment": 72,
            "standard-drafting": 8,
            "award": 5,
            "recognition": 476,
            "financing": 18,
            "incident": 12,
            "penalty": 16,
            "scene": 95,
            "site": 44,
            "site-assessment": 10,
            "tenancy": 254,
            "carrier-return": 20,
            "person": 60,
            "person-assessment": 48,
            "partner": 10,
            "document": 10,
            "demand": 30,
            "high-tech": 417,
            "diagnosis": 140,
            "venture": 247,
            "talent-project": 18,
            "talent-payment": 2,
            "talent-assessment": 43,
            "overseas-talent": 9,
            "platform": 8,
            "upgrade": 20,
            "equipment-payment": 51,
            "city-position": 7,
            "invoiced-sales": 30,
            "project": 9,
            "project-review": 19,
            "works": 8,
            "visit": 60,
            "smart-factory": 38,
            "grant": 7,
        }

    def test_the_demo_accounts_can_log_in(self) -> None:
        shown = accounts()
        assert len(shown) == 7 and len({password for _, password, _ in shown}) == 1
        for username, password, what in shown:
            officer = Officer.objects.get(username=username)
            assert officer.check_password(password) and not officer.must_change_password
            assert officer.name in what and officer.get_role_display() in what

    @pytest.mark.parametrize("metric", FIGURES)
    def test_the_standing_of_a_target(self, metric: str) -> None:
        commitment = Commitment.objects.get(metric=metric)
        found = standings(plan=_plan(), as_of=AS_OF, ids=[commitment.pk])[0]
        label, actual, expected, target = FIGURES[metric]
        assert (found.label, found.actual, found.target) == (label, actual, target)
        assert expected is None or found.expected == expected

    def test_the_mix_of_verdicts(self) -> None:
        found = Counter(standing.label for standing in standings(plan=_plan(), as_of=AS_OF))
        assert found == MIX and sum(found.values()) == len(COMMITMENTS)

    def test_last_year_stands_in_the_registers(self) -> None:
        moves = StageMove.objects.filter(register="high-tech", stage="recognised")
        assert [moves.filter(happened_on__year=year).count() for year in (2023, 2024, 2025)] == [89, 97, 0]
        assert Enterprise.objects.filter(recorded_at__year=2023).exists()


@pytest.mark.usefixtures("demo")
class TestPlan:
    def test_it_went_the_whole_way_and_is_signed(self) -> None:
        plan = _plan()
        assert (plan.state, plan.year, plan.version) == (Plan.State.SIGNED, 2025, 1)
        assert plan.signed_off_at == moment(date(2025, 1, 23), 10)
        answers = Counter(Consultation.objects.values_list("answer", flat=True))
        assert answers == {"agreed": 75, "resolved": 3, "pending": 2}
        verbs = Counter(Act.objects.values_list("verb", flat=True))
        for verb in ("commitment.corrected", "commitment.proposed", "commitment.instructed", "commitment.commented"):
            assert verbs[verb] >= 4, verb

    def test_every_commitment_is_confirmed_as_the_story_tells_it(self) -> None:
        confirmed = Commitment.objects.filter(state="confirmed").select_related("plan", "owner", "leader")
        by_metric = {commitment.metric: commitment for commitment in confirmed}
        assert len(by_metric) == len(COMMITMENTS)
        for story in COMMITMENTS:
            commitment = by_metric[story.metric]
            assert (commitment.text, commitment.kind, commitment.value) == (story.text, story.kind, story.value)
            assert (commitment.owner.name, commitment.leader.username) == (story.owner, story.leader)
            assert commitment.indicator == story.indicator
            assert {unit.name for unit in commitment.co_owners.all()} == set(story.co_owners)

    def test_indicators_exist_and_at_least_eight_targets_live_by_reports(self) -> None:
        bound = [story.indicator for story in COMMITMENTS if story.indicator]
        assert set(bound) <= set(INDICATORS) and len(bound) == 17
        unbound = Commitment.objects.filter(state="confirmed", indicator="")
        assert unbound.count() == 29 and unbound.exclude(kind="routine").count() >= 5

    def test_targets_were_split_and_changed_with_a_reason(self) -> None:
        changed = Target.objects.exclude(reason="工作要点原文").order_by("since")
        assert [target.commitment.metric for target in changed] == [
            "青鹭路文体商旅特色街区建设",
            "优质人才项目落地转化",
        ]
        assert all(len(target.reason) > 15 for target in changed)
        assert Share.objects.filter(unit=None).count() == 12 and Share.objects.filter(month=None).count() == 4

    def test_standings_of_past_month_ends_are_kept_as_known_then(self) -> None:
        kept = StoredStanding.objects.filter(commitment__metric="高新技术企业申报数").order_by("as_of")
        assert [row.as_of.month for row in kept] == [1, 2, 3, 4, 5]
        assert [row.actual for row in kept] == [0, 0, 0, 0, 23]
        for day, known_at in StoredStanding.objects.values_list("as_of", "known_at").distinct():
            assert known_at == moment(workdays_after(day, 7, last=AS_OF))
        assert StoredStanding.objects.count() == 5 * len(COMMITMENTS)

    def test_reports_of_a_month_are_typed_in_after_it_has_ended(self) -> None:
        for row in Reported.objects.exclude(commitment__kind="routine"):
            recorded = timezone.localdate(row.recorded_at)
            assert row.happened_on <= recorded <= AS_OF
            assert recorded > row.happened_on or recorded == AS_OF
        assert {row.state for row in Reported.objects.all()} == set(ProofState.values)


@pytest.mark.usefixtures("demo")
class TestDates:
    def test_nothing_is_later_than_the_day_the_zone_stands_at(self) -> None:
        for model in apps.get_app_config("kernel").get_models():
            for field in model._meta.concrete_fields:
                if field.get_internal_type() == "DateTimeField":
                    late = model._default_manager.filter(**{f"{field.name}__gt": CLOSING})
                    assert not late.exists(), (model, field.name)

    def test_moves_are_recorded_when_they_happened_or_later(self) -> None:
        for move in StageMove.objects.all():
            assert move.happened_on <= timezone.localdate(move.recorded_at)

    @pytest.mark.parametrize("name", sorted(REGISTERS))
    def test_history_rises_per_row_and_ends_in_the_row(self, name: str) -> None:
        register = REGISTERS[name]
        names = [field.attname for field in register.model._meta.concrete_fields]
        last: dict[int, Any] = {}
        for row in register.model.history.model._default_manager.order_by("history_id"):
            before = last.get(row.id)
            assert row.history_type == ("~" if before else "+")
            assert before is None or row.history_date > before.history_date
            assert row.revision == (before.revision + 1 if before else 1)
            last[row.id] = row
        rows = list(register.model._default_manager.all())
        assert len(rows) == len(last)
        for entry in rows:
            assert [getattr(last[entry.pk], n) for n in names] == [getattr(entry, n) for n in names], entry
            assert entry.recorded_at <= last[entry.pk].history_date

    def test_the_current_stage_is_that_of_the_latest_move(self) -> None:
        for register in REGISTERS.values():
            if register.stage_field is None:
                continue
            latest = {}
            for move in StageMove.objects.filter(register=register.name).order_by("happened_on", "recorded_at"):
                latest[move.entry_id] = move.stage
            stages = dict(register.model._default_manager.values_list("pk", register.stage_field.name))
            assert stages == latest, register.name

    def test_office_days(self) -> None:
        assert office_day(date(2025, 2, 1), last=AS_OF) == date(2025, 2, 5)  # after the Spring Festival
        assert office_day(date(2025, 6, 29), last=date(2025, 6, 29)) == date(2025, 6, 29)
        assert office_day(date(2020, 1, 1), last=AS_OF) == date(2023, 1, 3)
        assert workdays_after(date(2025, 4, 30), 2, last=AS_OF) == date(2025, 5, 7)


@pytest.mark.usefixtures("demo")
class TestEvidence:
    def test_all_four_states_occur(self) -> None:
        assert set(Evidence.objects.values_list("state", flat=True)) == {"evidenced", "verified", "returned"}
        receipts = Counter(
            REGISTERS["high-tech"].model._default_manager.filter(year=2025).values_list("receipt", flat=True)
        )
        assert receipts == {"claimed": 108, "evidenced": 22, "verified": 38}

    def test_who_uploaded_never_verified_and_a_return_has_its_reason(self) -> None:
        for item in Evidence.objects.all():
            assert item.judged_by_id != item.uploaded_by_id
            assert (item.judged_at is None) is (item.state == ProofState.EVIDENCED)
            assert item.judged_at is None or item.judged_at > item.uploaded_at
            assert bool(item.reason) is (item.state == ProofState.RETURNED)

    def test_the_files_are_there_once_and_say_that_they_are_invented(self) -> None:
        import pypdfium2

        stored = list(StoredFile.objects.exclude(media="text/markdown"))
        for file in stored:
            data = path_of(file.digest).read_bytes()
            assert hashlib.sha256(data).hexdigest() == file.digest and len(data) == file.size
            assert data.startswith(b"%PDF-1.4") and file.media == "application/pdf"
        document = pypdfium2.PdfDocument(path_of(stored[0].digest).read_bytes())
        text = document[0].get_textpage().get_text_range()
        document.close()
        assert "演示数据" in text and "内容均为虚构" in text


def test_the_same_seed_builds_the_same_rows_at_any_hour(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _digest()
    connection.check_constraints()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2031, 5, 4, 3, 2, 1, tzinfo=moment(AS_OF).tzinfo))
    assert "已建立演示园区" in build(rebuild=True)
    assert _digest() == first


def _digest() -> str:
    """Every value of every table of the zone, the salted password hashes aside."""
    digest = hashlib.sha256()
    for label in ("kernel", "zone"):
        models = apps.get_app_config(label).get_models(include_auto_created=True)
        for model in sorted(models, key=lambda m: m._meta.db_table):
            names = [field.attname for field in model._meta.concrete_fields if field.name != "password"]
            for row in model._default_manager.order_by("pk").values_list(*names):
                digest.update(repr((model._meta.db_table, row)).encode())
    return digest.hexdigest()


def test_a_zone_that_is_there_is_found_and_another_one_only_built_on_demand(demo: None) -> None:
    officers = Officer.objects.count()
    assert "已经建立(1200家企业,种子2025)" in build()
    with pytest.raises(Refusal) as refusal:
        build(enterprises=1300)
    assert refusal.value.code == "demo.other" and "--rebuild" in refusal.value.sentence
    assert Officer.objects.count() == officers
    assert (Batch.objects.filter(register="enterprise").count(), Batch.objects.count()) == (31, 63)


def test_a_real_zone_is_never_touched(demo: None) -> None:
    Zone.objects.update(name="某开发区", is_synthetic=False)
    for rebuild in (False, True):
        with pytest.raises(Refusal) as refusal:
            build(rebuild=rebuild)
        assert refusal.value.code == "demo.real" and "某开发区" in refusal.value.sentence
    assert Enterprise.objects.count() == 1200


@pytest.mark.django_db
def test_data_without_a_zone_is_somebodys_too() -> None:
    unit = Unit.objects.create(name="某局")
    with pytest.raises(Refusal) as refusal:
        build()
    assert refusal.value.code == "demo.real"
    unit.delete()
    with pytest.raises(Refusal) as refusal:
        build(enterprises=50)
    assert refusal.value.code == "demo.too_small"
    assert not Zone.objects.exists() and not Officer.objects.exists()
