"""One act, all of it or nothing: a transaction, and what is said where somebody else's at the same moment ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, transaction

from gongjian.kernel.errors import Refusal

DEADLOCK = "40P01"
"""PostgreSQL's code for two transactions that wait for each other, one of which it ends."""


def _refused(cause: str) -> Refusal:
    return Refusal("entry.at_once", f"{cause},没有改动任何内容", "请核对有关的记录后重新办理")


@contextmanager
def whole(*, refuse: Callable[[str], Refusal] = _refused) -> Iterator[None]:
    """A transaction around an act on rows that point at others, or that others may point at.

    Refused, with nothing written: where somebody removed such a row, or came to point at one that goes, after it was
    looked at (databases check relations as a transaction ends); and where PostgreSQL finds that it and another one
    wait for each other. `refuse` makes the refusal of a cause.
    """
    is_done = False
    try:
        with transaction.atomic():
            yield
            is_done = True
    except IntegrityError as error:
        if not is_done:
            raise
        raise refuse("与此关联的记录刚刚被他人新增引用、删除或合并") from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
            raise
        raise refuse("他人正在同一时刻写入相同的记录") from error
