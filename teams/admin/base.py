"""What every administration page has in common: who may, why, and saving through the actions."""

import copy
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm

from earlyhelp.core.actor import Route
from earlyhelp.core.files.cells import Unreadable
from earlyhelp.core.files.waiting import WaitingImport
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.forms import add_refusal
from earlyhelp.core.pages.once import LEADS_TO, once
from teams.actions import discard, keep, place_last
from teams.admin.files import FORMATS, ConfirmForm, FileForm
from teams.admin.history import WithHistory
from teams.authority import Actor
from teams.permissions import Authority, Permission

_LOOKUPS = ("exact", "in", "isnull", "isempty", "gte", "gt", "lte", "lt", "year", "month", "day")
PERSONAL = "Do not name a child or a family: everybody who keeps this can read it."


def authority_in(request: HttpRequest) -> Authority:
    """What the person asking is appointed to today."""
    return request.actor.authority  # type: ignore[attr-defined, no-any-return]  # by the middleware


def actor_in(request: HttpRequest) -> Actor:
    """The person asking, acting in administration."""
    return cast("Actor", request.actor.by_route(Route.ADMIN))  # type: ignore[attr-defined]


def may(request: HttpRequest, *permissions: Permission) -> bool:
    """Whether the person asking holds one of these permissions anywhere."""
    return any(authority_in(request).holds(permission) for permission in permissions)


class Permitted:
    """Asks our permissions: ``kept_by`` may change rows, ``seen_by`` may look as well."""

    asks_our_permissions = True
    kept_by: ClassVar[Permission]
    seen_by: ClassVar[tuple[Permission, ...]] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who keep it and those who need to see it."""
        return may(request, self.kept_by, *self.seen_by)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it stands on the first page."""
        return self.has_view_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Those who see it."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who keep it."""
        return may(request, self.kept_by)

    has_change_permission = has_delete_permission = has_add_permission

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Those who may both add and change."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page offers to filter by.

        Django allows every field of the row, and a field that can be asked about can be read,
        letter by letter: ``?password__startswith=``.
        """
        pages = cast("admin.ModelAdmin[Any]", self)
        offered = [
            str(one[0] if isinstance(one, (list, tuple)) else one)
            for one in [*pages.get_list_filter(request), pages.date_hierarchy]
            if one
        ]
        return any(
            lookup == name or lookup.removeprefix(name) in _asked_by_filters(pages.model, name)
            for name in offered
        )


def _asked_by_filters(model: Any, name: str) -> set[str]:
    """What Django's own filters and its line of dates put behind the name of a field."""
    field: Any = get_fields_from_path(model, name)[-1]
    key = f"__{field.target_field.name}" if field.is_relation else ""
    return {f"{key}__{one}" for one in _LOOKUPS} | {f"__{one}" for one in _LOOKUPS}


