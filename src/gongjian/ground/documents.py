"""文件: policies, notices and minutes that rules, titles and duties refer to, with number, issuer and the text itself."""

from __future__ import annotations

import re

from django.db import models

from gongjian.ground.amounts import day
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField

_NUMBER = re.compile(r"[^\W\d_]+(〔\d{4}〕[1-9]\d*号)")
_BRACKETS = str.maketrans({"[": "〔", "]": "〕", "［": "〔", "］": "〕", "【": "〔", "】": "〕"})


@register(
    "document",
    key=("title", "issued_on"),
    filters=("kind", "issuer", "is_in_force", "unit__name"),
    columns=("title", "number", "kind", "issuer", "issued_on", "in_force_from", "is_in_force", "text", "unit"),
    search=("title", "number", "issuer"),
    sort=("-issued_on", "title"),
    ranges=("issued_on",),
    lookups=("number", "title"),
    synonyms={
        "title": ("文件标题", "文件名称", "标题", "名称"),
        "number": ("发文字号", "文件编号", "字号"),
        "kind": ("类型", "文种"),
        "issuer": ("发文单位", "制发机关", "印发单位"),
        "issued_on": ("发文日期", "成文日期", "印发日期"),
        "in_force_from": ("施行日期", "生效日期"),
        "is_in_force": ("是否有效", "有效性"),
    },
    sections={
        "文件": ("title", "number", "kind", "issuer", "unit"),
        "效力": ("issued_on", "in_force_from", "in_force_to", "is_in_force", "replaced_by"),
    },
    alike=("title", "number"),
)
class Document(Entry):
    """One document; its file is kept as evidence."""

    class Kind(models.TextChoices):
        LAW = "law", "法律法规"
        POLICY = "policy", "政策文件"
        NOTICE = "notice", "通知"
        MINUTES = "minutes", "会议纪要"
        REPLY = "reply", "批复"
        STANDARD = "standard", "标准规范"
        OTHER = "other", "其他"

    title = models.CharField("文件名称", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True, help_text="如海开管〔2026〕5号;没有文号的不填")
    kind = models.CharField("文件种类", max_length=10, choices=Kind.choices, blank=True)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    issued_on = models.DateField("成文日期")
    in_force_from = day("生效日期")
    in_force_to = day("失效日期")
    is_in_force = models.BooleanField("现行有效", null=True, blank=True)
    replaced_by = models.CharField("被何文件替代", max_length=200, blank=True)
    text = EvidenceField("文件原文")

    class Meta:
        verbose_name = "文件"

    def __str__(self) -> str:
        return self.title

    def warnings(self) -> list[str]:
        found = []
        if self.number and not _NUMBER.fullmatch(self.number):
            found.append(f"文号“{self.number}”不合“机关代字〔年份〕序号号”的写法(GB/T 9704-2012),请对照原文核对。")
        if self.is_in_force and self.replaced_by:
            found.append("登记为现行有效,却填了替代它的文件,请核对。")
        return found

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        return "".join(text.split()).translate(_BRACKETS) if name == "number" else text
