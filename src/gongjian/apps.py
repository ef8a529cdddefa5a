"""The zone app: ground and drives together, so that moving a mechanism between drive folders is no migration."""

from django.apps import AppConfig
from django.conf import settings


class ZoneConfig(AppConfig):
    name = "gongjian"
    label = "zone"
    verbose_name = "园区"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gongjian.kernel.registers.declare import extend_all

        extend_all(path=settings.EXTRA_COLUMNS)
