"""The command line of the rulebooks: `gongjian judge RULEBOOK`, `gongjian gap RULEBOOK KEY`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import typer

from gongjian.kernel.errors import Refusal
from gongjian.kernel.rulebooks import explaining, files, keeping, parameters, rulebook, scale
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.facts import FactSpec, Kind, plain
from gongjian.kernel.rulebooks.judging import Verdict, gaps_of, judge, judge_one
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State


def from_file(name: str, *, path: Path, as_of: date) -> list[dict[str, Any]]:
    """The verdicts on the subjects of a CSV, as plain values; no database is asked.

    A column that this rulebook does not ask about is left out and named on the error stream. Raises Refusal where it asks
    about none of them.
    """
    book = rulebook.edition(name, as_of=as_of)
    rows = files.read(path, book.facts)
    heads = [head for head in rows.columns if head in book.facts.specs]
    idle = [head for head in heads if head not in book.specs]
    if len(idle) == len(heads):
        raise Refusal(
            "facts.none",
            f"文件 {path.name} 里没有一列是“{book.label}”要看的事实",
            f"请用 gongjian judge {name} --explain 查看要看哪些事实,把它们的名称作为表头",
        )
    for head in idle:
        typer.echo(f"“{head}”列({book.facts[head].label}):“{book.label}”不看这个事实,没有计入。", err=True)
    return told(book, rows, as_of=as_of)


def from_registers(name: str, *, as_of: date) -> list[dict[str, Any]]:
    """The verdicts on all subjects in the registers, with decisions of officers in force."""
    book = rulebook.edition(name, as_of=as_of)
    found = told(book, keeping.facts_of([book], as_of=as_of), as_of=as_of)
    decided = {entry: one for (book_name, entry), one in keeping.overrides(as_of=as_of).items() if book_name == name}
    states = {state.word: state for state in State}
    for row in found:
        decisions = decided.get(row["id"], {})
        for criterion, decision in decisions.items():
            row["criteria"][criterion] = {"state": _word(decision.state), "decided_by": decision.by.name}
        if decisions and states[row["verdict"]] is not State.NOT_APPLICABLE:
            worst = max(State[one["state"].upper()] for one in row["criteria"].values())
            row["verdict"] = worst.word
    return found


def told(book: Rulebook, rows: Any, *, as_of: date) -> list[dict[str, Any]]:
    """The columnar verdicts as plain values: state words, gaps in their own unit, points as two numbers."""
    given = {"filing_on": (as_of - date(1970, 1, 1)).days} if "filing_on" not in rows.columns else {}
    answer = judge(book, rows, as_of=as_of, fixed=given)
    keys = [name for name in answer.columns if name in rows.columns]
    levers = {
        f"{gate.name}.{number}": lever for gate in book.criteria for number, (_, lever) in enumerate(gaps_of(gate))
    }
    items = book.score.items() if book.score is not None else []
    found = []
    for row in answer.iter_rows(named=True):
        one: dict[str, Any] = {key: row[key] for key in keys}
        one |= {"rulebook": book.name, "edition": book.edition, "verdict": State(row["verdict"]).word}
        one["criteria"] = {gate.name: {"state": _word(row[gate.name])} for gate in book.criteria}
        one["gaps"] = [
            {
                "criterion": name.rsplit(".", 1)[0],
                "lever": lever.label,
                "amount": plain(row[name] * lever.step),
                "unit": lever.unit,
            }
            for name, lever in levers.items()
            if row[name] is not None
        ]
        if book.score is not None:
            one["score"] = [row["score.least"], row["score.most"]]
            one["items"] = {item.name: [row[f"{item.name}.least"], row[f"{item.name}.most"]] for item in items}
        if book.alerts:
            one["alerts"] = [gate.name for gate in book.alerts if row[f"alert.{gate.name}"] == State.MET]
        found.append(one)
    return found


def facts_told(name: str, *, as_of: date) -> list[str]:
    """A rulebook's criteria, alerts, score table, facts and figures, line by line."""
    from gongjian.kernel.registers.declare import REGISTERS

    book = rulebook.edition(name, as_of=as_of)
    figures = book.figures(as_of=as_of)
    lines = [f"{book.label}({book.name},{book.edition_told})", f"依据:{book.source}", "", "条件"]
    for gate in book.criteria:
        lines.append(f"  {gate.name}  {gate.label}({gate.cites}):{demand(gate.demands, figures)}")
    if book.alerts:
        lines += ["", "提示(不影响结论)"]
    for gate in book.alerts:
        lines.append(f"  {gate.name}  {gate.label}({gate.cites}):{demand(gate.demands, figures)}")
    if book.score is not None:
        lines += ["", "评分"]
        for line in scale.of(book.score, figures):
            lines.append(f"  {'  ' * line.depth}{line.name}  {line.label}(最高{line.most}分):{line.how}")
    lines += ["", "事实(CSV的表头)"]
    for spec in book.specs.values():
        where = (
            "问诊"
            if spec.by_expert
            else "随问题给出"
            if spec.given
            else f"台账“{REGISTERS[spec.source.register].label}”"
            if spec.source
            else ""
        )
        note = f",{spec.source.note}" if spec.source and spec.source.note else ""
        lines.append(f"  {spec.name}  {spec.label}{_written(spec)}  [{where}{note}]")
    lines += ["", "参数"]
    for key in book.asked:
        one = figures[key]
        value = one.told(one.value) if one.value is not None else _bands(one) or "未设定"
        lines.append(f"  {key}  {one.label} = {value}  {one.source} {one.article}[{one.said}]")
    return lines


