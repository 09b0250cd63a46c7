"""Before any test is found: the server's settings, in a home of their own, with a key that guards nothing."""

import os
import tempfile

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "zhinan.server.settings"
os.environ["ZHINAN_HOME"] = tempfile.mkdtemp(prefix="zhinan-tests-")
os.environ["ZHINAN_SECRET_KEY"] = "a key for tests"
os.environ["ZHINAN_REQUIRE_2FA"] = "no"  # what is about it turns it on
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow hash proves nothing here
django.setup()
