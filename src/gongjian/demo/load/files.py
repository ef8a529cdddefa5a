"""Evidence files of the demo: one-page PDFs that say in their own text that they are invented."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from gongjian.demo.cast import ZONE_NAME
from gongjian.kernel.evidence.actions import path_of
from gongjian.kernel.evidence.models import StoredFile

MARK = "演示数据"
_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>",
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R/DW 1000/W[1 95 500]"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>",
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)
"""Objects 5 to 7: a font that PDF readers with Chinese support have; nothing is embedded."""


def pdf(*, title: str, lines: Iterable[str]) -> bytes:
    """A one-page A5 PDF: the title, the lines, and the mark of the demo at head and foot."""
    shown = [(f"【{MARK}】{ZONE_NAME}", 9, 560), (title, 13, 520)]
    shown += [(line, 11, 485 - 22 * place) for place, line in enumerate(lines)]
    shown.append((f"本文件由演示程序生成,内容均为虚构,不作任何凭证。【{MARK}】", 9, 40))
    content = "".join(
        f"BT /F1 {size} Tf 30 {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n" for text, size, y in shown
    ).encode("ascii")
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%sendstream" % (len(content), content),
        *_FONT,
    )
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def proof(*, name: str, what: str, unit: str, on: str) -> bytes:
    """The PDF behind one evidence file: what it is offered for, by whom and when."""
    return pdf(title=name.rsplit(".", 1)[0][:34], lines=(f"佐证事项:{what[:30]}", f"提供单位:{unit}", f"日期:{on}"))


def keep_all(files: Iterable[tuple[str, bytes, datetime]]) -> dict[str, StoredFile]:
    """Store many PDFs (name, bytes, moment), each content once; returns them by digest."""
    rows: dict[str, StoredFile] = {}
    for name, data, at in files:
        digest = hashlib.sha256(data).hexdigest()
        if digest in rows:
            continue
        path = path_of(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".new")
            temporary.write_bytes(data)
            temporary.replace(path)
        rows[digest] = StoredFile(digest=digest, name=name[:200], media="application/pdf", size=len(data), stored_at=at)
    StoredFile.objects.bulk_create(rows.values(), batch_size=500)
    return rows
