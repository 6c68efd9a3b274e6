"""Text that wants to be more than text, and the rows that hold it in every field there is.

`write` is run on the demo's database by `manage.py shell`. Each payload that came alive would leave
a mark that `test_hostile_text` finds: an element or an attribute called `data-live`, or
`window.live`.
"""

from datetime import timedelta

from django.utils import timezone

from ai_audit import workflow
from ai_audit.demo.people import identify
from scheduling.models import Event, Organization, Participant, Registration, Schedule, StaffMember
from tests import factories

PAYLOADS = (
    "<script data-live>live=1;alert(1)</script>",
    "</title></textarea></script><script data-live>live=1;alert(2)</script>",
    "<img data-live src=x onerror=live=1;alert(3)>",
    "<svg data-live/onload=live=1;alert(4)>",
    "<svg data-live><animate onbegin=live=1;alert(5) attributeName=x dur=1s>",
    '" data-live autofocus onfocus="live=1;alert(6)" x="',
    "' data-live autofocus onfocus='live=1;alert(7)' x='",
    "` data-live onmouseover=live=1;alert(8) `",
    "javascript:live=1;alert(9)//",
    "jAvAsCrIpT&colon;live=1;alert(10)//",
    "data:text/html,<script data-live>live=1;alert(11)</script>",
    "<iframe data-live srcdoc='<script>parent.live=1;alert(12)</script>'>",
    "--><img data-live src=x onerror=live=1;alert(13)><!--",
    "]]><img data-live src=x onerror=live=1;alert(14)><![CDATA[",
    '{{ 6|add:"9" }}{% now "Y" %}${6*9}#{6*9}<%= 6*9 %>',
    "\\u003cscript data-live\\u003elive=1;alert(16)\\u003c/script\\u003e",
    "&lt;img data-live src=x onerror=live=1;alert(17)&gt;",
    "\u202e<img data-live src=x onerror=live=1;alert(18)>\u2066\u2069\u200f",
    "\ufeff\u200b<\u00adimg%00 data-live src=x onerror=live=1;alert(19)>%0d%0aX-Live: 1",
    "<details data-live open ontoggle=live=1;alert(20)><base href=//x><form action=//x>",
)


def nth(n: int) -> str:
    """A payload, with its number before it; beyond the last they begin anew."""
    n %= len(PAYLOADS)
    return f"p{n:02} {PAYLOADS[n]}"


def write() -> None:
    """Rows of the demo's first organization that hold each payload in each field of text."""
    ours = Organization.objects.get(pk=identify("organization", "bama"))
    noa = StaffMember.objects.get(user__username="noa")
    for n in range(len(PAYLOADS)):
        other = factories.organization(name=nth(n))
        factories.profile(organization=other, full_name=nth(n + 1))
        asker = factories.profile(organization=ours, full_name=nth(n))
        begins = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30 + n)
        _write_event(n, ours, asker, noa, begins)


def _write_event(n, ours, asker, noa, begins):
    ends = begins + timedelta(hours=1)
    event = Event.objects.create(
        organization=ours,
        name=nth(n),
        start_date=begins - timedelta(hours=2),
        end_date=ends + timedelta(hours=9),
        timezone="Asia/Jerusalem",
    )
    words = {
        name: nth(n + k)
        for k, name in enumerate(
            (
                "description",
                "location",
                "room",
                "track",
                "speaker_name",
                "speaker_title",
                "speaker_bio",
                "materials_url",
                "track_color",
            )
        )
    }
    session = Schedule.objects.create(
        event=event, title=nth(n), start_time=begins, end_time=ends, **words
    )
    guest = Participant(
        event=event, first_name=nth(n), last_name=nth(n + 1), phone="050", is_vip=True
    )
    guest.save(force_insert=True)
    Registration.objects.create(participant=guest, schedule=session)
    clash = {
        "title": nth(n),
        "start_time": begins.isoformat(),
        "end_time": ends.isoformat(),
        **words,
    }
    # These two would make all of it unreadable; they are in the one that failed.
    readable = {k: v for k, v in clash.items() if k not in ("materials_url", "track_color")}
    said = {
        "reasoning": nth(n + 1),
        "reason": nth(n + 2),
        "vip_affected": True,
        "conflicts_detected": {
            "room": [{"id": str(session.pk), "title": nth(n), "room": nth(n)}],
            "speaker": [{"title": nth(n + 3)}],
        },
        nth(n): nth(n),
    }
    asked = {"user": asker, "event": event}
    factories.suggestion(**asked, data=factories.create_data(**readable) | said)
    factories.suggestion(
        **asked,
        action_type="schedule_update",
        data=factories.update_data(session, title=nth(n + 1), room=nth(n + 2)) | said,
    )
    factories.suggestion(
        **asked, action_type="schedule_delete", data=factories.delete_data(session) | said
    )
    odd = factories.suggestion(**asked, action_type=nth(n), data={nth(n): [nth(n)], **said})
    workflow.reject(suggestion_id=odd.pk, by=noa, reason=nth(n))
    factories.suggestion(
        **asked,
        data=factories.create_data(**clash) | said,
        execution_status="failed",
        approved_by=noa.profile,
        execution_error=nth(n),
    )
