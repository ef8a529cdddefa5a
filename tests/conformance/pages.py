"""Reads what the pages of registers show."""

from __future__ import annotations

from typing import Any

from lxml import html


def text(response: Any) -> str:
    """The page's own part, without the frame."""
    page = str(response.content.decode())
    return page.partition("<main")[2] or page


def told(response: Any) -> str:
    """The refusal on a page, or its status, for the message of a failing test."""
    if response.status_code == 302:
        return f"302 {response.headers['Location']}"
    found = html.fromstring(response.content).xpath('//*[contains(@class,"refusal") or contains(@class,"fault")]')
    return f"{response.status_code} " + " ".join(" ".join(one.text_content().split()) for one in found)[:400]


def pks(response: Any) -> list[int]:
    """The numbers of a list's rows, in order."""
    return [int(pk) for pk in html.fromstring(response.content).xpath("//tbody/tr[@data-pk]/@data-pk")]


def heads(response: Any) -> list[str]:
    """The names of a list's columns."""
    return [str(name) for name in html.fromstring(response.content).xpath("//thead//th/@data-name")]


def cells(response: Any) -> dict[int, list[str]]:
    """What a list shows, by row number."""
    rows = html.fromstring(response.content).xpath("//tbody/tr[@data-pk]")
    return {int(row.get("data-pk")): [plain(td.text_content()) for td in row.xpath("td[@data-f]")] for row in rows}


def printed(response: Any) -> list[list[str]]:
    """The rows of a print, without their numbers."""
    rows = html.fromstring(response.content).xpath('//section[contains(@class,"printed")]//table/tbody[not(@class)]/tr')
    return [[plain(td.text_content()) for td in row.xpath("td")[1:]] for row in rows]


def plain(words: str) -> str:
    """A text as it is read, without the breaks of its source."""
    return " ".join(words.split())


def mark(response: Any) -> str:
    """The mark of what a preview showed."""
    return str(html.fromstring(response.content).xpath('//input[@name="seen"]/@value')[0])
