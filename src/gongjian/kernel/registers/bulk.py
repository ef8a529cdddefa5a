"""批量修改: the same values for many rows at once, judged and previewed like a sheet, written and undone as one batch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gongjian.kernel.errors import Forbidden, Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.asking import Ask
from gongjian.kernel.registers.cells import ROW_KEY, STAGE_DATE, Cells
from gongjian.kernel.registers.take import Taking, judge


def prepare(*, ask: Ask, values: Mapping[str, object], by: Officer, today: date) -> Taking:
    """What setting `values` (raw as typed, by field name; "" empties) in the rows that `ask` finds would change.

    A stage is set with STAGE_DATE beside it (default: today). The rows are numbered in the order of the list. Write
    the answer with `kind=Batch.Kind.BULK`.
    """
    register = ask.register
    access.require(register=register, by=by, verb="register.bulk")
    if ask.by.pk != by.pk:
        raise Forbidden("这些行是由另一位人员查询的", "请自己打开列表后再修改")
    if ask.known_at is not None:
        raise Refusal("bulk.past", "列表显示的是过去某一时点的内容,不能修改", "请先回到现在")
    allowed = {f.name for f in register.fields} | {STAGE_DATE}
    if register.stage_field is not None:
        allowed.add(register.stage_field.name)
    if wrong := sorted(set(values) - allowed):
        raise Refusal("entry.not_settable", f"“{'、'.join(wrong)}”不能批量修改", "请从可修改的栏目中选择")
    if not values:
        raise Refusal("bulk.nothing", "没有选择要修改的栏目", "请选择至少一个栏目并填写新值")
    rows = list(query.rows(ask).values_list("id", "revision"))
    if not rows:
        raise Refusal("bulk.none", "没有符合条件的行", "请返回列表,调整条件或勾选要修改的行")
    columns: dict[str, list[object]] = {name: [raw] * len(rows) for name, raw in values.items()}
    columns[ROW_KEY] = [f"{register.name}/{pk}/{revision}" for pk, revision in rows]
    cells = Cells(numbers=range(1, len(rows) + 1), columns=columns)
    return judge(register=register, cells=cells, by=by, today=today, verb="register.bulk")
