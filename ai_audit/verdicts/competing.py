"""Which other undecided suggestions want what a suggestion wants: room, speaker or session.

The database picks, among all undecided ones of the events concerned, those that could; as text,
for nothing in them can be trusted to be what it looks like. What they come to is then read as it
is for a verdict of their own, so that one that could never be approved does not compete.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal, Proposal, content
from ai_audit.verdicts import projection
from eventflow.text.bidi import isolate
from scheduling.conflicts import SPACE, Conflict, Kind, Placement, Severity, listed
from scheduling.models import Schedule, UserProfile

# How many others are told of for one suggestion; who competes with more has to wait anyway.
MOST_RIVALS = 100
# Of candidates so many bytes are read, by the suggestion's id: some thousands of usual ones.
MOST_BYTES = 10_000_000
_NONE: Mapping[str, Any] = MappingProxyType({})


class Contested(StrEnum):
    """What two suggestions both want."""

    ROOM = "room"
    SPEAKER = "speaker"
    SESSION = "session"

    @property
    def label(self):
        """It in words (lazy)."""
        return _CONTESTED_LABELS[self]


_CONTESTED_LABELS = {
    Contested.ROOM: _("the room"),
    Contested.SPEAKER: _("the speaker"),
    Contested.SESSION: _("the session"),
}


@dataclass(frozen=True)
class Stake:
    """What a suggestion would take: its session, and where and when that would be put."""

    suggestion: Suggestion
    proposal: Proposal
    placement: Placement | None

    @property
    def wanted(self) -> Iterator[tuple[Contested, Any]]:
        """Everything it wants, blocking things first, each to be compared with others'."""
        event_id, placement = self.suggestion.event_id, self.placement
        if placement and placement.room is not None:
            yield Contested.ROOM, (event_id, placement.room)
        if self.proposal.session_id:
            yield Contested.SESSION, (event_id, self.proposal.session_id)
        if placement and placement.speaker and (speaker := _folded(placement.speaker)):
            yield Contested.SPEAKER, (event_id, speaker)

    def contests(self, contested: Contested, other: "Stake") -> bool:
        """Whether it stands against another one that wants the same."""
        if self.suggestion.pk == other.suggestion.pk:
            return False
        if contested is Contested.SESSION:
            return True
        # A session does not collide with itself.
        if self.proposal.session_id and self.proposal.session_id == other.proposal.session_id:
            return False
        mine, theirs = self.placement, other.placement
        return mine.start < theirs.end and theirs.start < mine.end


@dataclass(frozen=True)
class Rival:
    """Another undecided suggestion that wants the same.

    `blocked` says that it cannot be carried out any more once the first one is.
    """

    suggestion_id: UUID
    title: str
    contested: tuple[Contested, ...]
    blocked: bool

    @property
    def in_words(self) -> str:
        """Its title, and what it wants as well."""
        return gettext("“%(title)s” (%(contested)s)") % {
            "title": isolate(self.title or gettext("(no title)")),
            "contested": ", ".join(str(contested.label) for contested in self.contested),
        }


@dataclass(frozen=True)
class Competition(Conflict):
    """The conflict with other undecided suggestions; in `rivals` those it blocks come first."""

    rivals: tuple[Rival, ...] = ()


def find(stakes: Collection[Stake], *, apart: bool = True) -> dict[UUID, Competition]:
    """Which undecided suggestions compete with each, by the suggestion's id.

    Those given compete with each other as well, unless they are not to be taken `apart`. Of those
    for one suggestion at most `MOST_RIVALS` are told. One statement for any number of stakes, none
    for none.
    """
    if not stakes:
        return {}
    rivals = defaultdict(list)
    # Always in the same order, so that of very many rivals the same ones are told.
    given = stakes if apart else ()
    for stake in sorted([*given, *_undecided(stakes)], key=lambda stake: stake.suggestion.pk):
        for contested, wanted in stake.wanted:
            rivals[contested, wanted].append(stake)
    found = {}
    for stake in stakes:
        if competition := _competition(stake, rivals):
            found[stake.suggestion.pk] = competition
    return found


def _competition(
    stake: Stake, rivals: Mapping[tuple[Contested, Any], list[Stake]]
) -> Competition | None:
    contests = (
        (other, contested)
        for contested, wanted in stake.wanted
        for other in rivals.get((contested, wanted), ())
        if stake.contests(contested, other)
    )
    contested_by = defaultdict(list)
    for other, contested in contests:
        if other.suggestion.pk not in contested_by and len(contested_by) == MOST_RIVALS:
            break
        contested_by[other.suggestion.pk].append((other, contested))
    if not contested_by:
        return None
    removes = stake.proposal.action is Action.DELETE
    told = []
    for pk, pairs in contested_by.items():
        contested = tuple(one for _other, one in pairs)
        blocked = Contested.ROOM in contested or (removes and Contested.SESSION in contested)
        told.append(Rival(pk, pairs[0][0].suggestion.title, contested, blocked))
    told.sort(key=lambda rival: (not rival.blocked, rival.suggestion_id))
    return Competition(
        kind=Kind.COMPETING,
        severity=Severity.WARNING,
        sentence=_sentence(told),
        about=tuple(rival.suggestion_id for rival in told),
        rivals=tuple(told),
    )


