"""The commands of the rulebooks: `gongjian judge` and `gongjian gap`; what they print is worked out in judge_cli."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.terminal import AsOf, Json, day_of, ready, refuse, say, set_up


def add_to(app: typer.Typer) -> None:
    """Make them commands of the program."""
    app.command()(judge)
    app.command()(gap)


def judge(
    rulebook: Annotated[str, typer.Argument(metavar="标准")],
    as_of: AsOf = "",
    as_json: Json = False,
    facts: Annotated[Path | None, typer.Option("--facts", help="CSV,表头是事实名称;不用数据库")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="只列出条件、事实和参数")] = False,
) -> None:
    """按一部标准测算全部企业(或 CSV 里的企业)。"""
    set_up() if facts is not None or explain else ready()
    from gongjian.kernel import clock
    from gongjian.surfaces import judge_cli
    from gongjian.surfaces.web.page import today

    try:
        if explain:
            for line in judge_cli.facts_told(rulebook, as_of=day_of(as_of) or clock.today()):
                say(line)
            return
        if facts is not None:
            found = judge_cli.from_file(rulebook, path=facts, as_of=day_of(as_of) or clock.today())
        else:
            found = judge_cli.from_registers(rulebook, as_of=day_of(as_of) or today())
    except Refusal as refusal:
        refuse(refusal)
    if as_json:
        say(judge_cli.as_json(found))
        return
    if not found:
        say("没有可测算的行:文件里只有表头,或者台账里还没有登记。")
    for word, count in sorted(Counter(row["verdict"] for row in found).items()):
        say(f"{word}\t{count}")


def gap(
    rulebook: Annotated[str, typer.Argument(metavar="标准")],
    key: Annotated[str, typer.Argument(metavar="统一社会信用代码", help="专利填专利号,载体、人才项目填名称")],
    as_of: AsOf = "",
    as_json: Json = False,
) -> None:
    """一家企业(一件专利、一处载体)对照一部标准还差什么。"""
    ready()
    from gongjian.surfaces import judge_cli
    from gongjian.surfaces.web.page import today

    try:
        verdict = judge_cli.gap(rulebook, key=key, as_of=day_of(as_of) or today())
    except Refusal as refusal:
        refuse(refusal)
    if as_json:
        say(judge_cli.as_json(judge_cli.gap_told(verdict, key=key)))
        return
    for line in judge_cli.gap_lines(verdict, key=key):
        say(line)
