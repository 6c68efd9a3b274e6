"""Settings, all of them from the environment or a `.env` file; `.env.example` explains each.

Without DATABASE_URL the back office runs on an embedded PostgreSQL of its own: that is the
demo. With it, that database is used and no server is ever started.
"""

import os
import warnings
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DATABASE_URL = env.str("DATABASE_URL", default="")
STATE_FOLDER = Path(env.str("EVENTFLOW_STATE", default="") or BASE_DIR / ".eventflow").absolute()
EMBEDDED_FOLDER = None if DATABASE_URL else STATE_FOLDER / "demo"

DATABASES = {
    "default": (env.db_url_config(DATABASE_URL) if DATABASE_URL else {"NAME": "postgres"})
    | {"ENGINE": "eventflow.postgresql", "CONN_HEALTH_CHECKS": True}
}
# A superuser's login, used by `supabase_baseline`, the demo and the tests to load the stand-in.
SUPERUSER_DATABASE_URL = env.str("SUPERUSER_DATABASE_URL", default="")

DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """The key from the environment; the demo makes one and keeps it beside its data."""
    key = env.str("SECRET_KEY", default="")
    if key:
        return key
    if DATABASE_URL:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Put a long random text into the environment or .env."
        )
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


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "ai_audit",
    "scheduling",
    "eventflow",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "scheduling.languages.StaffLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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

AUTHENTICATION_BACKENDS = ["scheduling.access.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "he"
LANGUAGES = [("he", _("Hebrew")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
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

# Errors go to the standard error stream, whatever DEBUG is: whoever runs it collects them there.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
