"""A small zone for the tests of plan and reports: four units, one officer of each role, plans from a few sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from gongjian.kernel.people.models import Officer, Role, Unit, Zone
from gongjian.kernel.plan import review
from gongjian.kernel.plan.document import plain
from gongjian.kernel.plan.imports import Imported, import_plan
from gongjian.kernel.plan.models import Commitment, Plan
from gongjian.kernel.plan.reader import read

AT = datetime(2025, 6, 30, 9, tzinfo=UTC)
TODAY = date(2025, 6, 30)
PASSWORD = "gong-Jian-2025"
PDF = b"%PDF-1.4\n"

FIRST = """云湖开发区2025年工作要点
一、攻坚科技创新
壮大高企集群。确保完成144家高企申报,力争新增科创项目81个。构建全链条孵化体系。
二、攻坚项目建设
推进重大项目。确保松岭新材、白鹭冷链、青禾智控3个项目6月底前开工。全市排名力争进入前3名。规上工业增加值增长8%。
"""
SECOND = FIRST.replace("力争新增科创项目81个", "力争新增科创项目90个").replace(
    "构建全链条孵化体系。", "构建全链条孵化体系。新增省级平台5个。"
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who takes part: units and officers by what they do."""

    office: Unit
    science: Unit
    works: Unit
    park: Unit
    supervisor: Officer
    second: Officer
    scientist: Officer
    builder: Officer
    leader: Officer
    viewer: Officer
    auditor: Officer
    administrator: Officer

    def everybody(self) -> list[Officer]:
        """One officer of each role."""
        return [self.supervisor, self.scientist, self.leader, self.viewer, self.auditor, self.administrator]


def cast() -> Cast:
    """Creates the zone; `park` is a unit below `science`."""
    Zone.objects.create(name="云湖经济开发区", short_name="云湖", stands_at=TODAY)
    office = Unit.objects.create(name="督查室", order=1)
    science = Unit.objects.create(name="科技人才局", short_name="科技局", order=2)
    works = Unit.objects.create(name="建设局", order=3)
    park = Unit.objects.create(name="科创园服务中心", order=4, parent=science)

    def officer(username: str, name: str, role: str, unit: Unit | None) -> Officer:
        made = Officer(username=username, name=name, role=role, unit=unit, must_change_password=False)
        made.set_password(PASSWORD)
        made.save()
        return made

    return Cast(
        office=office,
        science=science,
        works=works,
        park=park,
        supervisor=officer("du", "督一", Role.SUPERVISOR, office),
        second=officer("du2", "督二", Role.SUPERVISOR, office),
        scientist=officer("ke", "科一", Role.UNIT_OFFICER, science),
        builder=officer("jian", "建一", Role.UNIT_OFFICER, works),
        leader=officer("wei", "卫主任", Role.LEADER, None),
        viewer=officer("kan", "看一", Role.VIEWER, works),
        auditor=officer("shen", "审一", Role.AUDITOR, None),
        administrator=officer("guan", "管一", Role.ADMINISTRATOR, None),
    )


def imported(*, by: Officer, text: str = FIRST, year: int = 2025) -> Imported:
    """A plan as it waits for review."""
    document = plain(name="要点.txt", text=text)
    reading = read(document, year=year)
    return import_plan(document=document, reading=reading, by=by, at=AT, year=year, data=text.encode())


def running(*, by: Officer, text: str = FIRST, year: int = 2025) -> Plan:
    """A plan with everything confirmed, put to use."""
    plan = imported(by=by, text=text, year=year).plan
    review.confirm_all(plan=plan, by=by, at=AT)
    review.activate(plan=plan, by=by, at=AT)
    return plan


def commitment(plan: Plan, words: str) -> Commitment:
    """The one commitment whose words contain `words`, not rejected."""
    rows = [c for c in plan.commitments.exclude(state=Commitment.State.REJECTED) if words in c.text]
    assert len(rows) == 1, [c.text for c in plan.commitments.all()]
    return rows[0]


def owned(c: Commitment, unit: Unit, *helping: Unit) -> Commitment:
    """The same commitment with its owner set."""
    c.owner = unit
    c.save()
    c.co_owners.set(helping)
    return c
