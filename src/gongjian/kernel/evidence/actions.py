"""Evidence: keep a file, offer it as proof, verify it or send it back. Who uploaded cannot verify."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.evidence.files import KINDS, LIMIT, check_file, content, keep, path_of, plain_name
from gongjian.kernel.evidence.models import Evidence, ProofState
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer

__all__ = [
    "KINDS",
    "LIMIT",
    "attach",
    "check_file",
    "keep",
    "of",
    "path_of",
    "read",
    "send_back",
    "subject_of",
    "verify",
]


def attach(*, thing: Any, part: str, name: str, data: bytes, by: Officer, at: datetime) -> Evidence:
    """Offer a file as proof of `part` of an entry or a reported value; its state becomes 有佐证.

    Refused: a file of a forbidden kind, and one that was already offered for the same part.
    """
    _require_upload(thing=thing, by=by)
    _require_part(thing=thing, part=part)
    name = plain_name(name)
    media = check_file(name=name, data=data)
    with transaction.atomic():
        stored = keep(name=name, data=data, media=media, at=at)
        earlier = Evidence.objects.filter(
            subject_kind=_kind(thing), subject_id=thing.pk, part=part, file=stored
        ).first()
        if earlier is not None:
            day, now = timezone.localdate(earlier.uploaded_at), ProofState(earlier.state).label
            raise Refusal("evidence.twice", f"内容相同的文件已于 {day} 上传过,现为“{now}”", "请上传另外的佐证材料")
        evidence = Evidence.objects.create(
            subject_kind=_kind(thing),
            subject_id=thing.pk,
            part=part,
            file=stored,
            name=name,
            uploaded_by=by,
            uploaded_at=at,
        )
        _settle(thing=thing, part=part, by=by, at=at, reason=f"上传 {name}")
        acts.record(verb="evidence.uploaded", thing=thing, by=by, at=at, note=evidence.name)
    return evidence


def read(*, evidence: Evidence, by: Officer, purpose: Any = None) -> bytes:
    """The file's bytes, for who may read evidence and the row that it proves.

    `purpose` is the `access.Purpose` that reading a row of a sensitive register needs.
    """
    require_read(evidence=evidence, by=by, purpose=purpose)
    return content(evidence.file)


def require_read(*, evidence: Evidence, by: Officer, purpose: Any = None) -> None:
    """Refuse who may not read evidence, or not the row that it proves."""
    thing = subject_of(evidence)
    policy.require(by=by, verb="evidence.read", thing=thing)
    register = getattr(type(thing), "register", None)
    if register is not None:
        from gongjian.kernel.registers import access  # registers carry evidence fields

        rows = type(thing)._default_manager.filter(pk=thing.pk)
        if not access.visible(register=register, by=by, rows=rows, purpose=purpose).exists():
            raise Forbidden("该佐证所属的记录不在您可以查看的范围内")


def verify(*, evidence: Evidence, by: Officer, at: datetime) -> None:
    """Another person has looked: the file proves what it is offered for."""
    _judge(evidence=evidence, state=ProofState("verified"), reason="", by=by, at=at)


def send_back(*, evidence: Evidence, reason: str, by: Officer, at: datetime) -> None:
    """The file proves nothing, for a reason that its unit is told."""
    if not reason.strip():
        raise Refusal("evidence.reason_required", "退回佐证需要说明原因", "请填写退回原因")
    _judge(evidence=evidence, state=ProofState("returned"), reason=reason.strip()[:300], by=by, at=at)


def of(thing: Any) -> list[Evidence]:
    """All evidence on one thing, newest first."""
    found = Evidence.objects.filter(subject_kind=_kind(thing), subject_id=thing.pk)
    return list(found.select_related("file", "uploaded_by", "judged_by"))


def elsewhere(evidence: list[Evidence]) -> dict[int, list[Evidence]]:
    """For each evidence the other things that the very same file is offered for: one permit, two starts."""
    others = Evidence.objects.filter(file__in={one.file_id for one in evidence}).exclude(
        pk__in=[one.pk for one in evidence]
    )
    found: dict[int, list[Evidence]] = {}
    for other in others:
        for one in evidence:
            is_same_thing = (one.subject_kind, one.subject_id) == (other.subject_kind, other.subject_id)
            if one.file_id == other.file_id and not is_same_thing:
                found.setdefault(one.pk, []).append(other)
    return found


def subject_of(evidence: Evidence) -> Any:
    """The entry or reported value that an evidence file belongs to; refused when it is gone."""
    found = None
    if evidence.subject_kind == "reported":
        from gongjian.kernel.reports.models import Reported  # a reported value itself carries evidence

        found = Reported.objects.select_related("commitment").filter(pk=evidence.subject_id).first()
    else:
        from gongjian.kernel.registers.declare import REGISTERS  # registers carry evidence fields

        register = REGISTERS.get(evidence.subject_kind)
        if register is not None:
            found = register.model._default_manager.filter(pk=evidence.subject_id).first()
    if found is None:
        raise Refusal("evidence.orphan", f"佐证“{evidence.name}”所属的记录已经不存在", "请联系系统管理员核对数据")
    return found


def _judge(*, evidence: Evidence, state: ProofState, reason: str, by: Officer, at: datetime) -> None:
    with transaction.atomic():
        fresh = Evidence.objects.select_for_update().get(pk=evidence.pk)
        thing = subject_of(fresh)
        policy.require(by=by, verb="evidence.verify", thing=thing)
        if fresh.uploaded_by_id == by.pk:
            raise Forbidden("佐证不能由上传人自己核实或退回", "请由督查室的另一位人员办理")
        if fresh.state == state:
            raise Refusal("evidence.judged", f"这份佐证已经是“{state.label}”", "请刷新页面查看最新状态")
        fresh.state, fresh.reason, fresh.judged_by, fresh.judged_at = state, reason, by, at
        fresh.save(update_fields=["state", "reason", "judged_by", "judged_at"])
        verb = "evidence.verified" if state == ProofState.VERIFIED else "evidence.returned"
        note = f"{fresh.name} {reason}".strip()
        _settle(thing=thing, part=fresh.part, by=by, at=at, reason=f"{acts.VERBS[verb]} {note}")
        acts.record(verb=verb, thing=thing, by=by, at=at, note=note)
    evidence.refresh_from_db()


def _settle(*, thing: Any, part: str, by: Officer, at: datetime, reason: str) -> None:
    """The state of a slot is the best of its files: verified, evidenced, returned; without files claimed."""
    fresh = type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()  # one file at a time is judged
    if fresh is None:
        raise Refusal("entry.missing", "这条记录刚刚被他人删除或合并,没有保存任何内容", "请返回列表重新选择")
    states = set(
        Evidence.objects.filter(subject_kind=_kind(thing), subject_id=thing.pk, part=part).values_list(
            "state", flat=True
        )
    )
    order = (ProofState.VERIFIED, ProofState.EVIDENCED, ProofState.RETURNED)
    state = next((s for s in order if s in states), ProofState.CLAIMED)
    if hasattr(type(thing), "register"):
        from gongjian.kernel.registers.entry import write  # entries import the proof states from this package

        if part not in {field.name for field in type(thing).register.evidence}:
            return  # it proves a decision about the row, not one of its slots
        if getattr(fresh, part) != state:
            setattr(fresh, part, state)
            fresh.revision += 1
            write(fresh, by=by, at=at, reason=reason)
        thing.refresh_from_db()
    elif thing.state in (ProofState.CLAIMED, ProofState.EVIDENCED):
        stands = state in (
            ProofState.VERIFIED,
            ProofState.EVIDENCED,
        )  # the figure itself is verified apart from its files
        thing.state = ProofState.EVIDENCED if stands else ProofState.CLAIMED
        thing.save(update_fields=["state"])


def _require_upload(*, thing: Any, by: Officer) -> None:
    register = getattr(type(thing), "register", None)
    if register is None:
        policy.require(by=by, verb="evidence.upload", thing=thing)
        return
    from gongjian.kernel.registers import access  # registers carry evidence fields

    access.require_role(register=register, by=by, verb="evidence.upload", entry=thing)


def _require_part(*, thing: Any, part: str) -> None:
    register = getattr(type(thing), "register", None)
    if register is None:
        return
    labels = {f.name: str(f.verbose_name) for f in register.evidence}
    if part not in labels:
        wanted = "、".join(labels.values()) or "无"
        raise Refusal("evidence.part", f"“{register.label}”没有“{part}”这一佐证项", f"可以上传的佐证项:{wanted}")


def _kind(thing: Any) -> str:
    register = getattr(type(thing), "register", None)
    return register.name if register else "reported"
