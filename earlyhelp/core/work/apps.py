"""Jobs that wait to be done."""

from django.apps import AppConfig

from earlyhelp.core.work import kinds


class WorkConfig(AppConfig):
    """Jobs, with mail as the first kind of them."""

    name = "earlyhelp.core.work"
    verbose_name = "Work that waits"

    def ready(self) -> None:
        """Say how mail is sent."""
        from earlyhelp.core.work import mail

        kinds.register(mail.KIND, mail.send, goes_out=True)
