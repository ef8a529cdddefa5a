"""The steps of an import as a browser takes them: upload, preview, confirm; and sheets to upload."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongjian.kernel.registers.models import Batch


def text(response: Any) -> str:
    """The page's own part, without the frame."""
    page = str(response.content.decode())
    return page.partition("<main")[2] or page


def told(response: Any) -> str:
    """The refusal on the page, for the message of a failing test."""
    return text(response).partition('class="refusal"')[2][:200]


def book(data: bytes) -> Any:
    """A workbook to look into."""
    return openpyxl.load_workbook(io.BytesIO(data))


def to_bytes(workbook: Any) -> bytes:
    """A workbook as it is uploaded."""
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def sheet(*rows: list[object]) -> bytes:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return to_bytes(made)


def upload(client: Client, register: str, data: bytes, name: str = "台账.xlsx") -> Any:
    """Send a file."""
    return client.post(f"/registers/{register}/import/", {"file": SimpleUploadedFile(name, data)})


def preview(client: Client, register: str, data: bytes, name: str = "台账.xlsx", show: str = "") -> tuple[str, str]:
    """Send a file whose columns are all known; the preview's address and text."""
    response = upload(client, register, data, name)
    assert response.status_code == 302, told(response)
    address = response.headers["Location"]
    columns = Batch.objects.get(pk=address.split("/")[4]).details.get("columns", [])
    assert address.endswith("/preview/"), [(one["head"], one["why"]) for one in columns if one["sure"] != "sure"]
    return address, text(client.get(address, {"show": show} if show else {}))


def mapped(client: Client, register: str, data: bytes, places: dict[str, str], name: str = "台账.xlsx") -> str:
    """Send a file and say by heading which column goes where, the others as proposed; the preview's address."""
    response = upload(client, register, data, name)
    address = response.headers["Location"]
    batch = Batch.objects.get(pk=address.split("/")[4])
    columns = batch.details["columns"]
    form = {f"column-{one['index']}": places.get(one["head"], one["key"]) for one in columns}
    response = client.post(f"/registers/{register}/batches/{batch.pk}/mapping/", form)
    assert response.status_code == 302, told(response)
    return str(response.headers["Location"])


def seen(page: str) -> str:
    """The mark of what was seen."""
    return page.split('name="seen" value="')[1].split('"')[0]


def confirm(client: Client, register: str, data: bytes, name: str = "台账.xlsx") -> Any:
    """Send a file, look at the preview, confirm."""
    address, page = preview(client, register, data, name)
    return client.post(address, {"seen": seen(page)})
