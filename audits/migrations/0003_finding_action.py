import django.db.models.deletion
from django.db import migrations, models


def copy_links(apps, schema_editor):
    """What an action came from stood in the action itself."""
    link = apps.get_model('audits', 'FindingAction')
    actions = apps.get_model('audits', 'Action').objects.filter(finding__isnull=False)
    link.objects.bulk_create(
        link(action_id=action, finding_id=finding)
        for action, finding in actions.order_by('id').values_list('id', 'finding')
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audits', '0002_aims_that_ended'),
    ]

    operations = [
        migrations.CreateModel(
            name='FindingAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audits.action')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audits.finding')),
            ],
        ),
        migrations.RunPython(copy_links, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='action',
            name='action_comes_from_what_its_source_says',
        ),
        migrations.RemoveField(
            model_name='action',
            name='finding',
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('measure__isnull', False), _negated=True), ('source', 'measure'), _connector='OR'), ('source__in', ['measure', 'audit-finding', 'inspection', 'other'])), name='action_comes_from_what_its_source_says'),
        ),
        migrations.AddField(
            model_name='finding',
            name='actions',
            field=models.ManyToManyField(related_name='+', through='audits.FindingAction', to='audits.action'),
        ),
    ]
