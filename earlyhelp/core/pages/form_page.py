"""A page with one form and the words around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@dataclass(frozen=True)
class FormPage:
    """The words around a form; ``facts`` are what one needs to see while filling it in."""

    title: str
    caption: str
    crumbs: Sequence[tuple[str, str]]
    lead: str = ""
    facts: Sequence[tuple[str, str]] = ()

    def show(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        """The page with the form as it stands."""
        return render(request, "core/form.html", {"page": self, "form": form})
