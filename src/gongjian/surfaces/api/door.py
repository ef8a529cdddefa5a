"""The way in for programs: leads every address below /api/ to its operation.

Each register's operations are made when a program first calls one of them, so that a process that serves pages alone
spends nothing on them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import Resolver404
from django.urls.resolvers import RegexPattern, URLResolver
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from gongjian.kernel.registers.declare import REGISTERS
from gongjian.surfaces.api.service import common, of_register

_ADDRESS = ("api.address", "没有这个接口地址", "请核对接口说明中的地址")
_METHOD = ("api.method", "这个地址不接受该请求方法", "请核对接口说明中的请求方法")


@csrf_exempt  # a program sends no cookie that could be stolen: without a token nothing is answered
def lead(request: HttpRequest, rest: str) -> HttpResponse:
    """The answer of the operation at this address; an address that is none gets a refusal of the same shape."""
    try:
        match = _addresses(_register_in(rest)).resolve(rest)
    except Resolver404:
        return _fault(_ADDRESS, status=404)
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if isinstance(answer, HttpResponseNotAllowed):
        return _fault(_METHOD, status=405, headers={"Allow": answer["Allow"]})
    return answer


@cache
def interface(name: str = "") -> NinjaAPI:
    """The operations of the register `name`, or ("") those that belong to none."""
    return of_register(REGISTERS[name]) if name else common()


@cache
def description(name: str = "") -> dict[str, Any]:
    """The OpenAPI description of `interface(name)`."""
    return dict(interface(name).get_openapi_schema(path_prefix="/api/"))


@cache
def _addresses(name: str) -> URLResolver:
    return URLResolver(RegexPattern(r"^"), interface(name).urls[0])


def _register_in(rest: str) -> str:
    parts = rest.split("/")
    return parts[1] if parts[0] == "registers" and len(parts) > 1 and parts[1] in REGISTERS else ""


def _fault(said: tuple[str, str, str], *, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    code, cause, remedy = said
    body = {"fault": {"code": code, "cause": cause, "remedy": remedy, "row": None, "column": ""}, "faults": []}
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})
