"""本区设定: what the zone sets where no official text does, and what it has checked; each act named, dated, and never undone.

A new value is a new dated setting beside the earlier ones. Two in force on one day are refused; a setting ends, or is
withdrawn, by another act. Figures with an official source cannot be set: they change with the text, in standards/*.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.files import check_file, keep, plain_name
from gongjian.kernel.people import acts, policy
from gongjian.kernel.people.models import Officer
from gongjian.kernel.rulebooks import own, parameters
from gongjian.kernel.rulebooks.models import ZoneFigure
from gongjian.kernel.rulebooks.parameters import Parameter
from gongjian.kernel.rulebooks.settable import check_figure, check_window, told, written
from gongjian.kernel.rulebooks.settled import CONFIRMED, ENDED, SET, WITHDRAWN, Line, lines

VERB = "figure.set"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a setting rests on: the document, and its file or the reason."""

    source: str
    reason: str = ""
    file_name: str = ""
    file: bytes | None = None


def set_figure(
    *,
    standard: str,
    name: str,
    values: Sequence[str],
    since: date | None,
    until: date | None,
    proof: Proof,
    by: Officer,
    at: datetime,
    ends_earlier: bool = False,
) -> ZoneFigure:
    """Set a figure of the zone's own, or confirm one that nobody has checked, from `since` (to `until`).

    Refused where the figure has an official source, the values do not fit its kind and unit, or another setting is in
    force on one of the days; with `ends_earlier` the earlier one ends the day before.
    """
    policy.require(by=by, verb=VERB)
    block, checked = check_figure(standard, name, values=values, since=since, until=until)
    assert since is not None
    _require_proof(proof)
    number = _next(standard, name)  # before looking for clashes: who writes meanwhile takes this number
    clash = clashes(standard, name, since=since, until=until)
    if clash and not (ends_earlier and len(clash) == 1 and _precedes(clash[0], since)):
        raise _clash(block, clash[0], since)
    with transaction.atomic():
        for line in clash:
            _write(
                like=line.act, number=number, sort=ENDED, about=line.act, until=since - timedelta(days=1),
                by=by, at=at, reason=f"改按{since}起的新设定",
            )  # fmt: skip
            number += 1
        sort = CONFIRMED if block.confidence == "unconfirmed" else SET
        made = _write(
            standard=standard, name=name, number=number, sort=sort, values=written(block, checked), since=since,
            until=until, proof=proof, by=by, at=at,
        )  # fmt: skip
        verb = "figure.confirmed" if sort == CONFIRMED else "figure.set"
        note = f"{block.label}:{told(block, checked)},{_span(since, until)},依据{made.source}"
        acts.record(verb=verb, thing=made, by=by, at=at, note=note)
    own.renew()
    return made


def clashes(standard: str, name: str, *, since: date, until: date | None) -> list[Line]:
    """The settings of a figure that are in force on one of these days."""
    return [
        one
        for one in lines(standard=standard, name=name)
        if one.counts
        and (one.until is None or one.until >= since)
        and (until is None or one.act.since is None or one.act.since <= until)
    ]


def _precedes(line: Line, since: date) -> bool:
    return line.act.since is not None and line.act.since < since


def _clash(block: Parameter, line: Line, since: date) -> Refusal:
    values = [parameters.number(value) for value in line.act.values]
    cause = f"本区已设定“{block.label}”为{told(block, values)},{_span(line.act.since, line.until)},与新值的日期重叠"
    if _precedes(line, since):
        until = since - timedelta(days=1)
        return Refusal("figure.overlap", cause, f"请勾选“原设定截止到前一天”(即{until}),或改填起止日期")
    return Refusal("figure.overlap", cause, "请改填起止日期,或先撤回那条设定")


def set_window(
    *,
    standard: str,
    label: str,
    year: int,
    opens: date | None,
    closes: date | None,
    proof: Proof,
    by: Officer,
    at: datetime,
) -> ZoneFigure:
    """Set the days of a window in a year for which no confirmed date is published; the latest setting counts."""
    policy.require(by=by, verb=VERB)
    _, official = check_window(standard, label, year=year, opens=opens, closes=closes)
    _require_proof(proof)
    sort = CONFIRMED if official.confidence == "unconfirmed" else SET
    with transaction.atomic():
        made = _write(
            standard=standard, name=label, year=year, number=_next(standard, label, year), sort=sort, since=opens,
            until=closes, proof=proof, by=by, at=at,
        )  # fmt: skip
        note = f"{label}{year}年:{_span(opens, closes)},依据{made.source}"
        acts.record(verb="figure.window_set", thing=made, by=by, at=at, note=note)
    own.renew()
    return made


