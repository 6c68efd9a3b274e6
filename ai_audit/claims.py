"""What the AI said beside its proposal: shown to people, never relied on.

Nothing here decides anything; what is true now is found elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from ai_audit.fields import QUOTED, identifier, legible

MOST_CLAIMS = 100
_LONG_TITLE = 500


@dataclass(frozen=True)
class Claimed:
    """One thing the AI said a suggestion collides with; either part may be missing."""

    id: UUID | None = None
    title: str = ""


@dataclass(frozen=True)
class Claims:
    """What the AI said beside the proposal: to be shown, never to be relied on.

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
    """What the AI said about the suggestion, as far as it can be read. Never raises."""
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
    conflicts = {}
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
