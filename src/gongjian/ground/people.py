"""人员: talents and foreign experts known by name; personal data, so every reading states its purpose and is logged."""

from __future__ import annotations

from django.db import models

from gongjian.ground import identity, likeness
from gongjian.ground.amounts import day, flag, money, quantity
from gongjian.ground.enterprises import Enterprise
from gongjian.kernel.people.policy import EVERYONE
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField

KEEPERS = frozenset({"supervisor", "unit_officer"})
PERMIT = (
    "work_permit_class",
    "work_permit_points",
    "work_permit_number",
    "work_permit_to",
    "months_per_year",
    "hsk_level",
    "is_taught_in_chinese",
    "is_outstanding",
    "local_points",
)
ABROAD = ("nationality", *PERMIT)
"""Fields asked of foreigners alone."""


@register(
    "person",
    key=("person_key",),
    filters=("category", "degree", "is_foreign", "work_permit_class", "unit__name"),
    leads="name",
    columns=("name", "person_key", "category", "degree", "title", "employer", "arrived_on", "unit"),
    search=("name", "person_key", "employer__name"),
    sort=("person_key",),
    scope="unit",
    ranges=("arrived_on",),
    lookups=("person_key", "name"),
    synonyms={
        "person_key": ("人才编号", "人员编号", "编号"),
        "name": ("姓名", "人才姓名"),
        "identity_number": ("身份证号", "身份证号码", "公民身份号码", "护照号", "证件号码"),
        "birth_date": ("出生年月", "出生日期"),
        "degree": ("学历", "学位", "学历学位"),
        "title": ("职称", "专业技术职务"),
        "employer": ("用人单位", "工作单位", "引进单位"),
        "arrived_on": ("引进时间", "到岗时间", "引进日期"),
        "annual_salary": ("年薪", "税前年薪"),
        "phone": ("手机", "电话", "手机号码"),
    },
    masked=("identity_number", "birth_date", "phone", "work_permit_number"),
    sensitive=True,
    readers=EVERYONE - {"viewer"},
    writers=KEEPERS,
    alike=("identity_number", "name", "phone"),
    sections={
        "人员": ("person_key", "name", "identity_number", "birth_date", "phone", "is_foreign", "nationality", "unit"),
        "学历与专业": ("degree", "degree_verified", "title", "skill_grade", "category", "exp_years"),
        "任职": ("employer", "arrived_on", "contract_from", "contract_to", "insured_since", "annual_salary"),
        "来华工作": PERMIT,
    },
    depends=dict.fromkeys(ABROAD, ("is_foreign", (True,))),
)
class Person(Entry):
    """One person, named everywhere else by `person_key`, never by an identity number."""

    class Degree(models.TextChoices):
        DOCTOR = "doctor", "博士"
        MASTER = "master", "硕士"
        BACHELOR = "bachelor", "本科"
        COLLEGE = "college", "专科"
        TECHNICIAN = "technician", "高技能"
        OTHER = "other", "其他"

    class Category(models.TextChoices):
        FOUNDER = "founder", "创业人才"
        INNOVATOR = "innovator", "创新人才"
        MANAGER = "manager", "经营管理人才"
        SKILLED = "skilled", "高技能人才"
        EXPERT = "expert", "柔性引进专家"

    class Skill(models.TextChoices):
        NONE = "none", "无"
        SENIOR_WORKER = "senior-worker", "高级工"
        TECHNICIAN = "technician", "技师"
        SENIOR_TECHNICIAN = "senior-technician", "国际最高等级技能证书或高级技师"

    class Permit(models.TextChoices):
        A = "a", "A类(高端人才)"
        B = "b", "B类(专业人才)"
        C = "c", "C类(其他人员)"

    person_key = models.CharField("人员标识", max_length=32, help_text="由登记单位编定,与证件号码无关")
    name = models.CharField("姓名", max_length=60)
    identity_number = models.CharField("身份证或护照号", max_length=30, blank=True)
    birth_date = day("出生日期")
    phone = models.CharField("联系电话", max_length=20, blank=True)
    is_foreign = flag("外国人")
    nationality = models.CharField("国籍", max_length=40, blank=True)
    degree = models.CharField("最高学历学位", max_length=12, choices=Degree.choices, blank=True)
    degree_verified = flag("学历已核验")
    title = models.CharField("职称职业资格", max_length=60, blank=True)
    category = models.CharField("人才类别", max_length=12, choices=Category.choices, blank=True)
    skill_grade = models.CharField(
        "职业技能等级", max_length=18, choices=Skill.choices, blank=True, help_text="按证书;核实没有证书的选“无”"
    )
    exp_years = quantity("相关工作年限", unit="年", places=1)
    employer = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="用人单位"
    )
    arrived_on = day("引进日期")
    contract_from = day("合同起始日")
    contract_to = day("合同终止日")
    insured_since = day("参保起始日")
    annual_salary = money("税前年薪")
    work_permit_class = models.CharField(
        "外国人类别", max_length=2, choices=Permit.choices, blank=True, help_text="外国人来华工作分类标准(试行)"
    )
    work_permit_points = models.PositiveSmallIntegerField(
        "计点积分", null=True, blank=True, help_text="许可决定所载;A类85分以上,B类60分以上"
    )
    work_permit_number = models.CharField("工作许可证号", max_length=30, blank=True)
    work_permit_to = day("工作许可有效期至")
    months_per_year = quantity("每年在华工作", unit="月", places=1)
    hsk_level = models.PositiveSmallIntegerField("汉语水平(HSK)", null=True, blank=True)
    is_taught_in_chinese = flag("曾具中国国籍或中文授课学历")
    is_outstanding = flag("名校、500强、专利或在华满5年", help_text="符合其中一项即加5分")
    local_points = models.PositiveSmallIntegerField("地方鼓励加分", null=True, blank=True, help_text="0至10分,按省定")
    permit = EvidenceField("证明材料")

    class Meta:
        verbose_name = "人员"

    def __str__(self) -> str:
        return self.name

    def warnings(self) -> list[str]:
        found = []
        if self.identity_number and not self.is_foreign:
            found.append(identity.fault(self.identity_number))
            born = identity.birth_date(self.identity_number)
            if born and self.birth_date and born != self.birth_date:
                found.append("出生日期与身份证号码不一致,请核对。")
        if self.contract_from and self.contract_to and self.contract_to < self.contract_from:
            found.append(f"合同终止日{self.contract_to}早于起始日{self.contract_from},请核对。")
        return [fault for fault in found if fault]

    @classmethod
    def tidied(cls, name: str, text: str) -> str:
        return identity.normalise(text) if name in ("identity_number", "work_permit_number") else text

    @classmethod
    def alike_key(cls, name: str, value: str) -> str:
        return likeness.phone(value) if name == "phone" else super().alike_key(name, value)
