"""Reading what mails tell, a batch at once: a fixed number of statements for any number.

Nothing is kept of what somebody was told: it is as things stand when the mail is sent.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ai_audit import people, verdicts
from ai_audit.models import (
    HistoryEntry,
    HowOften,
    NewsKind,
    Notification,
    NotificationMail,
    Status,
    Suggestion,
    SuggestionAct,
    SuggestionLink,
)
from ai_audit.models.rules import first_approvals
from ai_audit.notifications.occasions import SOON
from ai_audit.people import Reader
from ai_audit.verdicts import Verdict

# So many are told of one by one in a mail; of the others it is said how many.
MOST_TOLD = 10

_OF_WAITING = (NewsKind.WAITING, NewsKind.URGENT)


@dataclass(frozen=True)
class News:
    """One thing to tell: of which suggestion, and what of it is known that goes with the kind."""

    kind: NewsKind
    suggestion: Suggestion
    verdict: Verdict | None = None
    entry: HistoryEntry | None = None
    question: SuggestionAct | None = None
    link: SuggestionLink | None = None


@dataclass
class Letter:
    """A mail before it is in words: who reads it, and what is told, by kind, in order.

    `more` counts what is not told one by one; `waiting` all that waits in the reader's
    organization.
    """

    mail: NotificationMail
    reader: Reader
    news: dict[NewsKind, list[News]] = field(default_factory=dict)
    more: dict[NewsKind, int] = field(default_factory=dict)
    waiting: int = 0

    @property
    def kinds(self) -> list[NewsKind]:
        """The kinds it tells of; none where nothing is left to tell."""
        return [kind for kind in NewsKind if self.news.get(kind)]


class Desk:
    """Reads for the mails of one run; what waits in an organization is read once for all of it."""

    def __init__(self, *, now: datetime):
        self._now = now
        self._lines: dict[UUID, list[UUID]] = {}

    def letters(self, mails: Collection[NotificationMail]) -> list[Letter]:
        """The letters of these mails, in their order; some may have nothing left to tell.

        Nine statements and those of a judgment, and one for each organization where it waits.
        """
        told = defaultdict(list)
        for row in Notification.objects.filter(mail__in=[m.pk for m in mails]).order_by("id"):
            told[row.mail_id].append(row)
        readers = people.readers({mail.profile_id for mail in mails if mail.profile_id})
        waiting = [
            row.suggestion_id for rows in told.values() for row in rows if row.kind in _OF_WAITING
        ]
        # Which of these suggestions who has approved as the first of two.
        given = first_approvals().filter(suggestion__in=waiting)
        firsts = set(given.values_list("suggestion", "profile"))
        chosen = {mail.pk: self._chosen(told[mail.pk], readers, firsts) for mail in mails}
        found = _Found(
            [row for by_kind in chosen.values() for rows in by_kind.values() for row in rows],
            now=self._now,
        )
        letters = []
        for mail in mails:
            reader = readers.get(mail.profile_id) if mail.profile_id else None
            if reader is None:
                continue
            letter = Letter(mail, reader)
            for kind, rows in chosen[mail.pk].items():
                news = [one for row in rows if (one := found.news(row, reader))]
                letter.news[kind] = news[:MOST_TOLD]
                letter.more[kind] = max(len(news) - MOST_TOLD, 0)
            if reader.organization_id in self._lines:
                letter.waiting = len(self._lines[reader.organization_id])
            letters.append(letter)
        return letters

    def _chosen(
        self, rows: Iterable[Notification], readers, firsts
    ) -> dict[NewsKind, list[Notification]]:
        """The rows of a mail that its reader still wants and may hear of; what waits, in order.

        Of what waits, what they were the first of two to approve is left out: they know of it, and
        have done what they can.
        """
        chosen = defaultdict(list)
        for row in rows:
            reader = readers.get(row.profile_id)
            kind = NewsKind(row.kind)
            if reader and reader.choices.get(kind) != HowOften.NEVER:
                chosen[kind].append(row)
        for kind in _OF_WAITING:
            if kind in chosen:
                line = self._line(readers[chosen[kind][0].profile_id])
                places = {pk: place for place, pk in enumerate(line)}
                still = [
                    row
                    for row in chosen[kind]
                    if row.suggestion_id in places
                    and (row.suggestion_id, row.profile_id) not in firsts
                ]
                chosen[kind] = sorted(still, key=lambda row: places[row.suggestion_id])
        # What else waits is counted in the line: of thousands, few are judged.
        if NewsKind.WAITING in chosen:
            chosen[NewsKind.WAITING] = chosen[NewsKind.WAITING][:MOST_TOLD]
        return chosen

    def _line(self, reader: Reader) -> list[UUID]:
        """The ids of what waits for a decision of the reader's, the most urgent first."""
        if not reader.may_approve or reader.organization_id is None:
            return []
        if reader.organization_id not in self._lines:
            waiting = Suggestion.objects.pending().of_organization(reader.organization_id)
            self._lines[reader.organization_id] = list(
                waiting.most_urgent_first().values_list("pk", flat=True)
            )
        return self._lines[reader.organization_id]


