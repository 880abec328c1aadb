"""A form of its own for the tests about sessions: a number and a note, kept in memory."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from earlyhelp.core.pages.widgets import NumberText
from earlyhelp.urls import handler400, handler500  # noqa: F401  # Django reads them here

SAVED: list[dict[str, str]] = []

TEMPLATE = """{% extends "base.html" %}{% load crispy_forms_gds %}
{% block title %}Count{% endblock %}
{% block content %}<h1 class="eh-title">Count</h1>
<form method="post" class="eh-narrow" novalidate>{% csrf_token %}{% error_summary form %}
{% for field in form %}
  {% include "gds/field.html" with form_show_errors=True form_show_labels=True %}
{% endfor %}
<button class="govuk-button" type="submit">Save</button></form>{% endblock %}"""


class CountForm(forms.Form):
    """How many, and why."""

    count = forms.IntegerField(
        widget=NumberText,
        error_messages={"required": "Enter how many", "invalid": "Enter a number"},
    )
    note = forms.CharField(widget=forms.Textarea, required=False)
    password_hint = forms.CharField(required=False)


@login_required
def count(request: HttpRequest) -> HttpResponse:
    """Ask, and keep."""
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        SAVED.append(request.POST.dict())
        return redirect("count")
    page = engines["django"].from_string(TEMPLATE).render({"form": form}, request)
    return HttpResponse(page)


@csrf_exempt
def fails(request: HttpRequest) -> HttpResponse:
    """An error of ours, with what was typed in its words."""
    try:
        int(request.POST["note"])
    except ValueError as wrong:
        raise RuntimeError(f"It said {wrong}") from wrong
    return HttpResponse()


def home(request: HttpRequest) -> HttpResponse:
    """Somewhere to land."""
    return render(request, "base.html")


urlpatterns = [
    path("", home),
    path("count/", count, name="count"),
    path("fails/", fails),
    path("", include("earlyhelp.urls")),
]
