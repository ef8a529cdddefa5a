"""Reading units and officers: the tree, each unit's officers, and what an officer's departure would leave behind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from gongjian.kernel.people import policy
from gongjian.kernel.people.models import Act, Officer, Unit, Zone

SYSTEM = "system"
"""The account under which the command line acts: an administrator who cannot log in and is in no list."""


@dataclass(kw_only=True)
class Branch:
    """A unit in the tree: `depth` 0 at the root; `officers` are those that the filter lets through."""

    unit: Unit | None
    depth: int
    officers: list[Officer] = field(default_factory=list)


def officers(*, by: Officer) -> QuerySet[Officer]:
    """All officers but the command line's own account."""
    policy.require(by=by, verb="people.read")
    return Officer.objects.exclude(username=SYSTEM).select_related("unit")


def officer(*, by: Officer, pk: int) -> Officer | None:
    """One officer; everybody may read the own account."""
    if by.pk != pk:
        policy.require(by=by, verb="people.read")
    return Officer.objects.exclude(username=SYSTEM).select_related("unit").filter(pk=pk).first()


def tree(*, by: Officer, search: str = "", role: str = "", state: str = "") -> list[Branch]:
    """Units in tree order with their officers, officers without a unit last.

    `search` looks in names, account, title and the unit's names; `state` is `active`, `inactive`, `new` (has not yet
    logged in) or "" for all. With a filter only units that have a match are returned.
    """
    found = officers(by=by)
    if role:
        found = found.filter(role=role)
    if state in {"active", "inactive"}:
        found = found.filter(is_active=state == "active")
    elif state == "new":
        found = found.filter(is_active=True, last_login=None)
    matching: set[int] = set()
    if words := search.split():
        for unit in Unit.objects.all():
            if all(any(word.casefold() in name.casefold() for name in unit.names) for word in words):
                matching.add(unit.pk)
        for word in words:
            text = Q(name__icontains=word) | Q(username__icontains=word) | Q(title__icontains=word)
            found = found.filter(text | Q(unit_id__in=matching))
    by_unit: dict[int | None, list[Officer]] = defaultdict(list)
    for person in found.order_by("-is_active", "id"):
        by_unit[person.unit_id].append(person)
    filtered = bool(search.strip() or role or state)
    branches = [
        Branch(unit=unit, depth=depth, officers=by_unit.get(unit.pk, []))
        for unit, depth in in_tree_order()
        if not filtered or unit.pk in by_unit or unit.pk in matching
    ]
    if None in by_unit:
        branches.append(Branch(unit=None, depth=0, officers=by_unit[None]))
    return branches


def in_tree_order() -> list[tuple[Unit, int]]:
    """Every unit with its depth, parents before children, siblings by `order`; a broken circle is listed at the end."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    units = list(Unit.objects.select_related("parent"))
    for unit in units:
        children[unit.parent_id].append(unit)
    listed: list[tuple[Unit, int]] = []

    def descend(parent: int | None, depth: int) -> None:
        for unit in children[parent]:
            listed.append((unit, depth))
            descend(unit.pk, depth + 1)

    descend(None, 0)
    seen = {unit.pk for unit, _ in listed}
    return listed + [(unit, 0) for unit in units if unit.pk not in seen]


def is_first_run() -> bool:
    """Whether nobody has set up anything: no zone, and no officer who could log in."""
    return not Zone.objects.exists() and not Officer.objects.exclude(username=SYSTEM).exists()


def log(*, by: Officer, subject_kind: str = "", subject_id: int | None = None) -> QuerySet[Act]:
    """The acts, newest first, for those who may read the log; with a subject only its own."""
    policy.require(by=by, verb="audit.read")
    found = Act.objects.select_related("by", "by__unit")
    if subject_kind:
        found = found.filter(subject_kind=subject_kind)
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    return found
