"""一企一策 as a file: of one enterprise; of a verdict's list, of picked enterprises, of a unit and those below it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Officer, Unit
from gongjian.kernel.registers import access, query
from gongjian.kernel.registers.declare import REGISTERS
from gongjian.kernel.rulebooks.states import State
from gongjian.surfaces import criteria_parts
from gongjian.surfaces.outlets.gap_sheet import TITLE
from gongjian.surfaces.outlets.gap_sheet_docx import docx_of
from gongjian.surfaces.outlets.gap_sheet_pdf import pdf_of
from gongjian.surfaces.web import ordering
from gongjian.surfaces.web.criteria import prints
from gongjian.surfaces.web.criteria.common import ORDER, book_of, pending, seen
from gongjian.surfaces.web.page import officer, page, today
from gongjian.surfaces.web.registers.common import attachment

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
VERDICTS = {state.word: state for state in ORDER}
ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which enterprises, in words too, by which rulebooks, and the page where they were chosen."""

    ids: list[int]
    words: str
    only: list[str]
    back: str


@dataclass(frozen=True, kw_only=True)
class Units:
    """Whose enterprises: units by number, and in words."""

    ids: set[int]
    words: str


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise's sheet: `?as=docx` or `?as=pdf`, `&only=high-tech` for some rulebooks."""
    me, kind = officer(request), request.GET.get("as", "docx")
    if kind not in ("docx", "pdf"):
        raise Refusal("sheets.kind", f"没有名为“{kind[:20]}”的文件形式", "请选择docx或pdf")
    access.require(register=REGISTERS[criteria_parts.SUBJECT], by=me, verb="register.export")
    row = query.entry(register=REGISTERS[criteria_parts.SUBJECT], by=me, pk=pk)
    order = prints.ordered(
        ids=[pk], only=request.GET.getlist("only"), kind=kind, words=str(row), back=reverse("gap-sheet", args=[pk]),
        by=me, day=today(), at=clock.now(),
    )  # fmt: skip
    sheet = next(prints.sheets(order, by=me))
    data = docx_of(sheet) if kind == "docx" else pdf_of(sheet)
    return attachment(data=data, name=f"{prints.safe(sheet.name)}_{TITLE}_{today():%Y%m%d}.{kind}", media=MEDIA[kind])


