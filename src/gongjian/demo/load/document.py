"""The example plan as a document: the same text, headings and bold leads that the markdown inlet makes of its file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from gongjian.kernel.plan.document import Block, Document, Spot

PLAN_FILE = Path(__file__).resolve().parents[1] / "plan-2025.md"
_HEADING = re.compile(r"(#{1,6}) +(.+)")
_LEAD = re.compile(r"\*\*([^*]+)\*\*")


def plan_document(*, data: bytes) -> Document:
    """The plan's markdown; the example uses three marks only: headings, bold leads, a blank line between all."""
    text, spots, blocks = "", [], []
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", data.decode("utf-8")) if part.strip()]
    for number, paragraph in enumerate(paragraphs, start=1):
        text += "\n" if text else ""
        start = len(text)
        spots.append(Spot(start=start, paragraph=number))
        if heading := _HEADING.fullmatch(paragraph):
            text += heading[2]
            blocks.append(Block(start=start, end=len(text), level=len(heading[1])))
        elif lead := _LEAD.match(paragraph):
            text += lead[1] + paragraph[lead.end() :]
            blocks.append(Block(start=start, end=start + len(lead[1]), level=0))
        else:
            text += paragraph
    return Document(
        name=PLAN_FILE.name,
        text=text,
        digest=hashlib.sha256(data).hexdigest(),
        media="text/markdown",
        spots=tuple(spots),
        blocks=tuple(blocks),
    )
