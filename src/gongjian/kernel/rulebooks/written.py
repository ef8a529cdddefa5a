"""Written conditions: criteria that an office writes itself as short lines over facts, without a programmer.

    all = ["hte_valid", "sales_1 >= 2000", "rd_expense_1 / revenue_1 >= 3%", "not is_dishonest",
           { any = ["zjtx_valid", "size = small, micro"] }, "评审:项目符合园区产业导向"]

A line is a fact that has to be so, `not` and a fact, `known` and a fact, a fact (or one divided by another) compared with a
number, a percentage or a day, a choice that is one of several, or 评审: and what somebody else decides. Tables say whether
`all`, `any` or none (`none`) of their lines have to hold. A line is never run as a program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from functools import reduce
from typing import Any

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.rulebooks.conditions import All, Comparison, Condition, Flag, Is, Known, Not, Review
from gongjian.kernel.rulebooks.facts import EPOCH, MOST, Facts, FactSpec, Kind
from gongjian.kernel.rulebooks.terms import Constant, Fact, Ratio, Term

SIGNS = {"≥": ">=", "≤": "<=", "==": "=", ">=": ">=", "<=": "<=", ">": ">", "<": "<", "=": "="}
DEPTH = 8
"""How deep tables may lie in tables."""
_LINE = re.compile(
    r"(?P<left>[A-Za-z_]\w*)\s*(?:/\s*(?P<under>[A-Za-z_]\w*)\s*)?(?P<sign>>=|<=|==|≥|≤|>|<|=)\s*(?P<right>[^<>=≥≤]+)"
)
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?%?")
_REVIEW = re.compile(r"评审\s*[::]\s*(?P<label>\S.*)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_HINT = (
    '可写:事实名、not 事实名、known 事实名、事实名 >= 数字、事实名 / 事实名 >= 百分数、选项事实 = 选项, 选项、"评审:…"'
)


def read(given: Any, *, facts: Facts, place: Place | None = None) -> list[Condition]:
    """The conditions of a table (`all`, `any`, `none`), each line of a plain `all` apart, so that each is one criterion.

    Raises Refusal, with the nearest fact's name, for what it cannot read.
    """
    if isinstance(given, Mapping) and set(given) == {"all"}:
        return [_one(line, facts, place, 1) for line in _lines(given["all"], "all", place)]
    return [_one(given, facts, place, 0)]


def _one(given: Any, facts: Facts, place: Place | None, depth: int) -> Condition:
    if isinstance(given, str):
        return line(given, facts=facts, place=place)
    if not isinstance(given, Mapping) or not given or set(given) - {"all", "any", "none"}:
        raise Refusal(
            "conditions.form", f"条件“{given}”的写法不认识", "请写成文字,或 all、any、none 加列表", place=place
        )
    if depth >= DEPTH:
        raise Refusal("conditions.depth", f"条件套得太深,超过{DEPTH}层", "请拆成几条", place=place)
    parts: list[Condition] = []
    for word, lines in given.items():
        inside = [_one(one, facts, place, depth + 1) for one in _lines(lines, word, place)]
        if word == "none":
            parts += [_not(one) for one in inside]
        else:
            parts.append(reduce(lambda a, b: a | b, inside) if word == "any" else _both(inside))
    return _both(parts)


def _both(parts: list[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _not(condition: Condition) -> Condition:
    return Flag(condition.fact, not condition.wanted) if isinstance(condition, Flag) else Not(condition)


def _lines(lines: Any, word: str, place: Place | None) -> Sequence[Any]:
    if not isinstance(lines, Sequence) or isinstance(lines, str) or not lines:
        raise Refusal("conditions.empty", f"“{word}”后面没有条件", f'请写成 {word} = ["条件", "条件"]', place=place)
    return lines


def line(text: str, *, facts: Facts, place: Place | None = None) -> Condition:
    """One line as a condition. Raises Refusal for what it cannot read."""
    words = " ".join(text.split())
    if found := _REVIEW.fullmatch(words):
        return Review(found["label"])
    head, _, rest = words.partition(" ")
    if head in ("not", "known") and _NAME.fullmatch(rest):
        fact = fact_of(rest, facts=facts, place=place)
        return Known(fact) if head == "known" else _flag(fact, text, place, wanted=False)
    if _NAME.fullmatch(words):
        return _flag(fact_of(words, facts=facts, place=place), text, place, wanted=True)
    found = _LINE.fullmatch(words)
    if found is None:
        raise Refusal("conditions.line", f"条件“{text}”的写法不认识", _HINT, place=place)
    left = fact_of(found["left"], facts=facts, place=place)
    sign, right = SIGNS[found["sign"]], found["right"].strip()
    if found["under"]:
        under = fact_of(found["under"], facts=facts, place=place)
        return _share(left, under, sign, right, text, place)
    return _compared(left, sign, right, text, place)


def fact_of(name: str, *, facts: Facts, place: Place | None = None) -> Fact:
    """The fact of that name. Raises Refusal with the nearest one where there is none."""
    if name not in facts.specs:
        near = get_close_matches(name, facts.specs, n=1, cutoff=0.5)
        hint = f"最接近的是“{near[0]}”({facts[near[0]].label})" if near else "没有相近的名称"
        raise Refusal(
            "conditions.fact", f"没有名为“{name}”的事实,{hint}", "请在事实名称表中查到准确的名称", place=place
        )
    return Fact(facts[name])


def _flag(fact: Fact, text: str, place: Place | None, *, wanted: bool) -> Condition:
    if fact.spec.kind is not Kind.FLAG:
        cause = f"条件“{text}”不完整:“{fact.spec.label}”不是“是/否”,要和一个值比较"
        raise Refusal("conditions.flag", cause, f"例如 {fact.name} >= {_example(fact.spec)}", place=place)
    if fact.spec.by_expert and fact.spec.source is None and wanted:
        return Review(fact.spec.label, fact)
    return Flag(fact, wanted)


def _compared(fact: Fact, sign: str, right: str, text: str, place: Place | None) -> Condition:
    spec = fact.spec
    if spec.kind is Kind.FLAG:
        cause = f"条件“{text}”里的“{spec.label}”只有是和否"
        raise Refusal("conditions.flag", cause, f"请写 {spec.name} 或 not {spec.name}", place=place)
    if spec.kind is Kind.CHOICE:
        options = [one.strip() for one in re.split("[,,、]", right)]
        wrong = [one for one in options if one not in spec.options and one not in spec.labels]
        if sign != "=" or wrong:
            known = "、".join(f"{a}({b})" if b else a for a, b in _options(spec))
            cause = f"条件“{text}”里的选项{'、'.join(wrong)}不认识" if wrong else f"条件“{text}”:选项只能用 ="
            raise Refusal("conditions.choice", cause, f"“{spec.label}”的选项有{known}", place=place)
        return Is(fact, tuple(one if one in spec.options else spec.options[spec.labels.index(one)] for one in options))
    if spec.kind is Kind.DAY:
        try:
            number = Fraction((date.fromisoformat(right) - EPOCH).days)
        except ValueError:
            raise Refusal(
                "conditions.day", f"条件“{text}”里的日期不对", "请写成 2026-06-30 这样的日期", place=place
            ) from None
        return _sides(fact, sign, number, text, place)
    if right.endswith("%"):
        raise Refusal(
            "conditions.number",
            f"“{spec.label}”不是比例,不能和“{right}”比",
            "请去掉百分号,或写成两个事实相除",
            place=place,
        )
    return _sides(fact, sign, _number(right, text, place), text, place)


def _share(over: Fact, under: Fact, sign: str, right: str, text: str, place: Place | None) -> Condition:
    if any(one.spec.kind in (Kind.FLAG, Kind.CHOICE, Kind.DAY) for one in (over, under)):
        raise Refusal("conditions.ratio", f"条件“{text}”里只有数字才能相除", _HINT, place=place)
    return _sides(Ratio(over, under), sign, _number(right, text, place), text, place)


def _sides(left: Term, sign: str, number: Fraction, text: str, place: Place | None) -> Condition:
    def comparison(*, up: bool, strict: bool) -> Comparison:
        made = Comparison(left=left, right=Constant(number), strict=strict, up=up)
        is_day = isinstance(left, Fact) and left.spec.kind is Kind.DAY
        return made if up and not is_day else made.by()  # nobody is told to shrink, nor to be founded another day

    match sign:
        case "=":
            return All((comparison(up=True, strict=False), comparison(up=False, strict=False)))
        case ">=" | ">":
            return comparison(up=True, strict=sign == ">")
        case _:
            return comparison(up=False, strict=sign == "<")


def _number(right: str, text: str, place: Place | None) -> Fraction:
    words = right.removesuffix("万元").strip()
    if not _NUMBER.fullmatch(words):
        cause = f"条件“{text}”里的“{right}”不是数字"
        raise Refusal("conditions.number", cause, "请写成 2000、2,000.5 或 3%(金额以万元计)", place=place)
    plain = words.replace(",", "")
    number = Fraction(plain[:-1]) / 100 if plain.endswith("%") else Fraction(plain)
    if abs(number) * Kind.MONEY.scale > MOST:
        raise Refusal("conditions.number", f"条件“{text}”里的数字太大", "请核对单位,金额以万元计", place=place)
    return number


def _options(spec: FactSpec) -> list[tuple[str, str]]:
    return list(zip(spec.options, spec.labels or ("",) * len(spec.options), strict=True))


def _example(spec: FactSpec) -> str:
    return {Kind.DAY: "2026-06-30", Kind.CHOICE: spec.options[0] if spec.options else ""}.get(spec.kind, "2000")
