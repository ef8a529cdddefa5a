"""The conditions of a list for programs: words, order, page, a past day, each filter and each range by its name."""

# mypy: disable-error-code="valid-type,attr-defined,call-overload"
# The shapes are made from the register when it is first called; a checker cannot know them.

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.utils import timezone
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import query
from gongjian.kernel.registers.declare import Register
from gongjian.kernel.registers.query import Ask
from gongjian.surfaces.api.shapes import NO_NUL
from gongjian.surfaces.web.page import today


def conditions_of(register: Register) -> type[Schema]:
    """The query of a list: words, order, page, a past day, and each filter and range under its own name."""
    text = Annotated[str, Field(max_length=200)]
    fields: dict[str, Any] = {
        "q": (text, Field("", description="搜索词,空格分开的须都出现")),
        "order": (text, Field("", description="排序栏目,多个用逗号分开,前面加 - 为降序")),
        "after": (Annotated[str, Field(max_length=2000)], Field("", description="上一页回答中的 after")),
        "limit": (int, Field(50, ge=1, le=500, description="每页行数")),
        "counted": (bool, Field(False, description="同时给出总行数")),
        "known_at": (date | None, Field(None, description="按当日结束时台账里登记的内容")),
        "purpose": (text, Field("", pattern=NO_NUL, description="敏感台账须写明查阅用途,记入办理记录")),
    }
    for path in [*register.filters, *(f.name for f in register.extra if f.is_filter)]:
        label = query.filter_label(register=register, path=path)
        fields[path] = (list[text], Field([], max_length=50, description=f"筛选:{label},可给多个值;— 为未填"))
    for name in register.ranges:
        label = str(register.field(name).verbose_name)
        fields[f"{name}_from"] = (text, Field("", alias=f"{name}.from", description=f"{label}不早于(不小于)"))
        fields[f"{name}_to"] = (text, Field("", alias=f"{name}.to", description=f"{label}不晚于(不大于)"))
    made: type[Schema] = create_model(
        f"{register.model.__name__}Asked", __config__=ConfigDict(extra="forbid"), **fields
    )
    return made


def ask_of(register: Register, by: Officer, asked: Any, purpose: Any) -> Ask:
    """The question that a program's conditions ask."""
    paths = [*register.filters, *(f.name for f in register.extra if f.is_filter)]
    bounds = {name: (getattr(asked, f"{name}_from"), getattr(asked, f"{name}_to")) for name in register.ranges}
    return Ask(
        register=register,
        by=by,
        filters={path: tuple(values) for path in paths if (values := getattr(asked, path))},
        ranges={name: bound for name, bound in bounds.items() if any(bound)},
        search=asked.q,
        sort=tuple(part for part in asked.order.split(",") if part),
        known_at=end_of(asked.known_at),
        purpose=purpose,
    )


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day in China; refused for a day to come."""
    if day is None:
        return None
    if day > today():
        raise Refusal("query.known_at", f"日期 {day} 还没有到", "请写今天或以前的日期")
    following = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(following) - timedelta(microseconds=1)
