"""The OpenAPI description holds: whatever it allows is answered as it says, and nothing breaks the program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from tests.kernel.registers.entries import application, enterprise
from tests.surfaces.api.program import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.kernel.people.cast import Cast

EXAMPLES = 8
"""Cases for each operation; the registers' operations are made by the same few functions."""
REGISTERS = ("", "enterprise", "high-tech", "person", "visit")
"""None, one with masked fields, one with stages and relations, a sensitive one, the smallest."""


def serving(name: str) -> Callable[..., Iterable[bytes]]:
    """The program itself, with the description of one register at /openapi.json, as WSGI."""
    from django.core.wsgi import get_wsgi_application

    from gongjian.surfaces.api.door import description

    inner = get_wsgi_application()
    said = json.dumps(description(name)).encode()

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/openapi.json":
            start("200 OK", [("Content-Type", "application/json")])
            return [said]
        return inner(environ, start)  # type: ignore[no-any-return]

    return answer


@pytest.fixture
def same_connection() -> Iterator[None]:
    """Keep the test's own connection open between requests, as Django's test client does."""
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REGISTERS)
def test_every_operation_answers_as_described(cast: Cast, same_connection: None, name: str) -> None:
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    firm = enterprise(by=cast.supervisor, unit=cast.science, phone="13800001234")
    application(firm, by=cast.supervisor, unit=cast.science)
    headers = {"Authorization": f"Bearer {Program(cast.supervisor).key}"}
    described = schemathesis.openapi.from_wsgi("/openapi.json", serving(name))
    seen: dict[str, set[int]] = {}
    for result in described.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def probe(case: Any) -> None:
            answer = case.call(headers=headers)
            seen.setdefault(f"{case.method} {case.path}", set()).add(answer.status_code)
            case.validate_response(
                answer,
                checks=[
                    not_a_server_error,
                    status_code_conformance,
                    content_type_conformance,
                    response_schema_conformance,
                ],
            )

        probe()
    assert seen
    assert all(status < 500 for statuses in seen.values() for status in statuses)
