"""The site with one of its guards taken out, for a server of its own: what a control is run on.

``EARLYHELP_WITHOUT`` names the guard: ``versions`` (a save counts as made from what is there) or
``keys`` (a form that is sent again is acted on again).
"""

import os
from typing import Any

from django.http import HttpRequest

from earlyhelp.wsgi import application

__all__ = ["application"]


def without_versions() -> None:
    """Take what is there for what the writer saw."""
    from measures.models import Return
    from measures.returns import views

    def whatever_it_is(request: HttpRequest) -> int:
        pk = request.resolver_match.kwargs["pk"] if request.resolver_match else 0
        return Return.objects.get(pk=pk).version

    views.posted_version = whatever_it_is


def without_keys() -> None:
    """Act on every form."""
    from earlyhelp.core.pages import forms

    def act_at_once(request: HttpRequest, act: Any) -> Any:
        return act()

    forms.once = act_at_once


{"versions": without_versions, "keys": without_keys}[os.environ["EARLYHELP_WITHOUT"]]()
