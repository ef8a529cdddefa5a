"""Packages are written piece by piece, and parts of another one taken over as they lie."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.surfaces.outlets.packages import bare, parts, rich

from gongjian.surfaces.outlets.book import Book
from gongjian.surfaces.outlets.package import pack, taken, unpacked

bodies = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="/\\\0:", exclude_categories=("Cc", "Cs")), min_size=1),
    st.one_of(st.binary(), st.lists(st.binary())),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(bodies)
def test_what_is_packed_is_read(given_parts: dict[str, bytes | list[bytes]]) -> None:
    data = b"".join(pack(given_parts.items()))
    found = {name: body if isinstance(body, bytes) else b"".join(body) for name, body in given_parts.items()}
    assert parts(data) == found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_part_is_taken_over_as_it_lies(method: int) -> None:
    buffer = io.BytesIO()
    body = bytes(range(256)) * 20_000
    with zipfile.ZipFile(buffer, "w", method, compresslevel=9) as package:
        package.writestr(zipfile.ZipInfo("xl/字.bin", (2024, 5, 6, 7, 8, 10)), body, method)
    data = buffer.getvalue()
    with zipfile.ZipFile(buffer) as package:
        part = taken(data=data, info=package.getinfo("xl/字.bin"))
    assert b"".join(unpacked(part, size=1 << 16)) == body
    assert max(map(len, unpacked(part, size=1 << 16))) <= 1 << 16
    copy = b"".join(pack([("xl/字.bin", part), ("b", b"2")]))
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        info = package.getinfo("xl/字.bin")
        assert (info.compress_size, info.date_time) == (part.info.compress_size, (2024, 5, 6, 7, 8, 10))
    assert parts(copy) == {"xl/字.bin": body, "b": b"2"}


def test_a_fault_while_a_part_is_made_is_not_hidden() -> None:
    def spoilt() -> Iterator[bytes]:
        yield b"1" * 1_000_000
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        b"".join(pack([("a", spoilt())]))


def test_sheets_are_found_by_name_and_in_order() -> None:
    book = Book(rich())
    assert (book.sheet(), book.sheet("二月")) == ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml")
    with pytest.raises(KeyError):
        book.sheet("三月")
    assert book.related(book.sheet(), "comments") == {"rId3": "xl/comments1.xml"}


def test_a_package_saved_unchanged_holds_the_same_parts() -> None:
    assert parts(Book(bare("")).save()) == parts(bare(""))
