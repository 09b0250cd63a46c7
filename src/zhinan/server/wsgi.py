"""The platform as a WSGI application: `granian --interface wsgi zhinan.server.wsgi:application`."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhinan.server.settings")
application = get_wsgi_application()
