"""The reference pages of the rulebooks: docs/rulebooks/, one page for each, written from the declarations.

`python -m gongjian.surfaces.rulebook_pages` writes them; tests/surfaces/test_rulebook_pages.py holds that they are current.
Nothing in them depends on the day: every dated figure, edition and window is listed with its days.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:  # run by itself, not imported by the server or a test
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
    django.setup()

from gongjian.kernel import standards
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks import cases, coverage, families, parameters, rulebook, scale
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.facts import FactSpec, plain
from gongjian.kernel.rulebooks.judging import gaps_of
from gongjian.kernel.rulebooks.parameters import CONFIDENCE, Parameter
from gongjian.kernel.rulebooks.rulebook import Rulebook
from gongjian.kernel.rulebooks.states import State

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "rulebooks"
COMMAND = "python -m gongjian.surfaces.rulebook_pages"
WINDOWS = {"filing": "申报", "report": "年报", "update": "更新", "review": "复核"}
VERDICTS = {state.word: state for state in State}
STATES = {state.name.lower(): state.label for state in State}
"""What a case expects, in Chinese: the verdict `not_met`, of a criterion `unmet`."""


def pages() -> dict[str, str]:
    """Every page by its file name, the index as README.md."""
    return {"README.md": index()} | {f"{name}.md": page(name) for name in rulebook.names()}


def index() -> str:
    """All rulebooks with the counts of their figures by confidence, and of what is not encoded."""
    out = [
        "# 标准目录",
        "",
        f"由 `{COMMAND}` 从代码和 standards/*.toml 生成,请勿手工修改。",
        "“待核实”的数值在系统中凡参与判定处都有标注,经本区经办人员核对原文后改为“有出处”。",
        "",
        "| 标准 | 依据 | 版本 | 条件 | 算例 | 有出处 | 待核实 | 本区设定 | 未设定 | 未编码条款 |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    total: Counter[str] = Counter()
    for name in sorted(rulebook.names(), key=families.placed):
        editions = rulebook.editions(name)
        sure = Counter(block.confidence for block in figures_of(editions))
        total += sure
        last = editions[-1]
        cells = [
            f"[{last.label}]({name}.md)",
            last.source,
            "、".join(one.edition for one in editions),
            len(last.criteria),
            sum(len(cases.of(one)) for one in editions),
            *(sure[key] for key in CONFIDENCE),
            sum(bool(one.not_encoded) for one in coverage.of(last)),
        ]
        out.append(_row(cells))
    sums = ",".join(f"{label} {total[key]} 个" for key, label in CONFIDENCE.items())
    out += ["", f"共 {len(rulebook.names())} 部标准;数值:{sums}(几部标准共用的数值各计一次)。"]
    return "\n".join(out) + "\n"


def page(name: str) -> str:
    """One rulebook: every edition's criteria and articles, the facts, figures, windows and worked cases."""
    editions = rulebook.editions(name)
    out = [f"# {editions[-1].label}", "", f"由 `{COMMAND}` 生成,请勿手工修改。名称 `{name}`。[全部标准](README.md)"]
    for one in reversed(editions):
        out += [
            "",
            f"## {one.edition_told}",
            "",
            *_heading(one),
            "",
            *_criteria(one),
            "",
            *_score(one),
            *_articles(one),
        ]
    out += ["", "## 事实", "", *_facts(editions)]
    out += ["", "## 数值", "", *_figures(editions)]
    out += ["", "## 申报窗口", "", *_windows(editions[-1])]
    out += ["", "## 算例", "", *_cases(editions)]
    return "\n".join(out) + "\n"


def figures_of(editions: Iterable[Rulebook]) -> list[Parameter]:
    """The dated figures that these editions ask for, and those of their standards that facts or windows use."""
    found: list[Parameter] = []
    for standard in dict.fromkeys(one.standard for one in editions):
        everybody = {key for one in rulebook.every() if one.standard == standard for key in one.asked}
        mine = {key for one in editions if one.standard == standard for key in one.asked}
        for key, blocks in parameters.read(standard).items():
            if key in mine or key not in everybody:
                found += blocks
    return found


