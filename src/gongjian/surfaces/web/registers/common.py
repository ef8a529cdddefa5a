"""What the pages of registers share: the register of an address, a notice after an act, how a cell looks."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.registers.declare import REGISTERS, Register
from gongjian.kernel.registers.derived import Derived
from gongjian.kernel.registers.entry import EvidenceField
from gongjian.kernel.registers.masking import Sight
from gongjian.kernel.registers.stages import StageField
from gongjian.kernel.registers.values import shown

PROOF_TONES = {
    ProofState.CLAIMED: "",
    ProofState.EVIDENCED: "go",
    ProofState.VERIFIED: "ok",
    ProofState.RETURNED: "bad",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One value on a page: its label, its text, a tag's tone (None = plain text), where it leads."""

    label: str
    text: str
    tone: str | None = None
    is_number: bool = False
    href: str = ""


def register_of(name: str) -> Register:
    """The register of an address; refused when there is none."""
    found = REGISTERS.get(name)
    if found is None:
        raise Refusal("register.missing", f"没有名为“{name}”的台账", "请从台账目录重新选择")
    return found


def folder_label(folder: str) -> str:
    """What a folder of the house is called on screen: the first words of its package."""
    if folder == "ground":
        return "基础台账"
    doc = import_module(f"gongjian.drives.{folder}").__doc__ or folder
    return doc.split(":")[0]


def cell(*, sight: Sight, row: Any, name: str, links: bool = True) -> Cell:
    """The value of one field of a row as this officer sees it."""
    value = sight.value(row=row, name=name)
    return cell_of(register=sight.register, field=sight.register.field(name), value=value, links=links)


def cell_of(*, register: Register, field: Any, value: Any, links: bool = True) -> Cell:
    """One value of a field; what is not for everybody is masked already."""
    tone = None
    if isinstance(field, StageField):
        stage = register.stage(str(value))
        tone = stage_tone(register, stage) if stage else ""
    elif isinstance(field, Derived):
        tone = field.tone(value)
    elif isinstance(field, EvidenceField):
        tone = PROOF_TONES[ProofState(value)]
    href = ""
    target = getattr(type(value), "register", None)
    if links and target is not None:
        href = reverse("entry", args=[target.name, value.pk])
    return Cell(
        label=str(field.verbose_name), text=shown(value, field), tone=tone, is_number=is_number(field), href=href
    )


def is_number(field: Any) -> bool:
    """Whether a field's values stand right-aligned."""
    return isinstance(field, models.DecimalField | models.IntegerField) and not field.choices


def stage_tone(register: Register, stage: Any) -> str:
    """The colour of a stage: the end of the way green, on the way blue, off the way grey."""
    if stage.ends:
        return ""
    way = [s for s in register.stages if not s.ends]
    return "ok" if stage is way[-1] else "go" if stage is not way[0] else ""


class Notice(str):
    """A sentence after an act, and perhaps where it leads: to the batch that can be undone, say."""

    href: str = ""
    label: str = ""


def say(request: HttpRequest, text: str, *, href: str = "", label: str = "") -> None:
    """Keep a sentence (with a link named `label`) for the page that follows an act."""
    request.session["registers_notice"] = [text, href, label]


def heard(request: HttpRequest) -> Notice:
    """The sentence kept for this page, once."""
    text, href, label = request.session.pop("registers_notice", None) or ("", "", "")
    notice = Notice(text)
    notice.href, notice.label = href, label
    return notice


def status_of(refusal: Refusal) -> int:
    """The status of a page that shows a refusal at its form."""
    return 403 if isinstance(refusal, Forbidden) else 409 if isinstance(refusal, Stale) else 422


def attachment(*, data: bytes, name: str, media: str = XLSX) -> HttpResponse:
    """A file to download; a browser may not guess another type."""
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def number_of(text: str | None, *, default: int, least: int = 1) -> int:
    """A number from an address, kept sane."""
    return max(least, int(text)) if text and text.isdecimal() and len(text) < 9 else default
