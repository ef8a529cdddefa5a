"""Evidence: keep a file, offer it as proof, verify it or send it back. Who uploaded cannot verify."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence.models import Evidence, ProofState, StoredFile
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer

KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    # ending: (media type, the first bytes such files have)
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    ".doc": ("application/msword", (b"\xd0\xcf\x11\xe0",)),
    ".xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0",)),
    ".ofd": ("application/ofd", (b"PK\x03\x04",)),
}
LIMIT = 20 * 1024 * 1024  # bytes


def check_file(*, name: str, data: bytes) -> str:
    """The media type of an evidence file; refused when empty, too large, of a forbidden type, or not what its name says."""
    ending = Path(name).suffix.lower()
    if not data:
        raise Refusal("evidence.empty", f"文件“{name}”是空的", "请重新选择文件后上传")
    if len(data) > LIMIT:
        size = len(data) / 1024 / 1024
        raise Refusal("evidence.too_large", f"文件“{name}”有 {size:.1f} MB,超过 20 MB 的上限", "请压缩图片或拆分后上传")
    if ending not in KINDS:
        allowed = "、".join(k.lstrip(".") for k in KINDS)
        raise Refusal("evidence.type", f"“{ending or '无扩展名'}”类型的文件不能作为佐证", f"请上传以下类型之一:{allowed}")
    media, heads = KINDS[ending]
    if not any(data.startswith(head) for head in heads):
        raise Refusal("evidence.content", f"文件“{name}”的内容不是{ending.lstrip('.')}格式", "请确认文件没有被改名,另存为正确格式后上传")
    return media


def keep(*, name: str, data: bytes, media: str, at: datetime) -> StoredFile:
    """Store a file once by its SHA-256 under GONGJIAN_HOME/files; written whole or not at all."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    stored, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"name": Path(name).name[:200], "media": media, "size": len(data), "stored_at": at}
    )
    return stored


def path_of(digest: str) -> Path:
    """Where the file with that SHA-256 lies."""
    return Path(settings.FILES) / digest[:2] / digest


def attach(*, thing: Any, part: str, name: str, data: bytes, by: Officer, at: datetime) -> Evidence:
    """Offer a file as proof of `part` of an entry or a reported value; its state becomes 有佐证."""
    policy.require(by=by, verb="evidence.upload", thing=thing)
    media = check_file(name=name, data=data)
    kind = _kind(thing)
    with transaction.atomic():
        stored = keep(name=name, data=data, media=media, at=at)
        evidence = Evidence.objects.create(
            subject_kind=kind,
            subject_id=thing.pk,
            part=part,
            file=stored,
            name=Path(name).name[:200],
            uploaded_by=by,
            uploaded_at=at,
        )
        _settle(thing=thing, part=part, by=by)
        acts.record(verb="evidence.uploaded", thing=thing, by=by, at=at, note=evidence.name)
    return evidence


def verify(*, evidence: Evidence, by: Officer, at: datetime) -> None:
    """Another person has looked: the file proves what it is offered for."""
    _judge(evidence=evidence, state=ProofState.VERIFIED, reason="", by=by, at=at)


def send_back(*, evidence: Evidence, reason: str, by: Officer, at: datetime) -> None:
    """The file proves nothing, for a reason that its unit is told."""
    if not reason.strip():
        raise Refusal("evidence.reason_required", "退回佐证需要说明原因", "请填写退回原因")
    _judge(evidence=evidence, state=ProofState.RETURNED, reason=reason.strip()[:300], by=by, at=at)


def of(thing: Any) -> list[Evidence]:
    """All evidence on one thing, newest first."""
    found = Evidence.objects.filter(subject_kind=_kind(thing), subject_id=thing.pk)
    return list(found.select_related("file", "uploaded_by", "judged_by"))


def subject_of(evidence: Evidence) -> Any:
    """The entry or reported value that an evidence file belongs to."""
    if evidence.subject_kind == "reported":
        from gongjian.kernel.reports.models import Reported  # a reported value itself carries evidence

        return Reported.objects.select_related("commitment").get(pk=evidence.subject_id)
    from gongjian.kernel.registers.declare import REGISTERS  # registers carry evidence fields

    return REGISTERS[evidence.subject_kind].model._default_manager.get(pk=evidence.subject_id)


def _judge(*, evidence: Evidence, state: ProofState, reason: str, by: Officer, at: datetime) -> None:
    with transaction.atomic():
        fresh = Evidence.objects.select_for_update().get(pk=evidence.pk)
        thing = subject_of(fresh)
        policy.require(by=by, verb="evidence.verify", thing=thing)
        if fresh.uploaded_by_id == by.pk:
            raise Forbidden("佐证不能由上传人自己核实", "请由督查室的另一位人员核实")
        fresh.state, fresh.reason, fresh.judged_by, fresh.judged_at = state, reason, by, at
        fresh.save(update_fields=["state", "reason", "judged_by", "judged_at"])
        _settle(thing=thing, part=fresh.part, by=by)
        verb = "evidence.verified" if state == ProofState.VERIFIED else "evidence.returned"
        acts.record(verb=verb, thing=thing, by=by, at=at, note=f"{fresh.name} {reason}".strip())
    evidence.refresh_from_db()


def _settle(*, thing: Any, part: str, by: Officer) -> None:
    """The state of a slot is the best of its files: verified, evidenced, returned; without files claimed."""
    states = set(
        Evidence.objects.filter(subject_kind=_kind(thing), subject_id=thing.pk, part=part).values_list("state", flat=True)
    )
    order = (ProofState.VERIFIED, ProofState.EVIDENCED, ProofState.RETURNED)
    state = next((s for s in order if s in states), ProofState.CLAIMED)
    if hasattr(type(thing), "register"):
        fresh = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
        if getattr(fresh, part) != state:
            setattr(fresh, part, state)
            fresh.revision += 1
            fresh._history_user = by
            fresh.save()
        thing.refresh_from_db()
    elif thing.state not in (ProofState.VERIFIED, ProofState.RETURNED) and state != ProofState.CLAIMED:
        thing.state = ProofState.EVIDENCED
        thing.save(update_fields=["state"])


def _kind(thing: Any) -> str:
    register = getattr(type(thing), "register", None)
    return register.name if register else "reported"
