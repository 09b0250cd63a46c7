"""The platform's settings: one file for the demo, the office and the tests; what differs comes from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.contrib.messages import constants as levels

from zhinan.server import environment

HERE = Path(__file__).resolve().parent
HOME = environment.home()

# ─── What the office sets ───

#: The demo: invented data, sign-in by one click, mail shown on a page. Never on in an office.
DEMO = environment.is_on("ZHINAN_DEMO")
SECRET_KEY = environment.secret_key(HOME)
#: Where people reach the platform; links in mails and on receipts begin with it.
BASE_URL = environment.text("ZHINAN_BASE_URL").rstrip("/")
ALLOWED_HOSTS = environment.words("ZHINAN_HOSTS")
HAS_TLS = BASE_URL.startswith("https://")
#: How long after a deadline a request that began in time may still arrive, in seconds.
GRACE_SECONDS = int(environment.text("ZHINAN_GRACE_SECONDS"))
#: Where clamd listens (`host:port`), if uploads are to be scanned.
ANTIVIRUS = environment.text("ZHINAN_CLAMD")
#: Officers, auditors, finance and keepers set up a second factor before they work; the demo lets them in without.
REQUIRE_SECOND_FACTOR = environment.is_on("ZHINAN_REQUIRE_2FA", otherwise=not DEMO)
UPLOAD_LIMIT = int(environment.text("ZHINAN_UPLOAD_MB")) * 1024 * 1024

# ─── Rows and files ───

# No connection is kept after a request: there are far more threads than seats (web/arrival.py), and each would keep its own.
DATABASES: dict[str, Any] = {  # Any: as Django has it
    "default": dj_database_url.parse(environment.text("DATABASE_URL") or f"sqlite:///{HOME / 'zhinan.sqlite3'}", conn_max_age=0)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits its turn at the start, instead of failing half-way
        "timeout": 30,
        # FULL: what was acknowledged is on the disk, whatever happens to the machine.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-32000",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"options": "-c timezone=UTC"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "zhinan_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
STATIC_URL = "/static/"

WHITENOISE_USE_FINDERS = True  # no collectstatic to forget

# ─── The house ───

INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "whitenoise.runserver_nostatic", "django.contrib.staticfiles", "django.forms",
    "allauth", "allauth.account", "allauth.mfa", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect",
    "axes", "csp", "django_tasks", "django_tasks_db",
    "zhinan.server.apps.ServerConfig",
]  # fmt: skip
MIDDLEWARE = [
    "zhinan.server.web.arrival.NoteArrival",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhinan.server.web.arrival.TakeTurn",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "zhinan.server.web.language.ChooseLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zhinan.server.web.entering.SettleAccount",
    "zhinan.server.web.refusals.ShowRefusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "zhinan.server.urls"
WSGI_APPLICATION = "zhinan.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhinan.server.web.surroundings.surroundings",
            ],
            "builtins": ["zhinan.server.templatetags.zhinan"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
MESSAGE_TAGS = {levels.ERROR: "bad", levels.SUCCESS: "good", levels.WARNING: "warn", levels.INFO: "info", levels.DEBUG: "info"}

# ─── Time and tongue: Chinese first, English second ───

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]

# ─── People ───

AUTH_USER_MODEL = "zhinan.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "zhinan.server.accounts.ClosedAccounts"
SOCIALACCOUNT_ADAPTER = "zhinan.server.accounts.KnownPeopleOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation reached the address before there was an account
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are reached by invitation; see ACCOUNT_EMAIL_VERIFICATION
MFA_TOTP_ISSUER = "Zhinan 指南"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HAS_TLS
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}  # Any: as allauth has it
if environment.text("ZHINAN_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "government",
                "name": environment.text("ZHINAN_OIDC_NAME"),
                "client_id": environment.text("ZHINAN_OIDC_CLIENT"),
                "secret": environment.text("ZHINAN_OIDC_SECRET"),
                "settings": {"server_url": environment.text("ZHINAN_OIDC_SERVER")},
            }
        ],
    }
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # an office behind one address is not locked out as a whole
AXES_USERNAME_CALLABLE = "zhinan.server.accounts.login_tried"  # by name or by e-mail, it is the same person's lock
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "zhinan.server.web.refusals.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# ─── Mail: nothing is set → into the outbox page of the demo, or refused by `zhinan serve --check` ───

EMAIL_BACKEND = environment.text("ZHINAN_EMAIL_BACKEND") or (
    "django.core.mail.backends.smtp.EmailBackend" if environment.text("ZHINAN_SMTP_HOST") else "zhinan.server.outbox.KeepInOutbox"
)
EMAIL_HOST = environment.text("ZHINAN_SMTP_HOST")
EMAIL_PORT = int(environment.text("ZHINAN_SMTP_PORT"))
EMAIL_HOST_USER = environment.text("ZHINAN_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("ZHINAN_SMTP_PASSWORD")
EMAIL_USE_TLS = not environment.is_on("ZHINAN_SMTP_PLAIN") and EMAIL_PORT != 465
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("ZHINAN_MAIL_FROM")
SMS_GATEWAY = environment.text("ZHINAN_SMS")

# ─── Work in the background ───

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# ─── Safety ───

_PROVIDER = "{0.scheme}://{0.netloc}".format(urlsplit(environment.text("ZHINAN_OIDC_SERVER")))
#: Signing in with an identity provider begins with a form of ours that goes on to it.
_IDENTITY = ["/".join(environment.text("ZHINAN_OIDC_SERVER").split("/")[:3])] if environment.text("ZHINAN_OIDC_SERVER") else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *([_PROVIDER] if SOCIALACCOUNT_PROVIDERS else [])], "frame-ancestors": [SELF], "frame-src": [SELF],
    }
}  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HAS_TLS
SECURE_HSTS_SECONDS = 31_536_000 if HAS_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.is_on("ZHINAN_BEHIND_PROXY") else None
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HAS_TLS else []
CSRF_FAILURE_VIEW = "zhinan.server.web.refusals.forged"
SILENCED_SYSTEM_CHECKS = ["models.W036"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": environment.text("ZHINAN_LOG")},
    "loggers": {"axes": {"level": "ERROR"}},
}
