"""How each person wants to be told of each kind of news, and the signed link to unsubscribe."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core import signing
from django.urls import reverse

from ai_audit.models import HowOften, NewsKind, NotificationChoice

_SALT = "ai_audit.notifications.stop"


def choices(profile_id: UUID) -> dict[NewsKind, HowOften]:
    """The choices of a person, for every kind; one statement."""
    chosen = dict(
        NotificationChoice.objects.filter(profile_id=profile_id).values_list("kind", "choice")
    )
    return {kind: HowOften(chosen.get(kind, HowOften.AT_ONCE)) for kind in NewsKind}


def choose(profile_id: UUID, chosen: Mapping[NewsKind, HowOften]) -> None:
    """Keep how somebody wants to be told of these kinds; one statement."""
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(profile_id=profile_id, kind=kind, choice=choice)
            for kind, choice in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["profile_id", "kind"],
        update_fields=["choice"],
    )


def stop_path(profile_id: UUID, kinds: Iterable[NewsKind]) -> str:
    """The path of the page where the holder ends these kinds; it holds no secret but itself."""
    token = signing.dumps([str(profile_id), [kind.value for kind in kinds]], salt=_SALT)
    return reverse("admin:ai_audit_notificationmail_stop", args=[token])


def read(token: str) -> tuple[UUID, list[NewsKind]] | None:
    """The profile and the kinds of a link's token; None where its signature does not hold."""
    try:
        profile_id, kinds = signing.loads(token, salt=_SALT)
        return UUID(profile_id), [NewsKind(kind) for kind in kinds]
    except (signing.BadSignature, ValueError, TypeError):
        return None


def stop(profile_id: UUID, kinds: Iterable[NewsKind]) -> None:
    """Tell somebody of these kinds never more, until they choose otherwise."""
    choose(profile_id, dict.fromkeys(kinds, HowOften.NEVER))
