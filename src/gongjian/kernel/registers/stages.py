"""Stages (阶段) of an entry: declared in order inside the entry, stored as a short key, moved with a date."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Stage:
    """One stage. `workdays` is how long an entry may stay in it; `needs` are the evidence fields that prove it;
    `ends` marks a stage off the way (未通过, 已终止), which nothing beyond counts as reached."""

    key: str = ""
    order: int = 0

    def __init__(
        self, label: str, *, workdays: int | None = None, needs: tuple[str, ...] = (), ends: bool = False
    ) -> None:
        self.label = label
        self.workdays = workdays
        self.needs = needs
        self.ends = ends

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name.lower()

    def __repr__(self) -> str:
        return f"<Stage {self.key} {self.label}>"


class Stages:
    """The stages of an entry, in the order of their declaration."""

    all: ClassVar[tuple[Stage, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.all = tuple(value for value in vars(cls).values() if isinstance(value, Stage))
        for order, stage in enumerate(cls.all):
            stage.order = order

    @classmethod
    def first(cls) -> Stage:
        """Where a new entry starts."""
        return cls.all[0]

    @classmethod
    def get(cls, key: str) -> Stage | None:
        """The stage with that key (`filed`) or label (已申报)."""
        return next((stage for stage in cls.all if key in (stage.key, stage.label)), None)

    @classmethod
    def at_or_beyond(cls, stage: Stage) -> list[str]:
        """The keys of a stage and of all later ones on the way."""
        return [s.key for s in cls.all if s is stage or (s.order > stage.order and not s.ends)]


class StageField(models.CharField):
    """The entry's current stage, by key. Its stages are no part of migrations: a new stage changes no table."""

    def __init__(self, *args: Any, steps: type[Stages] | None = None, **kwargs: Any) -> None:
        self.steps = steps
        kwargs.setdefault("max_length", 40)
        if steps is not None:
            kwargs["choices"] = [(stage.key, stage.label) for stage in steps.all]
            kwargs.setdefault("default", steps.first().key)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        kwargs.pop("default", None)
        return name, path, args, kwargs
