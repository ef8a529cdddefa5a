"""The one door for documents: what does not belong is refused by its content, with cause and remedy."""

import gzip
import io
import time
import zipfile
from functools import cache

import docx
import pytest

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.document import open_document
from gongjian.surfaces.inlets.sniff import SIZE_LIMIT

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def compound(stream: str) -> bytes:
    """The outline of an Office compound file that holds this stream."""
    return OLE + stream.encode("utf-16-le") + b"\x00" * 64


def package(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return buffer.getvalue()


def word(text: str = "确保完成144家高企申报。") -> bytes:
    source, buffer = docx.Document(), io.BytesIO()
    source.add_paragraph(text)
    source.save(buffer)
    return buffer.getvalue()


def rebuilt(data: bytes, replace: dict[str, bytes]) -> bytes:
    """A package with some parts replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return package({**{name: source.read(name) for name in source.namelist()}, **replace})


def refusal(name: str, data: bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        open_document(name=name, data=data)
    return refused.value


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf", "a.md", "a.html", "a.xyz"])
def test_empty(name: str) -> None:
    answer = refusal(name, b"")
    assert answer.code == "document.empty"
    assert str(answer) == f"文件“{name}”是空的(0字节)。请确认文件已保存完整,再重新上传。"


@pytest.mark.parametrize("data", [b"   \r\n\t \n", "\u3000\u3000\n".encode(), b"\xef\xbb\xbf", b"\xff\xfe"])
def test_blank(data: bytes) -> None:
    assert refusal("a.txt", data).code == "document.blank"
    assert refusal("a.md", data).code == "document.blank"


def test_blank_word_file() -> None:
    assert refusal("a.docx", word("   ")).code == "document.blank"


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.pdf"])
def test_sixty_megabytes_are_refused_before_anything_is_read(name: str) -> None:
    data = b"a" * (60 * 1024 * 1024)
    began = time.perf_counter()
    answer = refusal(name, data)
    assert time.perf_counter() - began < 0.2
    assert answer.code == "document.too-large"
    assert answer.cause == f"文件“{name}”大小为60.0MB,超过上限50MB"


def test_the_limit_is_a_parameter_and_inclusive() -> None:
    assert SIZE_LIMIT == 50 * 1024 * 1024
    assert open_document(name="a.txt", data=b"abc", limit=3).text == "abc"
    with pytest.raises(Refusal):
        open_document(name="a.txt", data=b"abcd", limit=3)


@pytest.mark.parametrize(
    ("name", "data", "code", "cause"),
    [
        ("要点.docx", compound("EncryptedPackage"), "document.locked", "文件“要点.docx”是设有打开密码的 Office 文件"),
        ("要点.doc", compound("WordDocument"), "document.old-word", "文件“要点.doc”是旧版 Word 或 WPS 文档(.doc/.wps)"),
        ("要点.wps", compound("WordDocument"), "document.old-word", "文件“要点.wps”是旧版 Word 或 WPS 文档(.doc/.wps)"),
        (
            "要点.docx",
            compound("WordDocument"),
            "document.old-word",
            "文件“要点.docx”是旧版 Word 或 WPS 文档(.doc/.wps)",
        ),
        (
            *("要点.txt", compound("WordDocument"), "document.old-word"),
            "文件“要点.txt”的扩展名是“.txt”,内容其实是旧版 Word 或 WPS 文档(.doc/.wps)",
        ),
        (
            "a.docx",
            package({"a.txt": b"x"}),
            "document.wrong-type",
            "文件“a.docx”的扩展名是“.docx”,内容其实是压缩包(.zip)",
        ),
        (
            "a.docx",
            b"PK\x03\x04" + b"junk" * 99,
            "document.wrong-type",
            "文件“a.docx”的扩展名是“.docx”,内容其实是压缩包(.zip)",
        ),
        (
            *("a.docx", package({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "document.wrong-type"),
            "文件“a.docx”的扩展名是“.docx”,内容其实是Excel 工作簿(.xlsx)",
        ),
        ("a.pdf", word(), "document.wrong-type", "文件“a.pdf”的扩展名是“.pdf”,内容其实是Word 文档(.docx)"),
        ("a.doc", word(), "document.wrong-type", "文件“a.doc”的扩展名是“.doc”,内容其实是Word 文档(.docx)"),
        ("a.docx", b"%PDF-1.7\n", "document.wrong-type", "文件“a.docx”的扩展名是“.docx”,内容其实是PDF 文件(.pdf)"),
        ("a.docx", "纯文本".encode(), "document.wrong-type", "文件“a.docx”的扩展名是“.docx”,内容其实是纯文本"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "document.wrong-type", "文件“a.txt”的扩展名是“.txt”,内容其实是图片"),
        ("a.txt", gzip.compress(b"x", mtime=0), "document.wrong-type", "文件“a.txt”的扩展名是“.txt”,内容其实是压缩包"),
        ("a.docx", b"{\\rtf1 x}", "document.wrong-type", "文件“a.docx”的扩展名是“.docx”,内容其实是RTF 文档(.rtf)"),
        ("a.docx", b"<html><body>x", "document.wrong-type", "文件“a.docx”的扩展名是“.docx”,内容其实是网页(.html)"),
        (
            "a.ofd",
            package({"OFD.xml": b""}),
            "document.wrong-type",
            "文件“a.ofd”的扩展名是“.ofd”,内容其实是OFD 版式文件(.ofd)",
        ),
        ("a.xyz", "正文".encode(), "document.unknown-type", "文件“a.xyz”的类型“.xyz”不能作为文稿读取"),
        ("要点", "正文".encode(), "document.unknown-type", "文件“要点”的类型“(无扩展名)”不能作为文稿读取"),
    ],
    ids=lambda value: "data" if isinstance(value, bytes) else None,  # an archive's bytes tell the time
)
def test_what_it_really_is(name: str, data: bytes, code: str, cause: str) -> None:
    answer = refusal(name, data)
    assert (answer.code, answer.cause) == (code, cause)
    assert (len(answer.remedy) > 8 and answer.remedy.startswith("请")) or "请" in answer.remedy


def test_old_word_is_told_what_to_do() -> None:
    assert refusal("要点.doc", compound("WordDocument")).remedy == "请用 Word 或 WPS 打开,另存为 .docx 后重新上传"


@cache
def bomb_file() -> bytes:
    return rebuilt(word(), {"word/media/image1.bin": b"\x00" * (450 * 1024 * 1024)})


def test_a_bomb_does_not_go_off() -> None:
    bomb = bomb_file()
    assert len(bomb) < 2**20
    answer = refusal("a.docx", bomb)
    assert answer.code == "document.bomb"
    assert answer.cause == "文件“a.docx”解压后超过400MB,远大于正常文件,为安全起见没有打开"


def test_a_bomb_that_lies_about_its_size() -> None:
    bomb = bomb_file()
    honest = (450 * 1024 * 1024).to_bytes(4, "little")
    assert honest in bomb
    lying = bomb.replace(honest, (100).to_bytes(4, "little"))
    assert refusal("a.docx", lying).code == "document.bomb"


def test_entity_declarations_are_refused() -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert refusal("a.docx", rebuilt(word(), {"word/document.xml": laughs})).code == "document.entities"
    wide = laughs.decode().encode("utf-16")
    assert refusal("a.docx", rebuilt(word(), {"word/document.xml": wide})).code == "document.entities"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_half_a_word_file(share: float) -> None:
    data = word()
    assert refusal("a.docx", data[: int(len(data) * share)]).code in ("document.wrong-type", "document.corrupt")


def test_a_word_file_with_a_broken_part() -> None:
    broken = refusal("a.docx", rebuilt(word(), {"word/document.xml": b"<w:document"}))
    assert broken.code == "document.corrupt"
    assert broken.cause == "文件“a.docx”已损坏或未下载完整,无法打开"


def test_every_flipped_byte_is_read_or_refused() -> None:
    data = word()
    for place in range(0, len(data), max(1, len(data) // 150)):
        spoilt = bytearray(data)
        spoilt[place] ^= 0xFF
        try:
            open_document(name="a.docx", data=bytes(spoilt))
        except Refusal as answer:
            assert answer.code.startswith("document.")
