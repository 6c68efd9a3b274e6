"""A ticked selection, kept for a day for whoever ticked: so the page that asks has an address.

It holds ids, and what is asked about them.
"""

from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from ai_audit.admin.base import kept_list
from ai_audit.admin.worklist import day_store
from eventflow.web.parameters import KEPT

# What the address of a kept selection asks for.
CHOSEN = "chosen"


class Asks(StrEnum):
    """The acts a selection can be kept for; each at the page of that name."""

    APPROVE = "approve"
    REJECT = "reject"
    TOGETHER = "together"

    @property
    def page(self) -> str:
        """The name of the page that asks."""
        asked_at = "together" if self is Asks.TOGETHER else "many"
        return f"admin:ai_audit_pendingsuggestion_{asked_at}"


def address(request, asks: Asks, ids: Iterable[UUID]) -> str:
    """Where the page that asks about these is found again: its own address, if it has one."""
    if request.method == "GET":
        return request.get_full_path()
    asked = {CHOSEN: keep(request.user, asks, ids), KEPT: kept_list(request)}
    return f"{reverse(asks.page)}?{urlencode({n: v for n, v in asked.items() if v})}"


def keep(user, asks: Asks, ids: Iterable[UUID]) -> str:
    """Keep what a user ticked; the key of it."""
    store = day_store.create(user, "selection", asks=asks.value, ids=[pk.hex for pk in ids])
    return store.session_key


def of(user, key: str) -> tuple[Asks, list[UUID]] | None:
    """The kept act and its ids by key; None where it is not kept for this user."""
    store = day_store.find(user, "selection", key)
    if store is None:
        return None
    return Asks(store["asks"]), [UUID(pk) for pk in store["ids"]]
