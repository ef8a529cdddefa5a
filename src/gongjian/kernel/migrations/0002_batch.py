from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.RenameModel("ImportBatch", "Batch"),
    ]
