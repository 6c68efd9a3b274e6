"""The one key by which the names of rooms, speakers and sessions are compared."""

from django.db import migrations

from eventflow.sql import FrozenSQL


class Migration(migrations.Migration):
    foundation = True
    dependencies = [("scheduling", "0005_staff_language")]

    operations = [FrozenSQL("scheduling", "0007_name_key", functions=["name_key"])]
