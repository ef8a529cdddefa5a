"""Guard before any Office file is opened: what it unpacks to is measured first, so that no bomb goes off."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from gongjian.kernel.errors import Refusal

UNPACKED_LIMIT = 400 * 1024 * 1024
PARTS_LIMIT = 20_000
_CHUNK, _FED = 1 << 20, 1 << 16  # bytes that come out and go in at once
_DECLARATIONS = {
    code: tuple(mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY")) for code in ("ascii", "utf-16-le", "utf-16-be")
}
_KEEP = 512  # bytes of a chunk repeated before the next, so that nothing hides in the seam

Watcher = Callable[[str, bytes], None]
"""Sees each XML part's name and its bytes chunk by chunk, at its end an empty chunk; refuses by raising."""


def inspect(*, name: str, data: bytes, limit: int = UNPACKED_LIMIT, watch: Watcher | None = None) -> None:
    """Unpack every part of a .docx or .xlsx without keeping it; refuse bombs, entity declarations and broken parts.

    The sizes that the package declares are not trusted: bytes are counted as they come out, up to `limit`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise corrupt(name) from None
    if len(parts) > PARTS_LIMIT:
        raise _bomb(name, limit)
    left = limit
    for part in parts:
        left -= _measure(name, data, part, left, watch)
        if left < 0:
            raise _bomb(name, limit)


def corrupt(name: str) -> Refusal:
    """The refusal for a package that cannot be read to its end."""
    return Refusal(
        "document.corrupt",
        f"文件“{name}”已损坏或未下载完整,无法打开",
        "请用 Word、Excel 或 WPS 打开确认,另存一份后重新上传",
    )


def _measure(name: str, data: bytes, part: zipfile.ZipInfo, left: int, watch: Watcher | None) -> int:
    """Bytes that one part unpacks to; stops once they exceed `left`."""
    if part.flag_bits & 0x1:
        raise Refusal("document.locked", f"文件“{name}”设有密码,无法打开", "请取消密码并另存后重新上传")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise corrupt(name)
    head = data[part.header_offset : part.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise corrupt(name)
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(data)[start : start + part.compress_size]
    watched = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    count, tail = 0, b""
    for chunk in _inflated(name, packed, stored=part.compress_type == zipfile.ZIP_STORED):
        count += len(chunk)
        if count > left:
            return count
        if watched:
            _refuse_entities(name, tail + chunk)
            tail = chunk[-_KEEP:]
            if watch is not None:
                watch(part.filename, chunk)
    if watched and watch is not None:
        watch(part.filename, b"")
    return count


def _inflated(name: str, packed: memoryview, *, stored: bool) -> Iterator[bytes]:
    """A part's bytes as they come out, a chunk at a time, none of them empty."""
    if stored:
        yield from (bytes(packed[start : start + _CHUNK]) for start in range(0, len(packed), _CHUNK))
        return
    engine = zlib.decompressobj(-15)
    for start in range(0, len(packed), _FED):
        rest = bytes(packed[start : start + _FED])
        while rest and not engine.eof:
            try:
                chunk = engine.decompress(rest, _CHUNK)
            except zlib.error:
                raise corrupt(name) from None
            rest = engine.unconsumed_tail
            if chunk:
                yield chunk
    if not engine.eof and (last := engine.flush()):
        yield last
    if not engine.eof:
        raise corrupt(name)


def _refuse_entities(name: str, chunk: bytes) -> None:
    """Nothing an Office program writes declares a document type; the marks are looked for only where they can be."""
    codes = (["ascii"] if b"!" in chunk else []) + (["utf-16-le", "utf-16-be"] if b"\0" in chunk else [])
    if any(mark in chunk for code in codes for mark in _DECLARATIONS[code]):
        raise Refusal(
            "document.entities",
            f"文件“{name}”的内部带有实体声明,正常的 Office 文件没有这种内容,可能是恶意文件",
            "请不要使用该文件,向来文单位重新索取,或用 Word、WPS 打开后把文字复制到新文件",
        )


def _bomb(name: str, limit: int) -> Refusal:
    return Refusal(
        "document.bomb",
        f"文件“{name}”解压后超过{limit / 2**20:g}MB,远大于正常文件,为安全起见没有打开",
        "请用 Word、Excel 或 WPS 打开确认内容,删除多余图片和空白区域,另存后重新上传",
    )
