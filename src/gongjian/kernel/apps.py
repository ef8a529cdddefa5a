"""The kernel app: plan, people, evidence, registers' bookkeeping, standings."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "gongjian.kernel"
    label = "kernel"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongjian.kernel import checks  # noqa: F401 - registers the system checks, which need loaded models
        from gongjian.kernel.rulebooks import columns  # noqa: F401 - offers verdicts to lists, which need loaded models

        post_migrate.connect(_leave_room, dispatch_uid="gongjian.leave_room")


def _leave_room(using: str, **kwargs: Any) -> None:
    from gongjian.kernel.registers.declare import registers
    from gongjian.kernel.tables import leave_room

    leave_room(using=using, models=[register.model for register in registers()])
