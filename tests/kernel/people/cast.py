"""A small fixed cast: one officer of each role, two sister units, one of them with a unit below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from gongjian.kernel.people.models import Officer, Role, Unit, Zone
from gongjian.kernel.plan.models import Commitment, Passage, Plan

AT = datetime(2025, 6, 30, 8, 0, tzinfo=UTC)
TODAY = date(2025, 6, 30)
PASSWORD = "shiyan-2025-abc"


@dataclass
class Cast:
    """Who is there. `science` stands under `root`, `park` under `science`, `trade` beside it."""

    zone: Zone
    root: Unit
    science: Unit
    park: Unit
    trade: Unit
    leader: Officer
    supervisor: Officer
    clerk: Officer  # of science
    park_clerk: Officer
    trade_clerk: Officer
    viewer: Officer
    auditor: Officer
    administrator: Officer

    @property
    def by_role(self) -> dict[str, Officer]:
        """One officer of each role."""
        people = (self.leader, self.supervisor, self.clerk, self.viewer, self.auditor, self.administrator)
        return {person.role: person for person in people}


def make_cast() -> Cast:
    """Write the cast; every account has PASSWORD and has changed its first one."""
    zone = Zone.objects.create(pk=1, name="青岚经济开发区", short_name="青岚开发区")
    root = Unit.objects.create(name="青岚经济开发区管理委员会", short_name="管委会", order=1)
    science = Unit.objects.create(name="科技创新局", short_name="科创局", aliases="科技局", parent=root, order=2)
    park = Unit.objects.create(name="孵化园服务中心", parent=science, order=3)
    trade = Unit.objects.create(name="商务促进局", short_name="商促局", parent=root, order=4)

    def person(username: str, name: str, role: str, unit: Unit | None, **more: str) -> Officer:
        officer = Officer(username=username, name=name, role=role, unit=unit, must_change_password=False, **more)
        officer.set_password(PASSWORD)
        officer.save()
        return officer

    return Cast(
        zone=zone,
        root=root,
        science=science,
        park=park,
        trade=trade,
        leader=person("lingdao", "江望舒", Role.LEADER, root, title="管委会副主任"),
        supervisor=person("ducha", "陶知行", Role.SUPERVISOR, root),
        clerk=person("kechuang", "乔若谷", Role.UNIT_OFFICER, science, phone="13900001234"),
        park_clerk=person("fuhua", "丁一苇", Role.UNIT_OFFICER, park),
        trade_clerk=person("shangcu", "顾南星", Role.UNIT_OFFICER, trade),
        viewer=person("chakan", "方也", Role.VIEWER, trade),
        auditor=person("shenji", "卫正言", Role.AUDITOR, root),
        administrator=person("guanli", "石可为", Role.ADMINISTRATOR, root),
    )


def make_commitment(*, owner: Unit | None, leader: Officer | None = None, **more: object) -> Commitment:
    """One confirmed promise of a signed plan of 2025."""
    text = "确保完成高企申报144家"
    plan, _ = Plan.objects.get_or_create(
        year=2025,
        version=1,
        defaults={
            "title": "2025年工作要点",
            "state": Plan.State.SIGNED,
            "text": text,
            "digest": "0" * 64,
            "imported_at": AT,
        },
    )
    passage, _ = Passage.objects.get_or_create(
        plan=plan, order=1, defaults={"level": "sentence", "start": 0, "end": 12}
    )
    fields = {"state": Commitment.State.CONFIRMED, "kind": "quantity", "metric": "高企申报", "value": 144, "unit": "家"}
    return Commitment.objects.create(
        plan=plan, passage=passage, start=0, end=12, owner=owner, leader=leader, **{**fields, **more}
    )
