"""政策文件: policies as an office writes them in TOML, the official ones of the system and the zone's own.

    [[policies]]
    name = "new-high-tech"                  # in addresses; never changed once it has been paid out
    label = "新认定高企奖励"
    document = "园区〔2025〕3号"              # what issued it
    article = "第五条"
    since = 2025-01-01
    automatic = true                        # 免申即享
    conditions = { all = ["hte_new", "not is_dishonest"] }
    handed_in = ["高新技术企业证书"]
    benefit = { words = "一次性奖励", amount = 10, payer = "园区财政" }     # 万元; or share = "5%", of = "rd_total_1", cap = 50
    windows = [{ label = "集中申报", from = "03-01", until = "04-30" }]     # each year; or opens and closes as days

How conditions are written stands in kernel/rulebooks/written.py. A policy with a fault is left out and the fault is shown.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from gongjian.drives.innovation.policies import APPLIES, SUBJECTS, Benefit, Policy, money_of
from gongjian.kernel import standards
from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.rulebooks import parameters, written
from gongjian.kernel.rulebooks.conditions import Known
from gongjian.kernel.rulebooks.demands import demand
from gongjian.kernel.rulebooks.facts import Facts
from gongjian.kernel.rulebooks.rulebook import Rulebook, gate
from gongjian.kernel.rulebooks.windows import Window

STANDARD = "policies"
FILE = "policies.toml"
_NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_KEYS = {
    "name", "label", "subject", "document", "article", "since", "until", "confidence", "synthetic", "automatic",
    "conditions", "handed_in", "benefit", "windows", "note",
}  # fmt: skip
_BENEFIT = {"words", "amount", "share", "of", "cap", "payer"}
_WINDOW = {"label", "from", "until", "opens", "closes"}


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The policies that could be read, and what is wrong with the others."""

    policies: tuple[Policy, ...]
    faults: tuple[Refusal, ...] = ()


def home_file() -> Path:
    """Where the zone's own policies lie."""
    return Path(settings.HOME) / FILE


def read() -> Shelf:
    """The official policies and those of the zone's file; read again only where the file has changed."""
    path = home_file()
    try:
        mark = path.stat().st_mtime_ns
    except OSError:
        mark = 0
    return _read(path, mark)


@lru_cache(maxsize=4)
def _read(path: Path, mark: int) -> Shelf:
    official = parse(standards.standard(STANDARD), file=f"standards/{FILE}", is_official=True)
    if not mark:
        return official
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        fault = Refusal("policy.file", f"政策文件 {FILE} 读不出来:{error}", "请按 TOML 格式改正后保存,UTF-8 编码")
        return Shelf(policies=official.policies, faults=(*official.faults, fault))
    own = parse(given, file=FILE, taken={one.name for one in official.policies} | {p.label for p in official.policies})
    return Shelf(policies=(*official.policies, *own.policies), faults=(*official.faults, *own.faults))


