"""Entry (记录): the base of every register's rows, with owner unit, row history and guarded bulk writes."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from gongjian.kernel.evidence.models import ProofState
from gongjian.kernel.people.models import Officer, Unit

if TYPE_CHECKING:
    from gongjian.kernel.registers.declare import Register
    from gongjian.kernel.registers.models import StageMove
    from gongjian.kernel.registers.offers import Offer

_writing: ContextVar[bool] = ContextVar("registers_writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Inside, bulk writes are allowed: their caller writes the history itself."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


class Entries(models.QuerySet[Any]):
    """Rows of a register; bulk writes outside `registers.take` would leave no history and are refused."""

    def _guard(self, what: str) -> None:
        if not _writing.get():
            raise RuntimeError(f"{what} on entries writes no history; use gongjian.kernel.registers.actions or take")

    def update(self, **kwargs: Any) -> int:
        self._guard("update")
        return super().update(**kwargs)

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[Any]:
        self._guard("bulk_create")
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._guard("bulk_update")
        return super().bulk_update(*args, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._guard("delete")
        return super().delete()


class EvidenceField(models.CharField):
    """The proof state of one evidence slot of an entry (申报回执, 施工许可证); the files are in `Evidence`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs["choices"] = ProofState.choices
        kwargs["default"] = ProofState.CLAIMED
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in ("choices", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


class Recorded(models.Model):
    """What every history row carries besides the row itself: the batch that wrote it, if one did."""

    history_batch = models.ForeignKey(
        "kernel.Batch", models.DO_NOTHING, null=True, blank=True, related_name="+", verbose_name="批次"
    )

    class Meta:
        abstract = True


class Entry(models.Model):
    """One row of a register. `revision` rises with every change: a form that is older is refused.

    `extra` holds the values of the columns that a zone has added (see `extra`), as x_... attributes of the row.
    """

    register: ClassVar[Register]
    offers_read: ClassVar[tuple[str, ...]] = ()
    """The rows of others that `offers` reads, as a prefetch names them."""
    offers_at: ClassVar[Collection[str]] = ()
    """The stages at which, or after a withdrawal of which, `offers` may have something to say."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    recorded_at = models.DateTimeField("登记时间", editable=False)
    extra = models.JSONField("自设栏目", default=dict, blank=True, editable=False)
    history = HistoricalRecords(inherit=True, bases=[Recorded])
    objects = Entries.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return " ".join(str(getattr(self, name)) for name in self.register.key)

    def warnings(self) -> list[str]:
        """What an officer should look at in this row, as full sentences; nothing is refused for it."""
        return []

    def offers(self, *, moves: Sequence[StageMove], on: date) -> list[Offer]:
        """The rows of other registers that ought to follow from its stage on the day `on`; `moves` are all of its moves."""
        return []

    def assured(self) -> dict[str, str]:
        """What was checked in this row and is right, by field name: {"credit_code": "校验码相符"}."""
        return {}

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        """How `text` is stored in the field `name`: codes in half width and capitals, say. Nothing else is altered."""
        return text

    @classmethod
    def alike_key(cls, name: str, value: str) -> str:
        """What two values of the field `name` have in common when they mean the same; "" for one that tells nothing."""
        return "".join(unicodedata.normalize("NFKC", value).split()).casefold()


def write(entry: Entry, *, by: Officer | None, at: datetime, reason: str = "") -> None:
    """Save a row and one history row with it; the history of one row is strictly later than what went before."""
    _stamp(entry, by=by, at=at, reason=reason)
    entry.save()


def delete(entry: Entry, *, by: Officer | None, at: datetime, reason: str = "") -> None:
    """Delete a row; one last history row tells of it."""
    _stamp(entry, by=by, at=at, reason=reason)
    entry.delete()


def _stamp(entry: Entry, *, by: Officer | None, at: datetime, reason: str) -> None:
    history: Any = type(entry).history.model._default_manager
    last = history.filter(id=entry.pk).order_by("-history_id").values_list("history_date", flat=True).first()
    written: Any = entry
    written._history_date = at if last is None or at > last else last + timedelta(microseconds=1)
    written._history_user = by
    written._change_reason = reason[:100] or None
