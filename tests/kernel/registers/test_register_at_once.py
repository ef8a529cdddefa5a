"""Two acts at the same moment: what the one looked at and the other takes away, enters or writes is refused in words."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import application, enterprise, state, venture
from tests.kernel.registers.sheets import judged

from gongjian.drives.innovation.high_tech import Application
from gongjian.drives.innovation.ventures import Venture
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import actions, batches
from gongjian.kernel.registers.whole import whole

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast, committed: relations are looked at as a transaction ends, and threads see each other."""
    from tests.kernel.people.cast import make_cast

    return make_cast()


def test_a_row_that_was_pointed_at_is_gone_when_the_writing_ends(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, unit = committed.clerk, committed.science
    firms = [enterprise(by=by, unit=unit, number=number) for number in (1, 2)]
    held = application(firms[0], by=by, unit=unit)
    taking = judged(
        Application.register,
        by,
        {"key": f"high-tech/{held.pk}/1", "enterprise": firms[0].credit_code, "year": 2025, "remark": "新"},
        {"enterprise": firms[1].credit_code, "year": 2025},
    )
    actions.remove(entry=firms[1], by=by, at=LATER, reason="重复")
    before = state()
    with pytest.raises(Refusal) as caught:
        taking.write(by=by, at=LATER)
    assert caught.value.sentence == (
        "与此关联的记录刚刚被他人新增引用、删除或合并。请重新预览后再导入,本次没有写入任何内容。"
    )
    assert state() == before

    real = actions.check

    def check(**asked: Any) -> None:
        """The firm goes after the new row was looked at."""
        real(**asked)
        Enterprise.objects.filter(pk=third.pk)._raw_delete("default")  # type: ignore[attr-defined]

    third = enterprise(by=by, unit=unit, number=3)
    monkeypatch.setattr(actions, "check", check)
    with pytest.raises(Refusal) as caught:
        application(third, by=by, unit=unit)
    assert caught.value.sentence == (
        "与此关联的记录刚刚被他人新增引用、删除或合并,没有改动任何内容。请核对有关的记录后重新办理。"
    )
    assert Application.objects.count() == 1


def test_other_faults_of_a_transaction_stay_what_they_are(committed: Cast) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), whole():
        Venture(recorded_at=AT, name=None).save()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_two_sheets_with_the_same_new_rows_in_opposite_orders(committed: Cast) -> None:
    rows = [{"name": f"第{number}项"} for number in range(3000)]
    takings = [judged(Venture.register, committed.clerk, *some) for some in (rows, rows[::-1])]
    start, said = Barrier(2), []

    def write(taking: Any) -> None:
        try:
            start.wait()
            said.append(taking.write(by=committed.clerk, at=LATER).created)
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(taking,)) for taking in takings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said, key=str) == [3000, "take.stale"]
    assert Venture.objects.count() == 3000


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_a_change_that_is_being_written_while_its_batch_is_undone_is_not_lost(committed: Cast) -> None:
    by, said = committed.clerk, []
    venture("甲", by=by, unit=committed.science, carrier="一")
    batch = judged(Venture.register, by, {"name": "甲", "carrier": "二"}).write(by=by, at=LATER)

    def undo() -> None:
        try:
            said.append(batches.undo(batch=batch, by=by, at=LATER + timedelta(hours=1), reason="错").pk)
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    thread = Thread(target=undo)
    with transaction.atomic():
        made = Venture.objects.get()
        actions.change(entry=made, values={"remark": "新"}, revision=2, by=by, at=LATER + timedelta(minutes=1))
        thread.start()
        with connection.cursor() as cursor:
            for _ in range(500):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.02)
    thread.join()
    assert said == ["batch.changed_later"]
    assert Venture.objects.values_list("carrier", "remark", "revision").get() == ("二", "新", 3)


def test_two_sheets_that_make_the_same_firm_by_name_alone(cast: Cast) -> None:
    by, create = cast.supervisor, frozenset({"enterprise"})
    first, second = (
        judged(Application.register, by, {"enterprise": "新来精密有限公司", "year": year}, create_missing=create)
        for year in (2024, 2025)
    )
    first.write(by=by, at=LATER)
    before = state()
    with pytest.raises(Refusal) as caught:
        second.write(by=by, at=LATER)
    assert caught.value.sentence == "表中有的记录刚刚被他人登记。请重新预览后再导入,本次没有写入任何内容。"
    assert state() == before
    assert judged(Application.register, by, {"enterprise": "新来精密有限公司", "year": 2025}).write(by=by, at=LATER)
    assert Enterprise.objects.count() == 1
