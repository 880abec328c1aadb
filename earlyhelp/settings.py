"""Settings: one module for every place it runs.

With nothing in the environment these are for development, on one's own machine. A council
sets ``EARLYHELP_ENV=production``, which turns the safeguards on and refuses what belongs to
the sample. Each setting that the environment can change is listed in docs/running.md.
"""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from earlyhelp import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("EARLYHELP_VAR", str(BASE_DIR / "var")))

PRODUCTION = env.one_of("EARLYHELP_ENV", ("development", "production")) == "production"

# -- what belongs to development and to the sample, and is refused in production ------------

DEBUG = env.flag("DEBUG")
# The day that due dates and appointments are held against; None is the real one.
BUSINESS_DATE = env.day("EARLYHELP_TODAY")
# Whether pages say that the figures are the sample's.
SAMPLE = env.flag("EARLYHELP_SAMPLE")
# Whether the sample, with its people and their well-known passwords, may be loaded.
ALLOW_SAMPLE = env.flag("EARLYHELP_ALLOW_SAMPLE", not PRODUCTION)

_DEVELOPMENT_KEY = "for development only: production refuses to start without a key of its own"
SECRET_KEY = env.text("SECRET_KEY", _DEVELOPMENT_KEY)
# Former keys: what was sealed or signed with them is still read.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
_KEYS = [SECRET_KEY, *SECRET_KEY_FALLBACKS]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

if PRODUCTION:
    _refusals = [
        refusal
        for refused, refusal in [
            (
                any(key == _DEVELOPMENT_KEY or len(key) < 50 for key in _KEYS),
                "SECRET_KEY must be at least 50 random characters: make one with "
                "python -c 'import secrets; print(secrets.token_urlsafe(50))'.",
            ),
            (not ALLOWED_HOSTS, "ALLOWED_HOSTS must name the site, like figures.council.gov.uk."),
            ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS must name the site, not *."),
            (DEBUG, "DEBUG shows the code and its data to strangers: unset it."),
            (BUSINESS_DATE, "EARLYHELP_TODAY belongs to the sample: unset it."),
            (SAMPLE, "EARLYHELP_SAMPLE belongs to the sample: unset it."),
            (ALLOW_SAMPLE, "EARLYHELP_ALLOW_SAMPLE belongs to the sample: unset it."),
            (
                not env.text("EMAIL_HOST"),
                "EMAIL_HOST must name the mail server: without one, links that set a new "
                "password would stand in the log.",
            ),
        ]
        if refused
    ]
    if _refusals:
        raise ImproperlyConfigured("These settings are not for production. " + " ".join(_refusals))
else:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]

# -- the application ------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before Django's own, whose createsuperuser makes way for ours.
    "earlyhelp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "earlyhelp.core.events",
    "earlyhelp.core.work",
    "teams",
    "earlyhelp.signin",
    "measures",
    "measures.releases",
    "audits.plan",
    "audits",
    "earlyhelp.report",
    "earlyhelp.operations",
    "teams.apps.AdministrationConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "crispy_forms",
    "crispy_forms_gds",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "earlyhelp.operations.requests.numbered",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "earlyhelp.signin.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "earlyhelp.signin.leavers.DirectoryStillKnows",
    "teams.http.actor_middleware",
    "earlyhelp.signin.sessions.SecondFactor",
    "earlyhelp.signin.sessions.private_pages",
    "earlyhelp.signin.resume.CarryOver",
    "earlyhelp.core.pages.once.SentBefore",
    "earlyhelp.error_pages.wrong_method",
]

ROOT_URLCONF = "earlyhelp.urls"
WSGI_APPLICATION = "earlyhelp.wsgi.application"
# The return of a long framework has a few hundred questions, each with a few boxes.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come first, so that they replace a library's template of the same name.
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Every form's token brings the form's key with it.
            "builtins": ["earlyhelp.core.pages.once", "earlyhelp.core.pages.years"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "earlyhelp.navigation.surroundings",
            ],
        },
    }
]

