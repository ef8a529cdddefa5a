"""问诊: what an officer or adviser found at an enterprise; the grades that no figure can give, with name and date.

Without them the verdict of 高新技术企业 stays 待问诊 with its whole interval of points. A grade is one number or a range of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.validators import MaxValueValidator
from django.db import models

from gongjian.ground.amounts import flag
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.errors import Refusal
from gongjian.kernel.people.models import Officer
from gongjian.kernel.registers.cells import Cells
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.registers.models import Batch
from gongjian.kernel.registers.take import judge


def points(label: str, most: int) -> models.PositiveSmallIntegerField[int | None, int | None]:
    """Points that the adviser gives, at most `most`."""
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(most)], help_text=f"0至{most}分;没有把握的留空"
    )


@register(
    "diagnosis",
    key=("enterprise", "graded_on"),
    filters=("adviser", "enterprise__industry", "unit__name"),
    columns=("enterprise", "graded_on", "adviser", "tech_field_confirmed", "ip_advance", "ip_support", "opinion", "unit"),
    search=("enterprise__name", "adviser"),
    sort=("-graded_on", "enterprise__name"),
    ranges=("graded_on",),
    synonyms={
        "enterprise": ("企业名称", "统一社会信用代码"),
        "graded_on": ("问诊时间", "诊断日期"),
        "adviser": ("专家", "顾问", "问诊专家"),
        "opinion": ("问诊意见", "诊断意见"),
    },
    sections={
        "问诊": ("enterprise", "graded_on", "adviser", "employer", "unit"),
        "资格": ("tech_field_confirmed", "tech_field_code", "is_resident", "not_prohibited"),
        "知识产权": ("ip_advance", "ip_support"),
        "研发组织管理": (
            "mgmt_a_low", "mgmt_a_high", "mgmt_b_low", "mgmt_b_high",
            "mgmt_c_low", "mgmt_c_high", "mgmt_d_low", "mgmt_d_high",
        ),
        "意见": ("opinion",),
    },
)  # fmt: skip
class Diagnosis(Entry):
    """One adviser's grades of one enterprise on one day; the latest count."""

    class Grade(models.TextChoices):
        A = "A", "A(高、强)"
        B = "B", "B(较高、较强)"
        C = "C", "C(一般)"
        D = "D", "D(较低、较弱)"
        E = "E", "E(无)"

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="diagnoses", verbose_name="企业")
    graded_on = models.DateField("问诊日期")
    adviser = models.CharField("问诊人", max_length=40, help_text="对评分负责的专家或干部姓名")
    employer = models.CharField("问诊人单位", max_length=80, blank=True)
    tech_field_confirmed = flag("主要产品属八大高新领域", help_text="须能落到《国家重点支持的高新技术领域》末级")
    tech_field_code = models.CharField("领域末级代码", max_length=20, blank=True)
    is_resident = flag("境内注册的居民企业")
    not_prohibited = flag("产品不属禁止、限制、淘汰类")
    ip_advance = models.CharField("技术的先进程度", max_length=1, choices=Grade.choices, blank=True)
    ip_support = models.CharField("对主要产品的核心支持作用", max_length=1, choices=Grade.choices, blank=True)
    mgmt_a_low = points("研发制度与投入核算(低)", 6)
    mgmt_a_high = points("研发制度与投入核算(高)", 6)
    mgmt_b_low = points("研发机构与产学研(低)", 6)
    mgmt_b_high = points("研发机构与产学研(高)", 6)
    mgmt_c_low = points("转化激励与双创平台(低)", 4)
    mgmt_c_high = points("转化激励与双创平台(高)", 4)
    mgmt_d_low = points("人才培养与绩效(低)", 4)
    mgmt_d_high = points("人才培养与绩效(高)", 4)
    opinion = models.TextField("意见和建议", blank=True)
    record = EvidenceField("问诊记录")

    class Meta:
        verbose_name = "企业问诊"

    def __str__(self) -> str:
        return f"{self.enterprise} {self.graded_on}"

    def warnings(self) -> list[str]:
        found = []
        for name in ("mgmt_a", "mgmt_b", "mgmt_c", "mgmt_d"):
            low, high = getattr(self, f"{name}_low"), getattr(self, f"{name}_high")
            label = str(self._meta.get_field(f"{name}_low").verbose_name).removesuffix("(低)")
            if (low is None) != (high is None):
                found.append(f"“{label}”只填了一端,不计分;请把高低两端都填上(可以相同)。")
            elif low is not None and high is not None and low > high:
                found.append(f"“{label}”低{low}分大于高{high}分,不计分,请核对。")
        return found


APPOINT_MOST = 2_000
"""How many enterprises one appointment is made for at most."""


def appoint(
    *,
    enterprises: Sequence[Enterprise],
    adviser: str,
    graded_on: date,
    by: Officer,
    at: datetime,
    today: date,
    employer: str = "",
) -> Batch:
    """One diagnosis without grades for each enterprise: who goes there, and when; written as one batch that can be undone.

    Raises Refusal, with nothing written: nobody chosen, no adviser, too many at once, or what the register says of a row.
    """
    if not enterprises:
        raise Refusal("diagnosis.none", "没有选择企业", "请勾选至少一家入库培育的企业")
    if len(enterprises) > APPOINT_MOST:
        raise Refusal("diagnosis.many", f"一次选择了{len(enterprises):,}家企业,超过{APPOINT_MOST:,}家", "请分批安排")
    if not adviser.strip():
        raise Refusal("diagnosis.adviser", "没有填写问诊人", "请填写对评分负责的专家或干部姓名")
    there = Diagnosis.objects.filter(graded_on=graded_on, enterprise__in=enterprises).select_related("enterprise")
    if first := there.first():
        raise Refusal(
            "diagnosis.twice",
            f"“{first.enterprise}”等{there.count()}家企业在{graded_on}已经有问诊记录",
            "请换一个日期,或去掉这些企业",
        )
    many = len(enterprises)
    columns: dict[str, list[object]] = {
        "enterprise": [one.credit_code or one.name for one in enterprises],
        "graded_on": [graded_on] * many,
        "adviser": [adviser.strip()] * many,
        "employer": [employer.strip()] * many,
    }
    cells = Cells(numbers=range(1, many + 1), columns=columns)
    taking = judge(register=Diagnosis.register, cells=cells, by=by, today=today)
    if refused := taking.rows_of("refused", most=1):
        raise refused[0].faults[0]
    return taking.write(by=by, at=at, kind=Batch.Kind.BULK, reason=f"安排问诊:{adviser.strip()} {graded_on}"[:200])
