"""Keeping the framework: each kind of row listed in its order, added, changed and deleted."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.forms import answer, get_or_post, post_only, posted
from earlyhelp.core.pages.once import once
from earlyhelp.core.pages.posted import whole_number
from earlyhelp.core.pages.versioned_edit import edit
from measures.framework.forms import DiscardForm, KeptRowForm
from measures.framework.kinds import KINDS, FrameworkKind
from teams.actions import discard, put_in_order
from teams.admin.history import lines_of
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere

# How many lines of its history stand on the page of a row.
_LINES = 50
_PER_PAGE = 200


def _kind(request: SignedInRequest, slug: str) -> FrameworkKind:
    """The kind that an address names, for whoever keeps it."""
    require_anywhere(request.actor.authority, [kind.permission for kind in KINDS.values()])
    kind = KINDS.get(slug)
    if kind is None:
        raise Http404("There is no such part of the framework")
    require_anywhere(request.actor.authority, [kind.permission])
    return kind


@signed_in
@require_safe
def framework(request: SignedInRequest) -> HttpResponse:
    """What the framework is made of, and how much of each there is."""
    authority = request.actor.authority
    require_anywhere(authority, [kind.permission for kind in KINDS.values()])
    kinds = [
        (kind, kind.model._default_manager.count())
        for kind in KINDS.values()
        if authority.holds(kind.permission)
    ]
    return render(request, "measures/framework/framework.html", {"kinds": kinds})


@signed_in
@require_safe
def rows(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every row of one kind, in its order."""
    return _show_rows(request, _kind(request, slug))


