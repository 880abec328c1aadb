"""What a web server calls."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earlyhelp.settings")
application = get_wsgi_application()
import_module("earlyhelp.sample.accounts").refuse_open_accounts()
# What is loaded now is never garbage: looking through it all for some, once every few pages,
# took up to a fifth of a page's time.
import_module(settings.ROOT_URLCONF)
gc.freeze()
