"""The log's lines of imports of the first release point at batches, which imports are now."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def renamed(apps: Any, schema_editor: Any) -> None:
    apps.get_model("kernel", "Act").objects.filter(subject_kind="importbatch").update(subject_kind="batch")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_not_duplicate")]

    operations = [migrations.RunPython(renamed, migrations.RunPython.noop)]