def _show_rows(
    request: SignedInRequest, kind: FrameworkKind, problems: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """The list, with the places that were typed where they cannot be taken."""
    page = Paginator(kind.rows(), _PER_PAGE).get_page(request.GET.get("page"))
    listed = [
        (row, request.POST.get(f"place-{row.pk}", number), [of(row) for _, of in kind.columns])
        for number, row in enumerate(page, start=1)
    ]
    context = {
        "kind": kind,
        "page": page,
        "rows": listed,
        "can_order": kind.is_ordered and page.paginator.num_pages == 1 and len(listed) > 1,
        "was": ",".join(str(row.pk) for row, *_ in listed),
        "problems": problems,
    }
    return render(request, "measures/framework/rows.html", context)


@signed_in
@get_or_post
def row_new(request: SignedInRequest, slug: str) -> HttpResponse:
    """A new row of one kind."""
    kind = _kind(request, slug)
    form = kind.form(
        posted(request), row=None, button=f"Add the {kind.noun}", preview=kind.preview is not None
    )
    row = kind.new()
    show = _shower(request, kind, form, row, title=f"Add a {kind.noun}")
    if _previews(request, form):
        return show()
    return answer(
        request,
        form,
        _saver(request, kind, form, row),
        show=show,
        done=f"The {kind.noun} is added.",
        then=kind.url,
    )


@signed_in
@get_or_post
def row_edit(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """One row: changed, seen before it is saved, with its history."""
    kind = _kind(request, slug)
    row = get_object_or_404(kind.rows(), pk=pk)
    form = kind.form(posted(request), row=row, button="Save", preview=kind.preview is not None)
    show = _shower(request, kind, form, row, title=str(row))
    if _previews(request, form):
        return show()
    return edit(
        request,
        form,
        _saver(request, kind, form, copy.copy(row)),
        row=row,
        initial=kind.form.typed_of,
        caption=kind.title,
        crumbs=_crumbs(kind),
        show=show,
        done=f"The {kind.noun} is saved.",
        then=kind.url,
    )


def _previews(request: HttpRequest, form: KeptRowForm) -> bool:
    """Whether somebody asked to see it before it is saved."""
    return "preview" in request.POST and form.is_valid()


def _saver(
    request: SignedInRequest, kind: FrameworkKind, form: KeptRowForm, row: Any
) -> Callable[[], bool]:
    def save() -> bool:
        lists = form.fill(row)
        version, reason = form.cleaned_data.get("version", 0), form.cleaned_data["why"]
        warnings = kind.warnings(row)
        changed = kind.save(row, lists, by=request.actor, reason=reason, version=version)
        for sentence in warnings:
            messages.warning(request, sentence)
        return changed

    return save


def _shower(
    request: SignedInRequest, kind: FrameworkKind, form: KeptRowForm, row: Any, *, title: str
) -> Callable[[], HttpResponse]:
    """The page of a row, with what was asked to be seen and its history."""

    def show() -> HttpResponse:
        context: dict[str, Any] = {"kind": kind, "form": form, "title": title}
        context["crumbs"] = _crumbs(kind)
        if kind.preview is not None and _previews(request, form):
            typed = copy.copy(row)
            template, values = kind.preview(typed, form.fill(typed))
            context |= {"preview": template, **values}
        if row.pk is not None:
            events = Event.objects.visible_to(request.actor, about=row).order_by("-id")[:_LINES]
            told = events.select_related("by").prefetch_related("remarks")
            context["lines"] = lines_of(
                kind.model, told, labels=kind.form.labels(), readers=kind.form.readers()
            )
            context["discard"] = _discard_form(kind, row.pk)
        return render(request, "measures/framework/row.html", context)

    return show


def _crumbs(kind: FrameworkKind) -> list[tuple[str, str]]:
    return [("Framework", reverse("framework")), (kind.title, kind.url)]


def _discard_form(kind: FrameworkKind, pk: int, post: Any = None) -> DiscardForm:
    action = reverse("framework-discard", args=[kind.slug, pk])
    return DiscardForm(post, button=f"Delete the {kind.noun}", action=action)


@signed_in
@post_only("framework-row")
def row_discard(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a row that nothing hangs on, with a reason."""
    kind = _kind(request, slug)
    row = get_object_or_404(kind.rows(), pk=pk)
    form = _discard_form(kind, pk, request.POST)

    def act() -> None:
        try:
            discard(row, by=request.actor, reason=form.cleaned_data["why"])
        except ProtectedError as held:
            kinds = sorted({str(one._meta.verbose_name_plural) for one in held.protected_objects})
            raise ValidationError(
                f"“{row}” cannot be deleted: there are {' and '.join(kinds)} about it"
            ) from held

    def show() -> HttpResponse:
        context = {"kind": kind, "form": form, "title": f"Delete “{row}”", "crumbs": _crumbs(kind)}
        return render(request, "measures/framework/row.html", context)

    done = f"{capfirst(kind.noun)} “{row}” is deleted."
    return answer(request, form, act, show=show, done=done, then=kind.url)


@signed_in
@post_only("framework-rows")
def rows_order(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put rows in the order of the numbers typed beside them; one that moved takes the place."""
    kind = _kind(request, slug)
    if not kind.is_ordered:
        raise Http404("These rows stand in an order of their own")
    was = [pk for one in request.POST.get("was", "").split(",") if (pk := whole_number(one))]
    typed = {pk: request.POST.get(f"place-{pk}", "").strip() for pk in was}
    problems = [
        (f"place-{pk}", f"A place must be a whole number, like 3, not “{place}”")
        for pk, place in typed.items()
        if whole_number(place) is None
    ]
    if problems:
        return _show_rows(request, kind, problems)

    def place(pk: int) -> tuple[int, int, int]:
        wanted, shown = whole_number(typed[pk]) or 0, was.index(pk) + 1
        # Moved up it goes before the one that stood there, moved down after it.
        return wanted, (wanted > shown) - (wanted < shown), shown

    def act() -> HttpResponse:
        put_in_order(kind.model, sorted(was, key=place), was=was, by=request.actor)  # type: ignore[arg-type]
        messages.success(request, f"The {kind.title.lower()} are in this order now.")
        return redirect(kind.url)

    try:
        return once(request, act)
    except ValidationError as refusal:
        return _show_rows(request, kind, [("", sentence) for sentence in refusal.messages])


urlpatterns = [
    path("framework/", framework, name="framework"),
    path("framework/<slug:slug>/", rows, name="framework-rows"),
    path("framework/<slug:slug>/new/", row_new, name="framework-new"),
    path("framework/<slug:slug>/order/", rows_order, name="framework-order"),
    path("framework/<slug:slug>/<int:pk>/", row_edit, name="framework-row"),
    path("framework/<slug:slug>/<int:pk>/delete/", row_discard, name="framework-discard"),
]
