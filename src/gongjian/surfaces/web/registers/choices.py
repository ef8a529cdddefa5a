"""What two rows that become one say differently, field by field: both values, which one is proposed, which was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongjian.kernel.errors import Refusal
from gongjian.kernel.registers import carrying
from gongjian.kernel.registers.carrying import Way
from gongjian.kernel.registers.duplicates import FORMER
from gongjian.kernel.registers.history import records
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.merging import Side, fuller, gathered, has_former, sooner
from gongjian.kernel.registers.models import StageMove
from gongjian.kernel.registers.references import Pair
from gongjian.kernel.registers.values import same
from gongjian.surfaces.web.registers.inputs import Input, Shape, mark, raw_of

SIDES = {side.value: side for side in Side}
TYPED, BOTH = "typed", "both"


@dataclass(kw_only=True)
class Choice:
    """One field in which the two rows differ: both values as they print, and which one counts.

    `chosen` is keep, drop, typed (what stands in `input`) or both (the former names of either). `results` is what the
    merged row gets by each choice: as it is typed where there is an `input`, else as it prints; `alone` where the whole
    of one row is taken.
    """

    name: str
    label: str
    mine: str
    theirs: str
    chosen: str
    prefix: str = ""
    input: Input | None = None
    both: str = ""
    results: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    is_stage: bool = False
    is_one_sided: bool = False
    """Only one of the rows says anything, and that is what is chosen."""

    @property
    def item(self) -> str:
        """Its name in the form."""
        return f"{self.prefix}from-{self.name}"

    def settle(self, sent: str, *, others: tuple[str, ...] = ()) -> None:
        """Take what the form sent, where it is one of the sides or of `others`."""
        filled = (Side.DROP if self.mine == "—" else Side.KEEP).value
        self.is_one_sided = not self.both and "—" in (self.mine, self.theirs) and self.chosen == filled
        if sent in SIDES or sent in others:
            self.chosen = sent
            self.is_one_sided = self.is_one_sided and sent == filled


def of_two(*, shape: Shape, keep: Any, drop: Any, typed: Mapping[str, str] | None) -> list[Choice]:
    """The fields in which the two chosen rows differ, with what was sent, else what is proposed."""
    register, sight = shape.register, shape.sight
    newer = newer_of(keep, drop)
    differing = [f for f in register.fields if not same(getattr(keep, f.name), getattr(drop, f.name))]
    if has_former(register) and keep.name != drop.name:
        differing = [f for f in register.fields if f in differing or f.name == FORMER]
    names = [f.name for f in differing]
    inputs = {one.name: one for one in shape.inputs(row=keep, typed=typed, prefix="v-", names=names)}
    found = []
    for f in differing:
        shown = inputs[f.name]
        raws = {side: raw_of(f, sight.value(row=row, name=f.name)) for side, row in (("keep", keep), ("drop", drop))}
        one = Choice(
            name=f.name,
            label=str(f.verbose_name),
            mine=sight.shown(row=keep, name=f.name),
            theirs=sight.shown(row=drop, name=f.name),
            chosen=_proposed(f, keep, drop, newer),
            input=None if shown.is_masked else shown,
        )
        one.results = raws if one.input is not None else {"keep": one.mine, "drop": one.theirs}
        found.append(one)
    stage = _stage(Pair(keep=keep, drop=drop, ways=_ways(keep, drop)))
    found += [stage] if stage is not None else []
    former = next((one for one in found if one.name == FORMER), None) if has_former(register) else None
    if former is not None:
        _gather(former, found, keep, drop)
    for one in found:
        others = ((TYPED,) if one.input is not None else ()) + ((BOTH,) if one is former else ())
        one.settle((typed or {}).get(one.item, ""), others=others)
        if one.input is not None and typed is None:
            one.input.value = one.results[one.chosen]
    return found


def of_clash(*, pair: Pair, sight: Sight, prefix: str, typed: Mapping[str, str] | None) -> list[Choice]:
    """The fields in which two rows of one key differ; proposed is the fuller one, with its blanks from the other."""
    sides = fuller(pair=pair)
    found = []
    for name in pair.differing:
        texts = {"keep": sight.shown(row=pair.keep, name=name), "drop": sight.shown(row=pair.drop, name=name)}
        found.append(
            Choice(
                name=name,
                label=str(pair.register.field(name).verbose_name),
                mine=texts["keep"],
                theirs=texts["drop"],
                chosen=sides[name].value,
                prefix=prefix,
                results=texts,
            )
        )
    stage = _stage(pair, prefix=prefix)
    found += [stage] if stage is not None else []
    for one in found:
        one.settle((typed or {}).get(one.item, ""))
    return found


def values(*, typed: Mapping[str, str], shape: Shape, choices: list[Choice]) -> dict[str, Any]:
    """What was chosen, as `merge` takes it; refused where something typed does not fit, each fault at its field."""
    written = [one.input for one in choices if one.chosen == TYPED and one.input is not None]
    forgotten = [one for one in choices if _is_forgotten(one, typed)]
    for one in forgotten:
        assert one.input is not None
        one.input.fault, one.is_one_sided = "这里填写了内容,但没有选它。要用它请选中,不用请改回。", False
    if forgotten:
        raise Refusal("merge.unpicked", "有的栏目另外填写了内容,但没有选中", "请选中“另填”,或改回原来的内容")
    read, faults = shape.read(typed=typed, inputs=written)
    if faults:
        left = mark(written, faults)
        raise left[0] if left else Refusal("merge.values", f"有 {len(faults)} 处需要改正", "没有合并任何内容")
    found: dict[str, Any] = {one.name: SIDES[one.chosen] for one in choices if one.chosen in SIDES}
    return found | {one.name: read[one.name] for one in written if one.name in read}


def newer_of(keep: Any, drop: Any) -> Any:
    """The row that was changed last; None where that cannot be told."""
    ours, theirs = (records(row).values_list("history_date", flat=True).last() for row in (keep, drop))
    if ours is None or theirs is None or ours == theirs:
        return None
    return keep if ours > theirs else drop


def _is_forgotten(one: Choice, typed: Mapping[str, str]) -> bool:
    """Whether something stands in the result that neither row says, and yet it was not chosen."""
    if one.input is None or one.chosen == TYPED or one.input.item not in typed:
        return False
    text = _plain(typed[one.input.item])
    if one.both:
        return not set(text.splitlines()) <= set(_plain(one.results["all"]).splitlines())
    return text not in {_plain(each) for each in (*one.results.values(), one.input.start)}


def _plain(text: str) -> str:
    """A text of a form, whose lines end as the browser likes."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _gather(former: Choice, found: list[Choice], keep: Any, drop: Any) -> None:
    """Former names are gathered from both rows unless they are typed."""
    name = next((one.chosen for one in found if one.name == "name"), Side.KEEP.value)
    former.both = gathered(keep=keep, drop=drop, name=(drop if name == Side.DROP.value else keep).name)
    former.chosen = BOTH
    former.results |= {"both": former.both, "all": gathered(keep=keep, drop=drop, name="")}
    names = [*getattr(keep, FORMER).splitlines(), *getattr(drop, FORMER).splitlines()]
    former.mine = "、".join(dict.fromkeys(names))


