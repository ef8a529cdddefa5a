"""System checks over the declarations: a wrong key, filter, evidence name or indicator is said at start, with a hint."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from gongjian.kernel.indicators.declare import INDICATORS, Count
from gongjian.kernel.registers.declare import REGISTERS


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
        names += [(n, "masked") for n in item.masked]
        for name, where in names:
            try:
                item.model._meta.get_field(name)
            except FieldDoesNotExist:
                hint = f"Fields are: {', '.join(f.name for f in item.model._meta.concrete_fields)}"
                message = f"register {item.name}: {where} names {name!r}, which is no field"
                found.append(Error(message, hint=hint, obj=item.model, id="gongjian.E001"))
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
