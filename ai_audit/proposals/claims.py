"""The AI's claims beside its proposal: shown to people, never relied on.

Nothing here decides anything; what is true now is found elsewhere, and compared with it here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.proposals.fields import QUOTED, legible
from ai_audit.proposals.naming import identifier
from scheduling.conflicts import Conflict, Kind

MOST_CLAIMS = 100
_LONG_TITLE = 500


@dataclass(frozen=True)
class Claimed:
    """One thing the AI said a suggestion collides with; either part may be missing."""

    id: UUID | None = None
    title: str = ""


@dataclass(frozen=True)
class Claims:
    """Claims of the AI beside the proposal: to be shown, never to be relied on.

    ``conflicts``: kind, as the AI spells it, to what it named. A kind it looked at without
    finding anything maps to ``()``; one it did not mention is absent; ``""`` is no kind given.
    """

    vip_affected: bool | None = None
    reasoning: str = ""
    reason: str = ""
    conflicts: Mapping[str, tuple[Claimed, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )


def claims(action_data: object) -> Claims:
    """Parse the AI's claims, as far as they can be read. Never raises."""
    if not isinstance(action_data, dict):
        return Claims()
    vip_affected = action_data.get("vip_affected")
    return Claims(
        vip_affected=vip_affected if isinstance(vip_affected, bool) else None,
        reasoning=legible(action_data.get("reasoning")),
        reason=legible(action_data.get("reason")),
        conflicts=MappingProxyType(_claimed_conflicts(action_data.get("conflicts_detected"))),
    )


def _claimed_conflicts(found: object) -> dict[str, tuple[Claimed, ...]]:
    if isinstance(found, dict):
        pairs = [(kind, found[kind]) for kind in list(found)[:MOST_CLAIMS]]
    elif isinstance(found, list):
        pairs = [(_kind_inside(item), [item]) for item in found[:MOST_CLAIMS]]
    else:
        pairs = [("", found)] if found else []
    conflicts: dict[str, tuple[Claimed, ...]] = {}
    for kind, items in pairs:
        named = items if isinstance(items, list) else [items]
        kind = legible(kind, QUOTED)
        claimed = tuple(_claimed(item) for item in named[:MOST_CLAIMS] if item)
        conflicts[kind] = conflicts.get(kind, ()) + claimed
    return conflicts


def _kind_inside(item: object) -> object:
    if not isinstance(item, dict):
        return ""
    return item.get("kind") or item.get("type") or item.get("conflict_type")


def _claimed(item: object) -> Claimed:
    if isinstance(item, dict):
        title = item.get("title") or item.get("message") or item.get("description")
        return Claimed(identifier(item.get("id")), legible(title, _LONG_TITLE))
    named = identifier(item)
    return Claimed(named, "" if named else legible(item, _LONG_TITLE))


class Claim(TextChoices):
    """The relation of a conflict that stands to what the AI said when it suggested."""

    CONFIRMED = "confirmed", _lazy("The AI said so too")
    NEW = "new", _lazy("New since the AI looked")
    UNLOOKED = "unlooked", _lazy("The AI did not look at this")


@dataclass(frozen=True)
class Gone:
    """One thing the AI said that is not so any more; `kind` is None where it gave none."""

    kind: Kind | None
    claimed: Claimed


@dataclass(frozen=True)
class Comparison:
    """The comparison of claims with the conflicts that stand.

    `standing` has a claim for each conflict, in their order; `named` are the ids among what they
    collide with that the AI named itself.
    """

    standing: tuple[Claim, ...]
    named: frozenset[UUID]
    gone: tuple[Gone, ...]


# How the AI may spell a kind: by a word that is in it.
_SPELLED = (
    ("room_name", Kind.ROOM_NAME),
    ("room", Kind.ROOM),
    ("speaker", Kind.SPEAKER),
    ("capacity", Kind.CAPACITY),
    ("attendee", Kind.ATTENDEES),
    ("participant", Kind.ATTENDEES),
    ("regist", Kind.ATTENDEES),
    ("vip", Kind.VIP),
)
_NOT_LOOKED_FURTHER = {Kind.INVALID, Kind.MISSING}


def compare(said: Claims, conflicts: Collection[Conflict]) -> Comparison:
    """Each conflict that stands beside what the AI said, and what it said that stands no more.

    A conflict is confirmed where the AI named what it collides with, by id or by title, or where
    it only said that there was one, or there is nothing in it that could be named. It is new
    where the AI looked at the kind and did not name it. Nothing is called gone that is not looked
    for: kinds that nobody here knows, and everything where a suggestion cannot be carried out at
    all. Of VIPs the AI only says whether any are affected, so that none of them is called gone.
    """
    by_kind: dict[Kind | None, list[Claimed]] = {}
    for spelled, all_of_it in said.conflicts.items():
        kind = _kind(spelled)
        if kind or not spelled:
            by_kind.setdefault(kind, []).extend(all_of_it)
    unassigned = by_kind.get(None, ())

    standing: list[Claim] = []
    matched: set[tuple[Kind | None, Claimed]] = set()
    named: set[UUID] = set()
    for conflict in conflicts:
        possible: list[tuple[Kind | None, Claimed]] = [
            (conflict.kind, one) for one in by_kind.get(conflict.kind, ())
        ]
        possible += [(None, one) for one in unassigned]
        confirmed = False
        for kind, claimed in possible:
            ids = _named_ids(claimed, conflict)
            if ids or (kind and (not conflict.ids or claimed == Claimed())):
                confirmed = True
                named |= ids
                matched.add((kind, claimed))
        standing.append(_claim(said, conflict, confirmed, looked=conflict.kind in by_kind))

    gone = [
        Gone(kind, claimed)
        for kind, found in by_kind.items()
        for claimed in found
        if (kind, claimed) not in matched
        and kind is not Kind.VIP
        # Without a kind, only an id tells what is meant.
        and (kind or claimed.id)
    ]
    if any(conflict.kind in _NOT_LOOKED_FURTHER for conflict in conflicts):
        gone = []
    return Comparison(tuple(standing), frozenset(named), tuple(dict.fromkeys(gone)))


def _kind(spelled: str) -> Kind | None:
    """The kind that the AI means; None for one that is not known here."""
    word = "_".join(spelled.lower().replace("-", " ").replace("_", " ").split())
    if word in set(Kind):
        return Kind(word)
    return next((kind for part, kind in _SPELLED if part in word), None)


def _named_ids(claimed: Claimed, conflict: Conflict) -> set[UUID]:
    """The ids of what the conflict is with that the AI named, by id or by title."""
    if claimed.id:
        return {claimed.id} & conflict.ids
    # What it wrote may be a title or a sentence with one in it.
    return {
        other.id
        for other in conflict.others
        if other.title.strip() and other.title.strip() in claimed.title
    }


def _claim(said: Claims, conflict: Conflict, confirmed: bool, *, looked: bool) -> Claim:
    if conflict.kind is Kind.VIP and said.vip_affected is not None:
        confirmed, looked = confirmed or said.vip_affected, True
    if confirmed:
        return Claim.CONFIRMED
    return Claim.NEW if looked else Claim.UNLOOKED