# -- the database ---------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR}/earlyhelp.sqlite3")
}
_ON_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
# Opening a connection for each request costs more than most pages.
_POSTGRESQL = {
    "ENGINE": "earlyhelp.core.postgresql",
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}
if _ON_SQLITE:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"] |= {
        "OPTIONS": {
            # A writer takes the lock at the start of its transaction, so that two of them
            # queue instead of failing half-way; readers are never in the way (WAL). What is taken
            # out is written over, whichever way SQLite was built.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
            ),
        },
        # A file, because live servers and races between threads need more than one connection.
        # Beside the database that was asked for, so that two people's tests do not meet.
        "TEST": {"NAME": f"{DATABASES['default']['NAME']}.test"},
    }
else:
    DATABASES["default"] |= _POSTGRESQL

# Pages that only read ask a replica of it, if there is one that is no further behind.
REPLICA_LAG_SECONDS = env.number("REPLICA_LAG_SECONDS", 10, least=1, most=600)
if env.text("REPLICA_URL"):
    DATABASES["replica"] = env.replica("REPLICA_URL", of_sqlite=_ON_SQLITE) | _POSTGRESQL
    DATABASE_ROUTERS = ["earlyhelp.core.replica.Router"]
    # Around the session, whose end is written too.
    _place = MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    MIDDLEWARE.insert(_place, "earlyhelp.core.replica.remember_saves")

# Throttles count in the database, so that several web processes count together. There is room
# for every address that can be tried while a counter lasts: what is full lets the oldest go, and
# that would be a way to empty it from outside. Files that wait for a yes lie apart.
CACHES = {
    "default": {
        "BACKEND": "earlyhelp.signin.throttles.Counters",
        "LOCATION": "earlyhelp_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    "files": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "earlyhelp_files",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# -- people signing in ----------------------------------------------------------------------

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "earlyhelp.signin.passwords.WordsOfTheProduct"},
    {"NAME": "earlyhelp.signin.passwords.KnownFromBreaches"},
]
BREACHED_PASSWORDS = env.digests("EARLYHELP_BREACHED_PASSWORDS")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Real time, whatever day the sample stands at.
SESSION_IDLE_MINUTES = env.number("SESSION_IDLE_MINUTES", 60, least=30)
SESSION_LONGEST_HOURS = env.number("SESSION_LONGEST_HOURS", 12, least=1)
SESSION_ENGINE = "earlyhelp.signin.session_store"
SESSION_COOKIE_AGE = SESSION_LONGEST_HOURS * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "earlyhelp.signin.resume.csrf_failure"

ACCOUNT_ADAPTER = "earlyhelp.signin.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators enter the addresses
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
MAIL_SUBJECT_PREFIX = ACCOUNT_EMAIL_SUBJECT_PREFIX = "Early Help performance: "
ACCOUNT_FORMS = {
    "login": "earlyhelp.signin.accounts.SignInForm",
    "reset_password": "earlyhelp.signin.accounts.ForgottenPasswordForm",
    "reset_password_from_key": "earlyhelp.signin.accounts.ForgottenPasswordChosenForm",
    "change_password": "earlyhelp.signin.accounts.AnotherPasswordForm",
    "set_password": "earlyhelp.signin.accounts.FirstPasswordForm",
    "reauthenticate": "earlyhelp.signin.accounts.PasswordAgainForm",
}
ACCOUNT_RATE_LIMITS = {
    # A whole office signs in from one address at nine o'clock: the key (the email address)
    # is what is held tight.
    "login": "120/m/ip",
    "login_failed": "5/5m/key,60/m/ip",
    "reset_password": "30/m/ip,5/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "earlyhelp.signin.accounts.SecondStepForm",
    "reauthenticate": "earlyhelp.signin.accounts.SecondStepForm",
    "activate_totp": "earlyhelp.signin.accounts.SecondStepSetUpForm",
}
MFA_ADAPTER = "earlyhelp.signin.second_step.SecondStepAdapter"
MFA_TOTP_ISSUER = "Early Help performance"
# Those who sign off, publish or administer need a second factor.
SECOND_FACTOR_REQUIRED = PRODUCTION

