"""The demo's zone, units and officers, all with the one demo password."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from gongjian.demo import cast
from gongjian.demo.load.moments import OPENED_ON, moment
from gongjian.demo.story import AS_OF
from gongjian.kernel.people import acts
from gongjian.kernel.people.models import Officer, Role, Unit, Zone

PASSWORD = "yunhai-2025-demo"  # public on purpose: it opens invented data only
IMPORTER, REVIEWER, CHECKER = "ducha", "ducha2", "ducha3"
"""The three officers of the supervision office: who imports, who reviews and signs, who verifies."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Units by full name, officers by account name, the officers of each unit by its full name."""

    zone: Zone
    units: dict[str, Unit]
    officers: dict[str, Officer]
    desks: dict[str, list[Officer]]

    def desk(self, unit: str, turn: int = 0) -> Officer:
        """One of the unit's officers, taking turns."""
        there = self.desks[unit]
        return there[turn % len(there)]


def load_people(*, seed: int) -> People:
    """Create the zone, its 24 units and its 60 officers as of the day the system was taken into use."""
    at = moment(OPENED_ON)
    zone = Zone.objects.create(
        pk=1, name=cast.ZONE_NAME, short_name=cast.ZONE_SHORT_NAME, stands_at=AS_OF, is_synthetic=True
    )
    Zone.objects.update(created_at=at)
    units: dict[str, Unit] = {}
    for order, unit in enumerate(cast.UNITS, start=1):
        units[unit.name] = Unit.objects.create(
            name=unit.name,
            short_name=unit.short_name,
            aliases="\n".join(unit.aliases),
            parent=units.get(unit.parent),
            order=order,
        )
    digest = make_password(PASSWORD)
    made = Officer.objects.bulk_create(
        Officer(
            username=person.username,
            name=person.name,
            role=person.role,
            unit=units[person.unit],
            title=person.title,
            phone=person.phone,
            password=digest,
            must_change_password=False,
        )
        for person in cast.officers(seed=seed)
    )
    Officer.objects.update(created_at=at)
    desks: dict[str, list[Officer]] = defaultdict(list)
    for officer in made:
        if officer.role == Role.UNIT_OFFICER and officer.unit is not None:
            desks[officer.unit.name].append(officer)
    acts.record(verb="people.imported", thing=None, by=None, at=at, note=f"单位{len(units)}个,人员{len(made)}名")
    return People(zone=zone, units=units, officers={o.username: o for o in made}, desks=dict(desks))


def accounts() -> list[tuple[str, str, str]]:
    """The accounts to try the demo with: account name, password, and who that is."""
    return [
        (person.username, PASSWORD, f"{person.title} {person.name}({Role(person.role).label})")
        for person in cast.officers()
        if person.is_demo_account
    ]
