"""The rulebooks by what they are about, in the order in which an officer looks for them."""

from __future__ import annotations

from collections.abc import Iterable

from gongjian.kernel.rulebooks.rulebook import Rulebook

FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("高企与科技型", ("high-tech", "sti-sme")),
    ("优质中小企业", ("innovative-sme", "zjtx", "little-giant")),
    ("研发平台", ("technology-centre", "engineering-research", "engineering-technology")),
    ("知识产权", ("valuable-patent", "ip-advantage")),
    (
        "智能制造与工业互联网",
        (
            "smart-factory-basic", "smart-factory-advanced", "smart-factory-excellent", "cloud-star-3", "cloud-star-4",
            "cloud-star-5", "benchmark-factory",
        ),
    ),
    ("规上与临规", ("above-scale-monthly", "above-scale-annual", "near-scale")),
    ("载体", ("incubator", "maker-space")),
    ("人才", ("jiangsu-talent", "jiangsu-doctor", "jiangsu-team", "haian-talent", "open-bidding", "work-permit-a",
              "work-permit-b")),
)  # fmt: skip
OTHERS = "其他"


def grouped(books: Iterable[Rulebook]) -> list[tuple[str, list[Rulebook]]]:
    """The rulebooks under their family's title; one that no family names stands under 其他."""
    left = {book.name: book for book in books}
    found = [(title, [left.pop(name) for name in names if name in left]) for title, names in FAMILIES]
    found.append((OTHERS, list(left.values())))
    return [(title, named) for title, named in found if named]


def placed(name: str) -> int:
    """The place of a rulebook in that order."""
    names = [one for _, many in FAMILIES for one in many]
    return names.index(name) if name in names else len(names)
