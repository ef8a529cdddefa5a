"""The roster as a workbook of two sheets, 单位 and 人员: read from an upload, written as template or filled in."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from django.http import HttpRequest, HttpResponse

from gongjian.kernel.errors import Place, Refusal
from gongjian.kernel.people.models import Officer, Role, Unit
from gongjian.kernel.people.roster import Roster
from gongjian.kernel.people.rows import OFFICER_HEADS, UNIT_HEADS, SheetRow
from gongjian.surfaces.inlets.sheet import FoundTable, Sheet, find_table, open_sheet
from gongjian.surfaces.outlets.marks import Mark, mark_rows

LIMIT = 2 * 1024 * 1024  # bytes; a roster of a thousand officers has about 60 KB
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"单位名称": 30, "上级单位": 26, "别名": 34, "单位": 26, "职务": 22, "账号": 16, "电话": 16}
NOTES = (
    "“单位”表:每个单位一行;上级单位填写本表中另一个单位的名称,最上级留空;别名用顿号分开,是计划和报表里的其他叫法。",
    "“人员”表:每人一行;账号为 2 至 40 位字母、数字或汉字,不能重复;单位可以写名称、简称或别名。",
    f"角色只能是:{'、'.join(Role.labels)}。责任单位人员必须填写单位;至少要有一名系统管理员。",
    "已有的单位按名称、已有的人员按账号更新,留空的格子保持原样;电话在系统中隐去中间几位。",
    "导入前会逐行核对,有误的行标出原因,其余各行照常导入。初始密码在导入后显示一次。",
)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An uploaded roster: its rows, and where each table stands, so that faults can be marked in the same file."""

    name: str
    data: bytes
    units: list[SheetRow]
    officers: list[SheetRow]
    tables: dict[str, tuple[FoundTable, Mapping[str, Sequence[str]]]]

    @property
    def encoded(self) -> str:
        """The file for a hidden field, so that confirming needs no second choice and nothing is kept on the server."""
        return base64.b64encode(self.data).decode()