def gap(name: str, *, key: str, as_of: date) -> Verdict:
    """The verdict on one subject by its register's key: an enterprise's credit code, a patent's number, a site's name.

    Raises Refusal where it is not in the register, and for rulebooks about people: who looks one up says why, on a page.
    """
    book, register = rulebook.edition(name, as_of=as_of), _register(name, as_of=as_of)
    if book.facts.personal:
        raise Refusal(
            "rulebook.personal",
            f"“{book.label}”按个人信息测算,命令行不逐人查询",
            "请登录后在人员页面说明用途再查询,或用文件测算(gongjian judge RULEBOOK --facts FILE.csv)",
        )
    entry = register.model._default_manager.filter(**{register.key[0]: key}).first()
    if entry is None:
        label = register.model._meta.get_field(register.key[0]).verbose_name
        raise Refusal(
            f"{register.name}.unknown",
            f"“{register.label}”台账里没有{label}为“{key}”的记录",
            f"请核对{label},或先登记到“{register.label}”台账",
        )
    (facts,) = keeping.facts_of([book], as_of=as_of, ids=[entry.pk]).to_dicts()
    decided = keeping.overrides(as_of=as_of, ids=[entry.pk]).get((book.name, entry.pk), {})
    return judge_one(book, {one: facts[one] for one in book.specs}, as_of=as_of, decided=decided)


def gap_lines(verdict: Verdict, *, key: str) -> list[str]:
    """A verdict in sentences, worst criterion first."""
    book = verdict.rulebook
    alerts = [
        f"[提示] {one.gate.label}({one.gate.cites}) {one.gate.note}" for one in verdict.alerts if one.state is State.MET
    ]
    heading = f"{key} 对照 {book.label}({book.source},截至{verdict.as_of}):{book.says(verdict.state)}"
    return [heading, *sentences(verdict), *alerts]


def gap_told(verdict: Verdict, *, key: str) -> dict[str, Any]:
    """A verdict as plain values, with what each criterion says, lacks, and who has decided it."""
    book = verdict.rulebook
    criteria: dict[str, Any] = {}
    for one in explaining.explain(verdict):
        finding = one.finding
        told: dict[str, Any] = {"state": _word(finding.state), "sentence": one.sentence}
        if one.remedies:
            told["remedies"] = list(one.remedies)
        if finding.missing:
            told["missing"] = [spec.name for spec in finding.missing]
        if finding.decision is not None:
            told["decided_by"] = finding.decision.by.name
            told["reason"] = finding.decision.reason
            told["expires_on"] = finding.decision.expires_on
        criteria[finding.gate.name] = told
    found: dict[str, Any] = {
        _register(book.name, as_of=verdict.as_of).key[0]: key,
        "rulebook": book.name,
        "edition": book.edition,
        "as_of": verdict.as_of,
        "verdict": verdict.state.word,
        "criteria": criteria,
        "gaps": [
            {
                "criterion": gap.name.rsplit(".", 1)[0],
                "lever": gap.lever.label,
                "amount": plain(gap.amount),
                "unit": gap.lever.unit,
            }
            for finding in verdict.findings
            for gap in finding.gaps
        ],
    }
    if verdict.score is not None:
        found["score"] = list(verdict.score)
        found["items"] = {one.item.name: [one.least, one.most] for one in verdict.items}
    if book.alerts:
        found["alerts"] = [one.gate.name for one in verdict.alerts if one.state is State.MET]
    return found


def _register(name: str, *, as_of: date) -> Any:
    from gongjian.kernel.registers.declare import REGISTERS

    return REGISTERS[rulebook.edition(name, as_of=as_of).facts.subject]


def sentences(verdict: Verdict) -> list[str]:
    """The criteria of a verdict, worst first."""
    lines = []
    for one in sorted(explaining.explain(verdict), key=lambda one: -one.finding.state):
        lines.append(f"[{one.finding.state.label}] {one.finding.gate.label}({one.finding.gate.cites}) {one.sentence}")
        lines += [f"    → {words}" for words in one.remedies]
        if one.finding.decision is not None:
            decision = one.finding.decision
            lines.append(f"    人工认定:{decision.by.name},{decision.reason}(有效期至{decision.expires_on})")
    return lines


def _written(spec: FactSpec) -> str:
    """How a cell of the fact is written: in which unit, or as one of which words."""
    if spec.kind is Kind.FLAG:
        return "(是或否)"
    if spec.kind is Kind.DAY:
        return "(日期,如2026-06-30)"
    if spec.options:
        labels = spec.labels or spec.options
        return f",取值{'、'.join(one if one == told else f'{one}({told})' for one, told in zip(spec.options, labels, strict=True))}"
    return f"({spec.unit})" if spec.unit else ""


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _word(code: int) -> str:
    return State(code).name.lower()


def _bands(one: parameters.Parameter) -> str:
    return ";".join(
        f"{'≤' + plain(limit) if limit is not None else '以上'} {one.told(value)}" for limit, value in one.bands
    )
