"""A program that calls the interface with an officer's token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from gongjian.kernel import clock
from gongjian.kernel.people import tokens
from gongjian.kernel.people.models import Officer

SCOPES = ("read", "write", "bulk")


class Program:
    """Calls with one token; answers are (status, body)."""

    def __init__(self, by: Officer, *scopes: str, registers: tuple[str, ...] = ()) -> None:
        _, self.key = tokens.issue(
            name="试验程序",
            scopes=scopes or SCOPES,
            registers=registers,
            expires_at=clock.now() + timedelta(days=1),
            by=by,
            at=clock.now(),
        )
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """One request below /api."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if body is None:
            answer = getattr(self.client, method)(f"/api{path}", query or None, headers=headers)
        else:
            answer = getattr(self.client, method)(
                f"/api{path}", body, content_type="application/json", headers=headers, query_params=query
            )
        return answer.status_code, answer.json()

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        """A reading."""
        return self.call("get", path, **query)

    def post(self, path: str, body: Any, **query: Any) -> tuple[int, Any]:
        """A writing."""
        return self.call("post", path, body, **query)

    def patch(self, path: str, body: Any, **query: Any) -> tuple[int, Any]:
        """A change."""
        return self.call("patch", path, body, **query)
