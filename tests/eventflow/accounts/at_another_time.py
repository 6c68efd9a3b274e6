"""Run as a process: signs in, edits by hand and tries a door, on a machine whose clock is wrong.

The first argument says by how many hours, the second is the user's name. Everything that is
imported after the clock was set has it.
"""

import datetime
import sys
import time

REAL, real_time = datetime.datetime, time.time
WRONG_BY = datetime.timedelta(hours=float(sys.argv[1]))


class _OfAnyKind(type):
    def __instancecheck__(cls, thing):
        return isinstance(thing, REAL)


class Clock(REAL, metaclass=_OfAnyKind):
    @classmethod
    def now(cls, tz=None):
        return REAL.now(tz) + WRONG_BY

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.UTC).replace(tzinfo=None)


datetime.datetime = Clock
time.time = lambda: real_time() + WRONG_BY.total_seconds()

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from eventflow.accounts import attempts  # noqa: E402

apart = (timezone.now() - REAL.now(datetime.UTC)).total_seconds() / 3600
assert round(apart, 2) == round(float(sys.argv[1]), 2), apart

browser = Client()
browser.force_login(User.objects.get(username=sys.argv[2]))
assert browser.get("/admin/").status_code == 200
answer = browser.post("/admin/auth/group/add/", {"name": "Made by hand"})
assert answer.status_code == 302, answer.content
group = Group.objects.get(name="Made by hand")
changed = browser.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Changed by hand"})
assert changed.status_code == 302, changed.content
gone = browser.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"})
assert gone.status_code == 302, gone.content
attempts.note("a door", "somebody", address=None)
assert browser.get("/admin/").status_code == 200
