"""How gunicorn serves the back office: `gunicorn` in the checkout, nothing more to say.

Two cores, four requests each at once: most of a request is waiting for the database. Where to
listen is said outside: `gunicorn --bind 127.0.0.1:8000`.
"""

import gc
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured

from eventflow import logs
from eventflow.environment import production

# Read before there are workers, so that what does not hold ends the server with its sentence; and
# let go again, so that workers that come later read what holds then.
try:
    METRICS_FOLDER = import_module("eventflow.settings").METRICS_FOLDER
except ImproperlyConfigured as refusal:
    sys.exit(str(refusal))
finally:
    sys.modules.pop("eventflow.settings", None)

wsgi_app = "eventflow.wsgi"
workers = production.WORKERS
# With threads, a long download holds one of them and not the worker: an export is sent row by row,
# and the timeout is for a worker that does not answer at all. Half of the threads at most send
# exports, and who reads too slowly is hung up on: see the class.
worker_class = "eventflow.web.serving.Worker"
threads = production.THREADS
timeout = 60
# What is being sent may end when a new version is started.
graceful_timeout = 60
# Longer than proxies usually keep an idle connection is of no use; shorter costs a handshake.
keepalive = 30
# Memory that a library has lost comes back; not for both workers at one moment.
max_requests = 5000
max_requests_jitter = 500
# The proxy in front writes who asked for what; here it would be written with what was searched for.
accesslog = None
logconfig_dict = logs.configuration(structured=True)
# In place of the handler it has made by then.
logconfig_dict["loggers"]["gunicorn.error"] = {"level": "INFO", "handlers": [], "propagate": True}
# Nothing here is steered while it runs; two of them would share the socket.
control_socket_disable = True


def on_starting(server):
    """Figures are counted from here; what an earlier server has left would be added to them."""
    if METRICS_FOLDER is None:
        return
    try:
        METRICS_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in METRICS_FOLDER.glob("*.db"):
            left.unlink(missing_ok=True)
    except OSError as error:
        sys.exit(
            f"METRICS_TOKEN is set, and {METRICS_FOLDER} cannot hold the figures: "
            f"{error.strerror}. Set PROMETHEUS_MULTIPROC_DIR to a folder of the server's own."
        )


def post_worker_init(worker):
    """What is loaded by now stays: it need not be looked through for what can be freed.

    And what a page makes of a thousand suggestions is not looked through as often as Python would.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
