"""Many at the door at one moment, each on a connection of their own, as workers have them."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from eventflow.accounts import second_factor
from eventflow.supabase import auth
from scheduling.models import StaffMember
from tests import factories as f
from tests.eventflow.accounts.test_second_factor import enrolled
from tests.scheduling.test_accounts import EMAIL, PASSWORD, sign_in

MANY = 12
WAIT = 60


def at_once(act, over) -> list:
    """What the act returned for each; all begin at the same moment."""
    over = list(over)
    start = threading.Barrier(len(over))

    def run(one):
        try:
            f.run(f"set statement_timeout = '{WAIT}s'")
            start.wait(WAIT)
            return act(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(over)) as people:
        return list(people.map(run, over))


def looked_at(user, code, address) -> bool:
    try:
        second_factor.verify(user, code, second_factor.Whence(address))
    except second_factor.Refused as refusal:
        return isinstance(refusal, second_factor.WrongCode)
    raise AssertionError("a wrong code was taken")


def test_wrong_codes_concurrent_within_allowance(noa):
    app = enrolled(noa.user)
    code = app.other_code()
    left = 5
    for n in range(second_factor.ALLOWANCE - left):
        assert looked_at(noa.user, code, f"198.51.100.{n}")

    found = at_once(
        lambda n: looked_at(noa.user, code, f"203.0.113.{n}"),
        range(MANY),
    )

    assert sum(found) == left
    assert len(f.whole_table("axes_accessfailurelog")) == second_factor.ALLOWANCE


def test_code_once_concurrently(noa):
    app = enrolled(noa.user)
    code = app.code()

    def opens(n) -> bool:
        try:
            second_factor.verify(noa.user, code, second_factor.Whence(f"203.0.113.{n}"))
        except second_factor.Refused:
            return False
        return True

    assert sum(at_once(opens, range(MANY))) == 1


def test_wrong_codes_concurrent_one_mail(noa, mailoutbox):
    User.objects.update(email="noa@example.org")

    answers = at_once(
        lambda _n: Client().post("/admin/password_reset/", {"email": "noa@example.org"}),
        range(MANY),
    )

    assert {answer.status_code for answer in answers} == {302}
    assert len(mailoutbox) == 1


def test_first_sign_in_concurrent_one_user(ours, settings):
    """Each from a browser of its own, with the account’s password: all are let in, as one."""
    profile = f.profile(organization=ours, email=EMAIL)
    there = auth.StandIn(auth.Account(EMAIL, PASSWORD, id=profile.pk))
    with auth.serving(there) as url:
        settings.SUPABASE_URL, settings.SUPABASE_KEY = url, auth.KEY

        found = at_once(lambda _n: sign_in().browser.session["_auth_user_id"], range(4))

    ((user, staff_profile),) = StaffMember.objects.values_list("user_id", "profile_id")
    assert staff_profile == profile.pk
    assert found == [str(user)] * 4
    assert User.objects.count() == 1
