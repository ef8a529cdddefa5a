"""合作院校: universities and institutes with which the zone and its enterprises work (产学研合作)."""

from __future__ import annotations

from django.db import models

from gongjian.ground.amounts import day, whole
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField


@register(
    "partner",
    key=("name",),
    filters=("kind", "province"),
    columns=("name", "kind", "province", "fields", "signed_on", "agreed_to", "projects", "agreement", "unit"),
    search=("name", "fields", "liaison"),
    sort=("name",),
    ranges=("signed_on",),
    synonyms={
        "name": ("院校名称", "高校名称", "合作单位", "单位名称", "科研院所"),
        "kind": ("类型", "单位类型"),
        "province": ("所在地", "省份", "所在地区"),
        "fields": ("优势学科", "合作领域", "专业领域"),
        "signed_on": ("签约时间", "协议日期", "签订日期"),
        "phone": ("电话", "手机", "联系方式"),
    },
    masked=("phone",),
    alike=("name",),
)
class Partner(Entry):
    """One university or institute."""

    class Kind(models.TextChoices):
        UNIVERSITY = "university", "高等院校"
        INSTITUTE = "institute", "科研院所"
        NEW_INSTITUTE = "new-institute", "新型研发机构"
        HOSPITAL = "hospital", "医疗机构"
        ABROAD = "abroad", "境外机构"

    name = models.CharField("院校名称", max_length=120)
    kind = models.CharField("机构类型", max_length=14, choices=Kind.choices, blank=True)
    province = models.CharField("所在省市", max_length=30, blank=True)
    fields = models.CharField("优势领域", max_length=200, blank=True)
    liaison = models.CharField("联络人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    signed_on = day("签约日期")
    agreed_to = day("协议有效期至")
    projects = whole("在研合作项目(个)")
    agreement = EvidenceField("合作协议")

    class Meta:
        verbose_name = "合作院校"

    def __str__(self) -> str:
        return self.name
