"""The WSGI door that granian or gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
application = get_wsgi_application()
gc.collect()
gc.freeze()  # what is loaded stays: the collector need not go through it again while somebody waits
