"""Settings, all of them from the environment or a `.env` file; `.env.example` explains each.

Without DATABASE_URL the back office runs on an embedded PostgreSQL of its own: that is the
demo. With it, that database is used, no server is ever started, and everything is as production
needs it: HTTPS only, and no start with a setting that would let others in.
"""

import os
import warnings
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from csp import constants as csp
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _lazy

from eventflow import logs
from eventflow.environment import addresses, production, variables

BASE_DIR = Path(__file__).resolve().parent.parent

variables.read_file(variables.ENV_FILE)

DATABASE_URL = variables.text("DATABASE_URL")
STATE_FOLDER = Path(variables.text("EVENTFLOW_STATE") or BASE_DIR / ".eventflow").absolute()
EMBEDDED_FOLDER = None if DATABASE_URL else STATE_FOLDER / "demo"

# By the variable, names of options that are for other tools.
IGNORED_OPTIONS: dict[str, list[str]] = {}


def _database(variable: str) -> dict | None:
    """The settings of the database that a variable names, if it does."""
    url = variables.text(variable)
    if not url:
        return None
    found, IGNORED_OPTIONS[variable] = addresses.database(variable, url)
    return found


DATABASES = {
    "default": (
        # A new connection for each page would take a quarter of its time.
        {"CONN_MAX_AGE": 60} | _database("DATABASE_URL") if DATABASE_URL else {"NAME": "postgres"}
    )
    | {"ENGINE": "eventflow.db.postgresql", "CONN_HEALTH_CHECKS": True}
}
# The login that migrates, where the web process has one of its own.
MIGRATE_DATABASE = _database("MIGRATE_DATABASE_URL")
if MIGRATE_DATABASE and (
    not DATABASE_URL or MIGRATE_DATABASE["NAME"] != DATABASES["default"]["NAME"]
):
    raise ImproperlyConfigured(
        "MIGRATE_DATABASE_URL names another database than DATABASE_URL. They are two logins to one "
        "database: set both, or only DATABASE_URL."
    )
# A superuser's login, used by `supabase_baseline`, the demo and the tests to load the stand-in.
SUPERUSER_DATABASE_URL = variables.text("SUPERUSER_DATABASE_URL")
_database("SUPERUSER_DATABASE_URL")

# Seconds after which the database ends what a page asks of it.
STATEMENT_LIMIT = variables.seconds("STATEMENT_LIMIT", otherwise=10)

# What who asks for /metrics has to show; and where processes keep their figures, a file each.
METRICS_TOKEN = variables.token("METRICS_TOKEN")
METRICS_FOLDER = (
    Path(variables.text("PROMETHEUS_MULTIPROC_DIR") or STATE_FOLDER / "metrics").absolute()
    if METRICS_TOKEN
    else None
)

DEBUG = variables.truth("DEBUG")


def _secret_key() -> str:
    """The key from the environment; the demo makes one and keeps it beside its data."""
    key = variables.text("SECRET_KEY")
    if key or DATABASE_URL:
        return key
    kept = STATE_FOLDER / "secret_key"
    try:
        STATE_FOLDER.mkdir(parents=True, exist_ok=True)
        if not kept.exists():
            # Written whole before it has its name, for two may begin at once.
            with NamedTemporaryFile("w", dir=STATE_FOLDER) as made, suppress(FileExistsError):
                made.write(get_random_secret_key())
                made.flush()
                os.link(made.name, kept)
        return kept.read_text()
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"{STATE_FOLDER} belongs to another user. Go on as that user, delete it to start over, "
            "or set EVENTFLOW_STATE to a folder of your own."
        ) from error
    except OSError as error:
        raise ImproperlyConfigured(
            f"{STATE_FOLDER} cannot hold the demo's data: {error.strerror}. Set EVENTFLOW_STATE to "
            "a folder of your own."
        ) from error


SECRET_KEY = _secret_key()
# The first is the one that mail leads to; the demo says where it serves.
ALLOWED_HOSTS = variables.hosts("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
MAIL_LEADS_TO = ""
CSRF_TRUSTED_ORIGINS = variables.origins("CSRF_TRUSTED_ORIGINS")
if DATABASE_URL:
    production.require(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        allowed_hosts=ALLOWED_HOSTS,
        databases={"DATABASE_URL": DATABASES["default"]}
        | ({"MIGRATE_DATABASE_URL": MIGRATE_DATABASE} if MIGRATE_DATABASE else {}),
    )

# Proxies in front that each add to X-Forwarded-For and say in X-Forwarded-Proto how they were
# asked. Without any, both headers are whoever's, and are not believed.
PROXY_COUNT = variables.whole_number("PROXY_COUNT", variables.text("PROXY_COUNT") or "0", most=100)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None

# What only works over HTTPS; the demo, on loopback, does without.
HTTPS_ONLY = (
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "LANGUAGE_COOKIE_SECURE",
)
SECURE_SSL_REDIRECT = bool(DATABASE_URL)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = bool(DATABASE_URL)
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if DATABASE_URL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(DATABASE_URL)
SESSION_ENGINE = "eventflow.accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Nothing from elsewhere, and nothing that is written into a page: what a suggestion holds is text.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.NONE],
        "script-src": [csp.SELF],
        "style-src": [csp.SELF],
        "img-src": [csp.SELF],
        "font-src": [csp.SELF],
        "connect-src": [csp.SELF],
        "form-action": [csp.SELF],
        "frame-ancestors": [csp.NONE],
        "base-uri": [csp.NONE],
    }
}

