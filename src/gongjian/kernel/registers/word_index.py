"""The index behind search as you type: which rows may hold a word, told in a millisecond among a million.

It only ever proposes rows; the database decides. For each register it lies in a folder under `settings.SEARCH`, with a
small file beside it that says which folder is good and up to which line of the row history it reaches (the watermark).
Rows written since are proposed as well, so that an index that lags, or is not there at all, changes no answer.
Masked columns are not in it.

Texts are folded (half width, one case) and cut into single characters and overlapping pairs; a word of three characters
or more is looked for as a run of pairs, so that every place in a text is found, and nearly nothing else.
"""

from __future__ import annotations

import json
import operator
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy
from django.conf import settings
from django.db import models

from gongjian.kernel.people.models import Zone
from gongjian.kernel.registers.declare import Register

FORM = 3
"""Rises when texts are folded, cut or kept differently; older indexes are then built anew."""
PROPOSED_MOST = 12_000
"""With more rows than this the database searches by itself: it soon finds enough of them."""
CHANGED_MOST = 5000
"""With more rows than this written since, the index is too old to help."""
LATELY_MOST = 50
BEGINNING_MOST = 6
"""Characters of a text's beginning that the index tells apart."""
GAP = "\x1f"
"""Stands between two texts and for every blank: no word contains it."""


class _Folded(dict[int, str]):
    """Each character in half width and one case, found once."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).upper().casefold()
        self[code] = "".join(GAP if character.isspace() else character for character in plain)
        return self[code]


_FOLDED = _Folded()


def folded(text: str) -> str:
    """A text in half width and one case, character by character: what occurs in a text occurs in its folded form."""
    return text.translate(_FOLDED)


def indexed(register: Register) -> list[str]:
    """The register's own columns that the index holds: searched, of text or whole numbers, not masked."""
    kinds = (models.CharField, models.TextField, models.IntegerField)
    own = [path for path in register.search if "__" not in path and path not in register.masked]
    return [path for path in own if isinstance(register.field(path), kinds)]


def leading(register: Register) -> str:
    """The column by which the register's list is ordered, where the index tells how its texts begin; "" where not."""
    path = register.sort[0].removeprefix("-")
    if path not in indexed(register):
        return ""
    column = register.field(path)
    is_filled = isinstance(column, models.CharField) and not (column.null or column.blank or column.choices)
    return path if is_filled else ""


@dataclass(frozen=True, kw_only=True)
class State:
    """What the file beside the folders says: which folder is good, what is in it, and how far it reaches.

    `row` is the history line at the watermark; where the database has another one there, it is not the database that
    was indexed (a restored copy, another demo), and the index is not used.
    """

    folder: str
    watermark: int
    paths: list[str]
    row: list[str]
    zone: str
    leading: str = ""
    form: int = FORM


@dataclass(kw_only=True)
class _Opened:
    state: State
    mark: tuple[int, int]
    index: tantivy.Index
    common: dict[Any, Proposal] = field(default_factory=dict)
    """Words that too many rows hold, asked once: asking again would take as long."""
    lately: dict[Any, list[int]] = field(default_factory=dict)
    """What was found for the last words: a page, its count and its filters ask for the same."""