@require_http_methods(["GET", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """Several enterprises' sheets in one file; without `as` the page where they are chosen.

    `rulebook` and `verdict` name a list, `unit` a unit with those below it (both: the list's rows of that unit), `pick`
    single enterprises (posted where there are many); `only` the rulebooks on the sheets, `all` for every one, and also
    single enterprises by number, as a list's boxes send them; `below=0` leaves out the units below; `as` is docx, pdf
    or book.
    """
    me, asked = officer(request), request.POST if request.method == "POST" else request.GET
    access.require(register=REGISTERS[criteria_parts.SUBJECT], by=me, verb="register.export")
    if "as" not in asked:
        return _form(request, asked)
    try:
        chosen = _chosen(asked, me)
        order = prints.ordered(
            ids=chosen.ids, only=chosen.only, kind=asked["as"], words=chosen.words, back=chosen.back,
            by=me, day=today(), at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        if not refusal.code.startswith("sheets."):
            raise
        return _form(request, asked, refusal)
    if len(order.ids) > prints.BACKGROUND:
        order.begin()
        return redirect("gap-sheets-waiting", token=order.token)
    return attachment(data=prints.at_once(order, by=me), name=order.name, media=MEDIA[order.ending])


@require_GET
def waiting(request: HttpRequest, token: str) -> HttpResponse:
    """While the file is made: how far; afterwards where it is."""
    order = prints.Print.found(token=token, by=officer(request))
    return ordering.waiting(request, order, _doors(order), template="criteria/printing.html")


@require_GET
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far the file is, asked again and again by the page."""
    order = prints.Print.found(token=token, by=officer(request))
    return ordering.waiting(request, order, _doors(order), template="order_progress.html")


@require_GET
def download(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """The finished file; only for the officer who asked."""
    order = prints.Print.found(token=token, by=officer(request))
    return ordering.file(order, _doors(order), media=MEDIA[order.ending])


@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """No longer wanted."""
    order = prints.Print.found(token=token, by=officer(request))
    return ordering.cancel(order, _doors(order))


def _doors(order: prints.Print) -> ordering.Doors:
    at = {one: reverse(f"gap-sheets-{one}", args=[order.token]) for one in ("waiting", "progress", "file", "cancel")}
    return ordering.Doors(**at, back=order.back)


def _chosen(asked: QueryDict, by: Officer) -> Choice:
    is_whole = ALL in asked.getlist("only")
    only = [] if is_whole else [one for one in asked.getlist("only") if one and not one.isdecimal()]
    name = asked.get("rulebook", "")
    boxes = [*asked.getlist("pick"), *asked.getlist("only")]
    if picked := [int(one) for one in boxes if one.isdecimal() and len(one) < 19]:
        book = book_of(name) if name else None
        back = reverse("criterion-book", args=[book.name]) if book is not None else reverse("gap-sheets")
        own = [book.name] if book is not None and not is_whole else []
        return Choice(ids=picked, words="所选企业", only=only or own, back=back)
    units = _units(asked.get("unit", ""), has_below=asked.get("below") != "0")
    if name:
        chosen = _listed(name, asked.get("verdict", ""), units, by)
        return chosen if not is_whole and not only else replace(chosen, only=only)
    if units is None:
        raise Refusal("sheets.choice", "没有说明打印哪些企业", "请选择一个单位,或一部标准的一种结论")
    rows = query.rows(query.Ask(register=REGISTERS[criteria_parts.SUBJECT], by=by))
    ids = list(rows.filter(unit_id__in=units.ids).values_list("pk", flat=True))
    return Choice(ids=ids, words=units.words, only=only, back=reverse("gap-sheets"))


def _listed(name: str, verdict: str, units: Units | None, by: Officer) -> Choice:
    """The rows of one verdict in the list's order."""
    book = book_of(name)
    if book.facts.subject != criteria_parts.SUBJECT:
        raise Refusal("sheets.subject", f"“{book.label}”不是对企业的标准,没有一企一策", "请选择对企业的标准")
    found, words = seen(book, by=by), book.label
    if verdict:
        if verdict not in VERDICTS:
            raise Refusal("sheets.verdict", f"没有名为“{verdict[:20]}”的结论", "请从列表中选择")
        found, words = found.filter(state=VERDICTS[verdict]), f"{words}{book.says(VERDICTS[verdict])}"
    else:
        found = found.exclude(state=State.NOT_APPLICABLE)
    if units is not None:
        rows = REGISTERS[criteria_parts.SUBJECT].model._default_manager.filter(unit_id__in=units.ids)
        found, words = found.filter(entry__in=rows.order_by().values("id")), f"{words} {units.words}"
    order = ("effort", "entry") if verdict == State.UNMET.word else ("state", "-least", "entry")
    ids = list(found.order_by(*order).values_list("entry", flat=True))
    if not ids and (n := pending(book)):
        raise Refusal("sheets.pending", f"“{book.label}”有{n:,}家正在由后台重新测算,名单还没有出来", "请稍后再试")
    back = reverse("criterion-book", args=[name]) + (f"?verdict={verdict}" if verdict else "")
    return Choice(ids=ids, words=words, only=[name], back=back)


def _units(asked: str, *, has_below: bool) -> Units | None:
    if not asked:
        return None
    unit = Unit.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    if unit is None:
        raise Refusal("sheets.unit", f"没有编号为“{asked[:20]}”的单位", "请从列表中选择单位")
    if not has_below:
        return Units(ids={unit.pk}, words=str(unit))
    return Units(ids=policy.subtree(unit), words=f"{unit}及其下属单位")


def _form(request: HttpRequest, asked: QueryDict, refusal: Refusal | None = None) -> HttpResponse:
    return page(
        request, "criteria/print.html", status=422 if refusal else 200, refusal=refusal, typed=asked,
        units=Unit.objects.filter(is_active=True).order_by("order", "id"), kinds=prints.KINDS,
        books=criteria_parts.books(as_of=today()), verdicts=VERDICTS, most=prints.MOST, few=prints.BACKGROUND,
    )  # fmt: skip