class ReadOnly(Permitted):
    """To look at only: nothing is added, changed, deleted or imported."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class KeptForm(forms.ModelForm):
    """A row's fields and why they change; saved by an action, which is rehearsed first.

    The rehearsal runs the action and takes it back, so that whatever the action, the guards
    or the database refuse is said at the field before anything is saved.
    """

    why = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=f"Kept in the history. {PERSONAL}",
    )
    request: HttpRequest  # set by the page for each request

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_our_words(self)

    def act(self, row: Any) -> None:
        """Save ``row`` through the action that keeps it."""
        keep(row, by=self.by, reason=self.reason)

    @property
    def by(self) -> Actor:
        """Who is saving."""
        return actor_in(self.request)

    @property
    def reason(self) -> str:
        """Why, as it goes on record."""
        return str(self.cleaned_data.get("why", "")).strip()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.act(copy.copy(self.instance))
                transaction.set_rollback(True)
        except ValidationError as refused:
            add_refusal(self, refused)


class Kept(Permitted, ImportExportMixin, WithHistory):
    """Rows that are kept here: on a form, from a file, with their history; all on record."""

    form = KeptForm
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }
    formats = FORMATS
    import_form_class = FileForm
    confirm_form_class = ConfirmForm
    export_form_class = ExportForm
    # Several web processes share it; a file of one host's own would not be found by another.
    tmp_storage_class = WaitingImport
    import_template_name = "admin/import_file.html"
    delete_confirmation_template = "admin/delete_with_reason.html"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Nothing is deleted in bulk."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which needs to know who is saving."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody is asked why who only looks."""
        fields = super().get_fields(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            return [name for name in fields if name != "why"]
        return fields

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """What is added is added once, however often the form arrives at its own address."""
        pages: Any = super()
        view = partial(
            pages.changeform_view,
            request,
            object_id,
            form_url or request.get_full_path(),
            extra_context,
        )
        return cast("HttpResponse", view() if object_id else once(request, view))

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A small window that adds a row to a list closes; sent again, it leads to all of them."""
        response = super().response_add(request, obj, *args, **kwargs)
        kind = f"{obj._meta.app_label}_{obj._meta.model_name}"
        setattr(response, LEADS_TO, reverse(f"admin:{kind}_changelist"))
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the action; a new row stands last."""
        if not change:
            place_last(obj)
        form.act(obj)

    def warn(self, request: HttpRequest, warnings: list[str]) -> None:
        """Say what was let through, and people should know."""
        for sentence in warnings:
            self.message_user(request, sentence, messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to do: the action saved what hangs on the row as well."""

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Through the action."""
        discard(obj, by=actor_in(request), reason=_why(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Deleting needs a reason; what a guard refuses is said on the same page."""
        asked_why = request.method == "POST" and not _why(request)
        if asked_why and self.has_delete_permission(request):
            self.message_user(request, "Enter why it is deleted.", messages.ERROR)
            return redirect(request.get_full_path())
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return redirect(request.get_full_path())

    def get_data_for_export(self, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        """Numbers stay numbers in every format."""
        kwargs["force_native_type"] = True
        return super().get_data_for_export(request, queryset, **kwargs)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Who and why, for the record; and a row that is refused takes all of the file back."""
        form = kwargs.pop("form", None)
        kwargs["by"] = actor_in(kwargs["request"])
        if form is not None:
            kwargs["reason"] = form.cleaned_data["why"].strip()
        return kwargs | {"rollback_on_validation_errors": True}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        """What was said on the first page goes with the file."""
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial["why"] = import_form.cleaned_data["why"]
        return initial

    def get_import_formats(self) -> list[Any]:
        """The formats, which know our columns."""
        columns = tuple(self.resource_classes[0]().columns.values())
        return [
            type(one.__name__, (one,), {"columns": columns}) for one in super().get_import_formats()
        ]

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The second page; a file waits for an hour only."""
        name = request.POST.get("import_file_name", "")
        waits = name and WaitingImport(name=name).read()
        if self.has_import_permission(request) and request.method == "POST" and not waits:
            return self._import_again(request, "The file is no longer here: choose it again.")
        return super().process_import(request, **kwargs)  # type: ignore[no-any-return]

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say so when the data changed since the preview, and nothing was saved."""
        if result.has_errors() or result.has_validation_errors():
            changed = (
                "Nothing was saved: what is here changed since you looked, or two rows of the "
                "file are in each other’s way. Load the file again."
            )
            return self._import_again(request, changed)
        self.warn(request, result.warnings)
        return super().process_result(result, request)  # type: ignore[no-any-return]

    def _import_again(self, request: HttpRequest, why: str) -> HttpResponse:
        self.message_user(request, why, messages.ERROR)
        return redirect("../import/")

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """A sentence instead of the name of an exception."""
        if not isinstance(e, Unreadable):
            raise e
        where = f"Row {e.row}: the file" if e.row else "The file"
        form.add_error("import_file", f"{where} {e}")


def _why(request: HttpRequest) -> str:
    return request.POST.get("why", "").strip()


Act = Callable[[Any, HttpRequest, Any, str], None]


def with_reason(
    description: str, permission: str, *, title: str, button: str
) -> Callable[[Act], Callable[[Any, HttpRequest, Any], HttpResponse | None]]:
    """An action on the rows ticked, which is given why; a page asks for it first."""

    def decorate(act: Act) -> Callable[[Any, HttpRequest, Any], HttpResponse | None]:
        @admin.action(description=description, permissions=[permission])
        @wraps(act)
        def wrapped(pages: Any, request: HttpRequest, rows: Any) -> HttpResponse | None:
            if why := _why(request):
                act(pages, request, rows, why)
                return None
            context = {
                **pages.admin_site.each_context(request),
                "title": title,
                "button": button,
                "action": act.__name__,
                "rows": rows,
                "opts": pages.opts,
                "missing": "why" in request.POST,
                "personal": PERSONAL,
            }
            return render(request, "admin/ask_why.html", context)

        return wrapped

    return decorate