def parse(given: Mapping[str, Any], *, file: str, is_official: bool = False, taken: set[str] | None = None) -> Shelf:
    """The policies of a parsed file. `taken`: names and labels that exist already."""
    names, policies, faults = set(taken or ()), [], []
    tables = given.get("policies", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        fault = Refusal("policy.file", f"政策文件 {file} 里的 policies 不是表", "请写成 [[policies]] 开头的表")
        return Shelf(policies=(), faults=(fault,))
    for number, table in enumerate(tables, 1):
        place = Place(sheet=file, row=number, column=str(table.get("label") or table.get("name") or ""))
        try:
            policy = _policy(table, place, is_official=is_official)
            for word in (policy.name, policy.label):
                if word in names:
                    raise Refusal("policy.twice", f"已有名为“{word}”的政策", "请换一个 name 和 label", place=place)
        except Refusal as refusal:
            faults.append(refusal)
            continue
        names |= {policy.name, policy.label}
        policies.append(policy)
    return Shelf(policies=tuple(policies), faults=tuple(faults))


def _policy(table: Mapping[str, Any], place: Place, *, is_official: bool) -> Policy:
    _known(table, _KEYS, place)
    name, label, subject = (_text(table, key, place, default) for key, default in _HEADS)
    if not _NAME.fullmatch(name):
        raise Refusal("policy.name", f"name“{name}”不合规定", "请用小写字母开头的字母、数字和短横,2到31个", place=place)
    if not label or len(label) > 80:
        raise Refusal("policy.label", "label 为空或超过80个字", "请填写政策的中文名称", place=place)
    if subject not in SUBJECTS:
        raise Refusal("policy.subject", f"subject“{subject}”不认识", f"可用的有:{'、'.join(SUBJECTS)}", place=place)
    document = _text(table, "document", place)
    if not document:
        raise Refusal("policy.document", "没有写 document", "请写明依据的文件名称和文号", place=place)
    confidence = _text(table, "confidence", place, "sourced" if is_official else "zone")
    if confidence not in parameters.CONFIDENCE:
        options = "、".join(parameters.CONFIDENCE)
        raise Refusal("policy.confidence", f"confidence“{confidence}”不认识", f"可用的有:{options}", place=place)
    since, until = _day(table, "since", place), _day(table, "until", place)
    if since and until and until < since:
        raise Refusal("policy.dates", f"止日{until}早于起日{since}", "请核对 since 和 until", place=place)
    facts, article = SUBJECTS[subject], _text(table, "article", place)
    benefit = _benefit(table.get("benefit"), facts, place)
    return Policy(
        name=name,
        label=label,
        rulebook=_rulebook(table, facts, benefit, f"{document}{article}", since, until, place),
        benefit=benefit,
        document=document,
        article=article,
        since=since,
        until=until,
        confidence=confidence,
        is_official=is_official,
        is_synthetic=_yes(table, "synthetic", place),
        is_automatic=_yes(table, "automatic", place),
        windows=tuple(_window(one, name, place) for one in _tables(table, "windows", place)),
        note=_text(table, "note", place),
    )


_HEADS = (("name", ""), ("label", ""), ("subject", "enterprise"))


def _rulebook(
    table: Mapping[str, Any],
    facts: Facts,
    benefit: Benefit,
    cites: str,
    since: date | None,
    until: date | None,
    place: Place,
) -> Rulebook:
    conditions = written.read(table.get("conditions") or {}, facts=facts, place=place)
    applies = APPLIES.get(facts.subject)
    basis = [] if benefit.of is None else [written.fact_of(benefit.of.name, facts=facts)]
    documents = table.get("handed_in", [])
    if not isinstance(documents, list) or not all(isinstance(one, str) for one in documents):
        raise Refusal("policy.documents", "handed_in 不是文字列表", '请写成 ["材料", "材料"]', place=place)
    names = _gate_names(table["conditions"])
    asked = json.dumps([names, benefit.of and benefit.of.name])
    return Rulebook(
        name=f"policy-{table['name']}",
        label=str(table["label"]),
        edition=hashlib.sha256(asked.encode()).hexdigest()[:12],
        facts=facts,
        source=cites,
        standard=STANDARD,
        since=since,
        until=until,
        applies=applies,
        gates=tuple(
            gate(name, one, label=demand(one, {}), cites=cites) for name, one in zip(names, conditions, strict=True)
        ),
        alerts=tuple(gate("basis", Known(one), label=f"已填{one.spec.label}", cites=cites) for one in basis),
        documents=tuple(documents),
    )


def _gate_names(conditions: Mapping[str, Any]) -> list[str]:
    """A name for each condition, made of its own words: what an officer has decided on it (人工认定) stays with it when
    others are put before it, and no longer holds when it is worded otherwise."""
    lines = conditions["all"] if set(conditions) == {"all"} else [conditions]
    found: list[str] = []
    for line in lines:
        words = json.dumps(line, ensure_ascii=False, sort_keys=True, default=str)
        name = f"c{hashlib.sha256(words.encode()).hexdigest()[:8]}"
        found.append(name if name not in found else f"{name}-{len(found)}")
    return found


def _benefit(given: Any, facts: Facts, place: Place) -> Benefit:
    if not isinstance(given, Mapping):
        raise Refusal("policy.benefit", "没有写 benefit", '请写成 benefit = { words = "…", amount = 10 }', place=place)
    _known(given, _BENEFIT, place)
    amount, share, cap = (_amount(given, key, place) for key in ("amount", "share", "cap"))
    name = _text(given, "of", place)
    if (share is None) != (not name) or (share is not None and amount is not None):
        cause = "benefit 要么写 amount,要么写 share 和 of(比例和基数)"
        raise Refusal("policy.benefit", cause, '例如 share = "5%"、of = "rd_total_1"、cap = 50', place=place)
    if not _text(given, "words", place):
        raise Refusal("policy.benefit", "benefit 没有写 words", "请用一句话写明给什么", place=place)
    of = written.fact_of(name, facts=facts, place=place).spec if name else None
    if of is not None and not money_of(of):
        raise Refusal("policy.benefit", f"“{of.label}”不是金额,不能作基数", "请换一个以万元计的事实", place=place)
    return Benefit(
        words=_text(given, "words", place),
        amount=amount,
        share=share,
        of=of,
        cap=cap,
        payer=_text(given, "payer", place),
    )


def _window(given: Mapping[str, Any], name: str, place: Place) -> Window:
    _known(given, _WINDOW, place)
    label = _text(given, "label", place, "申报")
    if "until" in given:  # each year; kept under the leap year 2000, moved to the year asked for
        opens, closes = (_month_day(given, key, place) for key in ("from", "until"))
        return Window(rulebook=name, label=label, year=0, opens=opens, closes=closes)
    opens, closes = _day(given, "opens", place), _day(given, "closes", place)
    if closes is None or (opens is not None and closes < opens):
        raise Refusal(
            "policy.window", f"“{label}”的起止日期不对", '请写 from、until(如 "03-01"),或 opens、closes', place=place
        )
    return Window(rulebook=name, label=label, year=closes.year, opens=opens, closes=closes)


def _month_day(given: Mapping[str, Any], key: str, place: Place) -> date | None:
    words = _text(given, key, place)
    try:
        return date.fromisoformat(f"2000-{words}") if words else None
    except ValueError:
        raise Refusal("policy.window", f"{key}“{words}”不是月日", "请写成 03-01 这样", place=place) from None


def _amount(given: Mapping[str, Any], key: str, place: Place) -> Fraction | None:
    if key not in given:
        return None
    try:
        number = parameters.number(given[key])
    except (ValueError, ZeroDivisionError):
        number = Fraction(-1)
    if number < 0 or (key == "share" and not 0 < number <= 1):
        raise Refusal(
            "policy.amount", f"{key}“{given[key]}”不对", '金额写万元数,有小数的加引号;比例写成 "5%"', place=place
        )
    return number


def _tables(table: Mapping[str, Any], key: str, place: Place) -> list[Mapping[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refusal("policy.form", f"{key} 不是表的列表", f"请写成 {key} = [{{ … }}]", place=place)
    return found


def _text(table: Mapping[str, Any], key: str, place: Place, default: str = "") -> str:
    found = table.get(key, default)
    if not isinstance(found, str):
        raise Refusal("policy.form", f"{key} 不是文字", f'请写成 {key} = "…"', place=place)
    return found.strip()


def _day(table: Mapping[str, Any], key: str, place: Place) -> date | None:
    found = table.get(key)
    if found is not None and type(found) is not date:
        raise Refusal("policy.day", f"{key}“{found}”不是日期", f"请写成 {key} = 2025-01-01,不加引号", place=place)
    return found


def _yes(table: Mapping[str, Any], key: str, place: Place) -> bool:
    found = table.get(key, False)
    if not isinstance(found, bool):
        raise Refusal("policy.form", f"{key}“{found}”不是 true 或 false", f"请写成 {key} = true", place=place)
    return found


def _known(table: Mapping[str, Any], known: set[str], place: Place) -> None:
    if unknown := sorted(set(table) - known):
        raise Refusal(
            "policy.form", f"有不认识的项目:{'、'.join(unknown)}", f"可用的有:{'、'.join(sorted(known))}", place=place
        )
