"""A form that is sent twice is acted on once: by a double click, a reload, a lost connection.

Every form carries a key, made when its page was. What was done with it is kept in the transaction
that did it: a form that arrives again as it was leads to what the first made, with the same
message, and of two that arrive together one acts. Sent again with other words it is another form.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from django import template
from django.contrib.messages import add_message, get_messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString, mark_safe

from earlyhelp.core.work.models import FinishedForm

KEY = "form_key"
# Where an answer that is a page of its own would lead.
LEADS_TO = "leads_to"
_NOT_TYPED = ("csrfmiddlewaretoken",)

register = template.Library()


class FormTokens(CsrfTokenNode):
    """Django's token against forged forms and the form's own key: no form can go without."""

    def render(self, context: Any) -> SafeString:
        """Two hidden boxes."""
        token = super().render(context)
        request = context.get("request")
        if not token or request is None:
            return SafeString(token)
        box = '{}<input type="hidden" name="{}" value="{}" autocomplete="off">'
        return format_html(box, token, KEY, key_of(request))


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormTokens:
    """The tag that every form has, in place of Django's own."""
    return FormTokens()


def key_of(request: HttpRequest) -> str:
    """The key for the forms of a page: a new one, or the one that came with the form."""
    if not getattr(request, KEY, ""):
        keep_key(request, request.POST.get(KEY, "")[:64] or secrets.token_urlsafe(16))
    return str(getattr(request, KEY))


def keep_key(request: HttpRequest, key: str) -> None:
    """Have the forms of this page carry a key that was made before; an empty one is none."""
    setattr(request, KEY, key)


def once(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of ``act`` where it leads on; the same again where the form came before.

    Where it shows the form again, or raises, nothing is finished.
    """
    digest = _digest(request)
    if not digest:
        return act()
    told_before = len(get_messages(request))
    with transaction.atomic():
        begun = {
            "person_id": request.user.pk,
            "finished_at": timezone.now(),
            "led_to": request.path,
        }
        form, is_new = FinishedForm.objects.get_or_create(key=digest, defaults=begun)
        if not is_new:
            return _again(request, form)
        response = act()
        led_to = response.headers.get("Location") or getattr(response, LEADS_TO, "")
        if led_to:
            form.led_to, form.said = led_to, _told(request, told_before)
            form.save(update_fields=["led_to", "said"])
        else:
            form.delete()
    return response


class SentBefore:
    """Answers a form that was finished before any page looks at it: what it is about moved on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """After forged forms were refused."""
        digest = _digest(request)
        form = FinishedForm.objects.filter(key=digest).first() if digest else None
        return None if form is None else _again(request, form)


def _again(request: HttpRequest, form: FinishedForm) -> HttpResponse:
    for level, words, tags, is_html in form.said:
        # What was safe when it was said is our own.
        add_message(request, level, mark_safe(words) if is_html else words, tags)  # noqa: S308
    return redirect(form.led_to)


def _told(request: HttpRequest, before: int) -> list[Any]:
    """What was said to the person from that message on; it is still to be shown."""
    storage: Any = get_messages(request)
    told = [
        [one.level, str(one.message), one.extra_tags or "", isinstance(one.message, SafeData)]
        for one in list(storage)[before:]
    ]
    storage.used = False
    return told


def _digest(request: HttpRequest) -> str:
    """What tells this form from every other; empty where nothing hangs on it."""
    has_key = request.method == "POST" and bool(request.POST.get(KEY))
    if not has_key or not request.user.is_authenticated:
        return ""
    digest = hashlib.sha256(repr((request.user.pk, request.get_full_path())).encode())
    for part in _parts(request):
        digest.update(part)
    return digest.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    """Everything that was posted, in an order of its own."""
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_TYPED:
            yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name, file.size)).encode()
            yield from file.chunks()
            file.seek(0)
