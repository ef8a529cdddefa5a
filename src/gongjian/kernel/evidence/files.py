"""Evidence files: which kinds are taken, up to which size, and where each is kept once by its digest."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings

from gongjian.kernel.errors import Refusal
from gongjian.kernel.evidence.models import StoredFile

KINDS: dict[str, tuple[str, bytes, str]] = {
    # ending: (media type, the first bytes such files have, the name of a part inside)
    ".pdf": ("application/pdf", b"%PDF-", ""),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff", ""),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff", ""),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n", ""),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04", "word/"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04", "xl/"),
    ".doc": ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""),
    ".xls": ("application/vnd.ms-excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ""),
    ".ofd": ("application/ofd", b"PK\x03\x04", "OFD.xml"),
}
LIMIT = 20 * 1024 * 1024  # bytes
UNPACKED_LIMIT = 20 * LIMIT
"""Bytes that a package (docx, xlsx, ofd) may say it unpacks to: a small file that unpacks to gigabytes is an attack."""
ALLOWED = "、".join(ending.lstrip(".") for ending in KINDS)


def check_file(*, name: str, data: bytes) -> str:
    """The media type of an evidence file; refused when empty, large, forbidden or not what it is named."""
    ending = PurePosixPath(name).suffix.lower()
    if not data:
        raise Refusal("evidence.empty", f"文件“{name}”是空的", "请重新选择文件后上传")
    if len(data) > LIMIT:
        size = len(data) / 1024 / 1024
        raise Refusal("evidence.too_large", f"文件“{name}”有 {size:.1f} MB,超过 20 MB 的上限", "请压缩图片或拆分后上传")
    if ending not in KINDS:
        raise Refusal(
            "evidence.type", f"“{ending or '无扩展名'}”类型的文件不能作为佐证", f"请上传以下类型之一:{ALLOWED}"
        )
    media, head, part = KINDS[ending]
    if not data.startswith(head) or (part and not _holds(data, part)):
        cause = f"文件“{name}”的内容不是{ending.lstrip('.')}格式"
        raise Refusal("evidence.content", cause, "请确认文件没有被改名或加密,另存为正确格式后上传")
    if part and (unpacked := _unpacked(data)) > UNPACKED_LIMIT:
        cause = f"文件“{name}”解压后有 {unpacked // 2**20:,} MB,超过 {UNPACKED_LIMIT // 2**20} MB 的上限"
        raise Refusal("evidence.bomb", cause, "请删去其中多余的内容,另存后上传")
    return media


def keep(*, name: str, data: bytes, media: str, at: datetime) -> StoredFile:
    """Store a file once by its SHA-256 under GONGJIAN_HOME/files; written whole or not at all."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    stored, _ = StoredFile.objects.get_or_create(
        digest=digest, defaults={"name": plain_name(name), "media": media, "size": len(data), "stored_at": at}
    )
    return stored


def drop_unused(*, stored: StoredFile) -> bool:
    """Delete a file that no row points at, from the table and from the disk; False, with nothing done, when one does."""
    pointing = [r for r in StoredFile._meta.get_fields(include_hidden=True) if r.one_to_many and r.auto_created]
    for relation in pointing:
        if relation.related_model._base_manager.filter(**{relation.field.name: stored}).exists():
            return False
    stored.delete()
    path_of(stored.digest).unlink(missing_ok=True)
    return True


def path_of(digest: str) -> Path:
    """Where the file with that SHA-256 lies."""
    return Path(settings.FILES) / digest[:2] / digest


def content(stored: StoredFile) -> bytes:
    """The bytes of a stored file; refused when the file is gone from the disk or is not what was stored."""
    path = path_of(stored.digest)
    if not path.exists():
        raise Refusal("file.missing", f"文件“{stored.name}”在文件库里找不到", "请联系系统管理员从备份恢复文件库")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.digest:
        raise Refusal(
            "file.altered", f"文件“{stored.name}”的内容与登记的摘要不一致", "请联系系统管理员从备份恢复文件库"
        )
    return data


def plain_name(name: str) -> str:
    """The last part of a file's name, without control characters, at most 200 characters with its ending."""
    last = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable()).strip() or "未命名"
    ending = PurePosixPath(last).suffix[:20]
    return last if len(last) <= 200 else last[: 200 - len(ending)] + ending


def _holds(data: bytes, part: str) -> bool:
    """Whether a zip package holds a part that begins with that name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return any(name.startswith(part) for name in package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _unpacked(data: bytes) -> int:
    """How many bytes a package says its parts have; nothing is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return sum(one.file_size for one in package.infolist())
