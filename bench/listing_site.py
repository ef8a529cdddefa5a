"""The settings of the list benchmark: the system's own, with Django's admin beside it in the same server."""

from gongjian.settings import *  # noqa: F403
from gongjian.settings import INSTALLED_APPS as OURS
from gongjian.settings import MIDDLEWARE as PASSED
from gongjian.settings import TEMPLATES as RENDERED

ROOT_URLCONF = "bench.listing_urls"
INSTALLED_APPS = [*OURS, "django.contrib.messages", "django.contrib.admin"]
MIDDLEWARE = [*PASSED, "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [
    *RENDERED,
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
SILENCED_SYSTEM_CHECKS = ["axes.W003", "admin.E403", "admin.E408", "admin.E409", "admin.E410"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
