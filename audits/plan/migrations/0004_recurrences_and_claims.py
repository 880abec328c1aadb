from django.conf import settings
from django.db import migrations, models


def mark_what_was_claimed(apps, schema_editor):
    """What the record says was ever claimed complete, whatever became of the claim."""
    alias = schema_editor.connection.alias
    action = apps.get_model("plan", "Action")
    event = apps.get_model("events", "Event")
    claimed = event.objects.using(alias).filter(subject_type="action", verb="claimed complete")
    action.objects.using(alias).filter(pk__in=claimed.values("subject_id")).update(was_claimed=True)
    action.objects.using(alias).filter(claimed_at__isnull=False).update(was_claimed=True)
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table about whose rows it still has something to check.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
        ('measures', '0001_initial'),
        ('plan', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='action',
            name='action_dates_fit_their_kind',
        ),
        migrations.AddField(
            model_name='action',
            name='was_claimed',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(mark_what_was_claimed, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='action',
            name='every',
            field=models.CharField(blank=True, choices=[('week', 'Every week'), ('fortnight', 'Every two weeks'), ('half-month', 'Twice a month'), ('month', 'Every month'), ('two-months', 'Every two months'), ('quarter', 'Every quarter'), ('term', 'Every term'), ('half-year', 'Every six months'), ('year', 'Every year')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('every', ''), ('timing_kind', 'ongoing'), ('due_on__isnull', True), ('start_by__isnull', True), ('starts_on__isnull', True)), models.Q(('every', ''), ('timing_kind', 'from'), ('start_by__isnull', False), ('starts_on__isnull', False), ('due_on__isnull', True)), models.Q(('every', ''), ('timing_kind__in', ['by', 'by-then-ongoing', 'several']), ('due_on__isnull', False), ('start_by__isnull', True), ('starts_on__isnull', True)), models.Q(('due_on__gte', models.F('starts_on')), ('every', ''), ('timing_kind', 'between'), ('due_on__isnull', False), ('start_by__isnull', False), ('starts_on__isnull', False)), models.Q(('due_on__gte', models.F('starts_on')), ('every__in', ['week', 'fortnight', 'half-month', 'month', 'two-months', 'quarter', 'term', 'half-year', 'year']), ('timing_kind', 'every'), ('due_on__isnull', False), ('start_by__isnull', False), ('starts_on__isnull', False)), _connector='OR'), name='action_dates_fit_their_kind'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claimed_at__isnull', False), _negated=True), ('was_claimed', True), _connector='OR'), name='what_is_claimed_was_claimed'),
        ),
    ]
