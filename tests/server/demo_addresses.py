"""The addresses as they are in the demo, for tests of its pages in a process where the demo is off."""

from __future__ import annotations

from django.urls import path

from zhinan.server.urls import handler400, handler404, handler500
from zhinan.server.urls import urlpatterns as every_address
from zhinan.server.web import outbox, personas

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]
urlpatterns = [
    *every_address, path("demo/", personas.personas, name="personas"), path("demo/become/", personas.become, name="become"),
    path("demo/nobody/", personas.nobody, name="nobody"), path("demo/outbox/", outbox.outbox, name="outbox"),
]  # fmt: skip
