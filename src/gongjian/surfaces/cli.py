"""The command line: `gongjian demo | init | serve | read | plan import | standing | why | judge | gap | user add`."""

from __future__ import annotations

import json
import sys
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gongjian.kernel.errors import Refusal
from gongjian.surfaces import rulebook_commands
from gongjian.surfaces.terminal import AsOf, Json, day_of, ready, refuse, say, set_up

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
plan_app = typer.Typer(no_args_is_help=True, help="工作要点:导入。")
user_app = typer.Typer(no_args_is_help=True, help="人员:新增账号。")
app.add_typer(plan_app, name="plan")
app.add_typer(user_app, name="user")


def _document(file: Path) -> Any:
    from gongjian.surfaces.inlets.document import open_document

    try:
        data = file.read_bytes()
    except OSError as error:
        refuse(Refusal("file.unreadable", f"打不开文件“{file}”({error.strerror})", "请核对路径和权限"))
    return open_document(name=file.name, data=data), data


@app.command()
def read(
    file: Path,
    as_json: Json = False,
    year: Annotated[int | None, typer.Option("--year", help="计划年度;缺省从正文判断")] = None,
    text: Annotated[bool, typer.Option("--text", help="只打印提取出的正文")] = False,
) -> None:
    """读一份计划,列出其中的承诺;不写入任何数据。"""
    from gongjian.kernel.plan.reader import as_json as to_json
    from gongjian.kernel.plan.reader import read as read_document

    try:
        document, _ = _document(file)
        if text:
            sys.stdout.write(document.text)
            return
        reading = read_document(document, year=year)
    except Refusal as refusal:
        refuse(refusal)
    if as_json:
        say(json.dumps(to_json(reading), ensure_ascii=False, indent=1))
        return
    for note in document.notes:
        say(note)
    for p in reading.proposals:
        value = "" if p.value is None else f" {p.comparator or ''}{p.value.normalize():f}"
        upper = "" if p.value2 is None else f"–{p.value2.normalize():f}"
        say(f"{p.kind:9} {p.confidence:.2f} {p.metric}{value}{upper}{p.unit or ''} | {p.text}")
    say(f"共 {len(reading.proposals)} 项,年度 {reading.year or '未写明'}。")


@app.command()
def init() -> None:
    """建立或升级数据库。"""
    set_up()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from django.conf import settings

    say(f"数据库已就绪,数据在 {settings.HOME}。运行 gongjian serve 启动,首次打开页面时建立园区。")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    workers: Annotated[int, typer.Option(help="网页进程数")] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="是否同时运行后台任务")] = True,
) -> None:
    """启动网页和后台任务;Ctrl+C 停止。"""
    ready()
    from gongjian.kernel import checks

    for message in (*checks.check_registers(None), *checks.check_indicators(None), *checks.check_rulebooks(None)):
        typer.echo(f"[{message.id}] {message.msg}({message.hint or ''})", err=True)
    from gongjian.surfaces.serve import run

    run(host=host, port=port, workers=workers, with_worker=worker)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口")] = 8000,
    enterprises: Annotated[int, typer.Option(help="企业数")] = 1200,
    seed: Annotated[int, typer.Option(help="随机种子")] = 2025,
    start: Annotated[bool, typer.Option("--serve/--no-serve", help="建好后启动网页")] = True,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="重建演示园区")] = False,
) -> None:
    """建立演示园区(虚构数据)并启动。"""
    set_up()
    from django.core.management import call_command

    from gongjian.demo.build import accounts, build

    call_command("migrate", interactive=False, verbosity=0)
    try:
        built = build(enterprises=enterprises, seed=seed, rebuild=rebuild)
    except Refusal as refusal:
        refuse(refusal)
    say(built)
    say("演示账号(密码相同):")
    for username, password, what in accounts():
        say(f"  {username:10} {password}  {what}")
    if start:
        from gongjian.surfaces.serve import run

        say(f"打开 http://{host}:{port}")
        run(host=host, port=port, workers=1, with_worker=True)


@plan_app.command("import")
def plan_import(
    file: Path,
    year: Annotated[int | None, typer.Option("--year", help="计划年度")] = None,
    confirm_all: Annotated[bool, typer.Option("--confirm-all", help="确认全部承诺并启用(供脚本使用)")] = False,
    as_json: Json = False,
) -> None:
    """导入一份工作要点;承诺等待审阅,除非 --confirm-all。"""
    ready()
    from gongjian.kernel import clock
    from gongjian.kernel.plan import review
    from gongjian.kernel.plan.imports import differences, import_plan
    from gongjian.kernel.plan.reader import read as read_document

    try:
        document, data = _document(file)
        reading = read_document(document, year=year)
        by, at = _script_officer(), clock.now()
        done = import_plan(document=document, reading=reading, by=by, at=at, year=year, data=data)
        if confirm_all:
            review.confirm_all(plan=done.plan, by=by, at=at)
            review.activate(plan=done.plan, by=by, at=at)
    except Refusal as refusal:
        refuse(refusal)
    plan = done.plan
    counts = {state: plan.commitments.filter(state=state).count() for state in ("proposed", "confirmed", "rejected")}
    if as_json:
        say(json.dumps({"plan": plan.pk, "year": plan.year, "version": plan.version, "new": done.is_new, **counts}))
        return
    if not done.is_new:
        say(f"这份文件已经导入过:《{plan.title}》{plan.year}年第{plan.version}版(编号 {plan.pk}),没有重复导入。")
    else:
        say(f"已导入《{plan.title}》{plan.year}年第{plan.version}版(编号 {plan.pk})。")
        for change in differences(plan=plan):
            say(f"  原:{change.old or '(无)'}\n  新:{change.new or '(无)'}")
    say(f"待审阅 {counts['proposed']} 项,已确认 {counts['confirmed']} 项,不立项 {counts['rejected']} 项。")