class _Found:
    """Suggestions with all that is told of them, for any number of rows."""

    def __init__(self, rows: Collection[Notification], *, now: datetime):
        self._now = now
        ids = {row.suggestion_id for row in rows}
        suggestions = Suggestion.objects.select_related("event", "user").with_written_titles()
        self._suggestions = suggestions.in_bulk(ids)
        judged = {row.suggestion_id for row in rows if row.kind != NewsKind.OUTCOME}
        pending = [
            one
            for one in self._suggestions.values()
            if one.pk in judged and one.execution_status in (Status.SUGGESTED, Status.APPROVED)
        ]
        self._verdicts = verdicts.judge(pending, now=now) if pending else {}
        self._links = SuggestionLink.objects.in_bulk(ids)
        numbered = {
            row.suggestion_id
            for row in rows
            if row.kind in (NewsKind.OUTCOME, NewsKind.NOT_CARRIED_OUT)
        }
        entries = HistoryEntry.objects.filter(suggestion__in=numbered).select_related(
            "profile", "staff_profile"
        )
        self._entries: dict[tuple[UUID, int | None], HistoryEntry] = {
            (entry.suggestion_id, entry.number): entry for entry in entries
        }
        self._last: dict[UUID, int] = {}
        for pk, number in self._entries:
            self._last[pk] = max(number or 0, self._last.get(pk, 0))
        acts = [row.entry for row in rows if row.kind == NewsKind.ASKED]
        self._acts: dict[int | None, SuggestionAct] = SuggestionAct.objects.select_related(
            "profile"
        ).in_bulk(acts)

    def news(self, row: Notification, reader: Reader) -> News | None:
        """The news of a row; None where there is nothing to tell any more, or not to them."""
        suggestion = self._suggestions.get(row.suggestion_id)
        kind = NewsKind(row.kind)
        if suggestion is None or not reader.hears_of(kind, suggestion):
            return None
        verdict = self._verdicts.get(suggestion.pk)
        waits = suggestion.execution_status == Status.SUGGESTED
        if kind in _OF_WAITING:
            if not (waits and reader.may_approve):
                return None
            if kind is NewsKind.URGENT and row.deadline and not self._begins_soon(verdict):
                return None
            return News(kind, suggestion, verdict)
        if kind is NewsKind.ASKED:
            # What is decided needs no answer.
            question = self._acts.get(row.entry) if waits else None
            return News(kind, suggestion, verdict, question=question) if question else None
        entry = self._entries.get((suggestion.pk, row.entry))
        if entry is None or entry.number != self._last[suggestion.pk]:
            # More has come of it since, which is told in its turn.
            return None
        return News(
            kind,
            suggestion,
            verdict if kind is NewsKind.NOT_CARRIED_OUT else None,
            entry=entry,
            link=self._links.get(suggestion.pk),
        )

    def _begins_soon(self, verdict: Verdict | None) -> bool:
        """Whether a session that it concerns begins soon, as it stands or as it would be.

        It may have begun since it was found, or have been put off.
        """
        if verdict is None:
            return False
        begins = (verdict.starts, verdict.after.get("start_time"))
        return any(at is not None and self._now < at <= self._now + SOON for at in begins)
