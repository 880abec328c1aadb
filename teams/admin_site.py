"""The administration pages: for those who keep the organisation, the framework or people.

Who may do what is asked of the appointments in force (``teams.permissions``), never of
Django's own tables of permissions; so only pages that ask it are taken in.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator


class Administration(AdminSite):
    """Django's admin in our words, behind our sign-in and our permissions."""

    site_header = site_title = "Early Help performance: administration"
    index_title = "The framework, the organisation and its people"
    site_url = "/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take in our own pages; the sign-in library's and Django's groups stay out."""
        if admin_class is not None and getattr(admin_class, "asks_our_permissions", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person may open any page here today."""
        return super().has_permission(request) and any(
            pages.has_module_permission(request) for pages in self._registry.values()
        )

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signing in is the site's own: same page, throttle and second factor."""
        if not self.has_permission(request):
            raise PermissionDenied("You are not appointed to keep anything here.")
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Changing a password is the site's own too."""
        return redirect("account_change_password")

    password_change_done = password_change