INSTALLED_APPS = [
    "ai_audit",
    "scheduling",
    "eventflow",
    "eventflow.web.site.BackOfficeAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
]

MIDDLEWARE = [
    "eventflow.web.requests.RequestLine",
    "csp.middleware.CSPMiddleware",
    "eventflow.web.outages.Outages",
    "scheduling.pointers.changing.ChangedTables",
    "eventflow.web.statement_timeout.StatementLimit",
    "eventflow.fitness.health.HealthMiddleware",
    "eventflow.accounts.signing_in.CookiesWithoutNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "eventflow.accounts.signing_in.NextLeadsHere",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "scheduling.languages.StaffLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "eventflow.accounts.second_factor_pages.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "eventflow.urls"
WSGI_APPLICATION = "eventflow.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# EventFlow's own accounts, by which people sign in where both are set; and by which of the two
# ways, "account" and "name". Superusers always have theirs: a name and a password.
SUPABASE_URL = variables.project("SUPABASE_URL")
SUPABASE_KEY = variables.publishable_key("SUPABASE_KEY")
SIGN_IN_WITH = variables.one_or_more("SIGN_IN_WITH", ["account", "name"])
if bool(SUPABASE_URL) != bool(SUPABASE_KEY):
    raise ImproperlyConfigured(
        "SUPABASE_URL is of use with SUPABASE_KEY only, and one of them is not set. Set both, or "
        "unset both."
    )
if "name" not in SIGN_IN_WITH and not SUPABASE_URL:
    raise ImproperlyConfigured(
        "SIGN_IN_WITH leaves nobody a way in: without SUPABASE_URL and SUPABASE_KEY there is only "
        "name. Set both, or unset it."
    )

# The group that a role in EventFlow gives to who signs in with an account; others give none.
ROLE_GROUPS = variables.pairs("ROLE_GROUPS") or dict.fromkeys(
    ("owner", "admin", "manager"), "Approver"
)

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "scheduling.access.StaffBackend",
    "scheduling.access.accounts.AccountBackend",
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

# Five wrong passwords for one name from one address close it to that address for a while. By the
# name alone anybody could shut anybody out, by the address alone a colleague a whole office.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Whoever goes on trying does not make it longer for the owner of the name, in the same office.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "eventflow.accounts.signing_in.address"
AXES_LOCKOUT_CALLABLE = "eventflow.accounts.signing_in.locked_out"
# Only failures are kept, and only as long as they count.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

# With it, whoever has no second factor is led to enrol one before anything else.
REQUIRE_2FA = variables.truth("REQUIRE_2FA")
OTP_TOTP_ISSUER = "EventFlow"
# Wrong codes are counted by where they come from, in `second_factor`: by the user alone, as here,
# anybody with the password could keep the owner out for ever.
OTP_TOTP_THROTTLE_FACTOR = 0

# Where mail goes. Without it, the demo prints what it would send, and production sends none: its
# sign-in page then offers no password reset.
EMAIL_URL = variables.text("EMAIL_URL") or ("" if DATABASE_URL else "consolemail://")
if EMAIL_URL:
    vars().update(addresses.mail("EMAIL_URL", EMAIL_URL))
DEFAULT_FROM_EMAIL = variables.sender("MAIL_FROM", otherwise="eventflow@localhost")
# A server that does not answer must not hold the page.
EMAIL_TIMEOUT = 10
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())

LANGUAGE_CODE = "he"
LANGUAGES = [("he", _lazy("Hebrew")), ("en", _lazy("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jerusalem"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Without `collectstatic`, files are served from where they lie, and WhiteNoise need not warn.
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
warnings.filterwarnings("ignore", message="No directory at", module="django.core.handlers.base")
WHITENOISE_AUTOREFRESH = DEBUG

# A thousand suggestions may be decided in one act, each with a tick of its own.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# To the standard error stream, whatever DEBUG is: whoever runs it collects it there.
LOGGING = logs.configuration(structured=bool(DATABASE_URL))
