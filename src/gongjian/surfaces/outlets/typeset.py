"""Punctuation as official papers print it: full width within Chinese text, as it is within numbers and addresses."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WIDE = {",": "\uff0c", ":": "\uff1a", ";": "\uff1b", "(": "\uff08", ")": "\uff09", "?": "\uff1f", "!": "\uff01"}
_MARKS = re.compile(r"[();?!]|,(?!\d{3}(?!\d))|(?<![0-9A-Za-z]):|:(?![/\d])")
"""Commas that part thousands, and colons of times and web addresses, stay."""


def typeset(words: str) -> str:
    """The same words with the punctuation of a printed Chinese sentence; a text without Chinese stays as it is."""
    if not _CHINESE.search(words):
        return words
    return _MARKS.sub(lambda found: _WIDE[found.group()], words)