def write() -> None:
    """Write every page, and take away those of rulebooks that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()


def _heading(one: Rulebook) -> list[str]:
    lines = [f"依据:{one.source}。施行:{_span(one.since, one.until)}。"]
    if one.documents:
        lines.append(f"申报材料:{'、'.join(one.documents)}。")
    if one.words:
        lines.append(
            "结论用词:" + "、".join(f"{state.verdict}称“{words}”" for state, words in one.words.items()) + "。"
        )
    if one.facts.personal:
        lines.append("涉及个人信息:逐人查询并说明用途,不批量测算,不保存结论。")
    return lines


def _criteria(one: Rulebook) -> list[str]:
    figures = one.figures(as_of=one.until or date.max, is_official=True)
    rows = [(gate.name, gate.label, demand(gate.demands, figures), gate.cites, gate.note) for gate in one.criteria]
    rows += [
        (gate.name, f"{gate.label}(提示)", demand(gate.demands, figures), gate.cites, gate.note) for gate in one.alerts
    ]
    return ["### 条件", "", *_table(("名称", "条件", "要求", "出处", "说明"), rows)]


def _score(one: Rulebook) -> list[str]:
    if one.score is None:
        return []
    figures = one.figures(as_of=one.until or date.max, is_official=True)
    rows = [("　" * line.depth + line.label, line.most, line.how) for line in scale.of(one.score, figures)]
    return ["### 评分表", "", *_table(("项目", "最高分", "如何得分"), rows), ""]


def _articles(one: Rulebook) -> list[str]:
    labels = coverage.words(one)
    rows = [
        (
            article.number,
            article.says + (f"({article.note})" if article.note else ""),
            "、".join(labels[name] for name in article.criteria) or f"未编码:{article.not_encoded}",
        )
        for article in coverage.of(one)
    ]
    return ["### 条款对照", "", *_table(("条款", "内容(摘要)", "对应条件"), rows)]


def _facts(editions: Iterable[Rulebook]) -> list[str]:
    specs = {name: spec for one in editions for name, spec in one.specs.items()}
    rows = [(f"`{spec.name}`", spec.label, spec.unit or _sort(spec), _recorded(spec)) for spec in specs.values()]
    return _table(("名称(CSV表头)", "事实", "单位", "记录在哪里"), rows)


def _sort(spec: FactSpec) -> str:
    labels = spec.labels or spec.options
    return "、".join(labels) if labels else {"flag": "是或否", "day": "日期"}.get(spec.kind.word, "")


def _recorded(spec: FactSpec) -> str:
    if spec.source is None:
        return "问诊" if spec.by_expert else "申报日期,随问题给出"
    register = REGISTERS[spec.source.register]
    note = f"({spec.source.note})" if spec.source.note else ""
    names = {field.name: field.verbose_name for field in register.model._meta.concrete_fields}
    column = names.get(spec.source.column.split("__")[0], "")
    return f"台账“{register.label}”{f'的“{column}”' if column else ''}{note}"


def _figures(editions: Iterable[Rulebook]) -> list[str]:
    blocks = figures_of(editions)
    if not blocks:
        return ["没有数量标准。"]
    rows = [
        (
            f"`{one.name}`",
            one.label,
            _value(one),
            " ".join(filter(None, (one.source, one.article))),
            _span(one.since, one.until),
            CONFIDENCE[one.confidence],
            one.note,
        )
        for one in blocks
    ]
    return _table(("名称", "数值", "现值", "出处", "施行", "可信度", "说明"), rows)


def _value(one: Parameter) -> str:
    if one.value is not None:
        return one.told(one.value)
    steps = [f"{'≤' + plain(limit) if limit is not None else '其余'}:{one.told(value)}" for limit, value in one.bands]
    return ";".join(steps) + (f"({one.unit})" if one.unit else "") if steps else "未设定"


def _windows(one: Rulebook) -> list[str]:
    rows = []
    for given in standards.standard(one.standard).get("windows", ()):
        if given.get("rulebook", one.name) != one.name:
            continue
        kind = WINDOWS.get(given.get("kind", "filing"), "")
        if "every" in given:
            days = given["every"]
            rows.append((given["label"], kind, f"每年{days.get('from', '')}至{days.get('until', '')}", given))
        elif not given.get("years"):
            rows.append((given["label"], kind, "未设定", given))
        for year in given.get("years", ()):
            rows.append((given["label"], kind, _span(year.get("opens"), year.get("closes")), given | year))
    if not rows:
        return ["没有查到申报窗口,未设定。"]
    cells = [
        (label, kind, days, found.get("source", ""), CONFIDENCE[found.get("confidence", "sourced")])
        for label, kind, days, found in rows
    ]
    cells = [row if row[2] != "未设定" else (*row[:4], CONFIDENCE["unset"]) for row in cells]
    return _table(("窗口", "类别", "日期", "出处", "可信度"), cells)


def _cases(editions: Iterable[Rulebook]) -> list[str]:
    rows, shared = [], []
    for one in editions:
        labels, found = _labels(one), cases.of(one)
        usual = standards.standard(one.standard).get("case_facts", {})
        if found and (told := _facts_told(one, {name: usual[name] for name in usual if name in one.specs})):
            shared += [f"{one.edition_told}各算例共同的事实(另有说明的除外):{told}。", ""]
        for case in found:
            own = {name: value for name, value in case.facts.items() if name not in usual or usual[name] != value}
            expected = [
                f"{labels.get(name, name)}:{_expected(one, name, wanted)}" for name, wanted in case.expect.items()
            ]
            gaps = [f"{labels.get(name, name)}:{_gap(wanted)}" for name, wanted in case.gaps.items()]
            figures = [f"本区设定 {name} = {value}" for name, value in case.figures.items()]
            facts = ";".join(filter(None, (_facts_told(one, own), *figures)))
            rows.append((case.id, one.edition, case.as_of, case.says, facts, ";".join(expected + gaps)))
    return [*shared, *_table(("编号", "版本", "日期", "说明", "事实", "应得结论"), rows)]


def _labels(one: Rulebook) -> dict[str, str]:
    """What a case may expect, in Chinese: the verdict, the score, criteria, items, alerts, and gaps by their levers."""
    found = {"score": "得分"} | coverage.words(one) | {"verdict": "结论"}
    found |= {f"alert.{gate.name}": f"提示“{gate.label}”" for gate in one.alerts}
    for gate in one.criteria:
        for number, (_, lever) in enumerate(gaps_of(gate)):
            found[f"{gate.name}.{number}"] = f"“{gate.label}”的差距({lever.label},{lever.unit})"
    return found


def _facts_told(one: Rulebook, given: Mapping[str, Any]) -> str:
    return ";".join(f"{one.facts[name].label} {_given(one.facts[name], value)}" for name, value in given.items())


def _given(spec: FactSpec, value: Any) -> str:
    return spec.shown(spec.read(value))


def _expected(one: Rulebook, name: str, wanted: Any) -> str:
    if isinstance(wanted, list | tuple):
        low, high = wanted
        return f"{low}分" if low == high else f"{low}至{high}分"
    return one.says(VERDICTS[wanted]) if name == "verdict" else STATES.get(wanted, str(wanted))


def _gap(wanted: str) -> str:
    return "没有单项可补" if wanted == "none" else wanted


def _span(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return "日期未查到"
    return f"{since or ''}{'起' if until is None else '至' + str(until)}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    names = tuple(heads)
    return [_row(names), "|" + "---|" * len(names), *(_row(row) for row in rows)]


def _row(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(cell: Any) -> str:
    return str(cell).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    write()
