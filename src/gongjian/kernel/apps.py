"""The kernel app: plan, people, evidence, registers' bookkeeping, standings."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "gongjian.kernel"
    label = "kernel"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongjian.kernel import checks  # noqa: F401 - registers the system checks, which need loaded models