def _proposed(f: Any, keep: Any, drop: Any, newer: Any) -> str:
    """The value that is filled in; of two the one that was checked and is right, else the one of the newer row."""
    ours, theirs = (getattr(row, f.attname) not in (None, "") for row in (keep, drop))
    if ours != theirs:
        return (Side.KEEP if ours else Side.DROP).value
    ours, theirs = (f.name in row.assured() for row in (keep, drop))
    if ours != theirs:
        return (Side.KEEP if ours else Side.DROP).value
    return (Side.DROP if newer is drop else Side.KEEP).value


def _ways(keep: Any, drop: Any) -> tuple[list[StageMove], list[StageMove]]:
    if keep.register.stage_field is None:
        return [], []
    ours, theirs = (carrying.standing(register=keep.register, pk=row.pk) for row in (keep, drop))
    return ours, theirs


def _stage(pair: Pair, *, prefix: str = "") -> Choice | None:
    """The ways of both through the stages, where they differ; proposed is the one that began first."""
    register = pair.register
    if register.stage_field is None or not pair.has_two_ways:
        return None
    ours, theirs = pair.ways
    labels = {stage.key: stage.label for stage in register.stages}

    def told(way: list[StageMove]) -> str:
        steps = sorted(way, key=lambda m: (m.happened_on, m.pk))
        return " → ".join(f"{labels.get(m.stage, m.stage)} {m.happened_on}" for m in steps) or "—"

    results = {}
    for side in Side:
        prefers = side is Side.DROP
        gained, lost = carrying.joined(kept=ours, theirs=theirs, way=Way.BOTH, prefers_theirs=prefers)
        results[side.value] = told([*(m for m in ours if m not in lost), *gained])
    return Choice(
        name=register.stage_field.name,
        label=str(register.stage_field.verbose_name),
        mine=told(ours),
        theirs=told(theirs),
        chosen=sooner(pair=pair).value,
        prefix=prefix,
        results=results,
        alone={"keep": told(ours), "drop": told(theirs)},
        is_stage=True,
    )
