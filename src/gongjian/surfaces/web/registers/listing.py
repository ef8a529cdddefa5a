"""台账 list: any register with filters and counts, search, sort and pages, its state in the address; and its export."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gongjian.kernel.people import policy
from gongjian.kernel.registers import query
from gongjian.kernel.registers.declare import Register, registers
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.values import shown
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers import workbook
from gongjian.surfaces.web.registers.behind import Behind, behind, supported
from gongjian.surfaces.web.registers.common import (
    PROOF_TONES,
    attachment,
    cell,
    folder_label,
    heard,
    number_of,
    register_of,
)

PER_PAGE = 50
OPEN_FACETS = 8
"""How many values of a filter stand open; the rest unfold."""
IDS_MOST = 5000


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All registers with how many rows of each this officer may see, by folder of the house."""
    me = officer(request)
    policy.require(by=me, verb="register.read")
    order = {"ground": 0, "innovation": 1, "industry": 2, "projects": 3, "townscape": 4, "business": 5, "governance": 6}
    listed = sorted(registers(), key=lambda r: (order.get(r.folder, 9), r.label))
    groups = []
    for folder, members in groupby(listed, key=lambda r: r.folder):
        rows = [(r, query.rows(register=r, by=me).count()) for r in members]
        groups.append((folder_label(folder), rows))
    return page(request, "registers/index.html", groups=groups, notice=heard(request))


@require_GET
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One register's rows."""
    me, register = officer(request), register_of(name)
    sight = Sight(register=register, by=me)
    asked = _Asked(request, register)
    figure = behind(request, register)
    found = asked.rows(me, figure)
    count = found.count()
    pages = max(1, -(-count // PER_PAGE))
    number = min(number_of(request.GET.get("page"), default=1), pages)
    start = (number - 1) * PER_PAGE
    shown_rows = _slice(found, figure, asked.sort, start)
    context: dict[str, Any] = {
        "register": register,
        "asked": asked,
        "figure": figure,
        "count": count,
        "everything": query.rows(register=register, by=me).count() if asked.is_narrow or figure else count,
        "columns": [_column(register, sight, column, asked.sort) for column in register.columns],
        "rows": [(row, [cell(sight=sight, row=row, name=c) for c in register.columns]) for row in shown_rows],
        "facets": [] if figure or asked.ids is not None else _facets(register, me, asked),
        "chips": _chips(register, asked),
        "totals": {k: shown(v) for k, v in query.totals(register=register, found=found).items()} if count else {},
        "page_number": number,
        "pages": pages,
        "start": start,
        "folder": folder_label(register.folder),
        "supported": supported(register) if policy.may(by=me, verb="plan.read") else [],
        "as_of": today(),
        "searched": [query.filter_label(register=register, path=path) for path in register.search],
        "tones": PROOF_TONES,
        "notice": heard(request),
    }
    return page(request, "registers/list.html", **context)


@require_GET
def export(request: HttpRequest, name: str) -> HttpResponse:
    """The rows that the list shows, as .xlsx that can be edited and imported again."""
    me, register = officer(request), register_of(name)
    policy.require(by=me, verb="register.export")
    asked = _Asked(request, register)
    found = asked.rows(me, behind(request, register))
    day = today()
    data = workbook.exported(register=register, rows=found, by=me, today=day, asked=asked.words())
    return attachment(data=data, name=f"{register.label}_{day:%Y%m%d}.xlsx")


class _Asked:
    """What the address asks for: filters, words, order, a given set of rows."""

    def __init__(self, request: HttpRequest, register: Register) -> None:
        self.register = register
        paths = [*register.filters, *(f.name for f in register.model._meta.concrete_fields if f.is_relation)]
        self.filters = {path: value for path in dict.fromkeys(paths) if (value := request.GET.get(path, ""))}
        self.search = request.GET.get("q", "").strip()[:80]
        self.sort = request.GET.get("sort", "")
        raw = request.GET.get("ids")
        self.ids = None if raw is None else [int(part) for part in raw.split(",") if part.isdigit()][:IDS_MOST]

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for less than the whole register."""
        return bool(self.filters or self.search or self.ids is not None)

    def rows(self, me: Any, figure: Behind | None) -> Any:
        """The rows, in order, not yet cut into pages."""
        ids = self.ids if figure is None else [pk for pk in figure.order if self.ids is None or pk in self.ids]
        return query.rows(
            register=self.register, by=me, filters=self.filters, search=self.search, sort=self.sort, ids=ids
        )

    def words(self) -> list[str]:
        """The narrowing in words, for the foot of an exported sheet."""
        said = [
            f"{query.filter_label(register=self.register, path=path)}="
            f"{query.value_label(register=self.register, path=path, value=value)}"
            for path, value in self.filters.items()
        ]
        return [*said, *([f"搜索“{self.search}”"] if self.search else [])]


def _slice(found: Any, figure: Behind | None, sort: str, start: int) -> list[Any]:
    """One page of rows; behind a figure, without another order asked for, by the day they count from."""
    if figure is None or sort:
        return list(found[start : start + PER_PAGE])
    allowed = set(found.order_by().values_list("pk", flat=True))
    keys = [pk for pk in figure.order if pk in allowed][start : start + PER_PAGE]
    rows = {row.pk: row for row in found.filter(pk__in=keys)}
    return [rows[pk] for pk in keys]


def _column(register: Register, sight: Sight, name: str, sort: str) -> dict[str, Any]:
    field = register.field(name)
    is_sorted = sort.lstrip("-") == name
    return {
        "name": name,
        "label": str(field.verbose_name),
        "is_number": field.get_internal_type().endswith(("DecimalField", "IntegerField")) and not field.choices,
        "can_sort": name in sight.sortable,
        "next": f"-{name}" if sort == name else name,
        "state": ("descending" if sort.startswith("-") else "ascending") if is_sorted else "none",
    }


def _facets(register: Register, me: Any, asked: _Asked) -> list[dict[str, Any]]:
    counted = query.facets(register=register, by=me, filters=asked.filters, search=asked.search)
    out = []
    for path, values in counted.items():
        current = asked.filters.get(path, "")
        options = [
            {"value": value, "label": query.value_label(register=register, path=path, value=value), "count": n}
            for value, n in values
        ]
        if current and current not in {value for value, _ in values}:
            options.append({"value": current, "label": _label(register, path, current), "count": 0})
        label = query.filter_label(register=register, path=path)
        at = next((i for i, option in enumerate(options) if option["value"] == current), 0)
        split = OPEN_FACETS if at < OPEN_FACETS else at + 1
        if len(options) > 1 or current:
            out.append(
                {"path": path, "label": label, "current": current, "first": options[:split], "more": options[split:]}
            )
    return out


def _chips(register: Register, asked: _Asked) -> list[tuple[str, str, str]]:
    """Filters by a foreign key's row, which no facet lists: path, label, value."""
    return [
        (path, query.filter_label(register=register, path=path), _label(register, path, value))
        for path, value in asked.filters.items()
        if path not in register.filters
    ]


def _label(register: Register, path: str, value: str) -> str:
    return query.value_label(register=register, path=path, value=value)
