"""All settings. What differs between places is an environment variable; `.env.example` explains each."""

from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.languages import found_in
from portal.secret_key import kept_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("ENVIRONMENT", default="development")
PRODUCTION = ENVIRONMENT == "production"
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(
        f"ENVIRONMENT is “{ENVIRONMENT}”; it takes development or production."
    )


def needed_in_production(name, *, cast, development):
    """Read a variable that production must be given and development may leave out or empty."""
    if env.str(name, default="").strip():
        return cast(name)
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set. Production does not start without it; see .env.example."
        )
    return development


def refuse_in_production(is_wrong, reason):
    if PRODUCTION and is_wrong:
        raise ImproperlyConfigured(f"{reason}. Production does not start like this.")


DEBUG = env.bool("DEBUG", default=False)
refuse_in_production(DEBUG, "DEBUG is on: error pages would show the portal's insides")

# What a checkout in development keeps for itself: its database and its secret key.
DATA_DIR = BASE_DIR / (env.str("PORTAL_DATA", default="") or ".data")

SECRET_KEY = needed_in_production("SECRET_KEY", cast=env.str, development=None)
if SECRET_KEY is None:
    SECRET_KEY = kept_secret_key(DATA_DIR)
refuse_in_production(
    len(SECRET_KEY) < 50, "SECRET_KEY is shorter than 50 characters: it can be guessed"
)

ALLOWED_HOSTS = needed_in_production(
    "ALLOWED_HOSTS", cast=env.list, development=["127.0.0.1", "localhost", "[::1]"]
)
refuse_in_production(
    "*" in ALLOWED_HOSTS, "ALLOWED_HOSTS has “*”: the portal would answer to any name"
)

# The one source of absolute addresses: QR codes, the site map, canonical links.
SITE_URL = needed_in_production(
    "SITE_URL",
    cast=env.str,
    development=f"http://127.0.0.1:{env.str('PORT', default='') or 8000}",
).rstrip("/")
# A portal that lives under a path of another site has that path before every address of its own.
FORCE_SCRIPT_NAME = urlsplit(SITE_URL).path or None
refuse_in_production(
    urlsplit(SITE_URL).scheme != "https" or not urlsplit(SITE_URL).hostname,
    "SITE_URL is not https:// and a name: printed codes would lead to unprotected pages",
)

INSTALLED_APPS = [
    "portal",
    "procedures",
    "outreach",
    "feedback",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.forms",
    "axes",
    "csp",
    "django_prose_editor",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.ControlCharactersMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "portal.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "portal.forms.PortalRenderer"

DATABASES = {
    "default": needed_in_production(
        "DATABASE_URL",
        cast=env.db,
        development={"ENGINE": "portal.local_postgres", "NAME": "portal"},
    )
}
DATABASES["default"] |= {
    # A new connection costs five times a kept one; a kept one is checked before use.
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    # What DATABASE_URL says after its “?” wins.
    "OPTIONS": {
        "connect_timeout": 3,
        "options": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
    }
    | DATABASES["default"].get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The longest dossier has 94 papers with ten fields each, on one page of the admin.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Five wrong passwords for one account from one address close that pair for a quarter of an hour; others log in as before.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_RESET_ON_SUCCESS = True
# Its admin pages speak English only; `manage.py axes_reset_username` opens an account again.
AXES_ENABLE_ADMIN = False
ADMIN_PATH = env.str("ADMIN_PATH", default="quan-tri/").lstrip("/")

# Mails wait in the database (portal/outbox.py), and the worker sends them.
EMAIL = needed_in_production(
    "EMAIL_URL",
    cast=env.email_url,
    development={
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": DATA_DIR / "mail",
    },
)
refuse_in_production(
    "smtp" not in EMAIL["EMAIL_BACKEND"], "EMAIL_URL names no mail server: nobody would get a mail"
)
globals().update(EMAIL)
# For each answer of the mail server.
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = needed_in_production(
    "DEFAULT_FROM_EMAIL", cast=env.str, development="Cổng thử trên máy này <cong@localhost>"
)
# Where mail that could not be delivered comes back to: `manage.py take_bounces` reads it. Empty: to the sender's address.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")
# What was due while no worker ran is done by the next, if it is less than a day late.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 24 * 60 * 60}

# Vietnamese is the source language; public text is translated in locale/.
LANGUAGE_CODE = "vi"
LANGUAGES = found_in(BASE_DIR / "locale")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed, compressed and kept for ever by browsers, or else each file as it stands in its source.
STATIC_COLLECTED = PRODUCTION or env.bool("STATIC_COLLECTED", default=False)
STORAGES = {
    "default": {
        "BACKEND": "portal.files.PrivateStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
# Compressed by nature; and source maps, which only a developer's tools ask for.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "webp", "woff2"]

# Files and pictures of staff lie outside every public folder: views hand them out.
MEDIA_ROOT = env.str("MEDIA_ROOT", default="") or DATA_DIR / "files"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.uploads.BoundedUploadHandler",
]
# How large each kind of file may be stands in portal/file_kinds.py.
DATA_UPLOAD_MAX_NUMBER_FILES = 40

# How many proxies of our own stand before the portal: as many last hops of X-Forwarded-For are believed.
TRUSTED_PROXIES = int(env.str("TRUSTED_PROXIES", default="") or 0)
AXES_CLIENT_IP_CALLABLE = "portal.addresses.client_address"
# Computers that many people share, such as those at counters: no limit holds them up.
RATE_LIMIT_EXEMPT = [ip_network(text) for text in env.list("RATE_LIMIT_EXEMPT", default=[])]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# The health check is asked by the proxy over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# What people may subscribe to, in the order of the form; and the figures that the bulletin may tell.
SUBSCRIPTION_SOURCES = [
    "outreach.topics.BulletinTopics",
    "outreach.topics.CategoryTopics",
    "procedures.topics.SectorTopics",
    "feedback.topics.AnswerTopics",
    "feedback.topics.LedgerTopics",
]
FIGURE_SOURCES = [
    "procedures.figures.ProceduresInForce",
    "procedures.figures.FullyOnlineProcedures",
    "procedures.figures.ServicePoints",
    "feedback.figures.MessagesReceived",
    "feedback.figures.MessagesAnsweredInTime",
    "feedback.figures.AnswersRated",
    "feedback.figures.SurveySheets",
    "outreach.own_figures.ArticlesPublished",
    "outreach.own_figures.LoudspeakerBroadcasts",
    "outreach.own_figures.LoudspeakerMinutes",
]
