"""认定事项: what a named person found true of an enterprise, a carrier or a person that no other register records.

Many criteria ask for such findings (技术创新体系健全, 典型孵化案例数, 税务社保登记): each is one fact of a rulebook, and one row
here answers it with yes, no or a number, until it expires. The latest one in force on the day of filing counts. Each kind of
subject has its own register, with the permission and the care that its subjects ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db import models

from gongjian.ground import facts, facts_carriers, facts_people
from gongjian.ground.amounts import day, flag
from gongjian.ground.enterprises import Enterprise
from gongjian.ground.people import KEEPERS, Person
from gongjian.ground.sites import Site
from gongjian.kernel.people.policy import EVERYONE
from gongjian.kernel.registers.declare import register
from gongjian.kernel.registers.entry import Entry, EvidenceField
from gongjian.kernel.rulebooks.facts import Facts, FactSpec, Kind

F = TypeVar("F", bound=type[Entry])


def _items(known: Facts, name: str) -> list[tuple[str, str]]:
    return [(spec.name, spec.label) for spec in known if spec.source is not None and spec.source.register == name]


def items() -> list[tuple[str, str]]:
    """The facts of enterprises that are recorded here, by name, with what they are called."""
    return _items(facts.FACTS, facts.ASSESSED)


def site_items() -> list[tuple[str, str]]:
    """The same of carriers."""
    return _items(facts_carriers.FACTS, facts_carriers.ASSESSED)


def person_items() -> list[tuple[str, str]]:
    """The same of persons."""
    return _items(facts_people.FACTS, facts_people.ASSESSED)


def talent_items() -> list[tuple[str, str]]:
    """The same of talent projects."""
    return _items(facts_people.PROJECTS, facts_people.PROJECT_ASSESSED)


def findings(name: str, subject: str, *heads: str, known_by: str = "name", **more: Any) -> Callable[[F], F]:
    """Declare a register of findings on `subject` (a foreign key), which sheets also head `heads`."""
    return register(
        name,
        key=(subject, "item", "assessed_on"),
        filters=("item", "answer", *more.pop("filters", ()), "unit__name"),
        columns=(subject, "item", "answer", "number", "assessed_on", "adviser", "valid_until", "record", "unit"),
        search=(f"{subject}__name", "adviser"),
        sort=("-assessed_on", f"{subject}__{known_by}"),
        ranges=("assessed_on", "valid_until"),
        synonyms={
            subject: heads,
            "item": ("事项", "认定项目"),
            "assessed_on": ("认定时间", "评定日期"),
            "answer": ("认定结论", "是否符合"),
            "adviser": ("专家", "认定责任人"),
            "valid_until": ("有效期", "失效日期"),
        },
        sections={
            "事项": (subject, "item", "answer", "number"),
            "认定": ("assessed_on", "adviser", "employer", "valid_until", "remark", "unit"),
        },
        **more,
    )


class Finding(Entry):
    """One person's finding on one fact of one subject on one day; `item` and the subject are the register's own."""

    FACTS: ClassVar[Facts]
    """The facts of which `item` names one."""
    item: Any

    answer = flag("是否具备", help_text="“是否”一类的事项填这一栏")
    number = models.DecimalField(
        "认定数值",
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="个数、分数、金额一类的事项填这一栏",
    )
    assessed_on = models.DateField("认定日期")
    adviser = models.CharField("认定责任人", max_length=40, help_text="对结论负责的专家或干部姓名")
    employer = models.CharField("认定人单位", max_length=80, blank=True)
    valid_until = day("有效期至", help_text="当日仍有效;长期有效的留空")
    remark = models.CharField("说明", max_length=200, blank=True)
    record = EvidenceField("认定依据")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        label = dict(self._meta.get_field("item").flatchoices).get(self.item, "")
        return f"{getattr(self, self.register.key[0])} {label}"

    @property
    def spec(self) -> FactSpec | None:
        """The fact that it answers."""
        return self.FACTS.specs.get(self.item)

    def warnings(self) -> list[str]:
        found = []
        if self.spec is not None:
            is_flag = self.spec.kind is Kind.FLAG
            if (self.answer if is_flag else self.number) is None:
                column = "是否具备" if is_flag else f"认定数值({self.spec.unit or '无单位'})"
                found.append(f"“{self.spec.label}”要填“{column}”,现在是空的,测算时仍算待问诊。")
            if self.spec.kind is Kind.COUNT and self.number is not None and self.number % 1:
                found.append(f"“{self.spec.label}”应为整数,{self.number}不计入测算,请核对。")
        if self.valid_until and self.assessed_on and self.valid_until < self.assessed_on:
            found.append(f"有效期至{self.valid_until}早于认定日期{self.assessed_on},请核对。")
        return found


@findings(facts.ASSESSED, "enterprise", "企业名称", "统一社会信用代码")
class Assessment(Finding):
    """A finding on an enterprise."""

    FACTS = facts.FACTS

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="assessments", verbose_name="企业")
    item = models.CharField("认定事项", max_length=40, choices=items)

    class Meta:
        verbose_name = "认定事项"


@findings(facts_carriers.ASSESSED, "site", "载体名称", "孵化器名称", filters=("site__kind",))
class SiteAssessment(Finding):
    """A finding on a carrier."""

    FACTS = facts_carriers.FACTS

    site = models.ForeignKey(Site, models.PROTECT, related_name="assessments", verbose_name="载体")
    item = models.CharField("认定事项", max_length=40, choices=site_items)

    class Meta:
        verbose_name = "载体认定事项"


@findings(
    facts_people.ASSESSED,
    "person",
    "人才编号",
    "人员编号",
    "人员标识",
    known_by="person_key",
    scope="unit",
    readers=EVERYONE - {"viewer"},
    writers=KEEPERS,
    sensitive=True,
)
class PersonAssessment(Finding):
    """A finding on a person: kept as the person is, read with a purpose that is stated and logged."""

    FACTS = facts_people.FACTS

    person = models.ForeignKey(Person, models.PROTECT, related_name="assessments", verbose_name="人员")
    item = models.CharField("认定事项", max_length=40, choices=person_items)

    class Meta:
        verbose_name = "人员认定事项"
