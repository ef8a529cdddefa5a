"""Plain text as offices save it: UTF-8, GB18030 (记事本 ANSI), UTF-16, Big5; newlines untouched."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from gongjian.kernel.errors import Refusal
from gongjian.kernel.plan.document import Document, Spot
from gongjian.surfaces.inlets.draft import refuse_blank

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_GUESSES = (("gb18030", "GB18030"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("big5hkscs", "Big5"))
_SAMPLE = 20_000
_GOOD_ENOUGH = 0.85


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A file's text without its byte-order mark, the encoding's name, and notes in full sentences."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(*, name: str, data: bytes) -> Decoded:
    """The text of a file in an unknown encoding; refused when no encoding gives a readable text."""
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            try:
                return _sound(name, Decoded(text=data[len(mark) :].decode(codec), encoding=label))
            except UnicodeDecodeError:
                break
    try:
        return _sound(name, Decoded(text=data.decode("utf-8"), encoding="UTF-8"))
    except (UnicodeDecodeError, Refusal):
        return _guess(name, data)


def open_text(*, name: str, data: bytes) -> Document:
    """A .txt file as a document; its text is the decoded file, each line a paragraph."""
    decoded = decode(name=name, data=data)
    refuse_blank(name=name, text=decoded.text)
    spots, start = [], 0
    for number, line in enumerate(decoded.text.split("\n"), 1):
        spots.append(Spot(start=start, paragraph=number))
        start += len(line) + 1
    return Document(
        name=name,
        text=decoded.text,
        digest=hashlib.sha256(data).hexdigest(),
        spots=tuple(spots),
        notes=decoded.notes,
    )


def _guess(name: str, data: bytes) -> Decoded:
    """The encoding under which the text reads most like Chinese or English; broken bytes of UTF-8 show as �."""
    tries: list[tuple[float, Decoded]] = []
    for codec, label in _GUESSES:
        if codec.startswith("utf-16") and len(data) % 2:
            continue
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        note = f"文件没有标明编码,按 {label} 读取;如有乱码,请另存为 UTF-8 后重新上传"
        tries.append((_likeness(text, traditional=label == "Big5"), Decoded(text=text, encoding=label, notes=(note,))))
    mended = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    if broken <= max(4, len(mended) // 500):  # one spoilt byte shows as up to three marks
        note = f"有{broken}处字节无法识别,在正文中显示为“\ufffd”,请核对原文"
        tries.append((_likeness(mended, traditional=False), Decoded(text=mended, encoding="UTF-8", notes=(note,))))
    score, best = max(tries, key=lambda found: found[0], default=(0.0, None))
    if best is None or score < _GOOD_ENOUGH:
        raise _unreadable(name)
    return _sound(name, best)


def _likeness(text: str, *, traditional: bool) -> float:
    """Share of characters (0 to 1) that common Chinese or English writing consists of."""
    sample = text[:_SAMPLE]
    common = _common(traditional)
    return sum(1 if found in common else -1 if _odd(found) else 0 for found in sample) / max(1, len(sample))


@lru_cache(maxsize=2)
def _common(traditional: bool) -> frozenset[str]:
    """ASCII, Chinese punctuation and the frequent characters: level 1 of GB 2312 or of Big5."""
    found = {chr(code) for code in range(32, 127)} | set("\t\r\n\f·—–‘’“”…×℃‰①②③④⑤⑥⑦⑧⑨⑩㎡②★●■◆○◎△▲") | {"\u3000"}
    found |= {chr(code) for code in (*range(0x3001, 0x3020), *range(0xFF01, 0xFF5F))}
    codec, leads, trails = (
        ("big5", range(0xA4, 0xC7), range(0x40, 0xFF))
        if traditional
        else ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF))
    )
    for lead in leads:
        for trail in trails:
            found.update(bytes((lead, trail)).decode(codec, errors="ignore"))
    return frozenset(found)


def _odd(found: str) -> bool:
    """Control characters and code points that no text file means."""
    code = ord(found)
    return code < 32 or 0x7F <= code < 0xA0 or 0xE000 <= code <= 0xF8FF or code in (0xFFFD, 0xFFFE, 0xFFFF)


def _sound(name: str, decoded: Decoded) -> Decoded:
    """Refuse bytes that decode but are no text: control characters among the letters."""
    strange = sum(1 for found in decoded.text if ord(found) < 32 and found not in "\t\n\r\f\v\x1a")
    if strange > len(decoded.text) / 500:
        raise _unreadable(name)
    return decoded


def _unreadable(name: str) -> Refusal:
    return Refusal(
        "document.not-text",
        f"文件“{name}”不是可读的文本(不是 UTF-8、GB18030、UTF-16 或 Big5 编码的文字)",
        "请用 Word 或 WPS 打开原文件,另存为 .docx 或 UTF-8 编码的 .txt 后重新上传",
    )