@app.command()
def standing(
    as_of: AsOf = "",
    as_json: Json = False,
    known_at: Annotated[str, typer.Option("--known-at", help="按这一天结束时已登记的内容,如 2025-07-01")] = "",
    store: Annotated[bool, typer.Option("--store", help="存档当日态势")] = False,
) -> None:
    """打印全部承诺在某一天的态势。"""
    ready()
    from gongjian.kernel import clock
    from gongjian.kernel.indicators.standing import standings
    from gongjian.kernel.indicators.standing import store as keep
    from gongjian.surfaces.web.page import current_plan, today

    plan = current_plan()
    if plan is None:
        refuse(Refusal("plan.none", "还没有启用的工作要点", "请先运行 gongjian plan import,审阅确认后启用"))
    day = min(max(min(day_of(as_of) or today(), today()), plan.since), plan.until)
    moment = None
    if (known := day_of(known_at)) is not None:
        moment = datetime.combine(known, time.max, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = standings(plan=plan, as_of=day, known_at=moment)
    if store:
        keep(plan=plan, as_of=day, known_at=clock.now())
    if as_json:
        rows = [
            {
                "id": s.commitment.pk,
                "text": s.commitment.text,
                "kind": s.commitment.kind,
                "verdict": s.verdict,
                "label": s.label,
                "actual": _number(s.actual),
                "verified": _number(s.proved),
                "expected": _number(s.expected),
                "target": _number(s.target),
                "unit": s.commitment.unit,
                "per_week": _number(s.per_week),
                "source": s.source,
                "owner": str(s.commitment.owner or ""),
            }
            for s in found
        ]
        say(json.dumps({"plan": plan.title, "as_of": day.isoformat(), "standings": rows}, ensure_ascii=False, indent=1))
        return
    say(f"《{plan.title}》数据截至 {day}" + (f",按 {known} 的登记" if known else ""))
    for s in found:
        figure = "" if s.actual is None else f"{_number(s.actual):g}"
        target = "" if s.target is None else f"/{_number(s.target):g}{s.commitment.unit}"
        say(f"{s.commitment.pk:5} {s.label} {figure}{target} | {s.commitment.text}")


@app.command()
def search(rebuild: Annotated[bool, typer.Option("--rebuild", help="丢弃现有索引,重新建立")] = False) -> None:
    """更新台账的搜索索引;后台进程平时会自动更新,停用后台或索引损坏时才需要。"""
    ready()
    from gongjian.kernel.registers.declare import REGISTERS
    from gongjian.kernel.registers.search import refresh_all
    from gongjian.kernel.tables import survey

    for name, written in refresh_all(rebuild=rebuild).items():
        if written is None:
            say(f"{REGISTERS[name].label}:正由其他进程更新,稍后会完成")
        elif written:
            say(f"{REGISTERS[name].label}:{written:,} 行")
    survey()
    say("搜索索引已是最新。")


@app.command()
def why(commitment: Annotated[int, typer.Argument(metavar="ID")], as_of: AsOf = "") -> None:
    """一个数从哪里来:原文 -> 承诺 -> 指标 -> 行 -> 佐证。"""
    ready()
    from gongjian.surfaces.explain import explain
    from gongjian.surfaces.web.page import today

    try:
        for line in explain(commitment_id=commitment, as_of=day_of(as_of) or today()):
            say(line)
    except Refusal as refusal:
        refuse(refusal)


rulebook_commands.add_to(app)


@user_app.command("add")
def user_add(
    username: str,
    name: Annotated[str, typer.Option(help="姓名")],
    role: Annotated[str, typer.Option(help="leader supervisor unit_officer viewer auditor administrator")] = "viewer",
    unit: Annotated[str, typer.Option(help="单位名称或简称")] = "",
) -> None:
    """新增账号,打印一次初始密码。"""
    ready()
    from gongjian.kernel import clock
    from gongjian.kernel.people.actions import create_officer
    from gongjian.kernel.people.models import Unit
    from gongjian.kernel.plan.imports import find_unit, unit_names

    try:
        home: Unit | None = find_unit(unit, unit_names()) if unit else None
        if unit and home is None:
            raise Refusal("unit.unknown", f"没有名为“{unit}”的单位", "请核对名称,或先在“单位与人员”页新增")
        values = {"username": username, "name": name, "role": role, "unit": home}
        officer, password = create_officer(values=values, by=_script_officer(), at=clock.now())
    except Refusal as refusal:
        refuse(refusal)
    say(f"已新增 {officer.name}({officer.username}),初始密码 {password} ,首次登录须修改。")


def _script_officer() -> Any:
    """The account under which the command line acts: `system`, an administrator who cannot log in."""
    from gongjian.kernel.people.models import Officer, Role

    officer, is_new = Officer.objects.get_or_create(
        username="system", defaults={"name": "系统", "role": Role.ADMINISTRATOR, "must_change_password": False}
    )
    if is_new:
        officer.set_unusable_password()
        officer.save()
    return officer


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def main() -> None:
    """The entry point of the `gongjian` command."""
    app()


if __name__ == "__main__":
    main()
