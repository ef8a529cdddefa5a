"""Evidence: four states, another person verifies, one file kept once, and every file that is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from tests.kernel.people.cast import AT, TODAY
from tests.kernel.registers.entries import PDF, application, enterprise, state

from gongjian.drives.innovation.talents import OverseasTalent
from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence import actions
from gongjian.kernel.evidence.files import LIMIT, check_file, content, plain_name
from gongjian.kernel.evidence.models import Evidence, ProofState, StoredFile
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import actions as register_actions

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

LATER = AT + timedelta(hours=2)


@pytest.fixture
def made(cast: Cast) -> Any:
    """An application that claims to be filed."""
    firm = enterprise(by=cast.clerk, unit=cast.science)
    return application(firm, by=cast.clerk, unit=cast.science, stage="filed")


def _attach(thing: Any, by: Officer, *, name: str = "回执.pdf", data: bytes = PDF) -> Evidence:
    return actions.attach(thing=thing, part="receipt", name=name, data=data, by=by, at=LATER)


def _all() -> tuple[Any, ...]:
    return (state(), list(Evidence.objects.order_by("pk").values()), StoredFile.objects.count())


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


def test_a_claim_is_evidenced_then_verified_by_another_person(cast: Cast, made: Any) -> None:
    assert made.receipt == ProofState.CLAIMED
    evidence = _attach(made, cast.clerk)
    assert (made.receipt, evidence.state, made.revision) == (ProofState.EVIDENCED, ProofState.EVIDENCED, 2)
    actions.verify(evidence=evidence, by=cast.supervisor, at=LATER)
    made.refresh_from_db()
    assert (made.receipt, evidence.state, evidence.judged_by) == (
        ProofState.VERIFIED,
        ProofState.VERIFIED,
        cast.supervisor,
    )
    assert [act.verb for act in acts.of(made)] == ["evidence.verified", "evidence.uploaded", "entry.created"]
    states = list(made.history.order_by("history_id").values_list("receipt", flat=True))
    assert states == ["claimed", "evidenced", "verified"]


def test_returned_evidence_tells_why_and_a_better_file_makes_it_good(cast: Cast, made: Any) -> None:
    evidence = _attach(made, cast.clerk)
    actions.send_back(evidence=evidence, reason="没有盖章", by=cast.supervisor, at=LATER)
    made.refresh_from_db()
    assert (made.receipt, evidence.state, evidence.reason) == (ProofState.RETURNED, ProofState.RETURNED, "没有盖章")
    _attach(made, cast.clerk, data=PDF + b"2")
    assert made.receipt == ProofState.EVIDENCED


def test_who_uploaded_neither_verifies_nor_returns(cast: Cast, made: Any) -> None:
    evidence = _attach(made, cast.supervisor)
    before = _all()
    with pytest.raises(Forbidden) as caught:
        actions.verify(evidence=evidence, by=cast.supervisor, at=LATER)
    assert caught.value.sentence == "佐证不能由上传人自己核实或退回。请由督查室的另一位人员办理。"
    with pytest.raises(Forbidden):
        actions.send_back(evidence=evidence, reason="错", by=cast.supervisor, at=LATER)
    assert _all() == before


@pytest.mark.parametrize("role", ["leader", "unit_officer", "viewer", "auditor", "administrator"])
def test_only_the_supervision_office_judges(cast: Cast, made: Any, role: str) -> None:
    evidence = _attach(made, cast.supervisor)
    before = _all()
    with pytest.raises(Forbidden):
        actions.verify(evidence=evidence, by=cast.by_role[role], at=LATER)
    with pytest.raises(Forbidden):
        actions.send_back(evidence=evidence, reason="错", by=cast.by_role[role], at=LATER)
    assert _all() == before


@pytest.mark.parametrize("name", ["leader", "viewer", "auditor", "administrator", "trade_clerk"])
def test_who_may_not_upload(cast: Cast, made: Any, name: str) -> None:
    before = _all()
    with pytest.raises(Forbidden):
        _attach(made, getattr(cast, name))
    assert _all() == before


def test_returning_needs_a_reason_and_a_verdict_is_given_once(cast: Cast, made: Any) -> None:
    evidence = _attach(made, cast.clerk)
    before = _all()
    with pytest.raises(Refusal) as caught:
        actions.send_back(evidence=evidence, reason=" ", by=cast.supervisor, at=LATER)
    assert caught.value.code == "evidence.reason_required"
    assert _all() == before
    actions.verify(evidence=evidence, by=cast.supervisor, at=LATER)
    before = _all()
    with pytest.raises(Refusal) as caught:
        actions.verify(evidence=evidence, by=cast.supervisor, at=LATER)
    assert caught.value.code == "evidence.judged"
    assert _all() == before


@pytest.mark.parametrize(
    ("name", "data", "code", "sentence"),
    [
        ("回执.pdf", b"", "evidence.empty", "文件“回执.pdf”是空的。请重新选择文件后上传。"),
        (
            "回执.exe",
            b"MZ\x90",
            "evidence.type",
            "“.exe”类型的文件不能作为佐证。请上传以下类型之一:pdf、jpg、jpeg、png、docx、xlsx、doc、xls、ofd。",
        ),
        (
            "回执",
            PDF,
            "evidence.type",
            "“无扩展名”类型的文件不能作为佐证。请上传以下类型之一:pdf、jpg、jpeg、png、docx、xlsx、doc、xls、ofd。",
        ),
        (
            "回执.pdf",
            b"<html><script>",
            "evidence.content",
            "文件“回执.pdf”的内容不是pdf格式。请确认文件没有被改名或加密,另存为正确格式后上传。",
        ),
        (
            "清单.docx",
            _zip("virus.exe"),
            "evidence.content",
            "文件“清单.docx”的内容不是docx格式。请确认文件没有被改名或加密,另存为正确格式后上传。",
        ),
        (
            "大图.png",
            b"\x89PNG\r\n\x1a\n" + bytes(LIMIT),
            "evidence.too_large",
            "文件“大图.png”有 20.0 MB,超过 20 MB 的上限。请压缩图片或拆分后上传。",
        ),
    ],
)
def test_a_file_is_refused_and_nothing_is_half_written(
    cast: Cast, made: Any, name: str, data: bytes, code: str, sentence: str
) -> None:
    before, files = _all(), _files()
    with pytest.raises(Refusal) as caught:
        _attach(made, cast.clerk, name=name, data=data)
    assert (caught.value.code, caught.value.sentence) == (code, sentence)
    assert (_all(), _files()) == (before, files)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.PDF", PDF),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.docx", _zip("[Content_Types].xml", "word/document.xml")),
        ("a.xlsx", _zip("[Content_Types].xml", "xl/workbook.xml")),
        ("a.ofd", _zip("OFD.xml")),
    ],
)
def test_files_of_the_allowed_kinds_are_taken(name: str, data: bytes) -> None:
    assert "/" in check_file(name=name, data=data)


def test_a_part_that_the_register_has_not_is_refused(cast: Cast, made: Any) -> None:
    before = _all()
    for part in ("batch", "stage", "没有"):
        with pytest.raises(Refusal) as caught:
            actions.attach(thing=made, part=part, name="回执.pdf", data=PDF, by=cast.clerk, at=LATER)
        assert caught.value.code == "evidence.part"
    assert _all() == before


def test_one_file_is_kept_once_and_offered_twice_is_told(cast: Cast, made: Any) -> None:
    firm = enterprise(by=cast.clerk, unit=cast.science, number=2)
    other = application(firm, by=cast.clerk, unit=cast.science, stage="filed")
    first = _attach(made, cast.clerk)
    second = _attach(other, cast.clerk, name="同一份.pdf")
    assert first.file == second.file
    assert StoredFile.objects.count() == 1
    assert actions.path_of(first.file.digest).read_bytes() == PDF
    assert actions.elsewhere(actions.of(made)) == {first.pk: [second]}
    before = _all()
    with pytest.raises(Refusal) as caught:
        _attach(made, cast.clerk, name="又一次.pdf")
    assert caught.value.code == "evidence.twice"
    assert "现为“有佐证”" in caught.value.cause
    assert _all() == before


def test_who_reads_a_file(cast: Cast, made: Any) -> None:
    evidence = _attach(made, cast.clerk)
    for role, officer in cast.by_role.items():
        if role == "viewer":
            with pytest.raises(Forbidden):
                actions.read(evidence=evidence, by=officer)
        else:
            assert actions.read(evidence=evidence, by=officer) == PDF


def test_a_file_of_a_row_that_one_may_not_see_is_closed(cast: Cast) -> None:
    values = {"name": "甲", "arrived_on": TODAY, "unit": cast.science}
    row = register_actions.create(register=OverseasTalent.register, values=values, by=cast.clerk, at=AT, today=TODAY)
    evidence = actions.attach(thing=row, part="contract", name="合同.pdf", data=PDF, by=cast.clerk, at=AT)
    assert actions.read(evidence=evidence, by=cast.clerk) == PDF
    with pytest.raises(Forbidden):
        actions.read(evidence=evidence, by=cast.trade_clerk)


def test_a_file_that_was_altered_on_the_disk_is_not_handed_out(cast: Cast, made: Any) -> None:
    evidence = _attach(made, cast.clerk, data=PDF + b"altered later")
    path = actions.path_of(evidence.file.digest)
    path.write_bytes(b"something else")
    with pytest.raises(Refusal) as caught:
        content(evidence.file)
    assert caught.value.code == "file.altered"
    path.unlink()
    with pytest.raises(Refusal) as caught:
        content(evidence.file)
    assert caught.value.code == "file.missing"


@pytest.mark.parametrize(
    ("name", "plain"),
    [("C:\\桌面\\回执.pdf", "回执.pdf"), ("../../etc/回执.pdf", "回执.pdf"), ("a\r\nb.pdf", "ab.pdf"), ("", "未命名")],
)
def test_a_files_name_is_its_last_part_alone(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    assert len(plain_name("长" * 300 + ".pdf")) == 200


def _files() -> set[Path]:
    folder = Path(settings.FILES)
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()
