"""Programs read a register: its rows page by page, what its columns are, one row, what happened to it."""

# mypy: disable-error-code="valid-type,attr-defined,call-overload"
# The shapes are made from the register when it is first called; a checker cannot know them.

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import create_model

from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.history import timeline
from gongjian.surfaces.api.conditions import ask_of, conditions_of, end_of
from gongjian.surfaces.api.operations import NUMBER, PURPOSE, operation, sight_of
from gongjian.surfaces.api.security import caller
from gongjian.surfaces.api.shapes import Counted, Described, Event, described, told


def reading(router: Router, register: Register, Row: type[Schema]) -> None:  # noqa: N803
    """Add the operations that read; `Row` is the shape of a row."""
    Listed = create_model(  # noqa: N806
        f"{Row.__name__}s", __base__=Schema, rows=(list[Row], ...), after=(str, ""), count=(Counted | None, None)
    )
    Asked = conditions_of(register)  # noqa: N806

    @operation(router.get, "", register, "列出", Listed)
    def rows(request: HttpRequest, asked: Annotated[Asked, Query(...)]) -> Any:
        """符合条件的行,按登记的顺序分页:把回答中的 after 原样带上即得下一页。"""
        by = caller(request, scope="read", register=register)
        sight = sight_of(register, by, asked.purpose, "列表")
        ask = ask_of(register, by, asked, sight.purpose)
        cut = query.cut(ask, size=asked.limit, after=asked.after)
        counted = query.count(ask) if asked.counted else None
        return {
            "rows": [told(sight=sight, row=row) for row in cut.rows],
            "after": cut.after,
            "count": {"n": counted.n, "how": counted.how} if counted else None,
        }

    @operation(router.get, "/description", register, "说明", Described)
    def description(request: HttpRequest) -> Any:
        """栏目、类型、单位、选项、必填、关键字、可筛选和排序的栏目、阶段。"""
        by = caller(request, scope="read", register=register)
        access.require_role(register=register, by=by, verb="register.read")
        return described(register=register)

    @operation(router.get, "/{int:number}", register, "读取一行", Row)
    def row(
        request: HttpRequest,
        number: Annotated[int, NUMBER],
        known_at: date | None = None,
        purpose: PURPOSE = "",
    ) -> Any:
        """一行的全部内容;known_at 给出当日结束时台账里登记的内容。"""
        by = caller(request, scope="read", register=register)
        sight = sight_of(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, known_at=end_of(known_at), purpose=sight.purpose)
        return told(sight=sight, row=found)

    @operation(router.get, "/{int:number}/history", register, "修改记录", list[Event])
    def history(
        request: HttpRequest,
        number: Annotated[int, NUMBER],
        purpose: PURPOSE = "",
    ) -> Any:
        """这一行何时由谁登记、修改,改前改后各是什么,来自哪个批次;新的在前。"""
        by = caller(request, scope="read", register=register)
        sight = sight_of(register, by, purpose, f"第{number}号记录")
        found = query.entry(register=register, by=by, pk=number, purpose=sight.purpose)
        return [
            {
                "at": event.at,
                "by": str(event.by or ""),
                "title": event.title,
                "note": event.note,
                "changes": event.diff,
                "batch": event.batch.pk if event.batch else None,
            }
            for event in timeline(entry=found, by=by, purpose=sight.purpose)
        ]
