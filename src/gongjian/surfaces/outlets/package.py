"""The package that a workbook is: parts written as they come, parts of another workbook taken over byte for byte."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipInfo

Body = bytes | Iterable[bytes]
_LEVEL = 3  # a seventh larger than the usual 6, in less than half the time
_WORTH = 1 << 19  # bytes
_DAY = 0x0021  # 1 January 1980, the first day that a package can name: the same content gives the same bytes
_LOCAL, _AFTER, _ENTRY, _END = "<4s5H3L2H", "<4s3L", "<4s4B4HL2L5H2L", "<4s4H2LH"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A part of another package as it lies there, still compressed: `packed` are `info.compress_size` bytes."""

    info: ZipInfo
    packed: bytes | memoryview


def taken(*, data: bytes, info: ZipInfo) -> Taken:
    """The part of the package `data` that `info` names, not unpacked."""
    name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name_length + extra_length
    return Taken(info=info, packed=memoryview(data)[start : start + info.compress_size])


def unpacked(part: Taken, *, size: int = 1 << 20) -> Iterator[bytes]:
    """The bytes of a part in chunks of about `size`, so that a large sheet never lies whole in memory."""
    if part.info.compress_type != ZIP_DEFLATED:
        yield from (bytes(part.packed[at : at + size]) for at in range(0, len(part.packed), size))
        return
    engine = zlib.decompressobj(-15)
    for at in range(0, len(part.packed), 1 << 16):
        rest: bytes | memoryview = part.packed[at : at + (1 << 16)]
        while rest and not engine.eof:
            chunk = engine.decompress(rest, size)
            rest = engine.unconsumed_tail
            if chunk:
                yield chunk
    if tail := engine.flush():
        yield tail


def pack(parts: Iterable[tuple[str, Body | Taken]]) -> Iterator[bytes]:
    """A zip package of named parts in their order, as bytes to be sent on while later parts are still being made."""
    directory: list[bytes] = []
    offset = 0
    with ThreadPoolExecutor(max_workers=1) as aside:
        for name, body in parts:
            made = _take_over(name, body) if isinstance(body, Taken) else _deflate(name, body, aside)
            entry = yield from made
            label, flags, packed = name.encode(), entry[0], entry[5]
            directory.append(
                struct.pack(_ENTRY, b"PK\x01\x02", 20, 0, 20, 0, *entry, len(label), 0, 0, 0, 0, 0, offset) + label
            )
            offset += struct.calcsize(_LOCAL) + len(label) + packed
            offset += struct.calcsize(_AFTER) if flags & _SIZES_AFTER else 0
    listing = b"".join(directory)
    count = len(directory)
    yield listing + struct.pack(_END, b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)


_Entry = tuple[int, int, int, int, int, int, int]
"""Flags, method, time, day, checksum, packed size, size: what the directory says of a part."""
_Made = Generator[bytes, None, _Entry]
_NAMED_IN_UTF8, _SIZES_AFTER = 0x800, 0x8


def _take_over(name: str, part: Taken) -> _Made:
    info, label = part.info, name.encode()
    year, month, day, hour, minute, second = info.date_time
    stamp, on = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
    entry = (_NAMED_IN_UTF8, info.compress_type, stamp, on, info.CRC, info.compress_size, info.file_size)
    yield struct.pack(_LOCAL, b"PK\x03\x04", 20, *entry, len(label), 0) + label
    yield bytes(part.packed)
    return entry


def _deflate(name: str, body: Body, aside: ThreadPoolExecutor) -> _Made:
    """Compresses one chunk in a second thread while the next is being made; sizes follow the data."""
    label, engine = name.encode(), zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    flags = _NAMED_IN_UTF8 | _SIZES_AFTER
    yield struct.pack(_LOCAL, b"PK\x03\x04", 20, flags, ZIP_DEFLATED, 0, _DAY, 0, 0, 0, len(label), 0) + label
    crc = size = packed = 0
    under_way = None
    for chunk in (body,) if isinstance(body, bytes) else _gathered(body):
        if under_way is not None and (out := under_way.result()):
            packed += len(out)
            yield out
        under_way = aside.submit(engine.compress, chunk)
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    out = (under_way.result() if under_way is not None else b"") + engine.flush()
    packed += len(out)
    yield out + struct.pack(_AFTER, b"PK\x07\x08", crc, packed, size)
    return flags, ZIP_DEFLATED, 0, _DAY, crc, packed, size


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth a change of threads."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _WORTH:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