# The council's own sign-in (Microsoft Entra ID or another OpenID Connect provider). It can
# sign in people who are already here; it never makes one.
SOCIALACCOUNT_ADAPTER = "earlyhelp.signin.accounts.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds, while somebody waits for a page
# So long a directory that cannot be reached leaves people signed in who came through it.
DIRECTORY_SILENCE_MINUTES = env.number("DIRECTORY_SILENCE_MINUTES", 60, least=10)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if _oidc_server := env.directory("OIDC_SERVER_URL"):
    if not (env.text("OIDC_CLIENT_ID") and env.text("OIDC_CLIENT_SECRET")):
        raise ImproperlyConfigured(
            "OIDC_SERVER_URL is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as well."
        )
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "provider_class": "earlyhelp.signin.directory.CouncilDirectory",
        "APPS": [
            {
                "provider_id": "council",
                "name": env.text("OIDC_NAME", "your council account"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {
                    "server_url": _oidc_server,
                    "oauth_pkce_enabled": True,
                    # With leave to ask again whether somebody is still there.
                    "scope": ["openid", "profile", "email", "offline_access"],
                },
            }
        ],
    }

# -- what a browser may do with our pages ---------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Browsers take the secure names over plain http on loopback only, so they are production's.
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LAST_PERSON_COOKIE_NAME = "__Host-last-person"
    SAVED_AT_COOKIE_NAME = "__Host-saved-at"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", True)
    # Who asks these asks from beside the server, and is answered there.
    SECURE_REDIRECT_EXEMPT = ["^live$", "^ready$", "^metrics$"]
    SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
    if env.flag("BEHIND_TLS_PROXY"):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    LAST_PERSON_COOKIE_NAME = "last-person"
    SAVED_AT_COOKIE_NAME = "saved-at"
LAST_PERSON_COOKIE_SECURE = PRODUCTION

# -- static files, mail, words --------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
# In development the files are served as they lie, without being collected first.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Mail is written as jobs, with what it is about, and goes out by ``manage.py deliver``.
EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"
DELIVERY_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25, least=1)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
# Who writes, by name: an address alone says nothing to whoever reads it.
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "early-help@localhost")

# Errors go to the server's log with the lines of the code, and without what was typed. For a
# program every line is JSON, and every request has one, and every signing in.
LOG_FORMAT = env.one_of("EARLYHELP_LOG", ("json", "text") if PRODUCTION else ("text", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "earlyhelp.logs.WithoutWords",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "earlyhelp.logs.JsonLines"},
    },
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["log"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["log"], "level": "ERROR", "propagate": False},
        "earlyhelp.requests": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        "earlyhelp.signin": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"

CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

# Imports are all or nothing.
IMPORT_EXPORT_USE_TRANSACTIONS = True

# -- figures --------------------------------------------------------------------------------

# A protected count of 1 to so many is hidden from board members (docs/small-numbers.md).
SMALL_NUMBER = env.number("EARLYHELP_SMALL_NUMBER", 5, least=2, most=20)
# A change or a target is judged on part of the teams where they carry so much of the measure.
VERDICT_CARRIES_PERCENT = env.number("EARLYHELP_VERDICT_CARRIES_PERCENT", 90, least=50)

# -- audits ---------------------------------------------------------------------------------

# A board member is shown no result that stands on fewer cases.
LEAST_CASES_FOR_BOARD = env.number("EARLYHELP_LEAST_CASES_FOR_BOARD", 6, least=1)
# The questions of a return that audit rounds can answer, by the codes of their data items.
CASES_AUDITED_ITEM = env.text("EARLYHELP_CASES_AUDITED_ITEM", "cases-audited")
AUDITS_DUE_ITEM = env.text("EARLYHELP_AUDITS_DUE_ITEM", "case-audits-due")
AUDITS_COMPLETED_ITEM = env.text("EARLYHELP_AUDITS_COMPLETED_ITEM", "case-audits-completed")

# -- keeping and disposing ------------------------------------------------------------------

# For how many years after its last change something is kept: words that people wrote, the
# numbers of cases after their round closed, the names of people after their last appointment. A
# council decides; without its word nothing is disposed of.
KEEP_WORDS_YEARS = env.number_or_none("EARLYHELP_KEEP_WORDS_YEARS", least=1)
KEEP_CASE_NUMBERS_YEARS = env.number_or_none("EARLYHELP_KEEP_CASE_NUMBERS_YEARS", least=1)
KEEP_NAMES_YEARS = env.number_or_none("EARLYHELP_KEEP_NAMES_YEARS", least=1)

# -- watching -------------------------------------------------------------------------------

# Who may read /metrics from another machine than this one: whoever sends it as a bearer token.
METRICS_TOKEN = env.text("EARLYHELP_METRICS_TOKEN")
