"""The organisation and its people."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register
from django.db import models
from django.db.models.signals import post_migrate
from django.utils import timezone

from earlyhelp.core.events import verbs
from teams import checks, triggers
from teams.verbs import TeamsVerb


def _note_sign_in(user: models.Model, **kwargs: Any) -> None:
    type(user)._default_manager.filter(pk=user.pk).update(last_login=timezone.now())


class TeamsConfig(AppConfig):
    """Puts the triggers back after every migration."""

    name = "teams"
    verbose_name = "Organisation and people"

    def ready(self) -> None:
        """SQLite rebuilds a table without its triggers, so they are put back each time."""
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="event triggers")
        # Django notes a sign-in by saving the person, which would be a change in their history.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_note_sign_in, dispatch_uid="teams: last sign-in")
        register(checks.triggers_stand, Tags.database)
        verbs.register(TeamsVerb, apps.get_models())


class AdministrationConfig(admin_apps.AdminConfig):
    """Stands in for ``django.contrib.admin`` among the installed apps."""

    default = False
    default_site = "teams.admin.site.Administration"
