from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def about_what_stands_there(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words that are there already were read as words on the number that stands there."""
    figures = apps.get_model("measures", "Figure").objects.using(schema_editor.connection.alias)
    figures.exclude(explanation="").update(explained_value=F("value"))


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='figure',
            name='explained_value',
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(about_what_stands_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('explained_value__isnull', True), ('explanation', '')), models.Q(models.Q(('explanation', ''), _negated=True), models.Q(('value__isnull', True), ('explained_value__isnull', False), _connector='OR')), _connector='OR'), name='an_explanation_says_for_which_value'),
        ),
    ]
