"""Where everything is."""

from django.contrib import admin
from django.urls import include, path

from earlyhelp.home import home
from earlyhelp.signin import accounts, directory, places
from earlyhelp.signin import resume as carry

urlpatterns = [
    path("", home, name="home"),
    path("", include("measures.urls")),
    path("", include("audits.plan.urls")),
    path("", include("audits.urls")),
    path("", include("earlyhelp.report.urls")),
    path("", include("teams.urls")),
    path("", include("earlyhelp.operations.urls")),
    path("carry-on/", carry.carry_on, name="carry_on"),
    # Addresses are kept by administrators, so these pages of the sign-in library are shut.
    path("accounts/signup/", accounts.shut, name="account_signup"),
    path("accounts/email/", accounts.shut, name="account_email"),
    path("accounts/confirm-email/", accounts.shut, name="account_email_verification_sent"),
    path("accounts/confirm-email/<str:key>/", accounts.shut, name="account_confirm_email"),
    path("accounts/login/code/confirm/", accounts.shut, name="account_confirm_login_code"),
    path("accounts/3rdparty/", accounts.shut, name="socialaccount_connections"),
    path("accounts/3rdparty/signup/", accounts.shut, name="socialaccount_signup"),
    path(
        "accounts/oidc/<str:provider_id>/login/callback/",
        directory.answered,
        name="openid_connect_callback",
    ),
    path("accounts/sessions/", places.places, name="account_sessions"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "earlyhelp.error_pages.bad_request"
handler500 = "earlyhelp.error_pages.server_error"
