"""Every register with evidence: a file proves a slot, what is no proof is refused, and only its readers open it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.conformance import pages
from tests.conformance.doors import Door, opened
from tests.conformance.examples import Examples

from gongjian.kernel.evidence import actions, files
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.people.models import Act, Role
from gongjian.kernel.people.policy import VERBS
from gongjian.kernel.registers.declare import REGISTERS, Register, registers

if TYPE_CHECKING:
    from tests.kernel.people.cast import Cast

PROVED = pytest.mark.parametrize("name", [register.name for register in registers() if register.evidence])
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"


def package(part: str, *, size: int) -> bytes:
    """A zip package with one part of so many zero bytes: a few kilobytes whatever it unpacks to."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(part, bytes(size))
    return made.getvalue()


@PROVED
def test_a_file_proves_a_slot_and_another_person_verifies_it(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    row = examples.row(register, 1)
    clerk, judge = (opened(door, register, by) for by in (cast.clerk, cast.supervisor))
    for place, slot in enumerate(register.evidence):
        data = PDF + slot.name.encode()
        sent = upload(clerk, register, row, slot.name, "../佐证 一.pdf", data)
        assert sent.status_code == 302, pages.told(sent)
        made = Evidence.objects.get(subject_kind=name, subject_id=row.pk, part=slot.name)
        assert (made.name, made.uploaded_by, made.state) == ("佐证 一.pdf", cast.clerk, "evidenced")
        assert (made.file.digest, made.file.size) == (hashlib.sha256(data).hexdigest(), len(data))
        row.refresh_from_db()
        assert (getattr(row, slot.name), row.revision) == ("evidenced", 2 + 2 * place)
        page = pages.text(judge.get(f"/registers/{name}/{row.pk}/"))
        assert "佐证 一.pdf" in page and f"/evidence/{made.pk}/" in page
        got = clerk.get(f"/evidence/{made.pk}/")
        assert (got.status_code, got.content) == (200, data)
        assert got.headers["Content-Disposition"].startswith("attachment")
        twice = upload(clerk, register, row, slot.name, "再来一次.pdf", data)
        assert twice.status_code == 422 and "内容相同的文件已于" in pages.told(twice)
        own = clerk.post(f"/evidence/{made.pk}/verify/")
        assert own.status_code == 403, "who may not verify"
        assert judge.post(f"/evidence/{made.pk}/verify/").status_code == 302
        row.refresh_from_db()
        assert (getattr(row, slot.name), row.revision) == ("verified", 3 + 2 * place)
    told = Act.objects.filter(subject_kind=f"entry:{name}", subject_id=row.pk, verb__startswith="evidence.")
    verbs = ["evidence.uploaded", "evidence.verified"] * len(register.evidence)
    assert list(told.order_by("pk").values_list("verb", flat=True)) == verbs


@PROVED
def test_what_is_no_proof_is_refused_with_a_sentence(
    cast: Cast, examples: Examples, door: Door, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = REGISTERS[name]
    row, slot = examples.row(register, 1), register.evidence[0].name
    clerk = opened(door, register, cast.clerk)
    monkeypatch.setattr(actions, "LIMIT", 2**20)
    monkeypatch.setattr(files, "UNPACKED_LIMIT", 2**21)
    for what, file, said in (
        ("a wrong kind", ("程序.exe", b"MZ\x90\x00"), "“.exe”类型的文件不能作为佐证"),
        ("a program renamed", ("回执.pdf", b"MZ\x90\x00" + PDF), "内容不是pdf格式"),
        ("a package of another kind", ("回执.docx", package("xl/a.xml", size=9)), "内容不是docx格式"),
        ("too large", ("回执.pdf", PDF + bytes(2**20)), "有 1.0 MB,超过 1 MB 的上限"),
        ("a zip bomb", ("台账.xlsx", package("xl/a.xml", size=3 * 2**20)), "解压后有 3 MB,超过 2 MB 的上限"),
        ("an empty file", ("回执.pdf", b""), "是空的"),
        ("no file", None, "没有选择文件"),
    ):
        answer = upload(clerk, register, row, slot, *file) if file else clerk.post(address(register, row, slot), {})
        assert answer.status_code == 422 and said in pages.told(answer), f"{what}: {pages.told(answer)}"
    unknown = upload(clerk, register, row, "nothing", "回执.pdf", PDF)
    assert unknown.status_code == 422
    row.refresh_from_db()
    assert (getattr(row, slot), row.revision, Evidence.objects.count()) == ("claimed", 1, 0)


@PROVED
def test_a_file_is_offered_and_opened_by_whom_its_row_is_for(
    cast: Cast, examples: Examples, door: Door, name: str
) -> None:
    register = REGISTERS[name]
    row, slot = examples.row(register, 1), register.evidence[0].name
    assert upload(opened(door, register, cast.clerk), register, row, slot, "回执.pdf", PDF).status_code == 302
    made = Evidence.objects.get()
    for who in (*cast.by_role.values(), cast.trade_clerk):
        client = door(who)
        writes = who.role in VERBS["evidence.upload"][0] and who.role in register.writers and who != cast.trade_clerk
        is_bound = who.role in (Role.UNIT_OFFICER, Role.VIEWER) and register.scope == "unit"
        sees = not (is_bound and who.unit == cast.trade)
        reads = who.role in VERBS["evidence.read"][0] and who.role in register.readers and sees
        no = 422 if who.role in register.readers and not sees else 403  # a row out of sight is as if there were none
        if register.sensitive and who != cast.clerk:  # who has said why already
            assert client.get(f"/evidence/{made.pk}/").status_code == 403, f"{who.role} without a purpose"
            client = opened(door, register, who)
        got = client.get(f"/evidence/{made.pk}/")
        assert got.status_code == (200 if reads else 403), f"{who.role} of {who.unit} opens it"
        assert (got.content == PDF) == reads
        if not writes:
            sent = upload(client, register, row, slot, "别的.pdf", PDF + who.username.encode())
            assert sent.status_code == no, f"{who.role} of {who.unit} offers one"
        if who.role != Role.SUPERVISOR:
            back = client.post(f"/evidence/{made.pk}/return/", {"reason": "不清楚"})
            assert back.status_code == no, f"{who.role} of {who.unit} returns it"
    assert Client().get(f"/evidence/{made.pk}/").status_code in (302, 401)
    assert list(Evidence.objects.values_list("pk", "state")) == [(made.pk, "evidenced")]


def upload(client: Client, register: Register, row: Any, slot: str, name: str, data: bytes) -> Any:
    """Send a file as the form of a row's page does."""
    return client.post(address(register, row, slot), {"file": SimpleUploadedFile(name, data)})


def address(register: Register, row: Any, slot: str) -> str:
    """Where the form of a slot is sent to."""
    return f"/registers/{register.name}/{row.pk}/evidence/{slot}/"