_OPENED: dict[Path, _Opened] = {}
_LOCK = Lock()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Numbers of rows that may hold the words: all of them, or (`is_whole` false) as many as were asked for."""

    numbers: list[int]
    is_whole: bool


def proposed(
    *,
    register: Register,
    words: Sequence[Sequence[str]],
    known_at: datetime | None = None,
    most: int = PROPOSED_MOST,
    not_led_by: str = "",
) -> Proposal | None:
    """The rows that may hold every word (each in any of its spellings), with all rows changed since the index was
    written or since `known_at`, if they are at most `most`; None when there is no index to ask.

    Without those whose text in the column `leading` begins with `not_led_by` (at most `BEGINNING_MOST` characters).
    """
    opened = _open(register)
    if opened is None:
        return None
    changed = _changed(register, opened.state, known_at)
    if changed is None:
        return None
    asked = (tuple(tuple(sorted({folded(spelling) for spelling in spellings})) for spellings in words), not_led_by)
    held = opened.common.get(asked)
    if held is not None and len(held.numbers) > most:
        return held
    try:
        found = opened.lately.get((asked, most)) or _found(opened.index, *asked, most)
    except (ValueError, OSError, RuntimeError):  # files lost or spoilt under the open index
        _OPENED.pop(state_path(register), None)
        return None
    if len(found) > most:
        told = Proposal(numbers=found, is_whole=False)
        if most == PROPOSED_MOST:
            opened.common[asked] = told
        return told
    if len(opened.lately) >= LATELY_MOST:
        opened.lately.clear()
    opened.lately[asked, most] = found
    return Proposal(numbers=sorted({*found, *changed}), is_whole=True)


def _found(index: tantivy.Index, asked: Sequence[Sequence[str]], not_led_by: str, most: int) -> list[int]:
    """The numbers of the rows that hold every word, at most one more than `most`."""
    searcher, schema = index.searcher(), index.schema
    parts = [(tantivy.Occur.Must, _any(schema, spellings)) for spellings in asked]
    if not_led_by:
        parts.append((tantivy.Occur.MustNot, tantivy.Query.term_query(schema, "begins", not_led_by, "basic")))
    query = tantivy.Query.const_score_query(tantivy.Query.boolean_query(parts), 1.0)
    hits = searcher.search(query, limit=most + 1, count=False).hits
    numbers = searcher.fast_field_values("id", [address for _, address in hits]) if hits else []
    return [int(number) for number in numbers if number is not None]


def _any(schema: tantivy.Schema, spellings: Sequence[str]) -> tantivy.Query:
    queries = [_occurs(schema, spelling) for spelling in spellings]
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _occurs(schema: tantivy.Schema, word: str) -> tantivy.Query:
    if not word:
        return tantivy.Query.all_query()
    if len(word) == 1:
        return tantivy.Query.term_query(schema, "ones", word, "basic")
    pairs = list(map(operator.add, word, word[1:]))
    if len(pairs) == 1:
        return tantivy.Query.term_query(schema, "pairs", pairs[0])
    return tantivy.Query.phrase_query(schema, "pairs", list(pairs))


def home() -> Path:
    """Where all indexes lie."""
    return Path(settings.SEARCH)


def state_path(register: Register) -> Path:
    """The file that says which index folder is good."""
    return home() / f"{register.name}.json"


def folder_of(register: Register, name: str) -> Path:
    """An index folder of a register."""
    return home() / register.name / name


def read_state(register: Register) -> State | None:
    """What the file says; None when it says nothing that still holds."""
    try:
        said = json.loads(state_path(register).read_text(encoding="utf-8"))
        state = State(**said)
    except (OSError, ValueError, TypeError):
        return None
    is_fit = (state.form, state.paths, state.leading) == (FORM, indexed(register), leading(register))
    return state if is_fit else None


def _open(register: Register) -> _Opened | None:
    """The index as the state file names it; the watermark is read before the index, never after it."""
    path = state_path(register)
    try:
        told = path.stat()
    except OSError:
        return None
    mark = (told.st_mtime_ns, told.st_ino)
    with _LOCK:
        held = _OPENED.get(path)
        if held is not None and held.mark == mark:
            return held
        state = read_state(register)
        if state is None:
            return None
        try:
            if held is not None and held.state.folder == state.folder:
                index, common = held.index, held.common
                index.reload()
            else:
                index, common = tantivy.Index.open(str(folder_of(register, state.folder))), {}
        except (ValueError, OSError):
            _OPENED.pop(path, None)
            return None
        _OPENED[path] = _Opened(state=state, mark=mark, index=index, common=common)
        return _OPENED[path]


def history_of(register: Register) -> Any:
    """The register's lines of history, in no order."""
    return register.model.history.model._default_manager.order_by()


def zone_of() -> str:
    """When this database's zone was made: another database, another moment."""
    made = Zone.objects.order_by("pk").values_list("created_at", flat=True).first()
    return made.isoformat() if made is not None else ""


def line_of(number: int, at: datetime) -> list[str]:
    """A line of history as the state keeps it."""
    return [str(number), at.isoformat()]


def _changed(register: Register, state: State, known_at: datetime | None) -> set[int] | None:
    """The rows with history lines beyond the watermark (or later than `known_at`); None when they are too many, or when
    this is not the database that was indexed."""
    if state.zone != zone_of():
        return None
    lines = history_of(register).filter(history_id__gte=state.watermark).order_by("history_id")
    read = list(lines.values_list("history_id", "id", "history_date")[: CHANGED_MOST + 2])
    if state.watermark:
        if not read or read[0][0] != state.watermark or line_of(*read[0][1:]) != state.row:
            return None
        read = read[1:]
    if len(read) > CHANGED_MOST:
        return None
    changed = {number for _, number, _ in read}
    if known_at is not None:
        later = history_of(register).filter(history_date__gt=known_at).values_list("id", flat=True)
        changed.update(later[: CHANGED_MOST + 1])
    return changed if len(changed) <= CHANGED_MOST else None
