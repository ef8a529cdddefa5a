"""What a program gets when something is refused: the stable code and the same sentence as on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from gongjian.kernel.errors import Forbidden, Refusal, Stale
from gongjian.kernel.people.tokens import NotRecognised


class Fault(Schema):
    """A refusal. `code` is stable; `row` and `column` say where in the request it lies."""

    code: str
    cause: str
    remedy: str
    row: int | None = None
    column: str = ""


class Refused(Schema):
    """The answer to a request that was not carried out; nothing has been changed."""

    fault: Fault
    faults: list[Fault] = Field(default_factory=list, description="各行各栏的问题")


class RefusedRows(Exception):  # noqa: N818
    """Some rows of a bulk request are refused; all their faults are answered."""

    def __init__(self, refusal: Refusal, faults: Sequence[dict[str, Any]]) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
        self.faults = faults


MISSING = frozenset({"entry.missing", "register.missing", "batch.missing"})


def fault_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the body's fault."""
    place = refusal.place
    return {
        "code": refusal.code,
        "cause": refusal.cause,
        "remedy": "请重新读取这一行,核对后再修改" if isinstance(refusal, Stale) else refusal.remedy,
        "row": place.row,
        "column": place.column,
    }


def status_of(refusal: Refusal) -> int:
    """401 without a key that works, 403 not allowed, 404 no such thing, 409 changed meanwhile, 422 otherwise."""
    if isinstance(refusal, NotRecognised):
        return 401
    if isinstance(refusal, Forbidden):
        return 403
    if isinstance(refusal, Stale) or refusal.code == "take.stale":
        return 409
    return 404 if refusal.code in MISSING else 422


_SAID = {
    "extra_forbidden": "不是这里的栏目",
    "missing": "没有写明",
    "less_than_equal": "不能大于{le}",
    "greater_than_equal": "不能小于{ge}",
    "string_too_long": "超过{max_length}个字",
    "too_long": "超过{max_length}项",
    "too_short": "少于{min_length}项",
    "string_too_short": "少于{min_length}个字",
    "literal_error": "只能是{expected}",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "string_type": "须为文字",
    "string_pattern_mismatch": "的写法不对,或有不可见的控制字符",
    "json_invalid": "不是正确的 JSON",
}


def _said(error: Any) -> str:
    """What is wrong with one value of a request."""
    kind = str(error["type"])
    if kind.startswith("date"):
        return "不是日期,请写成 2025-06-30"
    return _SAID.get(kind, "的格式或取值不对").format(**error.get("ctx", {}))


def attend(api: NinjaAPI) -> None:
    """Answer every refusal and every malformed request in the same shape."""

    def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
        return api.create_response(request, {"fault": fault_of(refusal), "faults": []}, status=status_of(refusal))

    def malformed(request: HttpRequest, error: Any) -> HttpResponse:
        found = [
            {
                "code": "api.invalid",
                "cause": f"请求中的“{'.'.join(map(str, one['loc'][1:])) or '内容'}”{_said(one)}"[:300],
                "remedy": "请按接口说明改正后重新提交",
                "row": None,
                "column": str(one["loc"][-1]),
            }
            for one in error.errors
        ]
        return api.create_response(request, {"fault": found[0], "faults": found[1:]}, status=422)

    def http(request: HttpRequest, error: Any) -> HttpResponse:
        code = 400 if error.status_code == 400 else error.status_code
        fault = {"code": "api.request", "cause": "请求读不出来", "remedy": "请检查地址、请求头和 JSON 格式"}
        return api.create_response(request, {"fault": fault, "faults": []}, status=code)

    def too_large(request: HttpRequest, error: Any) -> HttpResponse:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        fault = {"code": "api.too_large", "cause": f"请求的内容超过{most}MB", "remedy": "请分几次提交"}
        return api.create_response(request, {"fault": fault, "faults": []}, status=413)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        fault = {"code": "api.address", "cause": "没有这个接口地址", "remedy": "请核对接口说明中的地址"}
        return api.create_response(request, {"fault": fault, "faults": []}, status=404)

    def rows_refused(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(
            request, {"fault": fault_of(error.refusal), "faults": list(error.faults)}, status=422
        )

    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(RefusedRows, rows_refused)
    api.add_exception_handler(ValidationError, malformed)
    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(RequestDataTooBig, too_large)
    api.add_exception_handler(Http404, missing)
