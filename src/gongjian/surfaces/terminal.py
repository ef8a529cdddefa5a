"""What every command shares: what it says, how it refuses, Django with a current database, days as they are typed."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated, NoReturn

import typer

from gongjian.kernel.errors import Refusal

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
AsOf = Annotated[str, typer.Option("--as-of", help="数据截至,如 2025-06-30;缺省为今天")]


def say(text: str) -> None:
    """One line on the terminal."""
    typer.echo(text)


def refuse(refusal: Refusal) -> NoReturn:
    """End the command with the refusal's sentence and status 2."""
    typer.echo(refusal.sentence, err=True)
    raise typer.Exit(2)


def set_up() -> None:
    """Set Django up; only commands that touch the database pay for it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
    import django

    django.setup()
    from gongjian.kernel.registers.declare import EXTRA_FAULTS

    for fault in EXTRA_FAULTS:
        typer.echo(f"自设栏目 {fault.where}:{fault.cause}。{fault.remedy}。其余栏目照常使用。", err=True)


def ready() -> None:
    """Set Django up over a database that is there and current."""
    set_up()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        refuse(Refusal("database.behind", "数据库还没有建立或版本较旧", "请先运行 gongjian init"))


def day_of(raw: str) -> date | None:
    """A day as it was typed; None where none was."""
    if not raw:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        refuse(Refusal("cli.date", f"日期“{raw}”写法不对", "请写成 2025-06-30"))
