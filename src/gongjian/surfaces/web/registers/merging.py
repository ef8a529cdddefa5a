"""合并: two rows side by side, for each field whose value counts, what will move; then both are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import Evidence
from gongjian.kernel.registers import access, carrying, columns
from gongjian.kernel.registers.access import NoPurpose
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.duplicates import FORMER
from gongjian.kernel.registers.history import records
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.merging import Side, gathered, has_former, merge
from gongjian.kernel.registers.references import references, require_free
from gongjian.kernel.registers.values import same
from gongjian.surfaces.web.page import officer, page
from gongjian.surfaces.web.registers import purpose
from gongjian.surfaces.web.registers.common import number_of, register_of, say, status_of
from gongjian.surfaces.web.registers.inputs import Input, Shape, mark
from gongjian.surfaces.web.registers.reading import row_of

SIDES = {side.value: side for side in Side}
TYPED, BOTH = "typed", "both"


@dataclass(kw_only=True)
class Choice:
    """One field in which the two rows differ: both values as they print, and which one counts.

    `chosen` is keep, drop, typed (what stands in `input`) or both (the former names of either).
    """

    name: str
    label: str
    mine: str
    theirs: str
    chosen: str
    input: Input | None = None
    both: str = ""
    is_one_sided: bool = False
    """Only one of the rows says anything, and that is what is chosen."""

    @property
    def item(self) -> str:
        """Its name in the form."""
        return f"from-{self.name}"


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, name: str) -> HttpResponse:
    """Choose field by field (?keep=&drop=), see what moves, confirm."""
    me, register = officer(request), register_of(name)
    access.require_role(register=register, by=me, verb="register.merge")
    pks = [number_of(request.GET.get(side), default=0) for side in ("keep", "drop")]
    if 0 in pks or pks[0] == pks[1]:
        raise Refusal("merge.two", "合并需要选定两条不同的记录", "请从查重页选择保留哪一条、并入哪一条")
    keep, drop = (row_of(request, register, pk) for pk in pks)
    for row in (keep, drop):
        access.require(register=register, by=me, verb="register.write", entry=row)
    sight = Sight(register=register, by=me)
    shape = Shape(register=register, sight=sight)
    choices = _choices(request, shape, keep, drop)
    if request.method == "GET":
        return _shown(request, register, keep, drop, choices)
    try:
        values = _values(request, shape, choices)
        title = str(drop)
        batch = merge(
            keep=keep,
            drop=drop,
            values=values,
            revisions=(_revision(request, "keep", keep), _revision(request, "drop", drop)),
            by=me,
            at=clock.now(),
            reason=request.POST.get("reason", ""),
            purpose=purpose.of(request, register),
        )
    except NoPurpose:
        raise
    except Refusal as refusal:
        return _shown(request, register, keep, drop, choices, refusal=refusal)
    moved = sum(batch.details["moved"].values())
    say(
        request,
        f"“{title}”已并入这条记录{f',改指 {moved:,} 行引用' if moved else ''}。",
        href=reverse("batch", args=[register.name, batch.pk]),
        label="查看改动或撤销",
    )
    return redirect("entry", name=register.name, pk=keep.pk)


def _choices(request: HttpRequest, shape: Shape, keep: Any, drop: Any) -> list[Choice]:
    """The fields that differ, with what was sent, else what is proposed."""
    register = shape.register
    typed = request.POST.dict() if request.method == "POST" else None
    newer = _newer(keep, drop)
    differing = [f for f in register.fields if not same(getattr(keep, f.name), getattr(drop, f.name))]
    if has_former(register) and keep.name != drop.name:
        differing = [f for f in register.fields if f in differing or f.name == FORMER]
    inputs = {
        one.name: one for one in shape.inputs(row=keep, typed=typed, prefix="v-", names=[f.name for f in differing])
    }
    found = []
    for f in differing:
        one = Choice(
            name=f.name,
            label=str(f.verbose_name),
            mine=shape.sight.shown(row=keep, name=f.name),
            theirs=shape.sight.shown(row=drop, name=f.name),
            chosen=_proposed(f, keep, drop, newer),
            input=None if inputs[f.name].is_masked else inputs[f.name],
        )
        found.append(one)
    stage = _stage(register, keep, drop)
    found += [stage] if stage is not None else []
    former = next((one for one in found if one.name == FORMER), None) if has_former(register) else None
    if former is not None:
        name = next((one.chosen for one in found if one.name == "name"), Side.KEEP.value)
        former.both = gathered(keep=keep, drop=drop, name=(drop if name == Side.DROP.value else keep).name)
        former.chosen = BOTH
        names = [*getattr(keep, FORMER).splitlines(), *getattr(drop, FORMER).splitlines()]
        former.mine = "、".join(dict.fromkeys(names))
        if former.input is not None and typed is None:
            former.input.value = former.both
    for one in found:
        one.is_one_sided = not one.both and "—" in (one.mine, one.theirs) and one.chosen == _filled(one)
        sent = (typed or {}).get(one.item, "")
        if sent in SIDES or (sent == TYPED and one.input is not None) or (sent == BOTH and one is former):
            one.chosen = sent
            one.is_one_sided = one.is_one_sided and sent == _filled(one)
    return found


def _filled(one: Choice) -> str:
    """The side that says something."""
    return (Side.DROP if one.mine == "—" else Side.KEEP).value


def _proposed(f: Any, keep: Any, drop: Any, newer: Any) -> str:
    """The value that is filled in; of two the one that was checked and is right, else the one of the newer row."""
    ours, theirs = (getattr(row, f.attname) not in (None, "") for row in (keep, drop))
    if ours != theirs:
        return (Side.KEEP if ours else Side.DROP).value
    ours, theirs = (f.name in row.assured() for row in (keep, drop))
    if ours != theirs:
        return (Side.KEEP if ours else Side.DROP).value
    return (Side.DROP if newer is drop else Side.KEEP).value


def _newer(keep: Any, drop: Any) -> Any:
    """The row that was changed last; None where that cannot be told."""
    ours, theirs = (records(row).values_list("history_date", flat=True).last() for row in (keep, drop))
    if ours is None or theirs is None or ours == theirs:
        return None
    return keep if ours > theirs else drop


def _stage(register: Register, keep: Any, drop: Any) -> Choice | None:
    """The ways of both through the stages, where they differ; proposed is the one that began first."""
    if register.stage_field is None:
        return None
    ways = [carrying.standing(register=register, pk=row.pk) for row in (keep, drop)]
    if [(m.stage, m.happened_on) for m in ways[0]] == [(m.stage, m.happened_on) for m in ways[1]]:
        return None
    labels = {stage.key: stage.label for stage in register.stages}
    texts = [" → ".join(f"{labels.get(m.stage, m.stage)} {m.happened_on}" for m in way) or "—" for way in ways]
    starts = [way[0].happened_on if way else None for way in ways]
    is_theirs = starts[1] is not None and (starts[0] is None or starts[1] < starts[0])
    return Choice(
        name=register.stage_field.name,
        label=str(register.stage_field.verbose_name),
        mine=texts[0],
        theirs=texts[1],
        chosen=(Side.DROP if is_theirs else Side.KEEP).value,
    )


def _values(request: HttpRequest, shape: Shape, choices: list[Choice]) -> dict[str, Any]:
    """What was chosen, as `merge` takes it; refused where something typed does not fit, each fault at its field."""
    typed = [one.input for one in choices if one.chosen == TYPED and one.input is not None]
    forgotten = [
        one
        for one in choices
        if one.input is not None
        and one.chosen != TYPED
        and _plain(request.POST.get(one.input.item)) not in (None, _plain(one.both), _plain(one.input.start))
    ]
    for one in forgotten:
        assert one.input is not None
        one.input.fault, one.is_one_sided = "这里填写了内容,但没有选它。要用它请选中,不用请改回。", False
    if forgotten:
        raise Refusal("merge.unpicked", "有的栏目另外填写了内容,但没有选中", "请选中“另填”,或改回原来的内容")
    read, faults = shape.read(typed=request.POST.dict(), inputs=typed)
    if faults:
        left = mark(typed, faults)
        raise left[0] if left else Refusal("merge.values", f"有 {len(faults)} 处需要改正", "没有合并任何内容")
    values: dict[str, Any] = {one.name: SIDES[one.chosen] for one in choices if one.chosen in SIDES}
    return values | {one.name: read[one.name] for one in typed if one.name in read}


def _plain(text: str | None) -> str | None:
    """A text of a form, whose lines end as the browser likes."""
    return None if text is None else "\n".join(line.strip() for line in text.strip().splitlines())


def _shown(
    request: HttpRequest,
    register: Register,
    keep: Any,
    drop: Any,
    choices: list[Choice],
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    me = officer(request)
    try:
        for row in (keep, drop):
            row.refresh_from_db()
    except ObjectDoesNotExist:
        raise refusal or Refusal("entry.missing", "其中一条记录刚刚被删除", "请返回查重页重新选择") from None
    found = references(keep=keep, drop=drop)
    stops = None
    try:
        require_free(found=found, by=me)
    except Refusal as caught:
        stops = caught
    readable = {one.register.name for one in found if columns.may_read(register=one.register, by=me)}
    sight = Sight(register=register, by=me)
    differing = {one.name for one in choices}
    return page(
        request,
        "registers/merge.html",
        status=status_of(refusal) if refusal else 200,
        register=register,
        keep=keep,
        drop=drop,
        choices=[one for one in choices if not one.is_one_sided],
        one_sided=[one for one in choices if one.is_one_sided],
        alike=[
            (str(f.verbose_name), sight.shown(row=keep, name=f.name))
            for f in register.fields
            if f.name not in differing and getattr(keep, f.attname) not in (None, "")
        ],
        found=found,
        readable=readable,
        files=Evidence.objects.filter(subject_kind=register.name, subject_id=drop.pk).count(),
        newer=_newer(keep, drop),
        last={row.pk: records(row).order_by("history_id").last() for row in (keep, drop)},
        stops=stops,
        refusal=refusal if refusal is None or stops is None or refusal.code != stops.code else None,
        reason=request.POST.get("reason", ""),
        has_former=has_former(register),
    )


def _revision(request: HttpRequest, side: str, row: Any) -> int:
    """The revision at which the page showed a row."""
    raw = request.POST.get(f"{side}_revision", "")
    return int(raw) if raw.isdigit() and len(raw) < 10 else row.revision
