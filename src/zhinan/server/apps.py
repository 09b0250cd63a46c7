"""The one Django app of the platform."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Its label prefixes the tables: `zhinan_application`."""

    name = "zhinan.server"
    label = "zhinan"
    verbose_name = "Zhinan 指南"
    default_auto_field = "django.db.models.BigAutoField"