def _sentence(rivals: list[Rival]) -> str:
    blocked = [rival.in_words for rival in rivals if rival.blocked]
    others = [rival.in_words for rival in rivals if not rival.blocked]
    sentences = []
    if blocked:
        sentences.append(
            ngettext(
                "Approving this blocks another undecided suggestion: %(suggestions)s.",
                "Approving this blocks other undecided suggestions: %(suggestions)s.",
                len(blocked),
            )
            % {"suggestions": listed(blocked)}
        )
    if others:
        sentences.append(
            ngettext(
                "Another undecided suggestion wants the same: %(suggestions)s.",
                "Other undecided suggestions want the same: %(suggestions)s.",
                len(others),
            )
            % {"suggestions": listed(others)}
        )
    return " ".join(sentences)


# Identifiers and names are compared loosely here; what is let through is looked at again. What is
# looked into often is taken out of the content once, for each look unpacks what it looks into. A
# name is wanted at one event: both stand in one text, because a set of texts is looked up by hash,
# however many are wanted.
_CANDIDATES = f"""
with undecided as (
  select
    l.id,
    l.event_id,
    l.action_type,
    l.action_data,
    u.organization_id,
    right(translate(lower(part.schedule_id), '-{{}}', ''), 32) as session_hex,
    part.changes,
    part.proposed
  from public.ai_insights_log as l
  join public.user_profiles as u
    on u.id = l.user_id
  cross join lateral (
    select
      whole.content ->> 'schedule_id' as schedule_id,
      whole.content -> 'changes' as changes,
      whole.content -> 'proposed_state' as proposed
    from (select l.action_data || '{{}}' as content offset 0) as whole
    offset 0
  ) as part
  where l.execution_status = 'suggested'
  and pg_column_size(l.action_data) <= {content.MOST_BYTES}
  and l.event_id = any (%(event)s::uuid[])
  and l.action_type = any (%(action)s)
  and l.id <> all (%(known)s::uuid[])
),
wanting as (
  select
    l.id,
    l.event_id,
    l.action_type,
    l.action_data,
    l.organization_id,
    s.id as session_id,
    s.start_time,
    s.end_time,
    s.room,
    s.speaker_name
  from undecided as l
  left join public.schedules as s
    on s.id = case when l.session_hex ~ '^[0-9a-f]{{32}}$' then l.session_hex::uuid end
    and s.event_id = l.event_id
  where l.session_hex = any (%(session)s::text[])
  or l.event_id || btrim(l.changes ->> 'room', %(space)s) = any (%(room)s::text[])
  or l.event_id || btrim(l.proposed ->> 'room', %(space)s) = any (%(room)s::text[])
  or l.event_id || btrim(s.room, %(space)s) = any (%(room)s::text[])
  or l.event_id || lower(btrim(l.changes ->> 'speaker_name', %(space)s)) = any (%(speaker)s::text[])
  or l.event_id || lower(btrim(l.proposed ->> 'speaker_name', %(space)s))
    = any (%(speaker)s::text[])
  or l.event_id || lower(btrim(s.speaker_name, %(space)s)) = any (%(speaker)s::text[])
)
select id, event_id, action_type, content, organization_id, session_id, start_time, end_time,
  case when octet_length(room) <= 2000 then room end,
  case when octet_length(speaker_name) <= 2000 then speaker_name end
from (
  select *, sum(octet_length(content)) over (order by id) as so_far
  from (
    select *, {content.expression("w.action_data")} as content from wanting as w offset 0
  ) as w
) as w
where so_far <= {MOST_BYTES}
order by id
"""  # noqa: S608


def _undecided(stakes: Collection[Stake]) -> Iterator[Stake]:
    """The others that are undecided and could want what one of `stakes` does, where readable."""
    events = {stake.suggestion.event_id: stake.suggestion.event for stake in stakes}
    placements = [stake.placement for stake in stakes if stake.placement]
    parameters = {
        "event": list(events),
        "action": [action.value for action in Action],
        "session": [s.proposal.session_id.hex for s in stakes if s.proposal.session_id],
        "known": [stake.suggestion.pk for stake in stakes],
        "room": list({f"{p.event_id}{p.room.strip()}" for p in placements if p.room}),
        "speaker": list({f"{p.event_id}{_folded(p.speaker)}" for p in placements if p.speaker}),
        "space": SPACE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, parameters)
        rows = cursor.fetchall()
    for row in rows:
        pk, event_id, action_type, data, organization_id, session_id, start, end, *names = row
        suggestion = Suggestion(
            id=pk,
            event=events[event_id],
            user=UserProfile(organization_id=organization_id),
            action_type=action_type,
            action_data=content.read(data),
        )
        session = None
        if session_id:
            room, speaker = names
            session = Schedule(
                id=session_id, start_time=start, end_time=end, room=room, speaker_name=speaker
            )
        try:
            proposal = projection.read(suggestion)
            if proposal.session_id and not session:
                continue
            placement = projection.placement(suggestion, proposal, session)
        except InvalidProposal:
            continue
        yield Stake(_light(suggestion), replace(proposal, values=_NONE, seen=_NONE), placement)


def _light(suggestion: Suggestion) -> Suggestion:
    """The suggestion with its title and without its content."""
    suggestion.title  # noqa: B018
    suggestion.action_data = None
    return suggestion


def _folded(speaker: str) -> str:
    return speaker.strip().lower()
