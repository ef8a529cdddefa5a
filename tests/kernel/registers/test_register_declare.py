"""Declarations: a register's key reaches the migration, stages and states do not, wrong names are told at start."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.apps import apps
from django.db import IntegrityError
from tests.kernel.people.cast import AT

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.talents import OverseasTalent
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel import checks
from gongjian.kernel.registers.declare import REGISTERS, register
from gongjian.kernel.registers.entry import EvidenceField
from gongjian.kernel.registers.stages import Stage, StageField, Stages


@pytest.mark.django_db
def test_the_key_is_unique_in_the_database() -> None:
    Enterprise(credit_code="91320800MA0000001A", name="甲", recorded_at=AT).save()
    with pytest.raises(IntegrityError):
        Enterprise(credit_code="91320800MA0000001A", name="乙", recorded_at=AT).save()


def test_stages_and_evidence_states_are_no_part_of_migrations() -> None:
    class Steps(Stages):
        FIRST = Stage("一")
        SECOND = Stage("二", ends=True)

    field = StageField("阶段", steps=Steps)
    field.set_attributes_from_name("stage")
    assert field.deconstruct()[3] == {"verbose_name": "阶段", "max_length": 40}
    assert field.default == "first"
    assert field.choices == [("first", "一"), ("second", "二")]
    proof = EvidenceField("回执")
    proof.set_attributes_from_name("receipt")
    assert not {"choices", "default", "editable"} & set(proof.deconstruct()[3])


def test_stages_know_their_order() -> None:
    steps = Application.Steps
    assert [stage.key for stage in steps.all] == [
        "seeded", "diagnosed", "prepared", "filed", "recognised", "reported", "renewed", "failed",
    ]  # fmt: skip
    assert steps.at_or_beyond(steps.FILED) == ["filed", "recognised", "reported", "renewed"]
    assert steps.get("已申报") is steps.FILED
    assert steps.get("没有") is None


def test_a_register_derives_its_parts() -> None:
    item = Application.register
    assert item.label == "高企申报"
    assert item.folder == "innovation"
    assert Enterprise.register.folder == "ground"
    assert item.file == "gongjian/drives/innovation/high_tech.py"
    assert [f.name for f in item.fields] == ["enterprise", "year", "batch", "planned_on", "remark", "unit"]
    assert [f.name for f in item.evidence] == ["receipt"]
    assert item.stage_field is not None and item.stage_field.name == "stage"
    assert item.field_named("申报批次").name == "batch"
    assert item.field_named("没有") is None
    assert OverseasTalent.register.stages == ()
    assert Enterprise.register.masked == ("phone",)


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        register("venture", key=("name",))(Enterprise)


def test_a_wrong_name_is_told_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(Application.register, filters=("stage", "colour"))
    monkeypatch.setitem(REGISTERS, "high-tech", wrong)
    found = checks.check_registers(apps.get_app_configs())
    assert [(message.id, "'colour'" in message.msg) for message in found] == [("gongjian.E001", True)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        lambda: Enterprise.objects.update(name="改"),
        lambda: Enterprise.objects.bulk_create([Enterprise(credit_code="1", name="甲", recorded_at=AT)]),
        lambda: Enterprise.objects.bulk_update(list(Enterprise.objects.all()), ["name"]),
        lambda: Enterprise.objects.all().delete(),
    ],
    ids=["update", "bulk_create", "bulk_update", "delete"],
)
def test_bulk_writes_that_leave_no_history_are_refused(act: object) -> None:
    Enterprise(credit_code="91320800MA0000001A", name="甲", recorded_at=AT).save()
    with pytest.raises(RuntimeError, match="writes no history"):
        act()  # type: ignore[operator]
    assert list(Enterprise.objects.values_list("name", flat=True)) == ["甲"]
