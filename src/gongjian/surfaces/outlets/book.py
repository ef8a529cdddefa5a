"""Somebody else's workbook as a package: which part holds which sheet, what belongs to it, what is added or changed."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from itertools import count
from typing import Any

from lxml import etree

from gongjian.surfaces.outlets.package import Body, Taken, pack, taken, unpacked

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_TYPES, _LINKS = f"{{{_PACKAGE}content-types}}", f"{{{_PACKAGE}relationships}}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_TYPES_PART = "[Content_Types].xml"


class Book:
    """A .xlsx or .xlsm whose parts are replaced or added one by one; all others stay byte for byte.

    Raises ValueError or KeyError for a package without the parts that make a workbook.
    """

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self._parts: dict[str, Taken] = {info.filename: taken(data=data, info=info) for info in package.infolist()}
        self._changed: dict[str, Body] = {}
        office = next(iter(self.related("", "officeDocument").values()), None)
        if office is None:
            raise KeyError("officeDocument")
        self.workbook = office

    def sheet(self, name: str | None = None) -> str:
        """The part of the worksheet of that name, of the first one without a name; KeyError where there is none."""
        worksheets = self.related(self.workbook, "worksheet")
        for element in self.tree(self.workbook).iter("{*}sheet"):
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            if link in worksheets and name in (None, element.get("name")):
                return worksheets[link]
        raise KeyError(name)

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that `part` refers to as `kind` (the last word of the relation's type), by the reference's id."""
        links = _links_of(part)
        if not self.holds(links):
            return {}
        return {
            link.get("Id", ""): posixpath.normpath(
                posixpath.join("/", posixpath.dirname(part), link.get("Target", ""))
            )[1:]
            for link in self.tree(links)
            if link.get("Type", "").rsplit("/", 1)[-1] == kind and link.get("TargetMode") != "External"
        }

    def holds(self, part: str) -> bool:
        """Whether the package has that part."""
        return part in self._parts or part in self._changed

    def named(self, ending: str) -> list[str]:
        """Names of all parts that end so."""
        return [name for name in (*self._parts, *self._changed) if name.endswith(ending)]

    def chunks(self, part: str) -> Iterator[bytes]:
        """The part as the user sent it, a piece at a time."""
        return unpacked(self._parts[part])

    def read(self, part: str) -> bytes:
        """The whole part, with what has been changed."""
        body = self._changed.get(part)
        return body if isinstance(body, bytes) else b"".join(self.chunks(part))

    def tree(self, part: str) -> Any:
        """The part as an XML tree."""
        return etree.fromstring(self.read(part), _PARSER)

    def put(self, part: str, body: Body) -> None:
        """Replace or add a part; a body that is not bytes is read once, when the package is written."""
        self._changed[part] = body

    def put_tree(self, part: str, tree: Any) -> None:
        """Replace or add a part given as an XML tree."""
        self.put(part, _as_file(tree))

    def put_tree_later(self, part: str, tree: Any) -> None:
        """As `put_tree`, but the tree may still change until the part is written."""
        self.put(part, (_as_file(one) for one in [tree]))

    def add(self, part: str, *, owner: str, relation: str, content_type: str) -> str:
        """Tell the package of a new part that `owner` refers to; returns the reference's id. `relation` is its full type.

        The content type goes to the file's ending for .vml, to the part for all others.
        """
        links_part = _links_of(owner)
        links = (
            self.tree(links_part)
            if self.holds(links_part)
            else etree.Element(f"{_LINKS}Relationships", nsmap={None: _LINKS[1:-1]})
        )
        taken_ids = {link.get("Id") for link in links}
        key = next(f"rId{number}" for number in range(1, len(taken_ids) + 2) if f"rId{number}" not in taken_ids)
        target = posixpath.relpath(f"/{part}", posixpath.join("/", posixpath.dirname(owner)))
        etree.SubElement(links, f"{_LINKS}Relationship", Id=key, Type=relation, Target=target)
        self.put_tree(links_part, links)
        types = self.tree(_TYPES_PART)
        if part.endswith(".vml"):
            if not any(entry.get("Extension", "").lower() == "vml" for entry in types):
                types.insert(0, etree.Element(f"{_TYPES}Default", Extension="vml", ContentType=content_type))
        else:
            etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{part}", ContentType=content_type)
        self.put_tree(_TYPES_PART, types)
        return key

    def free_name(self, pattern: str, *, first: str = "1") -> str:
        """The first name of the pattern (with {}) that no part has: with `first`, then 2, 3 and so on."""
        return next(name for n in count(1) if not self.holds(name := pattern.format(first if n == 1 else n)))

    def save(self, *, last: str = "") -> bytes:
        """The package as bytes; the part named `last` is written after all others, when those have been read."""
        names = [*self._parts, *(name for name in self._changed if name not in self._parts)]
        order = sorted(names, key=lambda name: name == last)
        return b"".join(pack((name, self._changed.get(name, self._parts.get(name, b""))) for name in order))


def _as_file(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
