"""A mail in words: text and HTML in the reader's language and direction, with one button.

The subject says nothing that anybody wrote. Whatever comes from outside is escaped, isolated, and
what cannot be seen in it is made visible; deciding is left to the page that the button leads to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from ai_audit import history
from ai_audit.models import DAILY, HistoryEntry, NewsKind, Status
from ai_audit.notifications import choices
from ai_audit.notifications.reading import Letter, News
from ai_audit.presenters import review
from ai_audit.presenters.change import Change
from eventflow.accounts import mail as home_mail
from eventflow.text.bidi import balanced, cut, isolate, plain, visible
from scheduling.models import UserProfile

# Of a reason, a question or a verdict, so much is told.
LONGEST_SAID = 1000


@dataclass(frozen=True)
class Told:
    """One suggestion in a mail: plain text, which the templates escape and isolate.

    `said` is what somebody wrote, or why it failed, line by line: nothing in it can look like what
    the mail says itself.
    """

    title: str
    event: str
    action: str
    sentence: str
    said: list[str]
    verdict: str
    changes: list[Change]


@dataclass(frozen=True)
class Part:
    """The section of a mail about one kind of news."""

    heading: str
    told: list[Told]
    more: str


def message(letter: Letter) -> EmailMultiAlternatives:
    """The mail as it is sent. The Message-ID is the same at every try, for servers to know it by.

    Raises ValueError where a header would break: an address is checked before it comes here.
    """
    with translation.override(letter.reader.language):
        address = home_mail.home()
        stop = f"{address}{choices.stop_path(letter.reader.profile_id, letter.kinds)}"
        button, path = _button(letter)
        subject = _subject(letter)
        context = {
            "language": translation.get_language(),
            "direction": "rtl" if get_language_bidi() else "ltr",
            "start": "right" if get_language_bidi() else "left",
            "subject": subject,
            "parts": [_part(kind, letter) for kind in letter.kinds],
            "button": button,
            "leads_to": f"{address}{path}" if path else "",
            "choices": f"{address}{reverse('admin:ai_audit_notificationmail_choices')}"
            if letter.reader.may_open
            else "",
            "stop": stop,
        }
        host = (settings.MAIL_LEADS_TO or settings.ALLOWED_HOSTS[0]).partition(":")[0]
        made = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("mail/news.txt", context),
            to=[letter.reader.address],
            headers={
                "Message-ID": f"<{letter.mail.message}@{host.strip('[]') or 'localhost'}>",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        made.attach_alternative(render_to_string("mail/news.html", context), "text/html")
    return made


def _subject(letter: Letter) -> str:
    """The subject: what kind of news and how much; no title and no name."""
    kinds = letter.kinds
    if letter.mail.kind == DAILY or len(kinds) > 1:
        return _("Today’s news of the back office")
    kind = kinds[0]
    count = len(letter.news[kind]) + letter.more[kind]
    if kind is NewsKind.WAITING:
        count = max(letter.waiting, count)
    return _COUNTED[kind](count) % {"count": count}


_COUNTED = {
    NewsKind.WAITING: lambda count: ngettext(
        "%(count)s suggestion waits for a decision",
        "%(count)s suggestions wait for a decision",
        count,
    ),
    NewsKind.URGENT: lambda count: ngettext(
        "%(count)s suggestion waits, and its session begins soon",
        "%(count)s suggestions wait, and their sessions begin soon",
        count,
    ),
    NewsKind.OUTCOME: lambda count: ngettext(
        "What became of %(count)s suggestion of yours",
        "What became of %(count)s suggestions of yours",
        count,
    ),
    NewsKind.NOT_CARRIED_OUT: lambda count: ngettext(
        "%(count)s suggestion that you approved was not carried out",
        "%(count)s suggestions that you approved were not carried out",
        count,
    ),
    NewsKind.ASKED: lambda count: ngettext(
        "%(count)s question about a suggestion of yours",
        "%(count)s questions about suggestions of yours",
        count,
    ),
}


def _part(kind: NewsKind, letter: Letter) -> Part:
    news, more = letter.news[kind], letter.more[kind]
    if kind is NewsKind.WAITING:
        more = max(letter.waiting - len(news), more)
    return Part(
        heading=str(kind.label),
        told=[_told(one) for one in news],
        more=ngettext(
            "And %(count)s more, which is not told here.",
            "And %(count)s more, which are not told here.",
            more,
        )
        % {"count": more}
        if more
        else "",
    )


def _told(news: News) -> Told:
    suggestion = news.suggestion
    sentence, said = _said(news)
    return Told(
        title=cut(review.headline(suggestion, news.verdict)),
        event=isolate(visible(suggestion.event.name)) if suggestion.event else "",
        action=review.action_label(suggestion.action_type),
        sentence=sentence,
        said=_begun(said.strip()).splitlines(),
        verdict=_begun(review.in_words(news.verdict)) if news.verdict else "",
        changes=[
            replace(change, before=balanced(cut(change.before)), after=balanced(cut(change.after)))
            for change in review.brief(suggestion, news.verdict)
        ],
    )


def _begun(text: str) -> str:
    """Cut at `LONGEST_SAID`."""
    return text if len(text) <= LONGEST_SAID else balanced(f"{text[:LONGEST_SAID]}…")


def _said(news: News) -> tuple[str, str]:
    """A sentence of ours about the news, and what somebody said or was the reason."""
    if news.question:
        asked = _("%(who)s asks:") % {"who": isolate(visible(news.question.profile.full_name))}
        return asked, visible(news.question.said or "", lines=True)
    if news.entry is None:
        return "", ""
    # A sentence of ours isolates what it names; whatever else was written is shown as it is.
    reason = history.retold(news.entry.seen) or visible(news.entry.reason or "", lines=True)
    if news.entry.to_status == Status.FAILED:
        reason = reason or visible(plain(news.suggestion.execution_error or ""), lines=True)
    if news.kind is NewsKind.NOT_CARRIED_OUT:
        if news.entry.to_status == Status.FAILED:
            return _("When it was to be carried out, it failed."), reason
        return (
            _(
                "When it was to be carried out, it was not any more as you approved it, so nothing "
                "was changed. It stays approved, and waits for another look."
            ),
            "",
        )
    return _outcome(news, news.entry), reason


def _outcome(news: News, entry: HistoryEntry) -> str:
    by = _name(entry.staff_profile or entry.profile)
    who = {"who": by}
    status = entry.to_status
    if status == Status.REJECTED:
        return _("%(who)s rejected it.") % who if by else _("It was rejected.")
    if status == Status.APPROVED:
        if by:
            return _("%(who)s approved it, to be carried out later.") % who
        return _("It was approved, to be carried out later.")
    if status == Status.FAILED:
        return _("It was approved, and could not be carried out.")
    if news.link and news.link.undoes_id:
        if by:
            return _("%(who)s undid what had been carried out.") % who
        return _("What had been carried out was undone.")
    if news.link:
        if by:
            return _("%(who)s changed it and approved it. This was carried out:") % who
        return _("It was changed and approved. This was carried out:")
    if by:
        return _("%(who)s approved it, and it was carried out.") % who
    return _("It was approved and carried out.")


def _name(profile: UserProfile | None) -> str:
    return isolate(visible(profile.full_name)) if profile else ""


def _button(letter: Letter) -> tuple[str, str]:
    """The words of the button and the path it leads to; nothing for who may open no page."""
    if not letter.reader.may_open:
        return "", ""
    news: Sequence[News] = [one for kind in letter.kinds for one in letter.news[kind]]
    if len(news) == 1 and not any(letter.more.values()) and letter.waiting <= 1:
        return _("Look at it"), _page(news[0])
    waits = any(one.suggestion.execution_status == Status.SUGGESTED for one in news)
    name = "pendingsuggestion" if waits and letter.reader.may_approve else "suggestion"
    return _("Look at them"), reverse(f"admin:ai_audit_{name}_changelist")


def _page(news: News) -> str:
    suggestion = news.suggestion
    at_hand = suggestion.execution_status in (Status.SUGGESTED, Status.APPROVED, Status.FAILED)
    name = "pendingsuggestion" if at_hand else "suggestion"
    return reverse(f"admin:ai_audit_{name}_change", args=[suggestion.pk])
