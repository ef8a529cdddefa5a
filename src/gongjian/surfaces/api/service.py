"""The interface as a whole: which registers there are, batches, and every register's own operations."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import NinjaAPI, Path, Schema
from ninja.renderers import JSONRenderer
from pydantic import Field

from gongjian import __version__
from gongjian.kernel import clock
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people import tokens
from gongjian.kernel.registers import access, batches
from gongjian.kernel.registers.declare import REGISTERS, Register, registers
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.undoing import undo as undo_batch
from gongjian.surfaces.api.faults import attend
from gongjian.surfaces.api.operations import REFUSALS, no_unknown
from gongjian.surfaces.api.registers import router_of
from gongjian.surfaces.api.security import Bearer, caller
from gongjian.surfaces.api.shapes import NO_NUL, Strict

DESCRIPTION = (
    "每个台账都可由程序读写:列出、筛选、读取、新增、修改、推进阶段、批量写入、修改记录。"
    "权限与令牌所属人员在页面上的权限相同,拒绝的理由也相同。金额等小数以文字给出,不损失精度。"
)
BATCH = Path(..., ge=1, le=2**63 - 1)


class Offered(Schema):
    """A register that the caller may use."""

    name: str
    label: str
    may_write: bool
    sensitive: bool


class BatchTold(Schema):
    """A unit of change: an imported sheet, a bulk edit, a program's writing."""

    id: int
    register_name: str
    kind: str
    state: str
    at: datetime
    by: str
    created: int
    changed: int
    unchanged: int
    refused: int
    reason: str


class Undoing(Strict):
    """Why a batch is taken back; `skip_changed` leaves rows alone that were changed since."""

    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    skip_changed: bool = False


class _Chinese(JSONRenderer):
    """Chinese characters as they are, not as numbers."""

    json_dumps_params = {"ensure_ascii": False}


def of_register(register: Register) -> NinjaAPI:
    """The operations of one register."""
    api = _interface(register.label, f"api-{register.name}")
    api.add_router(f"/registers/{register.name}", router_of(register))
    return api


def common() -> NinjaAPI:
    """The operations that belong to no single register."""
    api = _interface("台账和批次", "api")

    @api.get("/registers", response={200: list[Offered], **REFUSALS}, tags=["台账"], summary="可用的台账")
    @no_unknown
    def offered(request: HttpRequest) -> Any:
        """令牌可以读取的台账。"""
        by = caller(request, scope="read")
        token: Any = request.auth
        return [
            {
                "name": one.name,
                "label": one.label,
                "may_write": "write" in token.scopes and access.may(register=one, by=by, verb="register.write"),
                "sensitive": one.sensitive,
            }
            for one in registers()
            if access.may(register=one, by=by, verb="register.read")
            and (not token.registers or one.name in token.registers)
        ]

    @api.get("/batches/{int:number}", response={200: BatchTold, **REFUSALS}, tags=["批次"], summary="读取批次")
    @no_unknown
    def batch(request: HttpRequest, number: Annotated[int, BATCH]) -> Any:
        """一个批次的方式、状态和行数。"""
        found = _batch(request, number, scope="read")
        return _told(found)

    @api.post("/batches/{int:number}/undo", response={200: BatchTold, **REFUSALS}, tags=["批次"], summary="撤销批次")
    @no_unknown
    def undo(request: HttpRequest, number: Annotated[int, BATCH], body: Undoing) -> Any:
        """整批撤销:新增的行删去,修改的行改回;其后有人改过的,须写明 skip_changed 才跳过。"""
        found = _batch(request, number, scope="bulk")
        token: Any = request.auth
        made = undo_batch(
            batch=found, by=token.officer, at=clock.now(), reason=body.reason, skip_changed=body.skip_changed
        )
        return _told(made)

    return api


def _interface(title: str, namespace: str) -> NinjaAPI:
    api = NinjaAPI(
        title=f"攻坚接口:{title}",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        auth=Bearer(),
        renderer=_Chinese(),
        urls_namespace=namespace,
    )
    attend(api)
    return api


def _batch(request: HttpRequest, number: int, *, scope: str) -> Batch:
    by = caller(request, scope=scope)
    token: Any = request.auth
    found = batches.visible(by=by).filter(pk=number).first()
    if found is None or found.register not in REGISTERS:
        raise Refusal("batch.missing", f"没有编号为 {number} 的批次,或者您无权查看", "请核对编号")
    tokens.require(token=token, scope=scope, register=found.register)
    return found


def _told(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "register_name": batch.register,
        "kind": batch.kind,
        "state": batch.state,
        "at": batch.at,
        "by": str(batch.by),
        "created": batch.created,
        "changed": batch.changed,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
        "reason": batch.reason,
    }
