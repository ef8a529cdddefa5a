"""Refusals: every bad input is answered with a full Chinese sentence that says what, where, why and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the input the fault lies: sheet row and column, page or paragraph, all counted from 1."""

    sheet: str = ""
    row: int | None = None
    column: str = ""
    page: int | None = None
    paragraph: int | None = None

    def __str__(self) -> str:
        parts = []
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.page is not None:
            parts.append(f"第{self.page}页")
        if self.paragraph is not None:
            parts.append(f"第{self.paragraph}段")
        if self.row is not None:
            parts.append(f"第{self.row}行")
        if self.column:
            parts.append(f"“{self.column}”列")
        return "".join(parts)


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """A request that is not carried out; nothing has been changed.

    `code` is stable (`document.empty`), `cause` and `remedy` are full Chinese sentences without the final 。
    """

    def __init__(self, code: str, cause: str, remedy: str, *, place: Place | None = None) -> None:
        self.code = code
        self.cause = cause.rstrip("。")
        self.remedy = remedy.rstrip("。")
        self.place = place or Place()
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole answer: place, cause, remedy."""
        where = str(self.place)
        return f"{where + ':' if where else ''}{self.cause}。{self.remedy}。"


class Forbidden(Refusal):
    """The officer's role or unit does not allow the act."""

    def __init__(self, cause: str, remedy: str = "如确需办理,请联系督查室或系统管理员调整权限") -> None:
        super().__init__("policy.forbidden", cause, remedy)


class Stale(Refusal):
    """The row was changed by somebody else since the form was opened; what was typed is kept by the caller."""

    def __init__(self, cause: str, remedy: str = "请核对最新内容后重新保存,您填写的内容已保留") -> None:
        super().__init__("row.stale", cause, remedy)
