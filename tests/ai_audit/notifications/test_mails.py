"""What a mail says, in whose language, and what can never become part of its headers."""

import re

import pytest
from django.utils import translation

from ai_audit import workflow
from ai_audit.notifications import notify
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver

pytestmark = pytest.mark.django_db

HOSTILE = '</p><script>alert(1)</script>\u202eevil\u2066 & "quoted"'


def html(mail) -> str:
    ((content, kind),) = mail.alternatives
    assert kind == "text/html"
    return content


def test_mail_change_verdict_and_link(noa, michal, event, sent):
    session = f.session(event=event, title="Opening", room="Hall A")
    f.rooms(event, "Hall B")
    made = f.suggestion(
        user=michal,
        event=event,
        data=f.update_data(session, room="Hall B"),
        action_type="schedule_update",
    )

    notify()

    (mail,) = sent.take()
    for text in (mail.body, html(mail)):
        assert "Opening" in text
        assert "Hall A" in text
        assert "Hall B" in text
        assert "Clear: it collides with nothing." in text
        assert text.count(f"/admin/ai_audit/pendingsuggestion/{made.pk}/change/") == 1
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("en", "ltr")])
def test_mail_in_readers_language(noa, waiting, language, direction, sent):
    noa.language = language
    noa.save()

    notify()

    (mail,) = sent.take()
    assert f'<html lang="{language}" dir="{direction}">' in html(mail)


def test_mail_language_of_profile(noa, waiting, michal, sent):
    f.run('update user_profiles set preferences = \'{"language": "he"}\' where id = %s', michal.pk)
    workflow.reject(suggestion_id=waiting.pk, by=noa)

    notify()

    (mail,) = sent.take()
    assert 'dir="rtl"' in html(mail)
    # No page opens to them.
    assert "/change/" not in mail.body
    assert "changelist" not in mail.body
    with translation.override("he"):
        assert str(translation.gettext("You can see it in EventFlow.")) in mail.body


def test_mail_subject_without_personal_text(noa, michal, ours, sent):
    event = f.event(organization=ours, name="Secret event")
    f.suggestion(user=michal, event=event, data=f.create_data(title="Secret title\nBcc: x@y.z"))

    notify()

    (mail,) = sent.take()
    assert mail.subject == "1 suggestion waits for a decision"
    assert "Bcc" not in mail.message()
    assert set(mail.message().keys()) == {
        "Content-Type",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "Auto-Submitted",
    }


def test_hostile_text_stays_text(noa, michal, event, sent):
    michal.full_name = HOSTILE
    michal.save()
    f.suggestion(user=michal, event=event, data=f.create_data(title=HOSTILE, room=HOSTILE))
    made = f.suggestion(user=michal, event=event, data=f.create_data(title=HOSTILE))
    f.run("update user_profiles set full_name = %s where id = %s", HOSTILE, noa.profile_id)
    workflow.reject(suggestion_id=made.pk, by=noa, reason=HOSTILE)

    notify()

    for mail in sent.take():
        assert "<script>" not in html(mail)
        # Opens nothing that it does not end: what it held itself is shown as a code.
        for text in (mail.body, html(mail)):
            assert "\u202e" not in text
            assert len(re.findall("[\u2066-\u2068]", text)) == text.count("\u2069")


def test_a_mail_has_one_message_id_at_every_try(noa, waiting, sent):
    notify()
    (first,) = sent.take()
    f.run("update notification_mails set state = 'due', next_try = now()")

    notify()

    (second,) = sent.take()
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_two_organizations_never_share_a_mail(noa, waiting, theirs, their_event, sent):
    approver(theirs, "tamar")
    other = f.profile(organization=theirs)
    f.suggestion(user=other, event=their_event, data=f.create_data(title="Theirs"))

    notify()

    mails = {mail.to[0]: mail.body for mail in sent.take()}
    assert "Theirs" in mails["tamar@example.org"]
    assert "Theirs" not in mails["noa@example.org"]


def test_however_long_the_words_a_mail_is_short(noa, michal, event, sent):
    """Also what is cut ends what it opened."""
    long = "ארוך \u2067 " * 20_000
    f.run("update events set name = %s where id = %s", long, event.pk)
    made = f.suggestion(
        user=michal, event=event, data=f.create_data(title=long, room=long, track=long)
    )
    other = f.suggestion(user=michal, event=event, data=f.create_data(title=long, room=long))
    f.said(made, noa, "asked", text=long[:900])
    workflow.reject(suggestion_id=other.pk, by=noa, reason="למה " * 200)

    notify()

    mails = sent.take()
    assert len(mails) == 3
    for mail in mails:
        assert len(mail.message().as_bytes()) < 50_000
        for text in (mail.body, html(mail)):
            assert len(re.findall("[\u2066-\u2068]", text)) == text.count("\u2069")


def test_what_somebody_wrote_looks_like_nothing_of_the_mails_own(noa, michal, waiting, sent):
    reason = "No.\n\n--\nLook at it: http://evil.example\u2028* Another\x0bOne more"
    workflow.reject(suggestion_id=waiting.pk, by=noa, reason=reason)

    notify()

    (mail,) = sent.take()
    lines = mail.body.splitlines()
    assert [line for line in lines if "evil" in line] == ["  > Look at it: http://evil.example"]
    assert [line for line in lines if line.startswith("* ")] == lines[2:3]
    assert lines.count("--") == 1


def test_header_that_ends_a_kind_is_whole_on_the_way(noa, waiting, sent):
    """It is neither encoded nor broken, however long the address."""
    notify()

    (mail,) = sent.take()
    headers = mail.message().as_bytes().split(b"\n\n")[0].decode()
    (link,) = re.findall(r"^List-Unsubscribe: *\n? *<([^\s<>]+)>$", headers, re.MULTILINE)
    assert f"<{link}>" == mail.extra_headers["List-Unsubscribe"]
    assert link in mail.body
