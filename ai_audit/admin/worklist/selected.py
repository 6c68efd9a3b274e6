"""A ticked selection, kept for a day for whoever ticked: so the page that asks has an address.

It holds ids, and what is asked about them.
"""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from ai_audit.admin.base import address_of, kept_list
from ai_audit.admin.worklist import day_store

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
        return f"pendingsuggestion_{'together' if self is Asks.TOGETHER else 'many'}"


def address(request, asks: Asks, ids: Iterable[UUID]) -> str:
    """Where the page that asks about these is found again: its own address, if it has one."""
    if request.method == "GET":
        return request.get_full_path()
    held = {"asks": asks.value, "ids": [pk.hex for pk in ids]}
    store = day_store.create(request.user, "selection", **held)
    return address_of(asks.page, **{CHOSEN: store.session_key}, kept=kept_list(request))


def of(user, key: str) -> tuple[Asks, list[UUID]] | None:
    """The kept act and its ids by key; None where it is not kept for this user."""
    store = day_store.find(user, "selection", key)
    if store is None:
        return None
    return Asks(store["asks"]), [UUID(pk) for pk in store["ids"]]
