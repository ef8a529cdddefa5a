"""The OpenAPI description holds: what it allows is answered as it says, what it forbids is refused with a sentence.

Every register is called as its description says and otherwise; five of different make more often than the rest, whose
operations are made by the same few functions. GONGJIAN_PROBE_SEED draws other examples than the usual ones.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from tests.conformance.examples import Examples
from tests.surfaces.api.program import Program

from gongjian.kernel.registers.declare import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.kernel.people.cast import Cast

CHOSEN = ("", "enterprise", "high-tech", "person", "visit")
"""What belongs to no register, one with masked fields, one with stages and relations, a sensitive one, the smallest."""
OFTEN = {"positive": 5, "negative": 8}
"""Cases for each operation of those; every other register's get one of each."""
SEED = os.environ.get("GONGJIAN_PROBE_SEED", "")
CHINESE = re.compile("[一-鿿]")


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
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("name", CHOSEN)
def test_every_operation_answers_as_described(cast: Cast, same_connection: None, name: str, mode: str) -> None:
    statuses = probe(name, mode, cast, most=OFTEN[mode], number=first_row(name, cast))
    assert {status for status in statuses if status >= 400} <= {400, 401, 403, 404, 405, 409, 422}
    if mode == "positive":
        assert statuses[200], "something is answered"
    else:
        assert any(status >= 400 for status in statuses), "something is refused"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(set(REGISTERS) - set(CHOSEN)))
def test_the_operations_of_every_other_register_do_so_too(cast: Cast, same_connection: None, name: str) -> None:
    number = first_row(name, cast)
    read = probe(name, "positive", cast, most=1, number=number)
    assert read[200] >= 4, "list, description, row, history"
    assert sum(probe(name, "negative", cast, most=1, number=number).values()) >= 7


def first_row(name: str, cast: Cast) -> int:
    """The number of a row of the register, so that the operations on one row have one; any number for none."""
    rows = Examples(by=cast.supervisor, units=[cast.science, cast.trade])
    return int(rows.row(REGISTERS[name], 1).pk) if name else 1


def probe(name: str, mode: str, cast: Cast, *, most: int, number: int) -> Counter[int]:
    """Call each operation of a register (or of none) so many times; how often each status was answered."""
    import schemathesis
    from schemathesis.core.parameters import ParameterLocation
    from schemathesis.generation import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    is_sensitive = bool(name) and REGISTERS[name].sensitive
    key = f"Bearer {Program(cast.supervisor).key}"
    described = schemathesis.openapi.from_wsgi("/openapi.json", serving(name))
    seen: Counter[int] = Counter()
    for result in described.get_all_operations():
        operation = result.ok()
        known = mode == "positive" and "{number}" in operation.path and name
        more: dict[str, Any] = {"path_parameters": {"number": number}} if known else {}

        def call(case: Any) -> None:
            is_keyless = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
            headers = {} if is_keyless else {"Authorization": key}
            if is_sensitive and mode == "positive" and not case.path.endswith("/description"):
                case.query["purpose"] = "核对台账的全部栏目"
            answer = case.call(headers=headers)
            seen[answer.status_code] += 1
            # what a shape cannot say (a key that exists already, a day to come) is refused with 422 as well
            case.validate_response(answer, headers=headers, excluded_checks=[positive_data_acceptance])
            if answer.status_code >= 400:
                fault = answer.json()["fault"]
                assert fault["code"] and CHINESE.search(fault["cause"]) and CHINESE.search(fault["remedy"]), fault

        drawn = settings(
            max_examples=most,
            phases=[Phase.generate],
            deadline=None,
            derandomize=not SEED,
            database=None,
            suppress_health_check=list(HealthCheck),
        )(given(case=operation.as_strategy(GenerationMode(mode), **more))(call))
        (seed(int(SEED))(drawn) if SEED else drawn)()
    return seen
