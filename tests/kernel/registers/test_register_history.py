"""A row's timeline: page by page, newest first, nothing twice and nothing lost; batches named; masks kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kernel.people.cast import AT
from tests.kernel.registers.entries import enterprise, venture

from gongjian.drives.innovation.ventures import Venture
from gongjian.kernel.evidence.models import StoredFile
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Act
from gongjian.kernel.registers import access, actions
from gongjian.kernel.registers.history import Event, since, timeline
from gongjian.kernel.registers.models import Batch

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

MINUTE = timedelta(minutes=1)


def pages(entry: Venture, cast: Cast, most: int) -> list[list[Event]]:
    """All pages of a timeline, newest first."""
    found: list[list[Event]] = []
    while page := timeline(entry=entry, by=cast.viewer, before=found[-1][-1].at if found else None, most=most):
        found.append(page)
    return found


steps = st.lists(st.tuples(st.sampled_from(["change", "comment"]), st.integers(0, 2)), max_size=16)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, most=st.integers(1, 6))
def test_pages_laid_end_to_end_are_the_whole_timeline(cast: Cast, steps: list[tuple[str, int]], most: int) -> None:
    """Changes and comments, several of them at one moment."""
    Venture.history.all().delete()
    Act.objects.all().delete()
    made = venture(f"甲{Venture.objects.count()}", by=cast.clerk, unit=cast.science)
    at = AT
    for number, (step, wait) in enumerate(steps):
        at += (wait or step == "change") * MINUTE
        if step == "change":
            values = {"carrier": f"第{number}号楼"}
            actions.change(entry=made, values=values, revision=made.revision, by=cast.clerk, at=at)
        else:
            acts.record(verb="entry.commented", thing=made, by=cast.clerk, at=at, note=f"留言{number}")
        made = Venture.objects.get(pk=made.pk)
    whole = timeline(entry=made, by=cast.viewer, most=1000)
    assert len(whole) == len(steps) + 1
    assert [event for page in pages(made, cast, most) for event in page] == whole
    for page in pages(made, cast, most):
        assert len(page) <= most or page[most - 1].at == page[-1].at
    changed = [event for event in whole if event.title == "修改台账记录"]
    assert [event.diff[0][2] for event in changed] == [
        f"第{number}号楼" for number, (step, _) in reversed(list(enumerate(steps))) if step == "change"
    ]


def test_a_page_reads_a_page(cast: Cast, django_assert_max_num_queries: Any) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    for number in range(30):
        values = {"carrier": f"第{number}号楼"}
        actions.change(entry=made, values=values, revision=number + 1, by=cast.clerk, at=AT + (number + 1) * MINUTE)
    made = Venture.objects.get(pk=made.pk)
    with django_assert_max_num_queries(6) as asked:
        events = timeline(entry=made, by=cast.viewer, most=5)
    assert [event.revision for event in events] == [31, 30, 29, 28, 27]
    assert events[-1].diff == [("落户载体", "第24号楼", "第25号楼")] or events[-1].diff[0][1:] == (
        "第24号楼",
        "第25号楼",
    )
    assert all("LIMIT" in query["sql"] or "IN (" in query["sql"] or "history" not in query["sql"] for query in asked)


def test_an_event_names_its_batch_and_file(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    file = StoredFile.objects.create(digest="0" * 64, name="台账.xlsx", size=1, media="application/zip", stored_at=AT)
    batch = Batch.objects.create(register="venture", by=cast.clerk, at=AT, file=file)
    Venture.history.update(history_batch=batch)
    (event,) = timeline(entry=made, by=cast.viewer)
    assert (event.batch, event.batch.file.name, event.revision) == (batch, "台账.xlsx", 1)  # type: ignore[union-attr]


def test_a_masked_number_stays_masked_in_the_timeline(cast: Cast) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, phone="13900001234")
    actions.change(entry=firm, values={"phone": "13900005678"}, revision=1, by=cast.clerk, at=AT + MINUTE)
    assert timeline(entry=firm, by=cast.viewer)[0].diff == [("联系电话", "139****1234", "139****5678")]
    assert timeline(entry=firm, by=cast.supervisor)[0].diff == [("联系电话", "13900001234", "13900005678")]


def test_the_timeline_of_a_sensitive_register_asks_for_its_purpose(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    monkeypatch.setitem(Venture.register.__dict__, "sensitive", True)
    with pytest.raises(access.NoPurpose):
        timeline(entry=made, by=cast.viewer)
    purpose = access.state(register=Venture.register, by=cast.viewer, text="核对落户情况", what="第1号记录", at=AT)
    assert len(timeline(entry=made, by=cast.viewer, purpose=purpose)) == 1


def test_what_became_of_a_row_since_a_revision(cast: Cast) -> None:
    made = venture("甲", by=cast.clerk, unit=cast.science)
    actions.change(entry=made, values={"carrier": "孵化园"}, revision=1, by=cast.clerk, at=AT + MINUTE)
    assert since(entry=made, revision=1).startswith(f"这条记录在您打开之后,{cast.clerk.name}于 06-30 16:01 修改了“")
    assert since(entry=made, revision=9) == f"这条记录在您打开之后,{cast.clerk.name}于 06-30 16:01 修改过"
