"""Acts: every change leaves one line in the log; a verb cannot be logged without its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from gongjian.kernel.people.models import Act, Officer

VERBS: dict[str, str] = {
    "zone.created": "建立园区",
    "unit.saved": "保存单位",
    "officer.created": "新增人员",
    "officer.saved": "修改人员",
    "officer.password_reset": "重置密码",
    "officer.password_changed": "修改本人密码",
    "officer.transferred": "移交在办事项",
    "officer.deactivated": "停用人员",
    "officer.reactivated": "恢复人员",
    "people.imported": "导入单位和人员",
    "plan.imported": "导入工作要点",
    "plan.activated": "启用工作要点",
    "plan.consultation_opened": "发起征求意见",
    "plan.signed_off": "签发任务分解表",
    "commitment.proposed": "补录承诺",
    "commitment.confirmed": "确认承诺",
    "commitment.corrected": "更正承诺",
    "commitment.rejected": "不予立项",
    "commitment.split": "拆分承诺",
    "commitment.merged": "合并承诺",
    "commitment.reopened": "退回审阅",
    "commitment.assigned": "明确责任",
    "commitment.bound": "绑定指标",
    "commitment.scheduled": "调整序时进度",
    "commitment.retargeted": "调整目标",
    "commitment.shared_out": "分解目标",
    "commitment.commented": "留言",
    "commitment.instructed": "领导批示",
    "consultation.answered": "反馈意见",
    "consultation.resolved": "处理意见",
    "reported.entered": "填报进展",
    "reported.verified": "核实填报",
    "reported.returned": "退回填报",
    "evidence.uploaded": "上传佐证",
    "evidence.verified": "核实佐证",
    "evidence.returned": "退回佐证",
    "entry.created": "新增台账记录",
    "entry.changed": "修改台账记录",
    "entry.moved": "推进阶段",
    "entry.move_withdrawn": "撤回阶段",
    "entry.removed": "删除台账记录",
    "entry.commented": "留言",
    "entry.instructed": "领导批示",
    "entry.merged": "合并重复记录",
    "duplicates.dismissed": "认定不是重复",
    "duplicates.reconsidered": "撤销“不是重复”的认定",
    "verdict.decided": "人工认定",
    "verdict.withdrawn": "撤回人工认定",
    "figure.set": "设定本区数值",
    "figure.confirmed": "核实标准数值",
    "figure.window_set": "设定申报日期",
    "figure.ended": "截止本区设定",
    "figure.withdrawn": "撤回本区设定",
    "figure.taken_over": "导入本区设定",
    "register.imported": "导入台账",
    "register.changed_in_bulk": "批量修改台账",
    "register.batch_undone": "撤销批次",
    "register.opened": "查阅敏感台账",
    "register.exported": "导出台账",
    "view.saved": "保存常用视图",
    "view.removed": "删除常用视图",
    "token.issued": "发放接口令牌",
    "token.revoked": "停用接口令牌",
}


def subject_of(thing: Model) -> str:
    """The kind under which a thing's acts are filed: `commitment`, `entry:high-tech`..."""
    name = getattr(getattr(type(thing), "register", None), "name", "")  # an import batch has a field of that name
    return f"entry:{name}" if name else thing._meta.model_name or ""


def record(
    *,
    verb: str,
    thing: Model | None,
    by: Officer | None,
    at: datetime,
    note: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Act:
    """Append one line to the log; `changes` maps a field's Chinese name to [old, new] as they print."""
    if verb not in VERBS:
        raise KeyError(f"act verb {verb!r} has no sentence in VERBS")
    return Act.objects.create(
        verb=verb,
        by=by,
        at=at,
        subject_kind=subject_of(thing) if thing is not None else "",
        subject_id=thing.pk if thing is not None else None,
        note=note,
        changes={key: [_plain(old), _plain(new)] for key, (old, new) in (changes or {}).items()},
    )


def of(thing: Model) -> Any:
    """The acts on one thing, newest first."""
    return Act.objects.filter(subject_kind=subject_of(thing), subject_id=thing.pk).select_related("by")


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
