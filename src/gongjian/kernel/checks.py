"""System checks over the declarations: a wrong key, filter, evidence name, indicator or rulebook is said with a hint."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import FieldDoesNotExist

from gongjian.kernel.indicators.declare import INDICATORS, Count
from gongjian.kernel.registers.declare import EXTRA_FAULTS, REGISTERS
from gongjian.kernel.rulebooks import faults

RESERVED = {
    *(
        "q",
        "order",
        "then",
        "fall",
        "cols",
        "view",
        "ids",
        "after",
        "before",
        "end",
        "start",
        "print",
        "part",
        "counts",
    ),
    *("counted", "limit", "pick", "known_at", "purpose", "indicator", "as_of", "commitment"),
}
"""What the addresses of lists (pages and interface) say besides filters."""


@register()
def check_registers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every name in a register's declaration is a field of its entry."""
    found: list[CheckMessage] = []
    for item in REGISTERS.values():
        names = [(n, "key") for n in item.key] + [(n, "columns") for n in item.columns]
        names += [(n.split("__")[0], "filters") for n in item.filters] + [
            (n.split("__")[0], "search") for n in item.search
        ]
        names += [(n.lstrip("-").split("__")[0], "sort") for n in item.sort] + [(n, "synonyms") for n in item.synonyms]
        names += [(n, "masked") for n in item.masked] + [(n, "ranges") for n in item.ranges]
        names += [(n, "lookups") for n in item.lookups] + [(n, "alike") for n in item.alike]
        names += [(n, "sections") for fields in item.sections.values() for n in fields]
        names += [(n, "depends") for n, (on, _) in item.depends.items() for n in (n, on)]
        names += [(n, "panels") for panel in item.panels for n in panel.fields]
        for name, where in names:
            try:
                item.model._meta.get_field(name)
            except FieldDoesNotExist:
                hint = f"Fields are: {', '.join(f.name for f in item.model._meta.concrete_fields)}"
                message = f"register {item.name}: {where} names {name!r}, which is no field"
                found.append(Error(message, hint=hint, obj=item.model, id="gongjian.E001"))
        for name in RESERVED.intersection(item.filters):
            message = f"register {item.name}: the filter {name!r} has the name of something else in a list's address"
            hint = f"Rename the field; taken are: {', '.join(sorted(RESERVED))}"
            found.append(Error(message, hint=hint, obj=item.model, id="gongjian.E007"))
        for name in (*item.inlines, *(panel.related for panel in item.panels if panel.related)):
            if not any(f.related_model is item.model for f in _fields_of(name)):
                message = f"register {item.name}: {name!r} is no register that points at it"
                hint = "inlines and panels name registers with a foreign key to this one"
                found.append(Error(message, hint=hint, obj=item.model, id="gongjian.E006"))
        evidence = {f.name for f in item.evidence}
        for stage in item.stages:
            for need in stage.needs:
                if need not in evidence:
                    message = f"register {item.name}: stage {stage.key} needs {need!r}, which is no EvidenceField"
                    hint = f"Evidence fields are: {', '.join(sorted(evidence)) or 'none'}"
                    found.append(Error(message, hint=hint, obj=item.model, id="gongjian.E002"))
    return found


@register()
def check_indicators(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A count says what it counts, and stages belong to the register that is counted."""
    found: list[CheckMessage] = []
    for indicator in INDICATORS.values():
        if isinstance(indicator, Count) and (indicator.reached is None) == (not indicator.dated):
            message = f"indicator {indicator.name}: give either reached= or dated="
            found.append(Error(message, hint="A count needs one way to date its rows.", id="gongjian.E003"))
        stage = getattr(indicator, "reached", None)
        if stage is not None and stage not in indicator.register.stages:
            message = f"indicator {indicator.name}: {stage!r} is no stage of {indicator.register.name}"
            hint = f"Stages are: {', '.join(s.key for s in indicator.register.stages)}"
            found.append(Error(message, hint=hint, id="gongjian.E004"))
    return found


@register()
def check_added_columns(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The zone's file of added columns is well formed; a faulty column is left out until it is mended."""
    return [Warning(f"{one.where}:{one.cause}", hint=one.remedy, id="gongjian.W001") for one in EXTRA_FAULTS]


@register()
def check_rulebooks(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every fact of a rulebook is recorded, every figure has its document, every day one figure and one edition."""
    return [Error(fault.said, hint=fault.hint or None, id=fault.id) for fault in faults.every()]


def _fields_of(name: str) -> list[Any]:
    other = REGISTERS.get(name)
    return list(other.model._meta.concrete_fields) if other is not None else []