def uploaded(request: HttpRequest) -> Upload | None:
    """The roster chosen in the form, or the one a preview carried along; None when there is neither."""
    if chosen := request.FILES.get("roster"):
        if (chosen.size or 0) > LIMIT:
            size = (chosen.size or 0) / 1024 / 1024
            raise Refusal(
                "roster.too_large", f"文件“{chosen.name}”有 {size:.1f} MB,超过 2 MB 的上限", "请只保留单位和人员两张表"
            )
        return read_roster(name=chosen.name or "名册.xlsx", data=chosen.read())
    if carried := request.POST.get("roster_data"):
        try:
            data = base64.b64decode(carried, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Refusal("roster.lost", "预览的名册没有完整传回", "请重新选择文件") from error
        return read_roster(name=request.POST.get("roster_name", "名册.xlsx"), data=data)
    return None


def read_roster(*, name: str, data: bytes) -> Upload:
    """The rows of every sheet that lists units (单位名称) or officers (姓名, 账号); other sheets are left aside."""
    units: list[SheetRow] = []
    officers: list[SheetRow] = []
    tables: dict[str, tuple[FoundTable, Mapping[str, Sequence[str]]]] = {}
    refused: list[Refusal] = []
    for sheet in open_sheet(name=name, data=data):
        if sheet.hidden:
            continue
        found = _table(sheet, OFFICER_HEADS, ("name", "username"), refused)
        if found is not None:
            officers += _rows(sheet, found)
            tables[sheet.name] = (found, OFFICER_HEADS)
            continue
        found = _table(sheet, UNIT_HEADS, ("name",), refused)
        if found is not None:
            units += _rows(sheet, found)
            tables[sheet.name] = (found, UNIT_HEADS)
    if not tables:
        if persons := next((r for r in refused if "姓名" in r.cause and "缺少列:账号" in r.cause), None):
            raise persons
        cause = f"文件“{name}”里没有单位表(要有“单位名称”列),也没有人员表(要有“姓名”和“账号”列)"
        raise Refusal("roster.columns", cause, "请下载模板,按模板的表头填写后重新上传")
    if not units and not officers:
        raise Refusal("roster.empty", f"文件“{name}”只有表头,没有单位也没有人员", "请在表头下面逐行填写后重新上传")
    return Upload(name=name, data=data, units=units, officers=officers, tables=tables)


def marked(*, upload: Upload, roster: Roster) -> bytes:
    """The user's own file with the refused cells coloured and the reasons beside them."""
    data, name = upload.data, upload.name
    for sheet, (table, heads) in upload.tables.items():
        keys = {names[0]: key for key, names in heads.items()}
        marks = [
            Mark(row=fault.place.row or 1, column_index=_column(table, keys, fault.place), sentence=_told(fault))
            for fault in roster.faults
            if fault.place.sheet == sheet
        ]
        if marks:
            data, name = mark_rows(data=data, marks=marks, name=name, sheet=sheet, head_row=table.head_row), "名册.xlsx"
    return data


def workbook(*, units: Sequence[Unit] = (), officers: Sequence[Officer] = ()) -> bytes:
    """The template, filled with what is given: 单位, 人员, and a sheet of notes. Phones are not given out."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "border": 1, "border_color": "#9AA5B1", "align": "center"}
    )
    cell = book.add_format(
        {"num_format": "@", "border": 1, "border_color": "#C5CCD3", "text_wrap": True, "valign": "top"}
    )
    tables = (
        ("单位", UNIT_HEADS, [(u.name, u.parent.name if u.parent else "", u.short_name, _aliases(u)) for u in units]),
        (
            "人员",
            OFFICER_HEADS,
            [(o.name, o.username, Role(o.role).label, o.unit.name if o.unit else "", o.title, "") for o in officers],
        ),
    )
    for title, heads, rows in tables:
        sheet = book.add_worksheet(title)
        labels = [names[0] for names in heads.values()]
        for index, label in enumerate(labels):
            sheet.set_column(index, index, WIDTHS.get(label, 14), cell)
            sheet.write_string(0, index, label, head)
        for number, row in enumerate(rows, start=1):
            for index, text in enumerate(row):
                sheet.write_string(number, index, text, cell)
        sheet.freeze_panes(1, 0)
        if "角色" in labels:
            column = labels.index("角色")
            sheet.data_validation(1, column, 2000, column, {"validate": "list", "source": list(Role.labels)})
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    for number, note in enumerate(NOTES):
        notes.write_string(number, 0, f"{number + 1}. {note}")
    book.close()
    return buffer.getvalue()


def as_file(data: bytes, name: str) -> HttpResponse:
    """A workbook to be saved under a Chinese name."""
    response = HttpResponse(data, content_type=MEDIA)
    response.headers["Content-Disposition"] = _disposition(name)
    return response


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header  # builds the RFC 5987 form that keeps Chinese names

    return content_disposition_header(True, name) or "attachment"


def _table(
    sheet: Sheet, heads: Mapping[str, Sequence[str]], required: Sequence[str], refused: list[Refusal]
) -> FoundTable | None:
    try:
        return find_table(sheet=sheet, heads=heads, required=required)
    except Refusal as refusal:
        refused.append(refusal)
        return None


def _rows(sheet: Sheet, table: FoundTable) -> list[SheetRow]:
    return [SheetRow(number=row.number, cells=row.values, sheet=sheet.name) for row in table.rows]


def _column(table: FoundTable, keys: Mapping[str, str], place: Place) -> int | None:
    key = keys.get(place.column)
    return table.columns.get(key) if key else None


def _told(fault: Refusal) -> str:
    return f"{fault.cause}。{fault.remedy}。"


def _aliases(unit: Unit) -> str:
    return "、".join(line for line in unit.aliases.split("\n") if line)
