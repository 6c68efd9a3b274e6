"""What one is told and how often; the list of mails; and the link that ends a kind."""

import re

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from ai_audit.models import HowOften, NewsKind, NotificationChoice
from ai_audit.notifications import choices, kept, notify
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

CHOICES = "/admin/ai_audit/notificationmail/choices/"
MAILS = "/admin/ai_audit/notificationmail/"
KEPT = "/admin/ai_audit/notificationmail/kept/"
AT_ONCE = dict.fromkeys(NewsKind, HowOften.AT_ONCE)


@pytest.fixture
def noa(ours):
    return approver(ours, "noa")


@pytest.fixture
def stop(noa):
    return choices.stop_path(noa.profile_id, [NewsKind.WAITING])


def test_each_chooses_for_themselves(noa, ours, browser):
    dan = approver(ours, "dan")
    assert "noa@example.org" in browser.get(CHOICES).content.decode()
    asked = {kind.value: "daily" for kind in NewsKind}

    answer = browser.post(CHOICES, asked, follow=True)

    assert "Saved: so you are told from now on." in answer.content.decode()
    assert choices.choices(noa.profile_id) == dict.fromkeys(NewsKind, HowOften.DAILY)
    assert choices.choices(dan.profile_id) == AT_ONCE


@pytest.mark.parametrize("choice", ["", "sometimes", "AT_ONCE"])
def test_what_is_no_choice_changes_nothing(noa, browser, choice):
    asked = {kind.value: "daily" for kind in NewsKind} | {"waiting": choice}

    assert browser.post(CHOICES, asked).status_code == 200

    assert choices.choices(noa.profile_id) == AT_ONCE


def test_mail_choices_without_staff_link(root):
    assert "You are told nothing by mail" in root.get(CHOICES).content.decode()
    assert root.post(CHOICES, {"waiting": "never"}).status_code == 200
    assert not NotificationChoice.objects.exists()


def test_nobody_chooses_without_signing_in(noa):
    answer = Client().post(CHOICES, {kind.value: "never" for kind in NewsKind})

    assert answer.status_code == 302
    assert choices.choices(noa.profile_id) == AT_ONCE


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(noa, stop, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(stop)

    assert answer.status_code == 200
    assert choices.choices(noa.profile_id) == AT_ONCE


@pytest.mark.parametrize("form", [{"List-Unsubscribe": "One-Click"}, {}])
def test_mail_stop_link_ends_one_kind(noa, ours, stop, form):
    dan = approver(ours, "dan")

    answer = Client(enforce_csrf_checks=True).post(stop, form)

    assert answer.status_code == 200
    assert choices.choices(noa.profile_id) == AT_ONCE | {NewsKind.WAITING: HowOften.NEVER}
    assert choices.choices(dan.profile_id) == AT_ONCE


@pytest.mark.parametrize("token", ["x", "x:y:z", ""])
def test_a_link_that_is_not_ours_ends_nothing(noa, stop, token):
    address = reverse("admin:ai_audit_notificationmail_stop", args=["x"]).replace(
        "/x/", f"/{token}/"
    )
    for answer in (Client().post(address), Client().post(stop.replace("eyJ", "eyK")[:-3] + "/")):
        assert answer.status_code in (404, 302)
    assert not NotificationChoice.objects.exists()


def test_a_link_ends_nothing_of_another_person_or_kind(noa, ours):
    dan = approver(ours, "dan")
    links = [
        choices.stop_path(who.profile_id, [kind]).rstrip("/").rpartition("/")
        for who, kind in ((noa, NewsKind.WAITING), (dan, NewsKind.WAITING), (noa, NewsKind.ASKED))
    ]
    before, _slash, signed = links[0]
    forged = [
        f"{before}/{said.split(':')[0]}:{signed.partition(':')[2]}/" for *_rest, said in links[1:]
    ]
    elsewhere = signing.dumps([str(noa.profile_id), ["waiting"]], salt="another page")

    for address in (*forged, f"{before}/{elsewhere}/", f"{before}/{signed[::-1]}/"):
        assert Client().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert not NotificationChoice.objects.exists()


@pytest.mark.parametrize("permissions", [["view_suggestion", "view_pendingsuggestion"], []])
def test_whoever_is_staff_chooses(ours, permissions):
    """Also who may only look, or not even that: they may have asked for something."""
    member = f.staff(
        profile=f.profile(organization=ours, email="v@example.org"), permissions=permissions
    )
    browser = signed_in(member.user)
    assert CHOICES in browser.get("/admin/").content.decode()

    answer = browser.post(CHOICES, {kind.value: "never" for kind in NewsKind}, follow=True)

    assert "Saved: so you are told from now on." in answer.content.decode()
    assert choices.choices(member.profile_id) == dict.fromkeys(NewsKind, HowOften.NEVER)


def test_the_link_of_a_mail_ends_its_kind(noa, event):
    f.suggestion(user=f.profile(organization=event.organization), event=event)
    notify()
    (sent,) = mail.outbox
    (path,) = re.findall(r"^<http://[^/]+(/.*)>$", sent.extra_headers["List-Unsubscribe"])
    assert path in sent.body

    Client().post(path, {"List-Unsubscribe": "One-Click"})

    assert choices.choices(noa.profile_id)[NewsKind.WAITING] is HowOften.NEVER
    f.suggestion(user=f.profile(organization=event.organization), event=event)
    mail.outbox.clear()
    f.run("update notification_mails set ended_at = ended_at - interval '1 hour'")
    notify()
    assert mail.outbox == []


def test_mail_failures_listed_for_superusers(noa, browser, root):
    f.run(
        "insert into notification_mails (profile_id, kind, state, error, ended_at)"
        " values (%s, 'waiting', 'failed', '550 unknown', now())",
        noa.profile_id,
    )

    page = root.get(f"{MAILS}?state__exact=failed").content.decode()

    assert "550 unknown" in page
    assert "noa" in page
    assert page.count('data-called="next try"') == 0
    assert browser.get(MAILS).status_code == 403
    assert browser.get(KEPT).status_code == 403
    for address in ("add/", "1/delete/"):
        assert root.get(MAILS + address).status_code in (302, 403)


def test_a_mail_to_somebody_who_is_gone_is_listed(root):
    ((gone,),) = f.run(
        "insert into notification_mails (profile_id, kind, state, error)"
        " values (gen_random_uuid(), 'waiting', 'failed', '550 unknown') returning profile_id"
    )

    page = root.get(MAILS).content.decode()

    assert str(gone) in page
    assert '<bdi class="ltr">550 unknown</bdi>' in page
    # They are called what they are, and there is nothing to open.
    assert "1 mail\n" in page
    assert "<h1>Mails</h1>" in page


def test_mails_are_shown_only_where_they_are_kept(noa, event, root, monkeypatch):
    monkeypatch.setattr(kept, "_mails", None)
    assert root.get(KEPT).status_code == 404
    f.suggestion(
        user=f.profile(organization=event.organization),
        event=event,
        data=f.create_data(title="<script>x</script>"),
    )

    notify(backend=kept.Backend())

    page = root.get(KEPT).content.decode()
    assert "noa@example.org" in page
    assert "1 suggestion waits for a decision" in page
    assert "<script>x" not in page


def test_the_start_leads_to_what_one_is_told(browser):
    assert CHOICES in browser.get("/admin/").content.decode()


def test_a_page_asks_little_of_the_database(noa, django_assert_max_num_queries):
    browser = signed_in(noa.user)
    browser.get(CHOICES)
    with django_assert_max_num_queries(5):
        browser.get(CHOICES)
