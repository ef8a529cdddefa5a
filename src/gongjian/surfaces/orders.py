"""Files that take a while: ordered by an officer, made by the background worker, fetched by that officer, gone after a day."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from django.conf import settings

from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.surfaces import jobs, progress

KEPT = timedelta(days=1)
_SORTS: dict[str, type[Order]] = {}


def new_token() -> str:
    """What an order is found by; nobody guesses it."""
    return secrets.token_hex(10)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One file that was ordered. A sort of order says what is in it, and how it is written."""

    sort: ClassVar[str]
    """Begins the codes of its refusals and the name of its work."""
    what: ClassVar[str]
    again: ClassVar[str]
    """Where to order it anew."""

    token: str
    by: int
    day: str
    kind: str
    name: str
    """What the file is called where it is downloaded; ends in the sort of file."""
    fault: str = ""
    rights: str = ""
    """The role and the unit in which the officer ordered it: in another one it is not theirs to fetch."""

    def __init_subclass__(cls) -> None:
        _SORTS[cls.sort] = cls

    def write(self, file: Any, *, by: Officer, say: progress.Say) -> None:
        """Write the file's content to an open file, telling how far it is."""
        raise NotImplementedError

    @property
    def told(self) -> str:
        """How much is in it: 1,200 行."""
        raise NotImplementedError

    @property
    def ending(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def work_name(self) -> str:
        """The name under which its work says how far it is."""
        return f"{self.sort}-{self.token}"

    @property
    def path(self) -> Path:
        """Where the finished file lies."""
        return _folder() / f"{self.token}.{self.ending}"

    @property
    def is_done(self) -> bool:
        """Whether the file is there; it is put there whole."""
        return self.path.exists()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: the file is there, or it failed."""
        return self.is_done or bool(self.fault)

    def begin(self) -> None:
        """Have the file made by the worker."""
        replace(self, rights=_rights(Officer.objects.get(pk=self.by))).keep()
        jobs.begin(name=self.work_name, task=make, argument=self.token, in_background=True)

    def keep(self) -> None:
        """Write down what was ordered, for the worker and for the page that waits."""
        path = _folder() / f"{self.token}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(self) | {"sort": self.sort}, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)

    @classmethod
    def found(cls, *, token: str, by: Officer) -> Self:
        """An order of this sort that this officer gave. Raises Refusal where there is none, or none any more."""
        gone = Refusal(f"{cls.sort}.gone", f"没有找到这份{cls.what},它保留一天后会删除", cls.again)
        if not token.isalnum():
            raise gone
        try:
            order = _kept(token)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise gone from error
        if not isinstance(order, cls) or order.by != by.pk or order.rights != _rights(by):
            raise gone
        return order


@jobs.jobs.task()
def make(name: str, token: str) -> None:
    """Write the file; it appears whole or not at all."""
    order = _kept(token)
    draft = order.path.with_suffix(".part")
    try:
        with progress.running(name=name) as say:
            with draft.open("wb") as file:
                order.write(file, by=Officer.objects.get(pk=order.by), say=say)
            draft.replace(order.path)
    except Refusal as refusal:
        replace(order, fault=refusal.sentence).keep()
    except Exception:
        jobs.log.exception("%s", order.work_name)
        replace(order, fault="系统出现内部错误,没有生成文件。请稍后重新生成。").keep()
    finally:
        draft.unlink(missing_ok=True)
    progress.clear(name=name)


def sweep(*, at: datetime) -> int:
    """Delete what lies longer than it is kept; returns how many files."""
    gone = 0
    for path in _folder().iterdir():
        if path.stat().st_mtime < (at - KEPT).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _rights(by: Officer) -> str:
    return f"{by.role}/{by.unit_id}"


def _kept(token: str) -> Order:
    said = json.loads((_folder() / f"{token}.json").read_text(encoding="utf-8"))
    sort: Callable[..., Order] = _SORTS[said.pop("sort")]
    return sort(**said)


def _folder() -> Path:
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
