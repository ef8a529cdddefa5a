"""Plain text in every encoding that offices use: the text and its offsets survive."""

import codecs
import os
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.kernel.errors import Refusal
from gongjian.surfaces.inlets.document import open_document
from gongjian.surfaces.inlets.text import decode

PLAN = (
    "一、攻坚科技创新\r\n壮大高企集群。抓牢“培育”,确保完成144家高企申报,增长8%以上。\n"
    "\n二、攻坚产业培育\n力争全年新增项目81个。\n"
)
MATERIAL = Path(os.environ.get("GONGJIAN_MATERIAL", Path(__file__).resolve().parents[3] / "../shared/material"))
NOISE = random.Random(7).randbytes(5000)
PLANS = sorted(MATERIAL.glob("plans/**/*.txt"))

readable = st.text(
    st.sampled_from("确保完成高企申报家以上年初项目的,。、“”()一二三0123456789abcXYZ %\n\r\t"),
    min_size=12,
    max_size=300,
).filter(lambda text: len(text.strip()) > 6 and sum("一" <= letter <= "鿿" for letter in text) * 2 > len(text))


@pytest.mark.parametrize(
    ("mark", "codec", "named"),
    [
        (b"", "utf-8", "UTF-8"),
        (codecs.BOM_UTF8, "utf-8", "UTF-8"),
        (b"", "gb18030", "GB18030"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
        (b"", "utf-16-le", "UTF-16"),
        (b"", "utf-16-be", "UTF-16"),
    ],
)
def test_the_text_is_the_decoded_file_with_its_newlines(mark: bytes, codec: str, named: str) -> None:
    data = mark + PLAN.encode(codec)
    assert decode(name="要点.txt", data=data).encoding == named
    document = open_document(name="要点.txt", data=data)
    assert document.text == PLAN
    assert document.media == "text/plain"
    offset = document.text.index("81个")
    assert (document.where(offset).paragraph, document.where(offset).page) == (5, None)
    assert document.where(0).paragraph == 1


def test_traditional_text_in_big5() -> None:
    text = "壯大高新技術企業集群,確保完成一百四十四家企業申報,爭當全市示範區。\n" * 3
    decoded = decode(name="a.txt", data=text.encode("big5"))
    assert (decoded.text, decoded.encoding) == (text, "Big5")


def test_a_guess_is_said() -> None:
    assert open_document(name="a.txt", data=PLAN.encode("gb18030")).notes == (
        "文件没有标明编码,按 GB18030 读取;如有乱码,请另存为 UTF-8 后重新上传",
    )
    assert open_document(name="a.txt", data=PLAN.encode()).notes == ()


def test_one_broken_byte_of_utf8_is_shown_not_guessed_away() -> None:
    data = bytearray((PLAN * 20).encode())
    data[data.index("确保".encode())] = 0xFF
    document = open_document(name="a.txt", data=bytes(data))
    broken = document.text.count("\ufffd")
    assert document.text.replace("\ufffd" * broken, "确", 1) == PLAN * 20
    assert document.notes == (f"有{broken}处字节无法识别,在正文中显示为“\ufffd”,请核对原文",)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200))
def test_any_text_in_utf8_survives(text: str) -> None:
    if not text.strip().strip("\ufeff\u200b"):
        return
    for mark in (b"", codecs.BOM_UTF8):
        data = mark + text.encode()
        assert decode(name="a.txt", data=data).text == (text if mark else text.removeprefix("\ufeff"))


@given(readable)
def test_chinese_text_survives_without_a_mark(text: str) -> None:
    assert open_document(name="a.txt", data=text.encode("gb18030")).text == text
    for codec in ("utf-16-le", "utf-16-be"):
        mark = codecs.BOM_UTF16_LE if codec.endswith("le") else codecs.BOM_UTF16_BE
        assert open_document(name="a.txt", data=mark + text.encode(codec)).text == text


@pytest.mark.skipif(not PLANS, reason="the material folder with real plans is not here")
def test_real_plans_in_four_encodings() -> None:
    for path in PLANS:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        assert open_document(name=path.name, data=path.read_bytes()).text == text
        for codec in ("gb18030", "utf-16", "utf-16-le"):
            assert open_document(name=path.name, data=text.encode(codec)).text == text, (path.name, codec)


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, NOISE[:4096], b"\x00" * 500, b"\xff\xfe" + NOISE[:2001]])
def test_binary_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        open_document(name="要点.txt", data=data)
    assert refused.value.code in ("document.not-text", "document.blank")
    assert "要点.txt" in refused.value.cause