def end(*, act: ZoneFigure, until: date | None, reason: str, by: Officer, at: datetime) -> ZoneFigure:
    """Let a setting of a figure end on a day; it still counts for the days until then."""
    policy.require(by=by, verb=VERB)
    number, line = _next(act.standard, act.name, act.year), _line_of(act)
    if act.year:
        raise Refusal("figure.end", "申报日期没有另外的截止", "日期有变动的,请重新设定")
    if until is None or (act.since is not None and until < act.since):
        raise Refusal("figure.dates", f"没有填写止日,或早于起日{act.since}", "请填写这个数值施行的最后一天")
    if line.until is not None:
        raise Refusal("figure.end", f"这条设定已经截止到{line.until}", "如有差错,请撤回后重新设定")
    _require_reason(reason)
    with transaction.atomic():
        made = _write(like=act, number=number, sort=ENDED, about=act, until=until, reason=reason.strip(), by=by, at=at)
        acts.record(verb="figure.ended", thing=made, by=by, at=at, note=f"{act.name}截止到{until}:{made.reason}")
    own.renew()
    return made


def withdraw(*, act: ZoneFigure, reason: str, by: Officer, at: datetime) -> ZoneFigure:
    """Take a setting back: it counts for no day any more, and stays in the history."""
    policy.require(by=by, verb=VERB)
    number = _next(act.standard, act.name, act.year)
    _line_of(act)
    _require_reason(reason)
    with transaction.atomic():
        made = _write(like=act, number=number, sort=WITHDRAWN, about=act, reason=reason.strip(), by=by, at=at)
        acts.record(verb="figure.withdrawn", thing=made, by=by, at=at, note=f"{act.name}:{made.reason}")
    own.renew()
    return made


def _line_of(act: ZoneFigure) -> Line:
    found = next(
        (one for one in lines(standard=act.standard, name=act.name, year=act.year) if one.act.pk == act.pk), None
    )
    if found is None or not found.counts:
        raise Refusal("figure.gone", "这条设定已经撤回", "请刷新页面")
    return found


def _require_proof(proof: Proof) -> None:
    if len(proof.source.strip()) < 2 or len(proof.source.strip()) > 200:
        raise Refusal("figure.source", "没有写明依据,或超过200个字", "请写明文件名称和文号、会议纪要或公布数据的来源")
    if proof.file is None:
        _require_reason(proof.reason, or_file=True)


def _require_reason(reason: str, *, or_file: bool = False) -> None:
    if len(reason.strip()) < 5:
        also = "请上传依据文件,或写明理由" if or_file else "请写明理由"
        raise Refusal("figure.reason", "没有写明理由" + (",也没有上传文件" if or_file else ""), f"{also},至少5个字")
    if len(reason) > 1000:
        raise Refusal("figure.reason", "理由超过1000个字", "请压缩")


def _next(standard: str, name: str, year: int = 0) -> int:
    """The number of the next act on a figure or window."""
    last = ZoneFigure.objects.filter(standard=standard, name=name, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _write(
    *,
    number: int,
    sort: str,
    by: Officer,
    at: datetime,
    like: ZoneFigure | None = None,
    proof: Proof | None = None,
    **given: Any,
) -> ZoneFigure:
    """Add one act; of two at the same moment on one figure the second is refused."""
    if like is not None:
        given |= {"standard": like.standard, "name": like.name, "year": like.year}
    if proof is not None:
        given |= {"source": proof.source.strip(), "reason": proof.reason.strip()}
        if proof.file is not None:
            name = plain_name(proof.file_name)
            media = check_file(name=name, data=proof.file)
            given |= {"file": keep(name=name, data=proof.file, media=media, at=at), "file_name": name}
    try:
        with transaction.atomic():
            return ZoneFigure.objects.create(number=number, sort=sort, by=by, at=at, **given)
    except IntegrityError as fault:
        raise Refusal("figure.meanwhile", "另一位同事刚刚改动了这一项", "请刷新页面,看过现状后再办") from fault


def _span(since: date | None, until: date | None) -> str:
    if since is None:
        return f"截至{until}"
    return f"{since}至{until}" if until is not None else f"自{since}起一直有效"
